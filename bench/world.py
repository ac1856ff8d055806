"""The history that a file is checked against, in memory: as a snapshot of the engine and as plain dictionaries.

All the workers were hired on one day. Of one in two hundred the extra is registered already: for every second of those
with the value of the file, for the others with another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from bench.inputs import HIRED, HOY, RUC, SUCURSALES
from portal.files.columns import Contexto
from portal.novedades import Novedad
from portal.novedades.comunes import HISTORIA
from portal.revision.tramo import ACUMULADO, REGISTRADAS

REGISTERED_EVERY = 200
LOTE = 7
PERIODO = 202611
INGRESO = date(int(HIRED[:4]), int(HIRED[4:6]), int(HIRED[6:]))
DAY = date.fromisoformat(HOY)
#: what is the same of all of them
ALIKE = {"rel_jornada": pl.lit("1"), "rel_sectorial": pl.lit("1507500000011"), "sueldo_actual": pl.lit(60000)}
ALIKE |= {"sueldo_desde": pl.lit(None), "ultimo_periodo": pl.lit(None)}


@dataclass(frozen=True)
class World:
    """Who is hired (`who`), and of whom an extra of so many `cents` is registered."""

    who: np.ndarray
    registered: np.ndarray
    cents: np.ndarray

    def save(self, path: Path) -> Path:
        np.savez(path, who=self.who, registered=self.registered, cents=self.cents)
        return path

    def relaciones(self) -> dict[tuple[int, int], list[tuple[date, date | None]]]:
        """(sucursal, cédula) → ingreso and salida of each."""
        return {(SUCURSALES[c % 3], c): [(INGRESO, None)] for c in self.who.tolist()}

    def registradas(self) -> dict[tuple[int, int, int, str], int]:
        """(sucursal, period, cédula, cause) → cents."""
        pairs = zip(self.registered.tolist(), self.cents.tolist(), strict=True)
        return {(SUCURSALES[c % 3], PERIODO, c, "O"): cents for c, cents in pairs}


def world(who: np.ndarray, file: bytes | None) -> World:
    """The history before `file` (of `inputs.extras`, a line per worker of `who`) is sent; None: nothing registered."""
    if file is None:
        return World(who, who[:0], who[:0])
    lines = file.split(b"\r\n")[: len(who) : REGISTERED_EVERY]
    pairs = [(c, _cents(line)) for c, line in zip(who[::REGISTERED_EVERY].tolist(), lines, strict=True)]
    pairs = [(c, cents + n % 2) for n, (c, cents) in enumerate(pairs) if cents]
    return World(who, np.array([c for c, _ in pairs]), np.array([cents for _, cents in pairs]))


def _cents(line: bytes) -> int:
    fields = line.split(b";")
    whole, _, part = fields[6].partition(b".") if len(fields) == 8 else (b"", b"", b"")
    return int(whole + part) if whole.isdigit() and part.isdigit() and len(part) == 2 else 0


def load(path: str) -> World:
    with np.load(path) as kept:
        return World(kept["who"], kept["registered"], kept["cents"])


def context() -> Contexto:
    return Contexto(RUC, DAY, frozenset(SUCURSALES))


class Memory:
    """A `revision.Snapshot` over frames sorted by cédula: a chunk's workers are found by binary search."""

    def __init__(self, world: World) -> None:
        self._who = np.sort(world.who)
        n = len(self._who)
        columns = {
            "sucursal": pl.Series(np.array(SUCURSALES, np.int32)[self._who % 3]),
            "cedula": pl.Series(self._who),
            "relacion_id": pl.Series(np.arange(n)),
            "rel_ingreso": pl.repeat(INGRESO, n, eager=True),
            "rel_salida": pl.repeat(None, n, dtype=pl.Date, eager=True),
        }
        self._relaciones = pl.DataFrame(columns)
        self._registered = np.sort(world.registered)
        self._registradas = self._rows(world)

    @staticmethod
    def _rows(world: World) -> pl.DataFrame:
        rows = [
            (sucursal, periodo, cedula, causa, f"{cents // 100}.{cents % 100:02d}", LOTE)
            for (sucursal, periodo, cedula, causa), cents in world.registradas().items()
        ]
        return pl.DataFrame(rows, schema=REGISTRADAS, orient="row").sort("cedula")

    def relaciones(self, cedulas: pl.Series, columnas: frozenset[str]) -> pl.DataFrame:
        found = self._relaciones[_places(self._who, cedulas)].with_columns(**ALIKE)
        return found.select("sucursal", "cedula", *(pl.col(name).cast(t) for name, t in HISTORIA.items()))

    def registradas(self, nov: Novedad, cedulas: pl.Series, periodos: pl.Series) -> pl.DataFrame:
        return self._registradas[_places(self._registered, cedulas)]

    def acumulado(self, nov: Novedad, cedulas: pl.Series, periodos: pl.Series) -> pl.DataFrame:
        return pl.DataFrame(schema=ACUMULADO)


def _places(known: np.ndarray, asked: pl.Series) -> np.ndarray:
    """The positions in the sorted `known` (distinct) of the sorted wanted values."""
    wanted = asked.to_numpy()
    places = np.searchsorted(known, wanted)
    inside = places < len(known)
    places, wanted = places[inside], wanted[inside]
    return places[known[places] == wanted]
