"""What the spreadsheet reader can't tell: how far a sheet reaches before it is opened, hidden rows, error cells.

calamine puts every sheet into a full rectangle, so two cells at opposite corners would ask for hundreds of gigabytes.
One pass of expat over the sheet's XML says how far its values reach, before calamine sees it.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from portal.files.containers import ARCHIVE_FAULTS, PIECE, open_zip
from portal.files.problems import FileProblem

MAX_CELLS = 12_000_000  # of 32 bytes in calamine's rectangle
_REF = re.compile(r"([A-Za-z]{1,4})([0-9]{1,8})")
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


@dataclass
class _Scanner:
    """The handlers of one pass. Keeps where the pass stands: row, column, whether the row is hidden."""

    found: Hallazgos = field(default_factory=Hallazgos)
    is_sheet: bool | None = None
    row: int = 0
    column: int = 0
    hidden: bool = False
    formula: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if self.is_sheet is None:
            self.is_sheet = tag == "worksheet"
        elif tag in ("v", "is"):
            self._value()
        elif tag == "c":
            self._cell(attributes)
        elif tag == "row":
            self._row(attributes)
        elif tag == "f":
            self.formula = True

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "c" and self.formula:
            self.found.formulas_sin_valor += 1
            self.formula = False

    def _row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) if number.isdecimal() and len(number) < 9 else self.row + 1
        self.column = 0
        self.hidden = attributes.get("hidden") in ("1", "true")

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = _REF.fullmatch(attributes.get("r", ""))
        self.column = _column(reference[1]) if reference else self.column + 1
        self.row = int(reference[2]) if reference else self.row
        self.formula = False
        self.found.celdas_con_error += attributes.get("t") == "e"

    def _value(self) -> None:
        self.formula = False
        self.found.filas = max(self.found.filas, self.row)
        self.found.columnas = max(self.found.columnas, self.column)
        self.found.filas_ocultas += self.hidden
        self.hidden = False  # a hidden row counts once, and only if it holds a value


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def refuse_sprawl(contenido: bytes) -> None:
    """Raise FileProblem ARC-14 when a sheet of the workbook reaches too far, ARC-09 when its XML is broken."""
    try:
        with open_zip(contenido) as archive:
            for name in archive.namelist():
                found = _scan(archive, name)
                if found.sprawls:
                    raise FileProblem("ARC-14", celda=f"{_letters(found.columnas)}{found.filas}")
    except _XML_FAULTS as error:
        raise FileProblem("ARC-09", motivo="dañado") from error


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
    parser.EndElementHandler = scanner.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open(name) as source:
            while scanner.is_sheet is not False and (piece := source.read(PIECE)):
                parser.Parse(piece, False)
    except expat.ExpatError:
        if scanner.is_sheet:
            raise
    return scanner.found  # a picture or another part that is no sheet: nothing found


def _refuse_doctype(*_: Any) -> None:
    """No spreadsheet program writes one, and it is the door for entities that grow without end."""
    raise FileProblem("ARC-09", motivo="dañado")


def scan_sheet(contenido: bytes, name: str) -> Hallazgos:
    """What stands in the sheet called `name`; nothing found when its part can't be told."""
    try:
        with open_zip(contenido) as archive:
            part = _part_of(archive, name)
            return _scan(archive, part) if part else Hallazgos()
    except _XML_FAULTS:
        return Hallazgos()


def _part_of(archive: zipfile.ZipFile, name: str) -> str:
    """The archive's entry that holds the sheet `name`, by the workbook's own list and its relations."""
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
