"""How a sheet was read, in sentences: which column is which field, what was filled in, which rows are no lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.files.books.cells import letters
from portal.lotes.efectos_dichos import count
from portal.novedades import Novedad
from portal.novedades.diccionario import fields

ROWS = 6  # rows that are no lines, named
FROM_MEMORY = "recordada"


@dataclass(frozen=True)
class Leido:
    """`frases` say it; `recordado`: by what somebody said of an earlier file; `total`: what the sheet's own total says,
    where the lines come to something else: (row, cents told, cents they come to)."""

    frases: tuple[str, ...]
    recordado: bool
    total: tuple[int, int, int] | None = None

    def __bool__(self) -> bool:
        return bool(self.frases)


def read_as(nov: Novedad, entendido: Mapping[str, Any] | None) -> Leido:
    """The sentences about `Lote.entendido`; none where the file is laid out as the format is, and holds lines only."""
    found = entendido or {}
    columnas = found.get("columnas", {})
    told = (*_columns(nov, columnas, bool(found.get("hoja"))), *_unused(found), *_aside(found.get("apartadas", ())))
    total = found.get("total")
    differs = (total["fila"], total["dice"], total["suman"]) if total else None
    return Leido(told, any(una.get("como") == FROM_MEMORY for una in columnas.values()), differs)


def column_name(number: int, titulo: str, in_a_book: bool) -> str:
    """`B «C.I.»` in a workbook, `2 «C.I.»` in a text; `number` from 1."""
    place = letters(number) if in_a_book else str(number)
    return f"{place} «{titulo}»" if titulo else place


def _columns(nov: Novedad, columnas: Mapping[str, Any], in_a_book: bool) -> Iterator[str]:
    label = {campo.nombre: campo.etiqueta for campo in fields(nov)}
    there = [
        f"{label[name]}, columna {column_name(una['columna'], una['titulo'], in_a_book)}"
        for name, una in columnas.items()
        if "columna" in una and name in label
    ]
    given = [f"{label[name]} {una['valor']}" for name, una in columnas.items() if una.get("valor") and name in label]
    if there:
        yield f"Las columnas son: {'; '.join(there)}."
    if given:
        yield f"En todas las líneas se puso lo que el archivo no trae: {'; '.join(given)}."


def _unused(found: Mapping[str, Any]) -> Iterator[str]:
    titles = [f"«{titulo}»" for titulo in found.get("sin_usar", ())]
    if titles:
        yield f"No se usan: {', '.join(titles)}."


def _aside(rows: Any) -> Iterator[str]:
    if not rows:
        return
    named = [f"fila {row['fila']} «{row['texto']}»" for row in rows[:ROWS]]
    more = f" y {count(len(rows) - ROWS, 'fila más', 'filas más')}" if len(rows) > ROWS else ""
    yield f"{'No son líneas' if len(rows) > 1 else 'No es línea'}: {', '.join(named)}{more}."
