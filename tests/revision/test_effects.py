"""What the lines of a file do together: the edges of each number, and parts that are put together again."""

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from portal.revision.juicio.effects import WORTH, effects_of, together
from tests.laws import law
from tests.revision.pieces import RUC, Case
from tests.revision.reference import Reg, Rel
from tests.revision.test_engine_reference import engine, expected

HOY = date(2026, 11, 10)  # September, October and November can be sent
LONG_AGO = date(2012, 1, 2)
WORKERS = ["0912791803", "1710034065", "0909139099", "0710435207", "0928887181", "0918014127", "0970000006"]
ANA = int(WORKERS[0])


def line(mov, periodo="2026-11", hoy=HOY, **changes):
    changes.setdefault("sectorial", "1507500000011") if mov == "ENT" else None
    cedula = changes.pop("cedula", WORKERS[0])
    return ";".join(good_line(todas()[mov], hoy, RUC, cedula=cedula, anio=periodo[:4], mes=periodo[5:], **changes))


def working(ingreso=LONG_AGO, salida=None, *, id=1, cedula=ANA, **more):
    return Rel(id, 1, cedula, ingreso, salida, **more)


def effects(mov, lines, history=(), hoy=HOY, registered=(), first=1):
    """What the engine says that the lines do, in chunks of any size; it agrees with the reference."""
    numbered = list(enumerate(lines, first))
    case = Case(hoy, numbered, None if history is None else list(history), list(registered))
    found = engine(mov, case, 100)
    assert found == expected(mov, case)
    assert engine(mov, case, 1).effects == engine(mov, case, 2).effects == found.effects
    return found.effects


def numbers(found):
    return {name: found[name] for name in ("planilla", "suben", "bajan", "bajan_mucho")}


def changed(planilla, suben=0, bajan=0, bajan_mucho=0):
    return {"planilla": planilla, "suben": suben, "bajan": bajan, "bajan_mucho": bajan_mucho}


# --- the payroll ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "actual, sueldo, expected_change",
    [
        (96400, "964.01", changed(1, suben=1)),
        (96400, "964.00", changed(0)),
        (96400, "482.00", changed(-48200, bajan=1)),
        (96400, "481.99", changed(-48201, bajan=1, bajan_mucho=1)),
        (96401, "482.00", changed(-48201, bajan=1, bajan_mucho=1)),
        (None, "482.00", changed(0)),
    ],
)
def test_half_of_the_sueldo_is_not_yet_much_less(actual, sueldo, expected_change):
    assert numbers(effects("MSU", [line("MSU", sueldo=sueldo)], [working(sueldo=actual)])) == expected_change


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize(
    "sueldos, expected_change",
    [
        (("700.00", "650.00", "800.00"), changed(20000, suben=2, bajan=1)),
        (("1300.00", "649.99", "700.00"), changed(10000, suben=2, bajan=1, bajan_mucho=1)),
        (("700.00", "600.00", "600.00"), changed(0, suben=1, bajan=1)),
    ],
)
def test_sueldos_of_one_worker_count_one_against_the_other_in_order_of_month(order, sueldos, expected_change):
    months = list(zip(("2026-09", "2026-10", "2026-11"), sueldos, strict=True))
    lines = [line("MSU", months[n][0], sueldo=months[n][1]) for n in order]
    assert numbers(effects("MSU", lines, [working(sueldo=60000)])) == expected_change


def test_the_same_worker_in_two_sucursales_is_compared_in_each():
    rels = [working(sueldo=60000), Rel(2, 9, ANA, LONG_AGO, None, sueldo=90000)]
    lines = [line("MSU", sueldo="700.00"), line("MSU", sueldo="800.00", sucursal="0009")]
    assert numbers(effects("MSU", lines, rels)) == changed(0, suben=1, bajan=1)


@pytest.mark.parametrize("desde, planilla", [(None, 30000), (202609, 30000), (202610, 30000), (202611, 0), (202612, 0)])
def test_a_sueldo_of_before_the_present_one_changes_nothing_today(desde, planilla):
    found = effects("MSU", [line("MSU", "2026-10", sueldo="900.00")], [working(desde=desde)])
    assert numbers(found) == changed(planilla, suben=int(planilla > 0))
    assert (found["lineas"], found["suma"], found["periodos"]) == (1, 90000, {"202610": [1, 90000]})


def test_beside_a_sueldo_of_the_past_the_present_one_counts_against_what_is_in_force():
    lines = [line("MSU", "2026-09", sueldo="2000.00"), line("MSU", "2026-11", sueldo="900.00")]
    assert numbers(effects("MSU", lines, [working(sueldo=60000, desde=202610)])) == changed(30000, suben=1)


def test_a_sueldo_of_somebody_who_left_changes_nothing_today():
    gone = working(salida=date(2026, 10, 31), sueldo=60000)
    assert numbers(effects("MSU", [line("MSU", "2026-10", sueldo="900.00")], [gone])) == changed(0)
    back = [gone, working(date(2026, 11, 2), id=2, sueldo=70000)]
    lines = [line("MSU", "2026-11", sueldo="800.00"), line("MSU", "2026-10", sueldo="200.00")]
    assert numbers(effects("MSU", lines, back)) == changed(10000, suben=1)


