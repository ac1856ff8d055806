"""What the spreadsheet reader can't tell of a sheet: how far it reaches, hidden rows, error cells, formulas without a
result. One pass of expat over its XML, before calamine sees it.

calamine puts every sheet into a full rectangle, so two cells at opposite corners would ask for hundreds of gigabytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from portal.files.books.cells import SIN_RESULTADO, SOME_ERROR, is_error, reference
from portal.files.books.marks import Marks, bloated, figure
from portal.files.problems import FileProblem

MAX_CELLS = 12_000_000  # of 32 bytes in calamine's rectangle
MAX_ROWS = 1_048_576  # of Excel
MAX_EMPTY = 4_000_000  # cells without a value: a template formatted down to its last row has as many
MAX_OTHER = 2_000_000  # elements that are neither rows nor cells nor values
MAX_NAMES = 10_000  # distinct names of elements and attributes: expat interns each
#: a formula whose stored result is 0: it may be none
ZERO = "0"
_FAR = 1 << 20


@dataclass
class Hallazgos:
    """What a pass over a sheet found. `filas` and `columnas` are how far its values reach, from A1; `valores` is how
    many cells hold one. `marcas` are the cells without a value that are not empty, as row << 40 | column << 20 | text
    in `textos`, rows and columns from 1."""

    filas: int = 0
    columnas: int = 0
    filas_ocultas: int = 0
    valores: int = 0
    combinadas: bool = False
    marcas: array[int] = field(default_factory=lambda: array("q"))
    textos: list[str] = field(default_factory=list)

    def mark(self, row: int, column: int, text: str) -> None:
        if text not in self.textos:
            self.textos.append(text)
        self.marcas.append(min(row, _FAR) << 40 | min(column, _FAR - 1) << 20 | self.textos.index(text))

    def refuse_sprawl(self) -> None:
        if self.filas * self.columnas > MAX_CELLS:
            raise FileProblem("ARC-14", celda=reference(self.columnas, self.filas))


class _Scanner:
    """The handler of one pass. It runs twice per cell, so it does little. Holds the state of the pass.

    `_pending`: the cell may hold something that is no value, so what follows in it is examined.
    """

    def __init__(self, parser: Any, nombre: str) -> None:
        self.found = Hallazgos()
        self.nombre = nombre
        self._parser = parser
        self._row = self._column = self._cells = self._rows = self._others = 0
        self._row_text = self._kind = ""
        self._columns: dict[str, int] = {}
        self._hidden = self._pending = self._formula = self._valued = False
        self._caught: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c" or tag.endswith(":c"):
            self._cell(attributes.get("r", ""))
            if (kind := attributes.get("t", "")) == "e":
                self._pending = True
            self._kind = kind
        elif tag == "v" or tag.endswith((":v", ":is")) or tag == "is":
            self._value()
            if self._pending:
                self._catch()
        else:
            self._other(tag.rpartition(":")[2], attributes)

    def _other(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._new_row(attributes)
        elif tag == "f":
            self._pending = self._formula = True
        elif tag != "t":
            self._others += 1
            self.found.combinadas = self.found.combinadas or tag == "mergeCell"

    def _new_row(self, attributes: dict[str, str]) -> None:
        if self._pending:
            self._settle()
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
        self._row_text, self._column = "", 0
        self._rows += 1
        self._hidden = attributes.get("hidden") in ("1", "true")

    def _cell(self, reference: str) -> None:
        if self._pending:
            self._settle()
        self._cells += 1
        letters = reference.rstrip("0123456789")
        if not letters:
            self._column += 1
            return
        self._column = self._columns.get(letters) or self._columns.setdefault(letters, _column(letters))
        if (digits := reference[len(letters) :]) != self._row_text:
            self._row, self._row_text = int(digits[:9] or 0), digits

    def _value(self) -> None:
        found = self.found
        found.valores += 1
        if self._row > found.filas:
            found.filas = self._row
        if self._column > found.columnas:
            found.columnas = self._column
        if self._hidden:  # a hidden row counts once, and only if it holds a value
            found.filas_ocultas += 1
            self._hidden = False

    def _catch(self) -> None:
        self._valued = True
        self._parser.CharacterDataHandler = self._caught.append

    def _settle(self) -> None:
        """The end of a cell that was examined: records what stands in it instead of a value, if anything."""
        text = "".join(self._caught).strip()
        if self._kind == "e":
            self._stands(text if is_error(text) else SOME_ERROR)
        elif self._formula and not text and not (self._kind == "str" and self._valued):
            self._stands(SIN_RESULTADO)
        elif self._formula and text in ("0", "0.0") and self._kind in ("", "n"):
            self._stands(ZERO)
        self._parser.CharacterDataHandler = None
        self._caught.clear()
        self._pending = self._formula = self._valued = False

    def _stands(self, text: str) -> None:
        if not self._valued:
            self._value()
        self.found.mark(self._row, self._column, text)

    def judge(self, elements: int) -> None:
        """Raises FileProblem once the sheet is more than anybody's data. `elements`: how many of them have begun."""
        self.found.refuse_sprawl()
        texts = elements - self._rows - self._cells - self.found.valores - self._others
        for most, there, what in (
            (MAX_ROWS, self._rows, "filas"),
            (MAX_EMPTY, self._cells - self.found.valores, "celdas vacías"),
            (MAX_OTHER, self._others, "elementos que no son celdas"),
            (MAX_OTHER, self.found.valores - self._cells, "valores fuera de sus celdas"),
            (MAX_OTHER, texts - self._cells, "textos y fórmulas que no son de una celda"),
        ):
            if there > most:
                raise bloated(self.nombre, f"más de {figure(most)} {what}")

    def finish(self, elements: int) -> Hallazgos:
        if self._pending:
            self._settle()
        self.judge(elements)
        return self.found


def _column(letters: str) -> int:
    """The number of a column by its letters; what is no column counts as one far out."""
    number = 0
    for letter in letters.upper()[:5]:
        number = number * 26 + max(1, ord(letter) - 64)
    return number


class Pass:
    """A pass over one sheet, a piece at a time: `feed` them, then `finish`."""

    def __init__(self, nombre: str) -> None:
        self._names: dict[str, str] = {}
        self._parser = parser_of(self._names)
        self._scanner = _Scanner(self._parser, nombre)
        self._parser.StartElementHandler = self._scanner.start
        self._ends: list[str] = []
        self._ended = 0
        self._counts = False

    def feed(self, piece: bytes, marks: Marks) -> None:
        """The next piece, which `marks` has counted."""
        if not marks.tidy and not self._counts:  # from here on what has ended is counted by expat
            self._counts = True
            self._parser.EndElementHandler = self._ends.append
        self._parser.Parse(piece, False)
        self._ended = self._ended + len(self._ends) if self._counts else marks.elements - marks.open
        self._ends.clear()
        marks.refuse_depth(marks.elements - self._ended)
        if len(self._names) > MAX_NAMES:
            raise bloated(marks.nombre, f"más de {figure(MAX_NAMES)} nombres distintos")
        self._scanner.judge(marks.elements)

    def finish(self, marks: Marks) -> Hallazgos:
        self._parser.Parse(b"", True)
        return self._scanner.finish(marks.elements)


def parser_of(names: dict[str, str] | None = None, start: Callable[..., Any] | None = None) -> Any:
    """An expat parser for UTF-8, whatever the part declares: its bytes were counted as UTF-8."""
    parser = expat.ParserCreate("utf-8", None, names if names is not None else {})
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:
    """No spreadsheet program writes a DOCTYPE, and it allows exponential entity expansion."""
    raise FileProblem("ARC-09", motivo="dañado")
