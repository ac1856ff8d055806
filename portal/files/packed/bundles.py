"""A .zip with several files: each is a file of its own, and becomes a lote of its own."""

from __future__ import annotations

import re

from portal.files.packed import signatures
from portal.files.packed.containers import (
    ARCHIVE_FAULTS,
    Tally,
    extension,
    is_baggage,
    is_workbook,
    open_zip,
    read_entry,
    uncounted,
)
from portal.files.problems import FileProblem

#: more files than this in one archive are no month's novedades
MOST = 50


def unbundle(nombre: str, contenido: bytes, max_bytes: int, tally: Tally = uncounted) -> list[tuple[str, bytes]]:
    """The files of a .zip with several, as (name, bytes), bounded together by `max_bytes` once unpacked; anything
    else, a .zip with one file and a workbook included, as it came. Raises FileProblem for what cannot be opened."""
    if extension(nombre) != ".zip" or not contenido.startswith(signatures.ZIP) or is_workbook(contenido):
        return [(nombre, contenido)]
    try:
        with open_zip(contenido) as archive:
            entries = [e for e in archive.infolist() if not (e.is_dir() or is_baggage(e.filename))]
            if len(entries) < 2:
                return [(nombre, contenido)]
            if len(entries) > MOST:
                raise FileProblem("ARC-08", cuantos=f"{len(entries)} archivos", maximo=MOST)
            files, left = [], max_bytes
            for entry in entries:
                inside = read_entry(archive, entry, left, tally)
                left -= len(inside)
                files.append((re.split(r"[/\\]", entry.filename)[-1], inside))
            return files
    except ARCHIVE_FAULTS as error:
        raise FileProblem("ARC-07", motivo="dañado o incompleto") from error
