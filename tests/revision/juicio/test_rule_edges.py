"""The last good value and the first bad one of every rule; the reference must see them the same way."""

from datetime import date, timedelta

import pytest

from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from tests.columns.test_columns_law import with_check_digit
from tests.revision.pieces import FOREIGNER, RUC, Case
from tests.revision.reference import Reg, Rel
from tests.revision.test_engine_reference import engine, expected

HOY = date(2026, 11, 20)
LONG_AGO = date(2012, 1, 2)
ACTIVITY = "1507500000011"


def line(mov, hoy=HOY, period=None, **changes):
    if period:
        changes["anio"], changes["mes"] = period.split("-")
    changes.setdefault("sectorial", ACTIVITY) if mov == "ENT" else None
    return ";".join(good_line(todas()[mov], hoy, RUC, **changes))


def working(ingreso=LONG_AGO, salida=None, **more):
    return Rel(1, more.pop("sucursal", 1), more.pop("cedula", 912791803), ingreso, salida, **more)


def said(mov, lines, history=(), hoy=HOY, registered=(), chunk=1):
    """(line, code) of everything that is said of these lines; the engine and the reference agree on it."""
    lines = [lines] if isinstance(lines, str) else lines
    case = Case(hoy, list(enumerate(lines, 1)), list(history), list(registered))
    answer = engine(mov, case, chunk)
    assert answer == expected(mov, case)
    assert answer == engine(mov, case, 100)
    assert answer.totals[0] == sum(answer.totals[1:])
    return [(p.linea, p.codigo) for p in answer.problems]


def codes(mov, text, history=(), hoy=HOY, **how):
    return sorted(codigo for _, codigo in said(mov, text, history, hoy, **how))


def ymd(day):
    return day.strftime("%Y%m%d")


# --- time limits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days, code", [(15, []), (16, ["PLA-01"]), (45, ["PLA-01"]), (46, ["PLA-02"])])
def test_a_hire_is_late_after_15_days_and_too_late_after_45(days, code):
    ingreso = ymd(HOY - timedelta(days))
    assert codes("ENT", line("ENT", fecha_ingreso=ingreso)) == code


@pytest.mark.parametrize(
    "salida, hoy, code",
    [
        ("2026-11-13", "2026-11-18", []),  # Friday: Monday, Tuesday, Wednesday
        ("2026-11-13", "2026-11-19", ["PLA-01"]),
        ("2026-11-15", "2026-11-18", []),  # a Sunday ends as its Friday
        ("2026-10-30", "2026-11-06", []),  # Difuntos and Cuenca do not count
        ("2026-10-30", "2026-11-07", ["PLA-01"]),  # a Saturday is already too late
        ("2026-10-29", "2026-11-06", ["PLA-01"]),
        ("2026-02-13", "2026-02-20", []),  # Carnaval
        ("2026-02-13", "2026-02-21", ["PLA-01"]),
        ("2026-04-01", "2026-04-07", []),  # Viernes Santo
        ("2026-04-01", "2026-04-08", ["PLA-01"]),
        ("2025-10-07", "2025-10-13", []),  # Thursday the 9th was worked, Friday the 10th was not
        ("2025-10-07", "2025-10-14", ["PLA-01"]),
        ("2025-12-23", "2025-12-29", []),
        ("2025-12-30", "2026-01-05", []),  # over the new year
        ("2026-10-06", "2026-11-20", ["PLA-01"]),  # 45 days
        ("2026-10-05", "2026-11-20", ["PLA-02"]),
    ],
)
def test_a_leave_is_late_after_three_working_days(salida, hoy, code):
    hoy = date.fromisoformat(hoy)
    text = line("SAL", hoy, fecha_salida=salida.replace("-", ""))
    assert codes("SAL", text, [working()], hoy) == code


@pytest.mark.parametrize("mov", ["MSU", "INS"])
@pytest.mark.parametrize(
    "hoy, code",
    [
        ("2026-10-31", []),
        ("2026-11-06", []),
        ("2026-11-09", ["PLA-01"]),
        ("2026-12-15", ["PLA-01"]),
        ("2026-12-16", ["PLA-02"]),
    ],
)
def test_what_has_no_date_counts_from_the_last_day_of_its_period(mov, hoy, code):
    hoy = date.fromisoformat(hoy)
    assert codes(mov, line(mov, hoy, "2026-10"), [working()], hoy) == code


