"""Every test that docs/faults-found.md names is there: the document says what holds, and where that is tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+)(…?))?`", (ROOT / "docs/faults-found.md").read_text())))


@pytest.mark.parametrize("file, test, more", NAMED, ids=lambda one: one.removeprefix("tests/"))
def test_it_is_there(file: str, test: str, more: str) -> None:
    rest = r"\w*" if more else ""
    assert not test or re.search(rf"def {test}{rest}\(", (ROOT / file).read_text()), f"{file}::{test}"
