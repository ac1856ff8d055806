"""A workbook's first visible sheet with data as lines of text, one a row, so that row numbers are line numbers."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import python_calamine as calamine

from portal.files import separators
from portal.files.census import take_census
from portal.files.decoding import PICTURES, Texto
from portal.files.header import Formato, bare
from portal.files.problems import FileProblem
from portal.files.sheet_scan import Hallazgos, part_of, scan
from portal.files.understood import count

CODIFICACION = "Excel (XLSX)"
OWN_SHEETS = ("ayuda", "listas")  # the ones our templates carry
# A cell's text may hold line ends and tabs, and a line may not; nor a byte order mark, which nobody sees.
_FLAT = {**PICTURES, 9: " ", 10: " ", 13: " ", 0xFEFF: None}


@dataclass(frozen=True)
class Hoja:
    """One sheet as text. `separador` is "" when every row came as one cell that still has to be split."""

    nombre: str
    texto: Texto
    separador: str


def read(contenido: bytes, formato: Formato) -> Hoja:
    """The sheet to check in the workbook `contenido`. Raises FileProblem ARC-01, ARC-09 or ARC-14."""
    found = scan(contenido)
    try:
        return _read(contenido, formato, found)
    except calamine.PasswordError as error:
        raise FileProblem("ARC-09", motivo="protegido con contraseña") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FileProblem("ARC-09", motivo="dañado") from error
    except BaseException as error:
        # A panic in the Rust reader is no Exception; anything else of that kind (Ctrl-C) is not ours to explain.
        if type(error).__name__ != "PanicException":
            raise
        raise FileProblem("ARC-09", motivo="dañado") from error


def _read(contenido: bytes, formato: Formato, scanned: dict[str, Hallazgos]) -> Hoja:
    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(contenido)) as book:
        visible = _visible(book)
        name, sheet = _first_with_data(book, visible)
        rows = _used_rows(sheet, len(formato.campos))
        separador = "" if max(map(len, rows), default=0) == 1 and len(formato.campos) > 1 else separators.SHEET
        cuerpo = "".join(separators.SHEET.join(row) + "\n" for row in rows).encode()
        found = scanned.get(part_of(contenido, name), Hallazgos())
        notas = _notes(book, visible, name, bool(sheet.merged_cell_ranges), found)
    censo = take_census(cuerpo)
    return Hoja(name, Texto(cuerpo, CODIFICACION, "", censo, notas), separador)


def _visible(book: calamine.CalamineWorkbook) -> list[str]:
    return [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == calamine.SheetVisibleEnum.Visible and meta.typ == calamine.SheetTypeEnum.WorkSheet
    ]


def _first_with_data(book: calamine.CalamineWorkbook, names: Sequence[str]) -> tuple[str, calamine.CalamineSheet]:
    foreign = [name for name in names if bare(name) not in OWN_SHEETS]
    for name in foreign or names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None:
            return name, sheet
    raise FileProblem("ARC-01")


def _used_rows(sheet: calamine.CalamineSheet, campos: int) -> list[list[str]]:
    """The rows as texts: empty cells after the last value are dropped, those up to the last field are kept."""
    rows = [_trimmed([cell_text(cell) for cell in row], campos) for row in sheet.iter_rows()]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


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


def _notes(
    book: calamine.CalamineWorkbook, visible: Sequence[str], name: str, merged: bool, found: Hallazgos
) -> tuple[str, ...]:
    return tuple(_sheet_notes(book, visible, name)) + tuple(_cell_notes(merged, found))


def _sheet_notes(book: calamine.CalamineWorkbook, visible: Sequence[str], name: str) -> Iterator[str]:
    foreign = [each for each in book.sheet_names if bare(each) not in OWN_SHEETS]
    if len(foreign) > 1:
        yield f"El libro tiene {len(foreign)} hojas: se leyó «{name}»."
    hidden = sum(each not in visible for each in foreign)
    if hidden:
        yield f"{count(hidden, 'hoja oculta: no se leyó', 'hojas ocultas: no se leyeron')}."


def _cell_notes(merged: bool, found: Hallazgos) -> Iterator[str]:
    if found.filas_ocultas:
        yield f"{count(found.filas_ocultas, 'fila oculta: se leyó', 'filas ocultas: se leyeron')}."
    if merged:
        yield "Hay celdas combinadas: su valor se leyó solo en la primera de ellas."
    if found.celdas_con_error:
        yield f"{count(found.celdas_con_error, 'celda', 'celdas')} con error de Excel (como #N/D): se leyeron vacías."
    if found.formulas_sin_valor:
        yield (
            f"{count(found.formulas_sin_valor, 'fórmula', 'fórmulas')} sin resultado guardado: se leyeron vacías. "
            "Abra el libro en Excel, guárdelo y envíelo otra vez."
        )