@pytest.mark.parametrize("mov", ["MSU", "INS"])
def test_a_period_is_in_the_future_until_its_first_day(mov):
    text = line(mov, period="2026-12")
    assert codes(mov, text, [working()], date(2026, 11, 30)) == ["PER-01"]
    assert codes(mov, text, [working()], date(2026, 12, 1)) == []


def test_the_first_period_is_january_of_2000():
    history = [working(date(1990, 1, 1))]
    assert codes("INS", line("INS", period="1999-12"), history) == ["PER-02", "PLA-02"]
    assert codes("INS", line("INS", period="2000-01"), history) == ["PLA-02"]


# --- identity ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nine, code", [("096000000", []), ("097000000", ["IDE-04"]), ("307000000", ["IDE-04"])])
def test_a_third_digit_above_6_only_warns(nine, code):
    cedula = with_check_digit(nine)
    assert codes("INS", line("INS", cedula=cedula), [working(cedula=int(cedula))]) == code


def test_a_foreigners_code_has_no_third_digit_to_warn_of():
    assert codes("INS", line("INS", cedula=FOREIGNER), [working(cedula=int(FOREIGNER))]) == []


# --- ENT --------------------------------------------------------------------------------------------------------


def test_a_hire_cannot_be_in_the_future():
    def on(day):
        return codes("ENT", line("ENT", fecha_ingreso=ymd(day), fecha_registro=ymd(day)))

    assert on(HOY) == []
    assert on(HOY + timedelta(1)) == ["ENT-02", "ENT-09"]


def test_a_hire_is_not_after_its_record():
    assert codes("ENT", line("ENT", fecha_ingreso="20261118", fecha_registro="20261118")) == []
    assert codes("ENT", line("ENT", fecha_ingreso="20261118", fecha_registro="20261117")) == ["ENT-03"]


@pytest.mark.parametrize(
    "ingreso, code", [("20261101", []), ("20261130", ["ENT-02", "ENT-03"]), ("20261031", ["ENT-04"])]
)
def test_a_hire_in_another_month_than_its_period_is_asked_about(ingreso, code):
    hoy = date(2026, 11, 10)
    assert codes("ENT", line("ENT", hoy, "2026-11", fecha_ingreso=ingreso), hoy=hoy) == code


def test_a_hire_of_the_same_month_of_another_year_is_of_another_period():
    assert codes("ENT", line("ENT", period="2025-11", sueldo="600.00")) == ["ENT-04"]


@pytest.mark.parametrize(
    "salida, code",
    [("2026-11-17", []), ("2026-11-18", ["ENT-06"]), ("2026-11-19", ["ENT-06"]), (None, ["ENT-01"])],
)
def test_a_hire_comes_after_what_was_closed(salida, code):
    salida = date.fromisoformat(salida) if salida else None
    assert codes("ENT", line("ENT", fecha_ingreso="20261118"), [working(salida=salida)]) == code


def test_a_hire_looks_at_its_own_sucursal_and_worker_and_at_the_latest_relacion():
    assert codes("ENT", line("ENT"), [working(sucursal=9), working(cedula=1710034065)]) == []
    closed = [working(date(2020, 1, 1), date(2021, 1, 1)), working(date(2019, 1, 1), date(2019, 5, 1))]
    assert codes("ENT", line("ENT"), [*closed, working(date(2022, 1, 1))]) == ["ENT-01"]
    assert codes("ENT", line("ENT"), closed) == []


@pytest.mark.parametrize(
    "sueldo, jornada, code",
    [("482.00", "1", []), ("481.99", "1", ["ENT-05"]), ("481.99", "2", []), ("0.01", "2", [])],
)
def test_a_full_day_earns_the_basic_salary_of_its_year(sueldo, jornada, code):
    assert codes("ENT", line("ENT", sueldo=sueldo, jornada=jornada)) == code


