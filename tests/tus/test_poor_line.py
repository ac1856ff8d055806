"""A client of another's making on a line that breaks every few seconds: the file arrives as it left."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from bench.line import Line, poor_line
from bench.poor_line import by_tuspy, file, original
from e2e.conftest import running

pytestmark = pytest.mark.slow


def test_tuspy_brings_a_file_over_a_line_that_breaks(tmp_path: Path) -> None:
    contenido = file(seed=40)
    with running(tmp_path, PORTAL_HOY="2026-11-20") as portal:
        to_portal = Line(int(portal.base.rsplit(":", 1)[1]), 125_000, 0.02, cut_every=3, away=0.3)
        with poor_line(to_portal) as line:
            lote = by_tuspy(portal, line, contenido)
            assert line.cuts >= 2
        kept = original(portal, lote)
    assert hashlib.sha256(gzip.decompress(kept)).digest() == hashlib.sha256(contenido).digest()
