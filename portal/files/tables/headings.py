"""The row of headings of a table: where it stands, and which field each of its columns is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from portal.files.formulas import MARCA

#: rows among which the headings stand
ROWS = 30
CEDULA = "cedula"
#: headings that make a row one of headings, the worker's own among them or not
WITH_CEDULA, WITHOUT = 2, 3
_UNIT = re.compile(r"\((?:[^()]*)\)\s*$")


@dataclass(frozen=True)
class Formato:
    """For each field the headings it goes by (name, label, what offices write), first the one to show.

    `opcionales` says how many of the last fields a file may leave out; `movimientos` are the codes of all movements: a
    line that has one of them in its fifth field is one of a batch file.
    """

    campos: tuple[tuple[str, ...], ...]
    opcionales: int = 0
    movimientos: frozenset[str] = field(default_factory=frozenset)

    @property
    def nombres(self) -> tuple[str, ...]:
        return tuple(campo[0] for campo in self.campos)

    def etiqueta(self, nombre: str) -> str:
        """The label of a field."""
        return next(campo[min(1, len(campo) - 1)] for campo in self.campos if campo[0] == nombre)

    @property
    def necesarios(self) -> tuple[str, ...]:
        """The fields that no line may lack."""
        return self.nombres[: len(self.campos) - self.opcionales]


@dataclass(frozen=True)
class Encabezado:
    """A row of headings: its number in the file, its texts, and which of its columns (from 0) is each field.
    `repetidos`: fields that several columns may be, so that none was taken."""

    fila: int
    titulos: tuple[str, ...]
    columnas: Mapping[str, int]
    repetidos: frozenset[str]


def bare(name: str) -> str:
    """A heading as it is compared: no case, no accents, nothing but letters and digits."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def find(rows: Sequence[tuple[int, Sequence[str]]], formato: Formato) -> Encabezado | None:
    """The row of headings among the first rows, each with its number: of several, the one with the most known
    headings."""
    read = (_read(number, row, formato) for number, row in rows[:ROWS] if not _of_digits(row))
    found = [one for one in read if one and _is_one(one)]
    return max(found, key=lambda one: len(one.columnas) + len(one.repetidos), default=None)


def _read(number: int, row: Sequence[str], formato: Formato) -> Encabezado | None:
    own = list(row[: list(row).index(MARCA)] if MARCA in row else row)
    names = [_known_as(text) for text in own]
    if any(name.isdigit() for name in names):
        return None
    columnas, repetidos = {}, set()
    for nombre, spellings in zip(formato.nombres, _bare_spellings(formato.campos), strict=True):
        fitting = _fitting(names, spellings)
        if len(fitting) == 1:
            columnas[nombre] = fitting[0]
        elif fitting:
            repetidos.add(nombre)
    return Encabezado(number, tuple(text.strip() for text in own), columnas, frozenset(repetidos))


def _of_digits(row: Sequence[str]) -> bool:
    """Whether its first cell is a number, as in every line of a batch file: no heading is."""
    return bool(row) and row[0].isascii() and row[0].isdigit()


@cache
def _bare_spellings(campos: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(bare(one) for one in spellings) for spellings in campos)


def _known_as(text: str) -> str:
    """A heading without the unit behind it: «Sueldo (USD)»."""
    return bare(_UNIT.sub("", text.strip())) or bare(text)


def _fitting(names: Sequence[str], spellings: Sequence[str]) -> list[int]:
    """The columns with the first of these spellings that any has: its own name before what others call it. One that
    stands there twice is one column with a copy, and nobody knows which of them is meant."""
    own = [place for place, name in enumerate(names) if name and name in spellings[:2]]
    return own or [place for place, name in enumerate(names) if name and name in spellings]


def _is_one(found: Encabezado) -> bool:
    known = len(found.columnas) + len(found.repetidos)
    if known >= WITH_CEDULA and known == sum(bool(text) for text in found.titulos):
        return True  # every column is known
    return known >= (WITH_CEDULA if CEDULA in found.columnas or CEDULA in found.repetidos else WITHOUT)