def test_the_basic_salary_is_the_one_of_the_period():
    hoy = date(2026, 1, 5)
    assert codes("ENT", line("ENT", hoy, fecha_ingreso="20251231", sueldo="470.00"), hoy=hoy) == []
    assert codes("ENT", line("ENT", hoy, fecha_ingreso="20260102", sueldo="470.00"), hoy=hoy) == ["ENT-05"]


@pytest.mark.parametrize(
    "sueldo, jornada, code",
    [("323.57", "1", []), ("323.56", "1", ["ENT-08"]), ("323.56", "2", []), ("317.99", "1", ["ENT-05", "ENT-08"])],
)
def test_a_sectoral_minimum_holds_in_its_year(sueldo, jornada, code):
    hoy = date(2013, 2, 6)
    assert codes("ENT", line("ENT", hoy, sueldo=sueldo, jornada=jornada), hoy=hoy) == code


def test_an_unknown_activity_is_only_asked_about():
    assert codes("ENT", line("ENT", sectorial="9999999999999")) == ["ENT-07"]


# --- SAL --------------------------------------------------------------------------------------------------------


def test_a_leave_closes_what_is_open():
    assert codes("SAL", line("SAL"), [working()]) == []
    assert codes("SAL", line("SAL"), [working(salida=date(2026, 11, 19))]) == ["SAL-01"]
    assert codes("SAL", line("SAL"), [working(sucursal=9), working(cedula=1710034065)]) == ["SAL-01"]


def test_a_leave_is_not_before_its_hire():
    assert codes("SAL", line("SAL"), [working(HOY - timedelta(1))]) == []
    assert codes("SAL", line("SAL"), [working(HOY)]) == ["SAL-02"]


def test_a_leave_is_not_in_the_future():
    assert codes("SAL", line("SAL", fecha_salida=ymd(HOY)), [working()]) == []
    assert codes("SAL", line("SAL", fecha_salida=ymd(HOY + timedelta(1))), [working()]) == ["SAL-07"]


@pytest.mark.parametrize(
    "causa, fecha, code",
    [
        ("F", "20261118", []),
        ("F", "00000000", ["SAL-03"]),
        ("f", "", ["SAL-03"]),
        ("V", "20261118", ["SAL-04"]),
        ("V", "00000000", []),
        ("V", "", []),
        ("V", "x", ["FEC-01"]),
        ("Z", "20261118", ["CAT-01"]),
    ],
)
def test_a_day_of_death_goes_with_its_cause(causa, fecha, code):
    assert codes("SAL", line("SAL", causa=causa, fecha_fallecimiento=fecha), [working()]) == code


@pytest.mark.parametrize("period, code", [("2026-11", []), ("2026-10", ["SAL-05"]), ("2025-11", ["SAL-05"])])
def test_a_leave_in_another_month_than_its_period_is_asked_about(period, code):
    assert codes("SAL", line("SAL", period=period), [working()]) == code


@pytest.mark.parametrize("ultimo, code", [(None, []), (202610, []), (202611, []), (202612, ["SAL-06"])])
def test_nothing_is_registered_after_a_leave(ultimo, code):
    assert codes("SAL", line("SAL"), [working(ultimo=ultimo)]) == code


def test_what_is_registered_between_a_leave_and_its_period_is_seen():
    hoy = date(2026, 11, 10)
    text = line("SAL", hoy, "2026-11", fecha_salida="20260930")
    assert codes("SAL", text, [working(ultimo=202610)], hoy) == ["PLA-01", "SAL-05", "SAL-06"]


# --- MSU and INS ------------------------------------------------------------------------------------------------

ENDS = [
    (date(2026, 10, 31), None, []),
    (date(2026, 10, 1), date(2026, 10, 31), []),
    (date(2026, 11, 1), None, ["MSU-01"]),
    (date(2026, 1, 1), date(2026, 10, 30), ["MSU-01"]),
]


