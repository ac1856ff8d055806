"""Catalogues: data files (CSV, each row with its source) and their loader. Updating one is a change of data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path

import holidays

DATA = Path(__file__).parent / "data"
WEEK = timedelta(days=7)
MOVED_SINCE = 2017  # the first whole year of the law that moves holidays


@dataclass(frozen=True)
class Entrada:
    """One code: `uso` is "escribe" (offered and written) or "lee" (only understood); `marca` S, D or U (dominio).
    `desde`, `hasta`: the first and the last day on which it is offered, AAAA-MM-DD; empty: no limit is known. It is
    understood on any day, for what is reported may be older than the code's end."""

    codigo: str
    texto: str
    uso: str
    marca: str
    ayuda: str
    fuente: str
    desde: str = ""
    hasta: str = ""

    def vale(self, dia: date) -> bool:
        """Whether it is valid on that day."""
        return (self.desde or "0001-01-01") <= dia.isoformat() <= (self.hasta or "9999-12-31")


@dataclass(frozen=True)
class Catalogo:
    """A list of codes, in the order of its file; `lista` says whether it is closed."""

    nombre: str
    entradas: tuple[Entrada, ...]

    @property
    def opciones(self) -> dict[str, str]:
        """code → text, of what is written."""
        return {e.codigo: e.texto for e in self.entradas if e.uso == "escribe"}

    @property
    def solo_lectura(self) -> dict[str, str]:
        """code → text, of what is only understood."""
        return {e.codigo: e.texto for e in self.entradas if e.uso == "lee"}

    def ofrecidas(self, dia: date) -> tuple[str, ...]:
        """The codes to choose from on that day."""
        return tuple(e.codigo for e in self.entradas if e.uso == "escribe" and e.vale(dia))


def _rows(nombre: str) -> list[dict[str, str]]:
    with (DATA / f"{nombre}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Lista:
    """What is known of a catalogue as a whole. `patron`: it is incomplete, and a code of this shape (a regular
    expression) may be right though it is not in it, as `ejemplo` is; empty: it is closed. `consultar`: whom to ask
    about a code that is not there."""

    catalogo: str
    patron: str = ""
    ejemplo: str = ""
    consultar: str = ""
    fuente: str = ""


@cache
def lista(nombre: str) -> Lista:
    """What `data/listas.csv` says of that catalogue."""
    return next((Lista(**row) for row in _rows("listas") if row["catalogo"] == nombre), Lista(nombre))


@cache
def catalogo(nombre: str) -> Catalogo:
    """The catalogue in `data/<nombre>.csv`."""
    return Catalogo(nombre, tuple(Entrada(**row) for row in _rows(nombre)))


@cache
def encabezados() -> dict[str, tuple[str, ...]]:
    """Field → the headings that offices write above it, beside its name and its label."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows("encabezados"):
        found[row["campo"]] = (*found.get(row["campo"], ()), row["encabezado"])
    return found


def cents(usd: str) -> int:
    """`"326.9066728"` → 32691."""
    return int(Decimal(usd).quantize(Decimal("0.01"), ROUND_HALF_EVEN) * 100)


@cache
def sbu() -> dict[int, int]:
    """Salario básico unificado: year → cents a month. A row is valid in its year."""
    return {int(row["anio"]): cents(row["usd"]) for row in _rows("sbu")}


@cache
def sectorial_minimums() -> dict[int, int]:
    """Sectoral minimum by year and activity: `year * 10**13 + code` → cents a month. A row is valid in its year."""
    return {int(r["year"]) * 10**13 + int(r["code"]): cents(r["min_sectoral_wage"]) for r in _rows("sectoriales")}


@cache
def sectoriales() -> frozenset[str]:
    """Every known activity code, of any year. Partial: a code that is not here may still be right."""
    return frozenset(row["code"] for row in _rows("sectoriales"))


@cache
def holiday_names(anio: int) -> dict[date, str]:
    """Days of a year on which Ecuador rests, by their names in Spanish. A holiday that is moved (law of December 2016)
    is a working day on its own date: the library `holidays` keeps both, so the date left behind is taken out here."""
    fixed = holidays.country_holidays("EC", years=anio, language="es", observed=False)
    named = holidays.country_holidays("EC", years=anio, language="es")
    moved = [(day, name) for day, name in named.items() if day not in fixed]
    left = {day for day, own in fixed.items() for to, name in moved if name.startswith(own) and abs(to - day) < WEEK}
    return _two_in_a_row(anio, {day: named[day] for day in sorted(named.keys() - left)})


def _two_in_a_row(anio: int, rests: dict[date, str]) -> dict[date, str]:
    """2 and 3 November on a Tuesday and a Wednesday, or on a Friday and a Saturday: the law moves the second to the day
    before the first, which stays (2018, 2021, 2027, 2029, 2032, 2035). The library knows the other weekdays alone."""
    first, second = date(anio, 11, 2), date(anio, 11, 3)
    if anio < MOVED_SINCE or first.weekday() not in (1, 4):
        return rests
    names = holidays.country_holidays("EC", years=anio, language="es", observed=False)
    others = {day: name for day, name in rests.items() if day != second}
    before = {first - timedelta(days=1): f"{names[second]} (observado)", first: names[first]}
    return dict(sorted((others | before).items()))


@cache
def holidays_of(anio: int) -> frozenset[date]:
    """Days of a year on which Ecuador rests."""
    return frozenset(holiday_names(anio))


def is_working_day(day: date) -> bool:
    """Whether a término counts this day: Monday to Friday and no holiday."""
    return day.weekday() < 5 and day not in holidays_of(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day on which a término of `count` working days after `day` ends; the first day counted is the next one."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@cache
def earliest_in_time(hoy: date, count: int) -> date:
    """The earliest day whose término of `count` working days has not ended before `hoy`."""
    day = hoy
    while add_working_days(day - timedelta(days=1), count) >= hoy:
        day -= timedelta(days=1)
    return day
