"""The page on which somebody says which column of a sheet is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.lotes.vista.hoja.leido import column_name
from portal.modelos import Lote
from portal.novedades import Novedad
from portal.novedades.diccionario import fields
from portal.revision.columnas import OF_ALL


@dataclass(frozen=True)
class Columna:
    """One column: its number from 1, its name, the field chosen for it, what its first rows hold."""

    numero: int
    nombre: str
    elegida: str
    valores: Sequence[str]


@dataclass(frozen=True)
class PaginaDeColumnas:
    """`columnas` in the order of the file; `opciones`: (field, label), with the empty one; `de_todas`: the fields that
    the sheet may lack, and what was chosen for them."""

    columnas: Sequence[Columna]
    opciones: Sequence[tuple[str, str]]
    de_todas: Mapping[str, str]


def page_of(
    lote: Lote, nov: Novedad, elegidas: Mapping[int, str], dados: Mapping[str, str], known: Mapping[str, str]
) -> PaginaDeColumnas:
    """`elegidas`: column (from 0) → field; `dados`: as typed; `known`: fields that need no column."""
    asked: Mapping[str, Any] = lote.pregunta or {}
    in_a_book = not lote.archivo.nombre.lower().endswith((".txt", ".csv", ".dat"))
    columnas = [
        Columna(
            place + 1,
            column_name(place + asked["primera"], _at(asked["titulos"], place), in_a_book),
            elegidas.get(place, ""),
            [text for row in asked["filas"] if (text := _at(row, place).strip())],
        )
        for place in range(asked["ancho"])
    ]
    labels = [(campo.nombre, campo.etiqueta) for campo in fields(nov)]
    return PaginaDeColumnas(
        columnas,
        [("", "No se usa"), *labels],
        {name: dados.get(name, "") for name in OF_ALL if name not in known},
    )


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
