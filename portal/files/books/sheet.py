"""A workbook's first visible sheet with data as lines of text, one a row, so that row numbers are line numbers."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import python_calamine as calamine

from portal.files import separators
from portal.files.books.book import Libro, examine
from portal.files.books.cells import SIN_RESULTADO
from portal.files.books.sheet_scan import ZERO, Hallazgos
from portal.files.encodings.census import take_census
from portal.files.encodings.decoding import PICTURES, Texto
from portal.files.problems import FileProblem
from portal.files.tables.headings import ROWS, Formato, bare
from portal.files.tables.locate import is_of
from portal.files.understood import count

CODIFICACION = "Excel (XLSX)"
OWN_SHEETS = ("ayuda", "listas")  # the ones our templates carry
BEAT_ROWS = 10_000
MOST_TRIED = 12  # sheets that are opened to find the one of this format
# A cell's text may hold line ends, and a line may not; nor a byte order mark, which nobody sees. A tab stays: lines
# hold it too, and what was sent as text comes back in a workbook.
_FLAT = {**PICTURES, 10: " ", 13: " ", 0xFEFF: None}


@dataclass(frozen=True)
class Hoja:
    """One sheet as text. `separador` is "" when every row came as one cell that still has to be split; `columna` is the
    number, from 1, of the sheet's first column with data."""

    nombre: str
    texto: Texto
    separador: str
    columna: int


def read(contenido: bytes, formato: Formato, max_bytes: int, beat: Callable[[], None]) -> Hoja:
    """The sheet to check in the workbook `contenido`. Raises FileProblem ARC-01, 04, 09, 14 or 15."""
    libro = examine(contenido, max_bytes, beat)
    try:
        return _read(libro, formato, beat)
    except calamine.PasswordError as error:
        raise FileProblem("ARC-09", motivo="protegido con contraseña") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FileProblem("ARC-09", motivo="dañado") from error
    except BaseException as error:
        # A panic in the Rust reader is no Exception; anything else of that kind (Ctrl-C) is not ours to explain.
        if type(error).__name__ != "PanicException":
            raise
        raise FileProblem("ARC-09", motivo="dañado") from error


def _read(libro: Libro, formato: Formato, beat: Callable[[], None]) -> Hoja:
    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(libro.contenido)) as book:
        visible = _visible(book)
        name, values = _sheet_to_read(book, visible, libro, formato)
        beat()
        found = libro.hojas[name]
        first, rows = _used_rows(values, _stand_ins(found, libro.sin_calcular), len(formato.campos), beat)
        separador = "" if max(map(len, rows), default=0) == 1 and len(formato.campos) > 1 else separators.SHEET
        cuerpo = "".join(separators.SHEET.join(row) + "\n" for row in rows).encode()
        notas = _notes(book, visible, name, found)
    return Hoja(name, Texto(cuerpo, CODIFICACION, "", take_census(cuerpo), notas), separador, first)


def _visible(book: calamine.CalamineWorkbook) -> list[str]:
    return [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == calamine.SheetVisibleEnum.Visible and meta.typ == calamine.SheetTypeEnum.WorkSheet
    ]


def _sheet_to_read(
    book: calamine.CalamineWorkbook, names: Sequence[str], libro: Libro, formato: Formato
) -> tuple[str, calamine.CalamineSheet]:
    """The first sheet whose first rows are of this format; where none's are, the first with a value or with something
    that stands in for one. Where that one fits others are not even opened."""
    foreign = [name for name in names if bare(name) not in OWN_SHEETS]
    filled = [name for name in foreign or names if name in libro.hojas and libro.hojas[name].filas]
    first: tuple[str, calamine.CalamineSheet] | None = None
    for name in filled[:MOST_TRIED]:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None and not libro.hojas[name].marcas:
            continue
        if len(filled) == 1 or _fits(sheet, formato):
            return name, sheet
        first = first or (name, sheet)
    if first:
        return first
    if any(name not in libro.hojas for name in names):  # its part is missing, or is no sheet
        raise FileProblem("ARC-09", motivo="dañado")
    raise FileProblem("ARC-01")


def _fits(sheet: calamine.CalamineSheet, formato: Formato) -> bool:
    """Whether its first rows have headings of the format, or are lines of it."""
    rows = islice(sheet.iter_rows(), ROWS) if sheet.start is not None else ()
    texts = [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, 1) if any(row)]
    return bool(texts) and is_of(texts, formato)


