"""Days that have not come, impossible hours, days told twice, a RUC that was, and lines of other movements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from tests.revision.juicio.test_rule_edges import HOY, codes, line, said, working, ymd
from tests.revision.pieces import RUC
from tests.revision.reference import Reg

FUNDS = ["PFM", "PFR", "PPF", "PFN"]
CEDULA = 912791803
ONE = timedelta(1)

# --- days that have not come ------------------------------------------------------------------------------------

#: movement, field, what is said of it when it is tomorrow
TOMORROW = [
    ("ENT", "fecha_registro", ["ENT-09"]),
    ("ENT", "fecha_ingreso", ["ENT-02", "ENT-03"]),
    ("SAL", "fecha_salida", ["SAL-07"]),
    ("MND", "fecha_inicio", ["MND-07"]),
    ("PRA", "fecha_suscripcion", ["PRA-02"]),
    ("RRT", "fecha_cambio", ["RRT-03"]),
    ("PPF", "fecha_aprobacion", ["FDR-06", "PPF-01"]),
]


@pytest.mark.parametrize("mov, field, of_tomorrow", TOMORROW)
def test_a_date_may_be_today_and_not_tomorrow(mov, field, of_tomorrow):
    history = [] if mov == "ENT" else [working()]
    always = list(todas()[mov].ejemplo_avisos)
    assert codes(mov, line(mov, **{field: ymd(HOY)}), history) == always
    assert codes(mov, line(mov, **{field: ymd(HOY + ONE)}), history) == of_tomorrow


def test_every_date_of_every_movement_is_judged():
    dates = {(n.codigo, c.nombre) for n in todas().values() for c in n.campos if type(c.tipo).__name__ == "Fecha"}
    assert dates == {(mov, field) for mov, field, _ in TOMORROW} | {("SAL", "fecha_fallecimiento")}


@pytest.mark.parametrize(
    "salida, death, found",
    [
        (HOY, HOY, []),
        (HOY, HOY - ONE, []),
        (HOY - ONE, HOY, ["SAL-09"]),
        (HOY, HOY + ONE, ["SAL-08", "SAL-09"]),
    ],
)
def test_nobody_dies_tomorrow_and_one_who_had_left_is_asked_about(salida, death, found):
    text = line("SAL", fecha_salida=ymd(salida), causa="F", fecha_fallecimiento=ymd(death))
    assert codes("SAL", text, [working()]) == found


@pytest.mark.parametrize("mov", FUNDS)
@pytest.mark.parametrize("hoy, found", [(date(2026, 10, 30), ["FDR-06"]), (date(2026, 10, 31), [])])
def test_a_span_is_over_on_its_last_day(mov, hoy, found):
    text = line(mov, hoy, lapso="2026-09 A 2026-10", meses="02", anio="2026", mes="09")
    assert codes(mov, text, [working()], hoy) == found


# --- a leave and what is registered -----------------------------------------------------------------------------


@pytest.mark.parametrize("dia, found", [(HOY - ONE - ONE, []), (HOY - ONE, []), (HOY, ["SAL-10"]), (None, [])])
def test_a_leave_is_not_before_the_own_date_of_a_novedad(dia, found):
    assert codes("SAL", line("SAL"), [working(dia=dia)]) == found  # it left yesterday


# --- hours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ingreso, salida, most",
    [
        (date(2026, 11, 1), None, 720),
        (date(2026, 11, 2), None, 696),
        (date(2026, 11, 30), None, 24),
        (date(2020, 1, 1), date(2026, 11, 1), 24),
        (date(2020, 1, 1), date(2026, 11, 30), 720),
        (date(2020, 1, 1), date(2026, 12, 5), 720),
        (date(2026, 11, 10), date(2026, 11, 19), 240),
    ],
)
def test_hours_are_24_for_each_day_of_the_month_that_the_relacion_covers(ingreso, salida, most):
    history = [working(ingreso, salida)]
    assert codes("RHT", line("RHT", horas=str(most)), history) == []
    assert codes("RHT", line("RHT", horas=str(most + 1)), history) == ["RHT-04" if most < 720 else "RHT-03"]


@pytest.mark.parametrize("period, most", [("2026-02", 672), ("2024-02", 696), ("2026-01", 744), ("2026-04", 720)])
def test_without_a_history_hours_are_those_of_the_month(period, most):
    hoy = date(int(period[:4]), int(period[5:]), 28)
    assert codes("RHT", line("RHT", hoy, horas=str(most)), [working()], hoy) == []
    if most < 744:
        assert codes("RHT", line("RHT", hoy, horas=str(most + 1)), [working()], hoy) == ["RHT-03"]


# --- days told twice --------------------------------------------------------------------------------------------


def absence(start, days, cedula="0912791803", **changes):
    return line("MND", fecha_inicio=start, dias=str(days), cedula=cedula, **changes)


def crossing(*texts, history=None, registered=()):
    found = said("MND", list(texts), history or [working()], registered=registered)
    return [pair for pair in found if pair[1] in ("MND-08", "MND-09")]


def test_two_absences_with_a_day_in_common_name_each_other():
    assert crossing(absence("20261116", 2), absence("20261117", 1)) == [(1, "MND-08"), (2, "MND-08")]
    assert crossing(absence("20261117", 1), absence("20261116", 2)) == [(1, "MND-08"), (2, "MND-08")]
    assert crossing(absence("20261116", 2), absence("20261118", 1)) == []


def test_a_long_absence_crosses_short_ones_that_do_not_cross_each_other():
    texts = [absence("20261110", 9), absence("20261112", 1), absence("20261114", 1), absence("20261119", 1)]
    assert crossing(*texts) == [(1, "MND-08"), (2, "MND-08"), (3, "MND-08")]


def test_days_of_others_and_of_lines_in_error_or_repeated_do_not_cross():
    other_branch = working(sucursal=9)
    first = absence("20261116", 2)
    assert crossing(first, absence("20261117", 1, sucursal="0009"), history=[working(), other_branch]) == []
    assert crossing(first, absence("20261117", 14, cedula="1710034065"), history=[working()]) == []
    assert crossing(first, absence("20261117", 15)) == []  # MND-02
    assert crossing(first, first) == []


def test_absences_of_two_periods_cross_too():
    assert crossing(absence("20261116", 2), absence("20261116", 2, mes="10")) == [(1, "MND-08"), (2, "MND-08")]


@pytest.mark.parametrize(
    "start, days, found",
    [("20261115", 1, []), ("20261115", 2, ["MND-09"]), ("20261117", 1, ["MND-09"]), ("20261118", 1, [])],
)
def test_days_registered_before_are_not_told_again(start, days, found):
    registered = [Reg(1, 202611, CEDULA, "20261116", "2", 7)]
    assert [code for _, code in crossing(absence(start, days), registered=registered)] == found


def test_what_is_registered_under_its_own_key_does_not_cross_itself():
    registered = [Reg(1, 202611, CEDULA, "20261116", "2", 7)]
    assert crossing(absence("20261116", 2), registered=registered) == []
    assert crossing(absence("20261116", 3), registered=registered) == []  # YA-02


@pytest.mark.parametrize(
    "start, days, found",
    [
        ("20261109", 2, ["MND-06"]),
        ("20261110", 2, []),
        ("20261117", 3, []),
        ("20261117", 4, ["MND-06"]),
        ("20261120", 1, ["MND-06"]),
    ],
)
def test_days_are_days_of_the_relacion(start, days, found):
    history = [working(date(2026, 11, 10), date(2026, 11, 19))]
    assert [c for c in codes("MND", absence(start, days), history) if c != "PLA-01"] == found


def test_of_two_relaciones_in_a_month_an_absence_is_of_the_one_that_has_its_first_day():
    history = [working(date(2026, 10, 1), date(2026, 11, 10)), working(date(2026, 11, 18))]
    assert [c for c in codes("MND", absence("20261105", 2), history) if c != "PLA-01"] == []
    assert codes("MND", absence("20261118", 2), history) == []


# --- the RUC that was -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mov", ["PFN", "PPF"])
@pytest.mark.parametrize(
    "ruc, found",
    [
        ("1790012344001", []),  # a company
        ("1760001550001", []),  # a public body
        ("0912791803001", []),  # a person
        ("0970000006001", []),  # a person with a seldom third digit
        ("0912791803025", []),
        ("3050000002001", ["FDR-07"]),
        ("1790012345001", ["FDR-07"]),
        ("1793213150001", ["FDR-07"]),  # in use
        ("1793189906001", ["FDR-07"]),
        ("0993366721001", ["FDR-07"]),
        ("0993370026001", ["FDR-07"]),
        ("1760001560001", ["FDR-07"]),
        ("0912791804001", ["FDR-07"]),
        ("2590012342001", ["RUC-04"]),
        ("0090012342001", ["RUC-04"]),
        ("5090012342001", ["RUC-04"]),
        ("1790012344000", ["RUC-04"]),
        ("0912791803000", ["RUC-04"]),
        ("1760001550000", ["RUC-04"]),
        ("179001234400", ["RUC-03"]),
        ("17900123440011", ["RUC-03"]),
        ("1790012344-001", ["RUC-03"]),
        ("912791803001", []),  # the zero before it is proved by the check digit
        ("990012342001", []),
        ("912791804001", ["RUC-03"]),
        ("1e12", ["CIE-01"]),
    ],
)
def test_the_ruc_before_is_judged_as_a_ruc_is(mov, ruc, found):
    assert [c for c in codes(mov, line(mov, ruc_anterior=ruc), [working()]) if c != "FDR-06"] == found


# --- lines of other movements -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mov", list(todas()))
@pytest.mark.parametrize("other", list(todas()))
def test_a_line_of_another_movement_is_that_and_nothing_else(mov, other):
    good = ";".join(good_line(todas()[mov], HOY, RUC))
    stray = ";".join(good_line(todas()[other], HOY, RUC, cedula="1710034065"))
    history = [] if mov == "ENT" else [working()]
    found = said(mov, [good, stray, stray.replace(f";{other};", f"; {other.lower()} ;")], history)
    if other != mov:
        assert [pair for pair in found if pair[0] > 1] == [(2, "MOV-01"), (3, "MOV-01")]
        assert not {code for _, code in found} & {"LIN-01", "LIN-02"}


@pytest.mark.parametrize("cut", [5, 6, 7])
def test_a_piece_of_a_line_of_another_movement_is_that_too(cut):
    stray = ";".join(good_line(todas()["SAL"], HOY, RUC)[:cut])
    assert said("INS", [line("INS"), stray], [working()]) == [(2, "MOV-01")]


def test_a_code_that_nobody_knows_is_a_wrong_field():
    text = line("INS").replace(";INS;", ";XYZ;")
    assert said("INS", [text], [working()]) == [(1, "MOV-01")]
    assert said("INS", [text + ";x"], [working()]) == [(1, "LIN-01")]