@pytest.mark.parametrize("ingreso, salida, code", ENDS)
def test_a_new_sueldo_is_of_a_relacion_open_on_the_last_day(ingreso, salida, code):
    hoy = date(2026, 11, 5)
    assert codes("MSU", line("MSU", hoy, "2026-10"), [working(ingreso, salida)], hoy) == code


@pytest.mark.parametrize(
    "ingreso, salida, code",
    [
        (date(2026, 10, 31), None, []),
        (date(2026, 1, 1), date(2026, 10, 1), []),
        (date(2026, 11, 1), None, ["INS-01"]),
        (date(2026, 1, 1), date(2026, 9, 30), ["INS-01"]),
    ],
)
def test_extras_are_of_a_relacion_that_has_a_day_in_the_period(ingreso, salida, code):
    hoy = date(2026, 11, 5)
    assert codes("INS", line("INS", hoy, "2026-10"), [working(ingreso, salida)], hoy) == code


def test_a_sueldo_is_compared_with_the_one_of_its_own_relacion():
    before = working(date(2020, 1, 1), date(2026, 11, 1), sueldo=500000)
    assert codes("MSU", line("MSU"), [before, working(date(2026, 11, 2), sueldo=60000)]) == []


@pytest.mark.parametrize(
    "sueldo, actual, code",
    [
        ("600.00", 120000, []),
        ("600.00", 120001, ["MSU-03"]),
        ("599.99", 120000, ["MSU-03"]),
        ("600.00", None, []),
        ("482.00", 60000, []),
        ("481.99", 60000, ["MSU-02"]),
    ],
)
def test_a_sueldo_that_falls_by_more_than_half_or_below_the_basic_one(sueldo, actual, code):
    assert codes("MSU", line("MSU", sueldo=sueldo), [working(sueldo=actual)]) == code


def test_a_half_day_may_earn_less_than_the_basic_salary():
    assert codes("MSU", line("MSU", sueldo="300.00"), [working(jornada="2")]) == []


@pytest.mark.parametrize(
    "sueldo, jornada, code", [("323.57", "1", []), ("323.56", "1", ["MSU-04"]), ("323.56", "2", [])]
)
def test_a_new_sueldo_keeps_to_the_sectoral_minimum_of_its_relacion(sueldo, jornada, code):
    hoy, rel = date(2013, 2, 6), working(jornada=jornada, sectorial=ACTIVITY)
    assert codes("MSU", line("MSU", hoy, sueldo=sueldo), [rel], hoy) == code


# --- order of judgement -----------------------------------------------------------------------------------------


def test_a_field_that_cannot_be_read_silences_just_the_rules_that_need_it():
    assert codes("ENT", line("ENT", sueldo="x"), [working()]) == ["ENT-01", "MON-01"]
    assert codes("ENT", line("ENT", mes="13"), [working()]) == ["PER-04"]  # which history is meant is not known
    assert codes("SAL", line("SAL", fecha_salida="20261131"), []) == ["FEC-02", "SAL-01"]
    assert codes("INS", line("INS").replace(RUC, "1790085783001"), []) == ["RUC-02"]
    assert codes("MSU", line("MSU", sueldo="0.00"), []) == ["MON-02", "MSU-01"]
    assert codes("ENT", line("ENT", jornada="9", sueldo="1.00", sectorial="x")) == ["CAT-02", "SEC-01"]


def test_a_line_of_another_shape_is_told_only_that():
    text = line("INS")
    for whole in (text, text + ";", text + "; ", text + ";;", text + ";" * 40):
        assert codes("INS", whole, [working()]) == []
    for broken in (text + ";x", text.rsplit(";", 1)[0], "x"):
        assert codes("INS", broken, [working()]) == ["LIN-01"]


A, B, D = line("INS"), line("INS", valor="99.00"), line("INS", valor="5.00")