def test_hires_raise_the_payroll_and_leaves_lower_it_but_nobody_earns_less():
    hires = [line("ENT", cedula=c, sueldo="600.00", fecha_ingreso="20261103") for c in WORKERS[:2]]
    assert numbers(effects("ENT", hires)) == changed(120000, suben=2)
    present = [working(id=n, cedula=int(c), sueldo=50000) for n, c in enumerate(WORKERS[:2], 1)]
    found = effects("SAL", [line("SAL", cedula=c, fecha_salida="20261103") for c in WORKERS[:2]], present)
    assert numbers(found) == changed(-100000, bajan=2)
    assert (found["suma"], found["periodos"]) == (0, {"202611": [2, 0]})


def test_only_correct_lines_count():
    lines = [
        line("INS", valor="1.00"),
        line("INS", valor="1.00"),  # repeated
        line("INS", valor="0.00", causa="H"),
        line("INS", valor="2.00", cedula=WORKERS[1]),  # registered before
        line("INS", valor="4.00", cedula=WORKERS[2]),  # nobody
        line("INS", "2026-10", valor="8.00"),
    ]
    history = [working(ultimo=202610), working(id=2, cedula=int(WORKERS[1]), ultimo=202610)]
    found = effects("INS", lines, history, registered=[Reg(1, 202611, int(WORKERS[1]), "O", "2.00", 7)])
    assert (found["lineas"], found["suma"]) == (2, 900)
    assert found["periodos"] == {"202610": [1, 800], "202611": [1, 100]}


# --- not seen ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hoy, periodo, ultimo, unseen",
    [
        (HOY, "2026-11", 202608, 0),
        (HOY, "2026-11", 202607, 1),
        (HOY, "2026-10", 202607, 0),  # the line's month counts, not the day
        (HOY, "2026-10", 202606, 1),
        (date(2026, 2, 18), "2026-02", 202511, 0),
        (date(2026, 2, 18), "2026-02", 202510, 1),
        (HOY, "2026-10", 202611, 0),  # what came after is heard of too
    ],
)
@pytest.mark.parametrize("mov", ["INS", "MSU"])
def test_three_months_without_a_novedad_are_nothing_yet_and_four_are_not_seen(mov, hoy, periodo, ultimo, unseen):
    found = effects(mov, [line(mov, periodo, hoy)], [working(ultimo=ultimo)], hoy)
    assert (found["lineas"], found["sin_ver"], found["sin_ver_lineas"]) == (1, unseen, [1][:unseen])


@pytest.mark.parametrize("ingreso, unseen", [(date(2026, 8, 1), 0), (date(2026, 7, 31), 1)])
def test_a_hire_is_the_first_that_is_heard(ingreso, unseen):
    assert effects("INS", [line("INS")], [working(ingreso)])["sin_ver"] == unseen
    assert effects("SAL", [line("SAL", fecha_salida="20261103")], [working(ingreso)])["sin_ver"] == unseen


def test_who_comes_back_after_years_is_hired_not_unseen():
    gone = working(salida=date(2013, 1, 31), ultimo=201301)
    assert effects("ENT", [line("ENT", fecha_ingreso="20261103")], [gone])["sin_ver"] == 0


def test_the_first_five_not_seen_are_named_by_their_lines():
    history = [working(id=n, cedula=int(c)) for n, c in enumerate(WORKERS, 1)]
    history[1] = working(id=2, cedula=int(WORKERS[1]), ultimo=202611)
    found = effects("INS", [line("INS", cedula=c) for c in WORKERS], history, first=40)
    assert (found["sin_ver"], found["sin_ver_lineas"]) == (6, [40, 42, 43, 44, 45])


# --- without a history, without lines, in parts -----------------------------------------------------------------


@pytest.mark.parametrize(
    "mov, suma, planilla", [("ENT", 60000, 60000), ("MSU", 60000, 0), ("SAL", 0, 0), ("INS", 8750, 0)]
)
def test_offline_only_what_the_lines_themselves_say_is_known(mov, suma, planilla):
    dates = {"ENT": {"fecha_ingreso": "20261103"}, "SAL": {"fecha_salida": "20261103"}}.get(mov, {})
    found = effects(mov, [line(mov, **dates)], None)
    assert numbers(found) == changed(planilla, suben=int(planilla > 0))
    assert (found["lineas"], found["suma"], found["sin_ver"]) == (1, suma, 0)
    assert found["periodos"] == {"202611": [1, suma]}


def test_no_line_does_nothing():
    nothing = changed(0) | {"lineas": 0, "suma": 0, "periodos": {}, "sin_ver": 0, "sin_ver_lineas": [], "pasadas": 0}
    assert effects("MSU", ["x"], [working()]) == effects_of(pl.DataFrame(schema=WORTH)) == nothing


amounts = st.one_of(st.none(), st.integers(1, 10**11))
rows = st.tuples(
    amounts, st.one_of(st.none(), st.integers(-(10**6), 10**6)), st.integers(202609, 202611), st.booleans()
)


@law(60)
@given(st.lists(rows, max_size=25), st.lists(st.integers(0, 25), max_size=4))
def test_parts_put_together_do_what_the_whole_does(lines, cuts):
    """Lines that do not build on each other (all but MSU): a lote registered in chunks says what its preview said."""
    columns = [
        (n, valor, planilla, periodo, None, not seen, seen)
        for n, (valor, planilla, periodo, seen) in enumerate(lines, 1)
    ]
    whole = pl.DataFrame(columns, schema=WORTH, orient="row")
    ends = [0, *sorted(cuts), len(lines)]
    kept = {}
    for start, end in zip(ends, ends[1:], strict=False):
        part = effects_of(whole.slice(start, max(end - start, 0)))
        kept = together(json.loads(json.dumps(kept)), part)  # as the lote keeps it from one chunk to the next
    assert kept == effects_of(whole)
