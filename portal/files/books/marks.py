"""How much XML a stream holds, counted over its bytes before a parser builds anything of it.

An element costs a reader a hundred times its bytes in an archive, so a part of a workbook is bounded by its elements as
well as by its bytes. numpy counts the tags of one piece in about 1 ms for 256 kB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portal.files.problems import FileProblem
from portal.files.understood import THIN

LONGEST = 1 << 20  # bytes of one name, value or text: expat scans an unfinished one again with each piece
DEEPEST = 1_000  # nesting depth; readers keep each open element
_LT, _GT, _SLASH, _BANG, _ASKS = b"<>/!?"


def bloated(parte: str, que: str) -> FileProblem:
    """The problem of a workbook that holds far more than data."""
    shown = "".join(c for c in parte.replace("\\", "/").rpartition("/")[2] if c.isprintable())[:60]
    return FileProblem("ARC-15", que=que, parte=shown)


def figure(number: int) -> str:
    return f"{number:,}".replace(",", THIN)


@dataclass
class Marks:
    """The tags of the part `nombre`, of at most `most` elements. `open`: the current nesting depth, known only while
    the part is `tidy`, when no `<` or `>` stands outside a tag."""

    nombre: str
    most: int
    elements: int = 0
    open: int = 0
    tidy: bool = True
    _excess: int = 0
    _silent: int = 0
    _last: bytes = b""

    def add(self, piece: bytes) -> None:
        """Counts the next piece. Raises FileProblem ARC-15 once it is more than anybody's data."""
        data = np.frombuffer(self._last + piece, np.uint8)
        prolog = 0 if self._last else int(piece.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml"))
        self._last = piece[-1:]
        before, after = data[:-1], data[1:]
        marks, ends = before == _LT, after == _GT
        closing = int(np.count_nonzero(marks & (after == _SLASH)))
        other = int(np.count_nonzero(marks & ((after == _BANG) | (after == _ASKS))))
        began = int(np.count_nonzero(marks)) - closing - other
        self.elements += began
        self.open += began - closing - int(np.count_nonzero(ends & (before == _SLASH)))
        self._excess += began + closing + other - int(np.count_nonzero(ends))
        self.tidy = self.tidy and other == prolog and abs(self._excess) < 2
        self._silent = 0 if began + closing else self._silent + len(piece)
        self._judge()

    def _judge(self) -> None:
        if self.elements > self.most:
            raise bloated(self.nombre, f"más de {figure(self.most)} elementos")
        if self._silent > LONGEST:
            raise bloated(self.nombre, f"un texto de más de {figure(LONGEST)} caracteres")
        if self.tidy:
            self.refuse_depth(self.open)

    def refuse_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise bloated(self.nombre, f"más de {figure(DEEPEST)} elementos uno dentro de otro")
