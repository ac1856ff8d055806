"""CSV files that operators import: read line by line, and judged whole before anything is written.

A file is read two or three times and never held in memory: of each line only a number stays, its key.
"""

from __future__ import annotations

import csv
import unicodedata
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Generic, NamedTuple, TypeVar

import click
import numpy as np

SHOWN = 20  # lines to mend that are told at once
BOM = b"\xef\xbb\xbf"
UTF8 = "no está en UTF-8. Guarde el archivo como «CSV UTF-8» y vuelva a importarlo."
QUOTES = "Revise las comillas: la que abre un dato debe cerrarlo, y una dentro de un dato va doble."


class Wrong(click.ClickException):
    """One thing to mend, of one line."""

    def __init__(self, linea: int, message: str) -> None:
        super().__init__(f"línea {linea}{message}")
        self.linea = linea


class Fila(NamedTuple):
    """A line: its number in the file, the names of the columns and its fields."""

    linea: int
    columnas: Sequence[str]
    campos: Sequence[str]

    def text(self, columna: str) -> str:
        """The field without spaces that no one sees; empty when the file has no such column."""
        if columna not in self.columnas:
            return ""
        return " ".join(self.campos[self.columnas.index(columna)].split())

    def wrong(self, columna: str, arreglo: str) -> Wrong:
        valor = self.text(columna)
        says = f"dice «{valor}»" if valor else "está vacía"
        return Wrong(self.linea, f", columna «{columna}»: {says}. {arreglo}")

    def name(self, columna: str) -> str:
        """A name that people read. Raises Wrong when it holds what no screen shows."""
        text = self.text(columna)
        if not text.isprintable():
            raise self.wrong(columna, "Quite el carácter que no se ve y escriba el nombre de nuevo.")
        return text


@dataclass(frozen=True)
class TablaCsv:
    """A file with a line of column names, separated by `;` or `,`, in UTF-8."""

    path: Path
    obligatorias: tuple[str, ...]
    opcionales: tuple[str, ...] = ()

    def filas(self) -> Iterator[Fila]:
        """The lines that say something. Raises ClickException where the file cannot be read on."""
        with self.path.open("rb") as file:
            text = _decoded(file)
            header = next(text, "")
            separador = ";" if ";" in header else ","
            columnas = self._columns(_record(csv.reader([header], delimiter=separador, strict=True), 1) or [])
            reader = csv.reader(text, delimiter=separador, strict=True)
            while (campos := _record(reader, first := reader.line_num + 2)) is not None:
                if any(campo.strip() for campo in campos):
                    yield Fila(first, columnas, campos)

    def _columns(self, header: Sequence[str]) -> list[str]:
        """The names of the columns. Raises ClickException when they are not those that must and may be there."""
        columnas = [_plain(name) for name in header]
        missing = [c for c in self.obligatorias if c not in columnas]
        unknown = [c for c in columnas if c not in self.obligatorias + self.opcionales]
        twice = sorted({c for c in columnas if columnas.count(c) > 1})
        for told, names in (("faltan", missing), ("no se conocen", unknown), ("están dos veces", twice)):
            if names:
                raise click.ClickException(f"línea 1: {told} las columnas {_listed(names)}. {self._header()}")
        return columnas

    def _header(self) -> str:
        optional = f" y, si quiere, {_listed(self.opcionales)}" if self.opcionales else ""
        return f"En la primera línea van {_listed(self.obligatorias)}{optional}, separadas por punto y coma o por coma."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)


def _decoded(file: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        try:
            yield (line.removeprefix(BOM) if number == 1 else line).decode()
        except UnicodeDecodeError:
            raise click.ClickException(f"línea {number}: {UTF8}") from None


def _record(reader: Iterator[list[str]], linea: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error:
        raise click.ClickException(f"línea {linea}: no se puede leer. {QUOTES}") from None


def _plain(name: str) -> str:
    """A column's name as people may write it: ` Identificación ` is `identificacion`."""
    bare = unicodedata.normalize("NFKD", name.strip().lower())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).replace(" ", "_")


Row = TypeVar("Row")


class Hecho(NamedTuple, Generic[Row]):
    """What may be said more than once in a file, and then always the same: of `clave`, the values of `dice`."""

    de: str
    clave: Callable[[Row], int]
    dice: Callable[[Row], dict[str, str]]


@dataclass
class Faults:
    """The lines to mend: the first are kept to be told, the others counted."""

    kept: list[Wrong] = field(default_factory=list)
    total: int = 0

    def add(self, wrong: Wrong) -> None:
        self.total += 1
        if len(self.kept) < SHOWN:
            self.kept.append(wrong)

    def stop(self) -> None:
        """Raises ClickException when there is something to mend."""
        if not self.total:
            return
        lines = [wrong.message for wrong in sorted(self.kept, key=lambda wrong: wrong.linea)]
        more = [f"… y {self.total - SHOWN} más."] if self.total > SHOWN else []
        raise click.ClickException("\n".join(["No se importó nada. Corrija y vuelva a importar:", *lines, *more]))


Parse = Callable[[Fila], Row]


def rows(tabla: TablaCsv, parse: Parse[Row]) -> Iterator[tuple[Fila, Row]]:
    """Each line and what it says. Raises Wrong."""
    for fila in tabla.filas():
        yield fila, _parsed(fila, parse)


def judge(tabla: TablaCsv, parse: Parse[Row], hechos: Sequence[Hecho[Row]]) -> list[int]:
    """How many different keys each of the `hechos` has. Raises ClickException with all there is to mend."""
    faults, claves = Faults(), [array("q") for _ in hechos]
    for fila in tabla.filas():
        try:
            row = _parsed(fila, parse)
        except Wrong as wrong:
            faults.add(wrong)
            continue
        for seen, hecho in zip(claves, hechos, strict=True):
            seen.append(hecho.clave(row))
    counted = [np.unique(np.asarray(seen), return_counts=True) for seen in claves]
    for hecho, (keys, times) in zip(hechos, counted, strict=True):
        _contradictions(tabla, parse, hecho, set(keys[times > 1].tolist()), faults)
    faults.stop()
    return [len(keys) for keys, _ in counted]


def _parsed(fila: Fila, parse: Parse[Row]) -> Row:
    if len(fila.campos) != len(fila.columnas):
        how = "Si un dato lleva el separador, escríbalo entre comillas dobles."
        raise Wrong(fila.linea, f": tiene {len(fila.campos)} datos y el encabezado {len(fila.columnas)}. {how}")
    return parse(fila)


def _contradictions(tabla: TablaCsv, parse: Parse[Row], hecho: Hecho[Row], repeated: set[int], faults: Faults) -> None:
    """Of the keys that stand on several lines: those lines that do not say what the first one says."""
    firsts: dict[int, tuple[int, dict[str, str]]] = {}
    for fila in tabla.filas() if repeated else ():
        try:
            row = _parsed(fila, parse)
        except Wrong:
            continue  # told already
        if (clave := hecho.clave(row)) not in repeated:
            continue
        first, said = firsts.setdefault(clave, (fila.linea, hecho.dice(row)))
        for columna, valor in hecho.dice(row).items():
            if valor != said[columna]:
                how = f"La línea {first} dice «{said[columna]}» {hecho.de}: deje en las dos lo que es cierto."
                faults.add(fila.wrong(columna, how))
