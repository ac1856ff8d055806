"""What a month says of a relación: the sueldo in force, and what was added to that month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from portal.modelos import Ambito
from portal.novedades import todas

#: the movements that say what the sueldo is, as SQL compares them
SUELDOS = ("ENT", "MSU")
_OF_EFFECT = {"suma_al_periodo": "otros", "fija_dias": "dias", "fija_horas": "horas"}


class Valor(NamedTuple):
    """The number of a live registered line: cents, days or hours."""

    movimiento: str
    periodo: int
    valor: int


@dataclass(frozen=True)
class Cifras:
    """One month of a relación; None: nothing registered. Money in cents. `otros` are extras and retroactives, `fondos`
    the base from which the reserve funds of that period's lines are computed."""

    sueldo: int | None = None
    otros: int | None = None
    fondos: int | None = None
    dias: int | None = None
    horas: int | None = None


class Columna(NamedTuple):
    """How a figure is told: its heading, a short one for the screen, and what it counts ("USD", "dias", "horas")."""

    titulo: str
    corto: str
    unidad: str


COLUMNAS = {
    "sueldo": Columna("Sueldo", "Sueldo", "USD"),
    "otros": Columna("Extras y otros", "Extras y otros", "USD"),
    "fondos": Columna("Base de fondos de reserva", "Base de fondos", "USD"),
    "dias": Columna("Días no laborados", "No laborado", "dias"),
    "horas": Columna("Horas laboradas", "Laborado", "horas"),
}


def known_in(ambito: Ambito) -> frozenset[str]:
    """The figures whose every component is in that scope: a partial sum would pass for the whole."""
    made_of: dict[str, set[str]] = {name: set() for name in COLUMNAS} | {"sueldo": set(SUELDOS)}
    for codigo in todas():
        if column := _column(codigo):
            made_of[column].add(codigo)
    return frozenset(name for name, movimientos in made_of.items() if ambito.ve(*movimientos))


def figures(valores: Sequence[Valor], periodo: int, abierta: bool, known: Collection[str] = tuple(COLUMNAS)) -> Cifras:
    """The figures of a month out of all live lines of a relación, those `known` of them; `abierta`: it had some day of
    the month."""
    sums: dict[str, int] = {}
    for one in valores:
        column = _column(one.movimiento)
        if column and one.periodo == periodo and column in known:
            sums[column] = sums.get(column, 0) + one.valor
    return Cifras(sueldo=sueldo_in(valores, periodo) if abierta and "sueldo" in known else None, **sums)


def sueldo_in(valores: Iterable[Valor], periodo: int | None = None) -> int | None:
    """The sueldo in force in a month, or the present one: of the live MSU up to it the one with the greatest period,
    else the ENT's, whatever period that was sent with."""
    last: Valor | None = None
    for one in valores:
        if one.movimiento not in SUELDOS or (one.movimiento == "MSU" and periodo and one.periodo > periodo):
            continue
        if last is None or (one.movimiento == "MSU", one.periodo) > (last.movimiento == "MSU", last.periodo):
            last = one
    return last.valor if last else None


@lru_cache(maxsize=64)
def _column(movimiento: str) -> str | None:
    """Which figure a movement adds to its month, None when none."""
    nov = todas()[movimiento]
    return "fondos" if "lapso" in nov.clave else _OF_EFFECT.get(nov.efecto)


def used(rows: Iterable[Cifras], known: Collection[str] = tuple(COLUMNAS)) -> dict[str, Columna]:
    """The figures that some of these months have, the sueldo always: a column nobody fills is not shown. Only those
    `known` are."""
    rows = list(rows)
    some = {name for name in COLUMNAS if any(getattr(row, name) is not None for row in rows)} | {"sueldo"}
    return {name: columna for name, columna in COLUMNAS.items() if name in some and name in known}