@dataclass(frozen=True)
class _StandIns:
    """What stands in cells without a value, in the order of the sheet: rows and columns from 0, number of its text."""

    rows: np.ndarray
    columns: np.ndarray
    which: np.ndarray
    texts: Sequence[str]

    def by_row(self, first: int) -> Iterator[tuple[int, list[tuple[int, str]]]]:
        """Row after row its (place, text), where place 0 is column `first`."""
        numbers, starts = np.unique(self.rows, return_index=True)
        for row, start, end in zip(numbers, starts, [*starts[1:], len(self.rows)], strict=False):
            places = (self.columns[start:end] - first).tolist()
            yield int(row), [(p, self.texts[n]) for p, n in zip(places, self.which[start:end], strict=True)]


def _stand_ins(found: Hallazgos, sin_calcular: bool) -> _StandIns:
    """A stored 0 is no result where the writer asks for the formulas to be calculated."""
    marks = np.sort(np.array(found.marcas, np.int64))
    if not sin_calcular and ZERO in found.textos:
        marks = marks[marks & 0xFFFFF != found.textos.index(ZERO)]
    texts = [SIN_RESULTADO if text == ZERO else text for text in found.textos]
    return _StandIns((marks >> 40) - 1, (marks >> 20 & 0xFFFFF) - 1, marks & 0xFFFFF, texts)


def _used_rows(
    sheet: calamine.CalamineSheet, others: _StandIns, campos: int, beat: Callable[[], None]
) -> tuple[int, list[list[str]]]:
    """The number, from 1, of the first column with data, and the rows as texts from there on: empty cells after the
    last value are dropped, those up to the last field are kept."""
    own = sheet.start[1] if sheet.start is not None else int(others.columns.min())
    first = min(own, int(others.columns.min(initial=own)))
    marked = others.by_row(first)
    number, marks = next(marked, (-1, []))
    rows: list[list[str]] = []
    for row in _all_rows(sheet, int(others.rows.max(initial=-1))):
        if len(rows) % BEAT_ROWS == 0:
            beat()
        texts = [""] * (own - first) + [cell_text(cell) for cell in row]
        if len(rows) == number:
            texts = _with(texts, marks)
            number, marks = next(marked, (-1, []))
        rows.append(_trimmed(texts, campos))
    while rows and not any(rows[-1]):
        rows.pop()
    return first + 1, rows


def _all_rows(sheet: calamine.CalamineSheet, last: int) -> Iterator[list[Any]]:
    """The rows of the sheet, and empty ones until the row `last`, from 0."""
    there = 0
    for row in sheet.iter_rows() if sheet.start is not None else ():
        there += 1
        yield row
    for _ in range(there, last + 1):
        yield []


def _with(row: list[str], marks: Sequence[tuple[int, str]]) -> list[str]:
    row += [""] * (marks[-1][0] + 1 - len(row))
    for place, text in marks:
        row[place] = text
    return row


def _trimmed(row: list[str], campos: int) -> list[str]:
    last = len(row)
    while last and not row[last - 1]:
        last -= 1
    return row[: max(last, campos)] if last else [""]


def cell_text(value: Any) -> str:
    """A cell as the text a file would hold: dates AAAAMMDD, whole numbers without a point, decimals in full.

    Tails of floating point stay, a later stage repairs and counts them.
    """
    if isinstance(value, str):
        return value if value.isprintable() else value.replace("\r\n", " ").translate(_FLAT)
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.date):
        return f"{value.year:04d}{value.month:02d}{value.day:02d}"
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return text if "e" not in text else f"{Decimal(text):f}"


def _notes(book: calamine.CalamineWorkbook, visible: Sequence[str], name: str, found: Hallazgos) -> tuple[str, ...]:
    return tuple(_sheet_notes(book, visible, name)) + tuple(_cell_notes(found))


def _sheet_notes(book: calamine.CalamineWorkbook, visible: Sequence[str], name: str) -> Iterator[str]:
    foreign = [each for each in book.sheet_names if bare(each) not in OWN_SHEETS]
    if len(foreign) > 1:
        yield f"El libro tiene {len(foreign)} hojas: se leyó «{name}»."
    hidden = len(set(foreign).difference(visible))
    if hidden:
        yield f"{count(hidden, 'hoja oculta: no se leyó', 'hojas ocultas: no se leyeron')}."


def _cell_notes(found: Hallazgos) -> Iterator[str]:
    if found.filas_ocultas:
        yield f"{count(found.filas_ocultas, 'fila oculta: se leyó', 'filas ocultas: se leyeron')}."
    if found.combinadas:
        yield "Hay celdas combinadas: su valor se leyó solo en la primera de ellas."
