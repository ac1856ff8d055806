"""Which column of a table is which field, and how its rows become lines of the format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from portal.files.separators import SHEET
from portal.files.tables.headings import Formato, bare

#: how a field was found: by its heading, as a person said of this file, as was said of an earlier one like it, or
#: known without the sheet
POR_ENCABEZADO, DICHA, RECORDADA, SABIDA = "encabezado", "dicha", "recordada", "sabida"


def _none(_: str) -> None:
    """Nothing is remembered."""


@dataclass(frozen=True)
class Lectura:
    """What is known of a table before it is read. `dados`: field → the value of every line where the sheet has no such
    column. `columnas`: field → column (from 0, the first one that holds anything), as a person said of this very file;
    `numeros` the same by the columns' numbers in the file, from 1. `recordar` gives, of a shape, what was said of an
    earlier file."""

    dados: Mapping[str, str] = field(default_factory=dict)
    columnas: Mapping[str, int] | None = None
    numeros: Mapping[str, int] | None = None
    recordar: Callable[[str], Mapping[str, int] | None] = _none

    def beginning_at(self, primera: int) -> Lectura:
        """The same, for a table whose first column has that number (from 1) in the file."""
        if self.numeros is None:
            return self
        return replace(self, columnas={name: number - primera for name, number in self.numeros.items()})


@dataclass(frozen=True)
class Disposicion:
    """For each field of the format, in its order, where it comes from: a column (from 0) of the sheet, or a value. The
    last ones may be missing. `como`: how each field was found."""

    fuentes: tuple[int | str, ...]
    ancho: int
    como: Mapping[str, str]

    def apply(self, textos: pl.Series, separador: str) -> pl.Series:
        """Rows as lines of the format, their fields apart by SHEET; a cell that is not there is empty."""
        parts = textos.str.splitn(separador, self.ancho + 1).struct.unnest()
        there = [pl.lit(source) if isinstance(source, str) else pl.nth(source).fill_null("") for source in self.fuentes]
        return parts.select(pl.concat_str(there, separator=SHEET).alias("texto"))["texto"]

    def dados(self) -> dict[str, str]:
        """Field → value, of those that the sheet has not."""
        return {name: source for name, source in zip(self.como, self.fuentes, strict=True) if isinstance(source, str)}

    def columnas(self) -> dict[str, int]:
        """Field → column, of those that the sheet has."""
        return {name: source for name, source in zip(self.como, self.fuentes, strict=True) if isinstance(source, int)}


def shape(titulos: Sequence[str], ancho: int) -> str:
    """What two files have in common whose columns mean the same: their headings, else how many columns there are."""
    told = "|".join(bare(titulo) for titulo in titulos) if any(titulos) else f"{ancho} columnas"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def arrange(
    columnas: Mapping[str, int],
    formato: Formato,
    lectura: Lectura,
    ancho: int,
    como: str,
    repetidos: frozenset[str] = frozenset(),
) -> tuple[Disposicion | None, list[str]]:
    """The layout with these columns, other fields taken from what is known; or the fields that are nowhere."""
    fuentes: list[int | str] = []
    told: dict[str, str] = {}
    missing = [name for name in formato.necesarios if name not in columnas and name not in lectura.dados]
    if missing := [*missing, *(name for name in repetidos if name not in missing)]:
        return None, [name for name in formato.nombres if name in missing]
    last = max((place for place, name in enumerate(formato.nombres) if name in columnas), default=-1)
    for name in formato.nombres[: max(last + 1, len(formato.necesarios))]:
        fuentes.append(columnas[name] if name in columnas else lectura.dados.get(name, ""))
        told[name] = como if name in columnas else SABIDA
    return Disposicion(tuple(fuentes), ancho, told), []


@dataclass(frozen=True)
class Apartada:
    """A row of the file that is no line: its number, its text, and why."""

    fila: int
    texto: str
    por: str

    def as_dict(self) -> dict[str, Any]:
        return {"fila": self.fila, "texto": self.texto, "por": self.por}