@pytest.mark.parametrize("chunk", [1, 2, 100])
@pytest.mark.parametrize(
    "lines, found",
    [
        ([A, A], [(2, "DUP-01", 1)]),
        ([A, A, A], [(2, "DUP-01", 1), (3, "DUP-01", 1)]),
        ([A, B], [(1, "DUP-02", 2), (2, "DUP-02", 1)]),
        ([A, A, B, B], [(1, "DUP-02", 3), (2, "DUP-02", 3), (3, "DUP-02", 1), (4, "DUP-02", 1)]),
        ([A, B, D], [(1, "DUP-02", 2), (2, "DUP-02", 1), (3, "DUP-02", 1)]),
        ([B, D, A], [(1, "DUP-02", 2), (2, "DUP-02", 1), (3, "DUP-02", 1)]),
        ([D, A, B], [(1, "DUP-02", 2), (2, "DUP-02", 1), (3, "DUP-02", 1)]),
        ([A, line("INS", valor="87.5")], [(2, "DUP-01", 1)]),  # the same once it is read
        ([A, line("INS", causa="H")], []),
        ([A, line("INS", period="2026-10")], []),
        ([A, line("INS", sucursal="0009")], []),
        ([A, line("INS", cedula="1710034065")], []),
        ([A, line("INS", valor="x")], []),
        ([A, line("INS", valor="x"), A], [(3, "DUP-01", 1)]),
    ],
)
def test_repeats_are_told_from_contradictions(lines, found, chunk):
    history = [working(sucursal=s, cedula=c) for s in (1, 9) for c in (912791803, 1710034065)]
    case = Case(HOY, list(enumerate(lines, 1)), history, [])
    answer = engine("INS", case, chunk)
    assert answer == expected("INS", case)
    assert [(p.linea, p.codigo, p.otra) for p in answer.problems if p.codigo.startswith("DUP")] == found


@pytest.mark.parametrize(
    "mov, change", [("ENT", "cargo"), ("SAL", "causa"), ("ENT", "fecha_ingreso"), ("SAL", "fecha_salida")]
)
def test_two_hires_or_two_leaves_of_one_worker_that_differ_are_both_wrong(mov, change):
    other = {"cargo": "JEFE", "causa": "T", "fecha_ingreso": "20261117", "fecha_salida": "20261118"}[change]
    history = [working()] if mov == "SAL" else []
    assert said(mov, [line(mov), line(mov, **{change: other})], history) == [(1, "DUP-02"), (2, "DUP-02")]
    two = [working(), working(sucursal=9)] if mov == "SAL" else []
    assert said(mov, [line(mov), line(mov, sucursal="0009", **{change: other})], two) == []


def test_two_periods_of_one_hire_contradict_each_other():
    assert said("ENT", [line("ENT"), line("ENT", period="2026-10")])[:2] == [(1, "DUP-02"), (2, "DUP-02")]


def test_a_repeated_line_is_told_nothing_of_the_history_or_of_time_limits():
    late = line("INS", period="2026-09")
    assert said("INS", [late, late], []) == [(1, "INS-01"), (1, "PLA-02"), (2, "DUP-01")]


def test_a_repeated_line_that_is_wrong_by_itself_is_counted_once_as_an_error():
    wrong = line("SAL", fecha_fallecimiento="20261118")
    case = Case(HOY, [(1, wrong), (2, wrong)], [working()], [])
    answer = engine("SAL", case, 1)
    assert answer == expected("SAL", case) and answer.totals == (2, 0, 2, 0, 0)
    assert [(p.linea, p.codigo) for p in answer.problems] == [(1, "SAL-04"), (2, "DUP-01"), (2, "SAL-04")]


def test_thousands_of_odd_spellings_are_read_like_few():
    spellings = [("912791803", "0001", "87,50", "O"), ("0912791803", "1", "87.5", "o"), (" 912791803", "09", "x", "c")]
    lines = [line("INS", cedula=c, sucursal=s, valor=v, causa=x) for c, s, v, x in spellings * 450]
    case = Case(HOY, list(enumerate(lines, 1)), [working(), working(sucursal=9)], [])
    answer = engine("INS", case, 10_000)
    assert answer == expected("INS", case)
    assert answer.repairs["valor", "REP-COMA"] == answer.repairs["causa", "REP-MAYUSCULA"] // 2 == 450
    assert answer.totals == (1350, 1, 450, 899, 0)


