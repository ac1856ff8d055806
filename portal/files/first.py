"""The first lines of a text, found without splitting the rest of it."""

from __future__ import annotations

import re

from portal.files import quotes

FIRST = 50  # lines that show what separates the fields


def rows(cuerpo: bytes, separador: str, con_comillas: bool, place: int, most: int) -> list[tuple[int, list[str]]]:
    """The first rows from byte `place` that hold more than blanks and separators, each with its number and split."""
    filled = re.compile(f"[^\r\n\t {re.escape(separador)}]".encode())
    found_rows: list[tuple[int, list[str]]] = []
    number, counted = 1, 0
    while len(found_rows) < most and (found := filled.search(cuerpo, place)):
        line, place = _line_at(cuerpo, found.start())
        number += cuerpo.count(b"\n", counted, found.start())
        counted = found.start()
        fields = quotes.split(line, separador) if con_comillas else line.split(separador)
        found_rows.append((number, fields))
    return found_rows


def sample(cuerpo: bytes, place: int = 0) -> list[str]:
    """The first lines from byte `place` that hold more than blanks and separators, or else more than blanks; without
    their ends."""
    found = _lines_with(cuerpo, re.compile(rb"[^\r\n\t ;,|\x1f]"), place)
    return found or _lines_with(cuerpo, re.compile(rb"[^\r\n\t \x1f]"), place)


def _lines_with(cuerpo: bytes, filled: re.Pattern[bytes], place: int) -> list[str]:
    lines: list[str] = []
    while len(lines) < FIRST and (found := filled.search(cuerpo, place)):
        line, place = _line_at(cuerpo, found.start())
        lines.append(line)
    return lines


def _line_at(cuerpo: bytes, place: int) -> tuple[str, int]:
    """The line that holds byte `place`, and where the next one begins."""
    start = cuerpo.rfind(b"\n", 0, place) + 1
    end = cuerpo.find(b"\n", place)
    end = len(cuerpo) if end < 0 else end
    return cuerpo[start:end].decode().rstrip("\r"), end
