"""What the spreadsheet reader can't tell: how far a sheet reaches before it is opened, hidden rows, error cells.

calamine puts every sheet into a full rectangle, so two cells at opposite corners would ask for hundreds of gigabytes.
One pass of expat over the sheet's XML says how far its values reach, before calamine sees it.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from portal.files.containers import ARCHIVE_FAULTS, PIECE, open_zip
from portal.files.problems import FileProblem

MAX_CELLS = 12_000_000  # of 32 bytes in calamine's rectangle
_XML_FAULTS = (*ARCHIVE_FAULTS, expat.ExpatError)


@dataclass
class Hallazgos:
    """What a pass over a sheet found. `filas` and `columnas` are how far its values reach, from A1."""

    filas: int = 0
    columnas: int = 0
    filas_ocultas: int = 0
    celdas_con_error: int = 0
    formulas_sin_valor: int = 0

    @property
    def sprawls(self) -> bool:
        return self.filas * self.columnas > MAX_CELLS


class _Scanner:
    """The handler of one pass; it runs twice a cell, so it does little. Keeps where the pass stands."""

    def __init__(self) -> None:
        self.found = Hallazgos()
        self.is_sheet: bool | None = None
        self._row = self._column = 0
        self._row_text = ""
        self._columns: dict[str, int] = {}
        self._hidden = self._formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c" or tag.endswith(":c"):
            self._cell(attributes.get("r", ""))
            if attributes.get("t") == "e":
                self.found.celdas_con_error += 1
        elif tag == "v" or tag.endswith((":v", ":is")) or tag == "is":
            self._value()
        else:
            self._other(tag.rpartition(":")[2], attributes)

    def _other(self, tag: str, attributes: dict[str, str]) -> None:
        if self.is_sheet is None:
            self.is_sheet = tag == "worksheet"
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
            self._row_text, self._column = "", 0
            self._hidden = attributes.get("hidden") in ("1", "true")
        elif tag == "f":
            self._formula = True

    def _cell(self, reference: str) -> None:
        if self._formula:  # the cell before had a formula and no value
            self.found.formulas_sin_valor += 1
            self._formula = False
        letters = reference.rstrip("0123456789")
        if not letters:
            self._column += 1
            return
        self._column = self._columns.get(letters) or self._columns.setdefault(letters, _column(letters))
        if (digits := reference[len(letters) :]) != self._row_text:
            self._row, self._row_text = int(digits[:9] or 0), digits

    def _value(self) -> None:
        found, self._formula = self.found, False
        if self._row > found.filas:
            found.filas = self._row
        if self._column > found.columnas:
            found.columnas = self._column
        if self._hidden:  # a hidden row counts once, and only if it holds a value
            found.filas_ocultas += 1
            self._hidden = False

    def finish(self) -> Hallazgos:
        self._cell("")
        return self.found


def _column(letters: str) -> int:
    """The number of a column by its letters; what is no column counts as one far out."""
    number = 0
    for letter in letters.upper()[:5]:
        number = number * 26 + max(1, ord(letter) - 64)
    return number


def scan(contenido: bytes) -> dict[str, Hallazgos]:
    """What each sheet of the workbook holds, by its entry in the archive.

    Raises FileProblem ARC-14 when one reaches too far, ARC-09 when its XML is broken.
    """
    try:
        with open_zip(contenido) as archive:
            found = {name: _scan(archive, name) for name in archive.namelist()}
    except _XML_FAULTS as error:
        raise FileProblem("ARC-09", motivo="dañado") from error
    for each in found.values():
        if each.sprawls:
            raise FileProblem("ARC-14", celda=f"{_letters(each.columnas)}{each.filas}")
    return found


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _scan(archive: zipfile.ZipFile, name: str) -> Hallazgos:
    scanner = _Scanner()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open(name) as source:
            while scanner.is_sheet is not False and (piece := source.read(PIECE)):
                parser.Parse(piece, False)
    except expat.ExpatError:
        if scanner.is_sheet:
            raise
        return Hallazgos()  # a picture or another part that is no sheet
    return scanner.finish()


def _refuse_doctype(*_: Any) -> None:
    """No spreadsheet program writes one, and it is the door for entities that grow without end."""
    raise FileProblem("ARC-09", motivo="dañado")


def part_of(contenido: bytes, name: str) -> str:
    """The archive's entry that holds the sheet called `name`; "" when it can't be told."""
    try:
        with open_zip(contenido) as archive:
            return _part_of(archive, name)
    except _XML_FAULTS:
        return ""


def _part_of(archive: zipfile.ZipFile, name: str) -> str:
    """By the workbook's own list of sheets and its relations."""
    sheets = {a.get("name"): _relation(a) for tag, a in _elements(archive, "xl/workbook.xml") if tag == "sheet"}
    targets = {a.get("Id"): a.get("Target", "") for _, a in _elements(archive, "xl/_rels/workbook.xml.rels")}
    target = targets.get(sheets.get(name), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if target and part in archive.namelist() else ""


def _relation(attributes: dict[str, str]) -> str | None:
    return next((value for key, value in attributes.items() if key.endswith(":id")), None)


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(archive.read(name), True)
    return found
