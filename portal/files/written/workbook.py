"""Tables to XLSX: the template with drop-downs and help, and the lines in error. Every cell is text.

Text cells keep the zeros of ids and never run a formula. The same input gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import xlsxwriter

from portal.files.formulas import ARREGLO, CAMPOS, CAUSA, LOTE, MARCA, neutralize

CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that the bytes are always the same
MAX_CELL = 32_767  # of Excel, in characters
MAX_NOTES = 5_000  # each note is a drawing; more make the workbook slow to open
LAST_ROW = 1_048_575
HELP_SHEET = "Ayuda"
LIST_SHEET = "Listas"


@dataclass(frozen=True)
class Columna:
    """A column of a workbook. `ancho` in characters; `opciones` the values its drop-down offers."""

    nombre: str
    etiqueta: str
    ayuda: str
    ancho: int
    opciones: tuple[str, ...] = ()


class LineaConError(NamedTuple):
    """A line in error: its values as sent, cause and fix in Spanish, and the wrong field or fields, from 0."""

    valores: Sequence[str]
    causa: str
    arreglo: str
    campo: int | Sequence[int] | None = None


class _Book:
    """A workbook in memory with the formats every sheet uses."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._bytes, {"in_memory": True, "strings_to_formulas": False})
        self.book.set_properties({"created": CREATED})
        self.text = self.book.add_format({"num_format": "@"})
        self.head = self.book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        self.wrong = self.book.add_format({"num_format": "@", "bg_color": "#F4B6B6"})
        self.wrap = self.book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def sheet(self, name: str, titles: Sequence[tuple[str, int]]) -> Any:
        """A sheet of text columns (title, width) with a frozen bold header."""
        sheet = self.book.add_worksheet(name)
        for index, (title, width) in enumerate(titles):
            sheet.set_column(index, index, width, self.text)
            sheet.write_string(0, index, title, self.head)
        sheet.freeze_panes(1, 0)
        return sheet

    def bytes(self) -> bytes:
        self.book.close()
        return self._bytes.getvalue()


def template_xlsx(
    nombre: str, columnas: Sequence[Columna], filas: Iterable[Sequence[str]] = (), ayuda: Sequence[str] = ()
) -> bytes:
    """A workbook to fill in: sheet `nombre` with `filas` as examples, and a sheet that explains every field.

    `ayuda` are sentences that stand above the fields on that second sheet.
    """
    book = _Book()
    sheet = book.sheet(_sheet_name(nombre), [(c.etiqueta, c.ancho) for c in columnas])
    for row, valores in enumerate(filas, 1):
        for column, value in enumerate(valores):
            sheet.write_string(row, column, value[:MAX_CELL], book.text)
    _help_sheet(book, columnas, ayuda)
    _helpers(book, sheet, columnas)
    return book.bytes()


def errors_xlsx(columnas: Sequence[Columna], filas: Iterable[LineaConError | tuple[Any, ...]], lote: str = "") -> bytes:
    """The lines in error as a workbook that can be sent back: values as sent, marker, lote's number, cause, fix, and
    how many fields were sent.

    Wrong fields are red and carry the cause as a note (the first 5,000 of them). Values longer than an Excel cell are
    cut. `filas` may be plain tuples in the order of LineaConError.
    """
    book = _Book()
    extra = [(MARCA, 10), (LOTE, 16), (CAUSA, 60), (ARREGLO, 60), (CAMPOS, 16)]
    sheet = book.sheet("Errores", [*((c.etiqueta, c.ancho) for c in columnas), *extra])
    for row, fila in enumerate(filas, 1):
        _error_row(book, sheet, row, LineaConError(*fila), len(columnas), lote)
    _help_sheet(book, columnas, ("Corrija los campos en rojo y envíe este mismo libro: la causa se ignora al leer.",))
    _helpers(book, sheet, columnas)
    return book.bytes()


def _error_row(book: _Book, sheet: Any, row: int, linea: LineaConError, campos: int, lote: str) -> None:
    wrong = _wrong_fields(linea.campo)
    width = max(campos, len(linea.valores))
    for column, value in enumerate(linea.valores):
        sheet.write_string(row, column, neutralize(value)[:MAX_CELL], book.wrong if column in wrong else book.text)
    for column in range(len(linea.valores), campos):
        sheet.write_blank(row, column, None, book.wrong if column in wrong else book.text)
    for column, text in enumerate((MARCA, lote, linea.causa, linea.arreglo, str(len(linea.valores))), width):
        sheet.write_string(row, column, neutralize(text)[:MAX_CELL], book.text)
    if row <= MAX_NOTES:
        for column in wrong:
            sheet.write_comment(row, column, f"{linea.causa} {linea.arreglo}"[:MAX_CELL])


def _wrong_fields(campo: int | Sequence[int] | None) -> Sequence[int]:
    if campo is None:
        return ()
    return (campo,) if isinstance(campo, int) else tuple(dict.fromkeys(campo))


def _help_sheet(book: _Book, columnas: Sequence[Columna], ayuda: Sequence[str]) -> None:
    sheet = book.sheet(HELP_SHEET, [("Campo", 28), ("Nombre", 24), ("Cómo se llena", 80), ("Valores", 40)])
    rows = [(text, "", "", "") for text in ayuda]
    rows += [(c.etiqueta, c.nombre, c.ayuda, ", ".join(c.opciones)) for c in columnas]
    for row, cells in enumerate(rows, 1):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text[:MAX_CELL], book.wrap)


def _helpers(book: _Book, sheet: Any, columnas: Sequence[Columna]) -> None:
    """Input messages and drop-downs; the choices stand on a hidden sheet, a list in the cell ends at 255 characters."""
    lists = None
    for index, columna in enumerate(columnas):
        options: dict[str, Any] = {"validate": "any"}
        if columna.opciones:
            lists = lists or _hidden_sheet(book)
            options = {"validate": "list", "source": _choices(book, lists, index, columna), "error_type": "warning"}
            options |= {"error_title": "Valor fuera de la lista", "error_message": "Elija un valor de la lista."}
        if columna.ayuda:
            options |= {"input_title": columna.etiqueta[:32], "input_message": columna.ayuda[:255]}
        if columna.opciones or columna.ayuda:
            sheet.data_validation(1, index, LAST_ROW, index, options)


def _hidden_sheet(book: _Book) -> Any:
    sheet = book.book.add_worksheet(LIST_SHEET)
    sheet.hide()
    return sheet


def _choices(book: _Book, lists: Any, index: int, columna: Columna) -> str:
    for row, option in enumerate(columna.opciones):
        lists.write_string(row, index, option, book.text)
    return f"={LIST_SHEET}!" + xlsxwriter.utility.xl_range_abs(0, index, len(columna.opciones) - 1, index)


def _sheet_name(nombre: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", nombre).strip()[:31] or "Datos"
