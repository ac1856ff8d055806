"""The shared strings of a workbook. The reader copies one into each cell that names it, so one long string and a
million cells of 20 bytes would be a terabyte. The total is computed before."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from portal.files.books.marks import bloated, figure
from portal.files.books.sheet_scan import parser_of
from portal.files.packed.containers import too_large

PART = "sharedStrings.xml"
MOST = 3_000_000
_BEGINS = re.compile(rb"<(?:[^<>\s/:]+:)?si[\s/>]")
_RESERVES = re.compile(rb'uniqueCount\s*=\s*["\']([^"\']*)["\']')
_BARE = len("<si><t></t></si>")
_CARRIED = 512


class Strings:
    """How long each string is at most, in bytes, by where it and the next one begin."""

    def __init__(self) -> None:
        self._begins = array("q")
        self._offset = 0
        self._tail = b""
        self._opaque = False

    def seen(self, piece: bytes) -> bytes:
        """Takes note of the next piece and gives it back."""
        data = self._tail + piece
        _refuse_reserve(data)
        self._opaque = self._opaque or b"<!" in data
        self._note(data, max(0, len(data) - _CARRIED))
        return piece

    def _note(self, data: bytes, until: int) -> None:
        """Those that begin before `until`; the others come again, with what follows them."""
        begins = (found.start() for found in _BEGINS.finditer(data))
        self._begins.extend([self._offset + place for place in begins if place < until])
        self._offset, self._tail = self._offset + until, data[until:]
        if len(self._begins) > MOST:
            raise bloated(PART, f"más de {figure(MOST)} textos")

    def lengths(self) -> list[int]:
        """Of all strings, in order. Where it can't be told where one begins, there is one, as long as all of them."""
        self._note(self._tail, len(self._tail))
        if self._opaque or not self._begins:
            return [self._offset] if self._opaque else []
        ends = np.append(np.frombuffer(self._begins, np.int64), self._offset)
        lengths: list[int] = np.maximum(np.diff(ends) - _BARE, 0).tolist()
        return lengths


def _refuse_reserve(data: bytes) -> None:
    """The reader allocates as many strings as the list declares, before it sees one."""
    for found in _RESERVES.finditer(data):
        if found[1].strip().isdigit() and int(found[1][:40]) > MOST:
            raise bloated(PART, f"más de {figure(MOST)} textos")


class _References:
    """The handler of a pass over a sheet: what the strings named by its cells come to."""

    def __init__(self, parser: Any, lengths: Sequence[int], max_bytes: int) -> None:
        self._parser, self._lengths, self._max_bytes = parser, lengths, max_bytes
        self._longest = max(lengths, default=0)
        self._named = False
        self._caught: list[str] = []
        self._total = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._caught:
            self.settle()
        kind = tag.rpartition(":")[2]
        if kind == "c":
            self._named = attributes.get("t") == "s"
        elif kind == "v" and self._named:
            self._parser.CharacterDataHandler = self._caught.append

    def settle(self) -> None:
        self._parser.CharacterDataHandler = None
        number = "".join(self._caught).strip()[:12]
        self._caught.clear()
        known = number.isdecimal() and int(number) < len(self._lengths)
        self._total += self._lengths[int(number)] if known else self._longest
        if self._total > self._max_bytes:
            raise too_large(self._max_bytes)


def refuse_copies(
    pieces: Iterable[bytes], lengths: Sequence[int], max_bytes: int, beat: Callable[[], None] = lambda: None
) -> None:
    """Raises FileProblem ARC-04 when the strings named by the cells of a sheet come to more than `max_bytes`."""
    parser = parser_of()
    references = _References(parser, lengths, max_bytes)
    parser.StartElementHandler = references.start
    for piece in pieces:
        beat()
        parser.Parse(piece, False)
    references.settle()