def hired(lote=7, datos="20261120;1;R;2;06;ANALISTA;1507500000011;600.00;P", periodo=202611):
    return Reg(1, periodo, 912791803, "20261118", datos, lote)


def test_a_hire_sent_again_is_already_registered_and_nothing_else():
    case = Case(HOY, [(1, line("ENT"))], [working(date(2026, 11, 18))], [hired()])
    answer = engine("ENT", case, 1)
    assert answer == expected("ENT", case)
    assert [(p.codigo, p.otra) for p in answer.problems] == [("YA-01", 7)] and answer.totals == (1, 0, 0, 0, 1)


def test_an_already_registered_line_is_told_nothing_of_time_limits_but_what_it_says_itself():
    hoy = date(2027, 1, 28)
    text = line("ENT", HOY, sectorial="9999999999999")
    registered = [hired(datos="20261120;1;R;2;06;ANALISTA;9999999999999;600.00;P")]
    assert codes("ENT", text, [working(date(2026, 11, 18))], hoy, registered=registered) == ["ENT-07", "YA-01"]


def test_a_hire_registered_with_other_values_names_the_fields_and_is_no_second_hire():
    registered = [hired(datos="20261120;1;R;2;06;ASISTENTE;1507500000011;590.00;P")]
    case = Case(HOY, [(1, line("ENT"))], [working(date(2026, 11, 18))], registered)
    answer = engine("ENT", case, 1)
    assert answer == expected("ENT", case)
    assert [(p.campo, p.codigo, p.valor, p.otra) for p in answer.problems] == [
        ("cargo", "YA-02", "ANALISTA", 7),
        ("sueldo", "YA-02", "600.00", 7),
    ]


def test_a_leave_registered_with_another_cause_is_no_leave_of_nobody():
    registered = [Reg(1, 202611, 912791803, "20261119", "T;00000000", 7)]
    closed = working(salida=date(2026, 11, 19))
    case = Case(HOY, [(1, line("SAL"))], [closed], registered)
    answer = engine("SAL", case, 1)
    assert answer == expected("SAL", case)
    assert [(p.campo, p.codigo, p.otra) for p in answer.problems] == [("causa", "YA-02", 7)]


def test_one_registered_otherwise_is_told_that_it_is_too_late_to_be_sent_again():
    hoy, registered = date(2027, 1, 28), [hired(datos="20261120;1;R;2;06;ANALISTA;1507500000011;590.00;P")]
    text = line("ENT", HOY)
    assert codes("ENT", text, [working(date(2026, 11, 18))], hoy, registered=registered) == ["PLA-02", "YA-02"]


def test_what_was_registered_in_another_format_is_told_at_its_first_field():
    registered = [hired(datos="20261120;1;R;2;06;ANALISTA;1507500000011;600.00;P;")]
    assert codes("ENT", line("ENT"), [working(date(2026, 11, 18))], registered=registered) == ["YA-02"]


def test_what_is_registered_in_another_period_is_another_novedad():
    assert codes("ENT", line("ENT"), registered=[hired(periodo=202610)]) == []


def test_a_repeated_line_is_repeated_whatever_is_registered():
    same = Reg(1, 202611, 912791803, "O", "87.50", 5)
    assert said("INS", [A, A], [working()], registered=[same]) == [(1, "YA-01"), (2, "DUP-01")]
    assert said("INS", [A, A], [working()], registered=[same._replace(datos="9")]) == [(1, "YA-02"), (2, "DUP-01")]


def test_a_contradiction_is_one_also_with_what_is_registered():
    same = Reg(1, 202611, 912791803, "O", "87.50", 5)
    found = [(1, "DUP-02"), (1, "YA-01"), (2, "DUP-02"), (2, "YA-02")]
    assert said("INS", [A, B], [working()], registered=[same]) == found


def test_a_line_with_an_unreadable_field_is_not_already_registered():
    # what could not be read is written 00000000, which is what a cause other than F has there
    registered = [Reg(1, 202611, 912791803, "20261119", "V;00000000", 5)]
    text = line("SAL", fecha_fallecimiento="x")
    assert codes("SAL", text, [working()], registered=registered) == ["FEC-01"]
