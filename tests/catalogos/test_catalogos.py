"""Catalogues: the figures of each year, the working days of Ecuador, and a source for every row."""

import csv
from datetime import date, timedelta

import polars as pl
import pytest

from portal import catalogos
from portal.catalogos import add_working_days, earliest_in_time, is_working_day
from portal.novedades.comunes import minimo_sectorial

CODES = [p.stem for p in sorted(catalogos.DATA.glob("*.csv")) if "codigo,texto" in p.read_text().splitlines()[0]]

# dominio 3, in dollars a month
SBU = {2006: 160, 2007: 170, 2008: 200, 2009: 218, 2010: 240, 2011: 264, 2012: 292, 2013: 318, 2014: 340, 2015: 354}
SBU |= {2016: 366, 2017: 375, 2018: 386, 2019: 394, 2020: 400, 2021: 400, 2022: 425, 2023: 450, 2024: 460, 2025: 470}
SBU |= {2026: 482}


def test_the_basic_salary_of_each_year():
    assert catalogos.sbu() == {anio: dolares * 100 for anio, dolares in SBU.items()}


def rows(nombre):
    with (catalogos.DATA / f"{nombre}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("nombre", [*CODES, "listas", "sbu", "sectoriales", "atenciones_oficiales"])
def test_every_row_has_a_source(nombre):
    assert rows(nombre)
    assert all(row["fuente"].strip() for row in rows(nombre))


@pytest.mark.parametrize("nombre, anio", [("sbu", "anio"), ("sectoriales", "year")])
def test_a_figure_of_a_year_is_valid_in_that_year(nombre, anio):
    assert all((r["desde"], r["hasta"]) == (f"{r[anio]}-01-01", f"{r[anio]}-12-31") for r in rows(nombre))


@pytest.mark.parametrize("nombre", CODES)
def test_every_code_says_from_when_to_when_it_is_valid(nombre):
    for row in rows(nombre):
        first, last = (date.fromisoformat(row[side]) if row[side] else None for side in ("desde", "hasta"))
        assert first is None or last is None or first <= last, row
    assert catalogos.catalogo(nombre).ofrecidas(date(2026, 11, 20)) == tuple(catalogos.catalogo(nombre).opciones)


@pytest.mark.parametrize(
    "desde, hasta, valid",
    [
        ("", "", "yyyy"),
        ("2026-03-01", "", "nyyy"),
        ("", "2026-03-01", "yynn"),
        ("2026-03-01", "2026-03-02", "nyyn"),
    ],
)
def test_a_code_is_offered_on_its_first_and_last_day_and_always_understood(desde, hasta, valid):
    entrada = catalogos.Entrada("V", "Renuncia", "escribe", "S", "", "x", desde, hasta)
    catalogo = catalogos.Catalogo("causas", (entrada,))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    assert ["y" if catalogo.ofrecidas(day) == ("V",) else "n" for day in days] == list(valid)
    assert catalogo.opciones == {"V": "Renuncia"}


@pytest.mark.parametrize("nombre", CODES)
def test_codes_are_told_apart_and_marked(nombre):
    entradas = catalogos.catalogo(nombre).entradas
    assert len({e.codigo for e in entradas}) == len(entradas)
    assert {e.uso for e in entradas} <= {"escribe", "lee"} and {e.marca for e in entradas} <= {"S", "D", "U"}
    assert all(e.texto for e in entradas)
    assert catalogos.catalogo(nombre).opciones


# dominio 3: what is written, in any order; and what is only understood
OPTIONS = {
    "causas_salida": ("TVBRSDIFA", ""),
    "causas_extras": ("O", "XCH"),
    "jornadas": ("12", ""),
    "seguros": ("RM", ""),
    "origenes_pago": ("PE", ""),
    "tipos_empleador": ("123", ""),
    "relaciones_trabajo": (["06", "53", "109", "74", "75", "02"], ""),
}


@pytest.mark.parametrize("nombre", OPTIONS)
def test_the_codes_of_the_format(nombre):
    catalogo = catalogos.catalogo(nombre)
    written, read = OPTIONS[nombre]
    assert (set(catalogo.opciones), set(catalogo.solo_lectura)) == (set(written), set(read))


def test_every_list_says_whether_it_is_closed_and_an_open_one_takes_its_example():
    assert [row["catalogo"] for row in rows("listas")] and {row["catalogo"] for row in rows("listas")} == set(CODES)
    for nombre in CODES:
        lista = catalogos.lista(nombre)
        assert bool(lista.patron) == bool(lista.ejemplo)
        known = catalogos.catalogo(nombre)
        assert lista.ejemplo not in known.opciones | known.solo_lectura
    assert {n for n in CODES if catalogos.lista(n).patron} == {"jornadas", "tipos_empleador", "relaciones_trabajo"}
    assert catalogos.lista("not a list") == catalogos.Lista("not a list")


# days nobody works, as the calendars of those years had them; a moved holiday stands on the day it moved to
RESTS = """2024-01-01 2024-02-12 2024-02-13 2024-03-29 2024-05-03 2024-05-24 2024-08-09 2024-10-11 2024-11-01 2024-11-04
2024-12-25 2025-01-01 2025-03-03 2025-03-04 2025-04-18 2025-05-02 2025-05-23 2025-08-11 2025-10-10 2025-11-03
2025-11-04 2025-12-25 2026-01-01 2026-02-16 2026-02-17 2026-04-03 2026-05-01 2026-05-25 2026-08-10 2026-10-09
2026-11-02 2026-11-03 2026-12-25"""
HOLIDAYS = frozenset(date.fromisoformat(day) for day in RESTS.split())


def test_ecuador_rests_on_these_days_of_the_week_and_no_others():
    days = [date(2024, 1, 1) + timedelta(n) for n in range(366 + 365 + 365)]
    weekdays = [day for day in days if day.weekday() < 5]
    assert {day for day in weekdays if not is_working_day(day)} == HOLIDAYS
    assert not any(is_working_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize(
    "left, moved_to",
    [
        ("2022-08-10", "2022-08-12"),  # a Wednesday goes to that Friday
        ("2025-10-09", "2025-10-10"),  # a Thursday too
        ("2027-08-10", "2027-08-09"),  # a Tuesday goes to the Monday before
        ("2022-11-02", "2022-11-04"),  # and lets the holiday beside it be
    ],
)
def test_a_moved_holiday_is_worked_on_its_own_date(left, moved_to):
    assert is_working_day(date.fromisoformat(left))
    assert not is_working_day(date.fromisoformat(moved_to))


def test_the_holiday_beside_a_moved_one_stays():
    assert not is_working_day(date(2022, 11, 3))


def easter(anio):
    """Gauss's rule, as the almanacs print it."""
    a, b, c = anio % 19, anio // 100, anio % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    d = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * d) // 451
    return date(anio, (h + d - 7 * m + 114) // 31, (h + d - 7 * m + 114) % 31 + 1)


#: where the rest goes that falls on a Monday, a Tuesday, … a Sunday, in days (law of 20 December 2016)
ALONE = (0, -1, 2, 1, 0, -1, 1)
UNMOVED_IN_THE_WEEK = (0, 0, 0, 0, 0, -1, 1)  # 1 January and 25 December
#: of 2 and 3 November, by the weekday of the 2nd: the days of November on which one rests
TWO_IN_A_ROW = ((2, 3), (1, 2), (3, 4), (2, 3), (1, 2), (1, 4), (3, 4))


def rests_by_law(anio):
    """Of the years since the law; before it every holiday stood on its own date."""
    moves = anio >= 2017
    alone = [date(anio, 5, 1), date(anio, 5, 24), date(anio, 8, 10), date(anio, 10, 9)]
    ends = [date(anio, 1, 1), date(anio, 12, 25), date(anio + 1, 1, 1)]
    rests = {d + timedelta(ALONE[d.weekday()] * moves) for d in alone}
    rests |= {d + timedelta(UNMOVED_IN_THE_WEEK[d.weekday()] * moves) for d in ends}
    november = TWO_IN_A_ROW[date(anio, 11, 2).weekday()] if moves else (2, 3)
    rests |= {date(anio, 11, n) for n in november}
    return rests | {easter(anio) - timedelta(n) for n in (48, 47, 2)}


@pytest.mark.parametrize("anio", range(2000, 2036))
def test_every_year_rests_as_the_law_says(anio):
    by_law = {day for day in rests_by_law(anio) if day.year == anio and day.weekday() < 5}
    assert {day for day in catalogos.holidays_of(anio) if day.weekday() < 5} == by_law
    assert catalogos.holiday_names(anio).keys() == catalogos.holidays_of(anio)


@pytest.mark.parametrize("anio", [2018, 2021, 2027, 2029, 2032, 2035])
def test_two_holidays_in_a_row(anio):
    november = {day.day: name for day, name in catalogos.holiday_names(anio).items() if day.month == 11}
    assert november == {1: "Independencia de Cuenca (observado)", 2: "Día de Difuntos"}


def test_a_new_year_that_moves_into_the_old_one():
    assert not is_working_day(date(2021, 12, 31))  # 1 January 2022 was a Saturday
    assert not is_working_day(date(2021, 1, 1))


@pytest.mark.parametrize(
    "day, end",
    [
        ("2026-11-16", "2026-11-19"),  # a plain week
        ("2026-11-20", "2026-11-25"),  # Friday
        ("2026-11-21", "2026-11-25"),  # Saturday and Sunday count as the Friday before
        ("2026-11-22", "2026-11-25"),
        ("2026-02-12", "2026-02-19"),  # over Carnaval, Monday and Tuesday
        ("2026-02-13", "2026-02-20"),
        ("2026-04-01", "2026-04-07"),  # over Viernes Santo
        ("2026-08-07", "2026-08-13"),  # 10 August on its Monday
        ("2025-08-08", "2025-08-14"),  # a Sunday's, moved to Monday the 11th
        ("2022-08-09", "2022-08-15"),  # a Wednesday's, moved to Friday the 12th
        ("2026-10-30", "2026-11-06"),  # Difuntos and Cuenca
        ("2025-12-30", "2026-01-05"),  # over the new year
        ("2018-10-30", "2018-11-06"),  # Cuenca of a Saturday on the Thursday before, for Friday is Difuntos
        ("2029-10-31", "2029-11-07"),
        ("2027-10-29", "2027-11-05"),  # Cuenca of a Wednesday on the Monday before
    ],
)
def test_three_working_days(day, end):
    assert add_working_days(date.fromisoformat(day), 3) == date.fromisoformat(end)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_earliest_day_in_time_is_the_last_one_whose_limit_has_not_passed(count):
    for n in range(800):
        hoy = date(2025, 1, 1) + timedelta(n)
        first = earliest_in_time(hoy, count)
        assert add_working_days(first, count) >= hoy > add_working_days(first - timedelta(1), count)


def minimum(anio, codigo):
    frame = pl.DataFrame({"anio": [anio], "codigo": [codigo]}, schema={"anio": pl.Int32, "codigo": pl.String})
    return frame.select(v=minimo_sectorial(pl.col("anio"), pl.col("codigo")))["v"][0]


def test_a_sectoral_minimum_holds_in_its_own_year_only():
    assert minimum(2013, "1209642000005") == 32691  # 326.9066728 in the table
    years = {int(r["year"]) for r in rows("sectoriales") if r["code"] == "1209642000005"}
    for anio in range(2006, 2027):
        assert (minimum(anio, "1209642000005") is not None) == (anio in years)
    assert minimum(2026, "1209642000005") is None
    assert minimum(2013, "9999999999999") is None
    assert minimum(2013, "not a code") is None


def test_every_sectoral_minimum_of_the_table_is_found():
    table = rows("sectoriales")
    last = {(int(r["year"]), r["code"]): catalogos.cents(r["min_sectoral_wage"]) for r in table}
    assert len(last) == len(table), "a code stands twice in one year"
    for (anio, code), cents in last.items():
        assert catalogos.sectorial_minimums()[anio * 10**13 + int(code)] == cents > 10000
        assert code in catalogos.sectoriales() and len(code) == 13


def test_cents_are_rounded_half_to_even_and_exactly():
    assert [catalogos.cents(t) for t in ("0.29", "1.005", "1.015", "326.9066728")] == [29, 100, 102, 32691]
