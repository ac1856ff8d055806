"""The last good value and the first bad one of the rules of the eight movements beside ENT, SAL, MSU and INS."""

from datetime import date, timedelta

import polars as pl
import pytest

from portal.files.columns import Contexto, Lapso, Leido
from portal.novedades import todas
from portal.novedades.diccionario import fields
from portal.novedades.ejemplos import good_line
from portal.revision import Revision
from portal.revision.file import check_chunk
from portal.revision.plan import plan
from tests.novedades.histories import Memory, relacion
from tests.revision.juicio.test_rule_edges import said, working
from tests.revision.pieces import RUC
from tests.revision.reference import Reg

HOY = date(2026, 11, 20)
LONG_AGO = date(2012, 1, 2)
CEDULA = 912791803
FUNDS = ["PFM", "PFR", "PPF", "PFN"]
LATE_BY_NATURE = ["PFR", "PPF", "PFN", "PRA"]


def day(text):
    return date.fromisoformat(text)


def ymd(fecha):
    return fecha.strftime("%Y%m%d")


def line(mov, hoy=HOY, **changes):
    return ";".join(good_line(todas()[mov], hoy, RUC, **changes))


def fund(mov, lapso, hoy=HOY, **changes):
    """A line of reserve funds whose year and month are the first of its span."""
    return line(mov, hoy, **{"lapso": lapso, "anio": lapso[:4], "mes": lapso[5:7], **changes})


def checked(mov, texts, relaciones=((LONG_AGO, None),), hoy=HOY, acumulado=()):
    """The engine on these lines: the chunk, and every code as (line, code), but that a period is not over: of the month
    that runs it is said of all."""
    history = Memory([relacion(hoy, *ends) for ends in relaciones], acumulado=acumulado)
    nov, ctx = todas()[mov], Contexto(RUC, hoy, frozenset({1, 9}))
    revision = Revision(nov, ctx, history)
    frame = pl.DataFrame(
        {"linea": range(1, len(texts) + 1), "texto": texts}, schema={"linea": pl.UInt32, "texto": pl.String}
    )
    [found] = revision.check([frame])
    found = pl.concat([found, revision.close().al_cierre])
    tramo = check_chunk(frame, nov, ctx, history, ";")
    return tramo, sorted(pair for pair in found.select("linea", "codigo").rows() if pair[1] != "FDR-06")


def codes(mov, text, relaciones=((LONG_AGO, None),), hoy=HOY, **how):
    return [codigo for _, codigo in checked(mov, [text], relaciones, hoy, **how)[1]]


# --- days not worked --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start, days, code",
    [
        ("2026-10-01", 30, []),
        ("2026-10-01", 31, ["MND-03"]),  # the month has them, a month of contributions has 30
        ("2026-10-02", 30, []),
        ("2026-10-02", 31, ["MND-02"]),
        ("2026-10-31", 1, []),
        ("2026-10-31", 2, ["MND-02"]),
        ("2026-11-01", 30, []),
        ("2026-11-01", 31, ["MND-02"]),
        ("2026-11-30", 1, []),
        ("2026-11-30", 2, ["MND-02"]),
        ("2024-02-01", 29, []),
        ("2024-02-01", 30, ["MND-02"]),
        ("2024-02-29", 1, []),
        ("2024-02-29", 2, ["MND-02"]),
        ("2026-02-01", 28, []),
        ("2026-02-01", 29, ["MND-02"]),
        ("2025-12-31", 1, []),
        ("2025-12-31", 2, ["MND-02"]),
    ],
)
def test_no_more_days_than_the_month_has_left(start, days, code):
    start = day(start)
    assert codes("MND", line("MND", fecha_inicio=ymd(start), dias=str(days)), hoy=start) == code


@pytest.mark.parametrize("days, code", [("0", ["MND-04"]), ("32", ["MND-04"]), ("x", ["MND-04"]), ("01", [])])
def test_days_are_from_1_to_31(days, code):
    assert codes("MND", line("MND", fecha_inicio="20261118", dias=days)) == code


@pytest.mark.parametrize(
    "registered, days, code",
    [(0, 30, []), (0, 31, ["MND-03"]), (20, 10, []), (20, 11, ["MND-03"]), (29, 1, []), (30, 1, ["MND-03"])],
)
def test_days_registered_before_count_up_to_30(registered, days, code):
    hoy = date(2026, 10, 1)
    before = [(1, 202610, CEDULA, registered)] if registered else []
    text = line("MND", fecha_inicio="20261001", dias=str(days))
    assert codes("MND", text, hoy=hoy, acumulado=before) == code


def test_days_registered_for_another_month_sucursal_or_worker_do_not_count():
    others = [(1, 202610, CEDULA, 30), (9, 202611, CEDULA, 30), (1, 202611, 1710034065, 30)]
    assert codes("MND", line("MND", fecha_inicio="20261118", dias="13"), acumulado=others) == []


def test_days_of_a_line_in_error_do_not_count():
    texts = [line("MND", fecha_inicio="20261119", dias="20"), line("MND", fecha_inicio="20261118", dias="13")]
    assert checked("MND", texts)[1] == [(1, "MND-02")]


def test_the_days_of_a_month_fill_up_in_the_order_of_the_file():
    starts = [("20261101", 20), ("20261102", 6), ("20261103", 5), ("20261104", 4), ("20261104", 4), ("20261105", 1)]
    texts = [line("MND", fecha_inicio=start, dias=str(days)) for start, days in starts]
    found = [pair for pair in said("MND", texts, [working(LONG_AGO)]) if pair[1] in ("MND-03", "DUP-01")]
    assert found == [(3, "MND-03"), (5, "DUP-01"), (6, "MND-03")]
    before = [Reg(1, 202611, CEDULA, "20261120", "6", 7)]
    found = said("MND", texts, [working(LONG_AGO)], registered=before)
    found = [pair for pair in found if pair[1] in ("MND-03", "DUP-01")]
    assert found == [(2, "MND-03"), (3, "MND-03"), (5, "DUP-01"), (6, "MND-03")]


# --- spans of months --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, value, code, notes",
    [
        ("2026-03 A 2026-03", 202603202603, None, ()),  # the 17 characters of the format
        ("2025-12 A 2026-01", 202512202601, None, ()),
        ("2026-3 A 2026-3", 202603202603, None, ("REP-PERIODO",)),
        ("2026-03 a 2026-03", 202603202603, None, ("REP-PERIODO",)),
        ("2026-03A2026-03", 202603202603, None, ("REP-PERIODO",)),
        ("2026-03  A  2026-12", 202603202612, None, ("REP-PERIODO",)),
        (" 2026-03 A 2026-03", 202603202603, None, ("REP-ESPACIO",)),
        ("2026-03 A 2026-02", None, "LAP-02", ()),
        ("2026-01 A 2025-12", None, "LAP-02", ()),
        ("2026-13 A 2026-13", None, "LAP-01", ()),
        ("2026-12 A 2026-13", None, "LAP-01", ()),
        ("2026-00 A 2026-01", None, "LAP-01", ()),
        ("2026-03 A 2026-031", None, "LAP-01", ()),
        ("2026-03 AL 2026-03", None, "LAP-01", ()),
        ("2026/03 A 2026/03", None, "LAP-01", ()),
        ("2026-03", None, "LAP-01", ()),
        ("0026-03 A 0026-03", None, "LAP-01", ()),
        ("", None, "VAC-01", ()),
    ],
)
def test_a_span_is_read_in_the_ways_it_is_written(text, value, code, notes):
    ctx = Contexto(RUC, HOY)
    assert Lapso().read(text, ctx) == Leido(value, code, notes)
    fast = pl.DataFrame({"t": [text]}).select(v=Lapso().fast(pl.col("t"), ctx))["v"][0]
    assert fast == (value if not notes else None)
    if value:
        written = pl.DataFrame({"v": [value]}).select(t=Lapso().write(pl.col("v")))["t"][0]
        assert len(written) == 17 and Lapso().read(written, ctx) == Leido(value)


# --- reserve funds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mov", FUNDS)
@pytest.mark.parametrize(
    "lapso, months, code",
    [
        ("2026-11 A 2026-11", "01", []),
        ("2026-11 A 2026-11", "02", ["FDR-02"]),
        ("2025-12 A 2026-11", "12", []),
        ("2025-12 A 2026-11", "11", ["FDR-02"]),
        ("2025-12 A 2026-11", "13", ["FDR-02"]),
        ("2026-11 A 2026-11", "1", []),
        ("2026-11 A 2026-11", "00", ["FDR-05"]),
    ],
)
def test_the_months_are_those_of_the_span(mov, lapso, months, code):
    assert codes(mov, fund(mov, lapso, meses=months)) == code


@pytest.mark.parametrize("mov", FUNDS)
@pytest.mark.parametrize(
    "ingreso, lapso, code",
    [
        ("2025-10-01", "2026-10 A 2026-10", []),  # thirteen months to the day
        ("2025-10-02", "2026-10 A 2026-10", ["FDR-03"]),
        ("2025-02-01", "2026-02 A 2026-02", []),
        ("2025-02-02", "2026-02 A 2026-02", ["FDR-03"]),
        ("2023-02-01", "2024-02 A 2024-02", []),  # ends on the 29th
        ("2023-02-02", "2024-02 A 2024-02", ["FDR-03"]),
        ("2025-10-01", "2026-09 A 2026-10", []),  # at the end of the span
    ],
)
def test_reserve_funds_begin_after_thirteen_months(mov, ingreso, lapso, code):
    year, month = int(lapso[-7:-3]), int(lapso[-2:])
    hoy = date(year + month // 12, month % 12 + 1, 1)  # the day after the span
    months = "02" if lapso.startswith("2026-09") else "01"
    assert codes(mov, fund(mov, lapso, hoy, meses=months), [(day(ingreso), None)], hoy) == code


@pytest.mark.parametrize("mov", FUNDS)
@pytest.mark.parametrize(
    "anio, mes, code", [("2026", "09", []), ("2026", "10", ["FDR-04"]), ("2025", "09", ["FDR-04"])]
)
def test_year_and_month_are_those_of_the_beginning_of_the_span(mov, anio, mes, code):
    hoy = date(2026, 11, 2)
    text = fund(mov, "2026-09 A 2026-10", hoy, meses="02", anio=anio, mes=mes)
    assert codes(mov, text, hoy=hoy) == code


@pytest.mark.parametrize("mov", FUNDS)
@pytest.mark.parametrize(
    "ingreso, salida, code",
    [
        ("2020-01-01", "2026-09-01", []),
        ("2020-01-01", "2026-08-31", ["FDR-01"]),
        ("2026-10-31", None, ["FDR-03"]),
        ("2026-11-01", None, ["FDR-01"]),
    ],
)
def test_funds_are_of_a_relacion_with_a_day_in_the_span(mov, ingreso, salida, code):
    hoy = date(2026, 11, 2)
    ends = (day(ingreso), day(salida) if salida else None)
    assert codes(mov, fund(mov, "2026-09 A 2026-10", hoy, meses="02"), [ends], hoy) == code


@pytest.mark.parametrize("mov", FUNDS)
@pytest.mark.parametrize(
    "hoy, late", [("2026-11-06", ""), ("2026-11-09", "PLA-01"), ("2026-12-15", "PLA-01"), ("2026-12-16", "PLA-02")]
)
def test_funds_are_late_counted_from_the_end_of_their_span(mov, hoy, late):
    if mov in LATE_BY_NATURE and late == "PLA-02":
        late = "PLA-01"
    text = fund(mov, "2026-08 A 2026-10", day(hoy), meses="03")
    assert codes(mov, text, hoy=day(hoy)) == ([late] if late else [])


# --- retroactives and changes of relación -----------------------------------------------------------------------

DATED = {"PRA": ("fecha_suscripcion", "PRA-01"), "RRT": ("fecha_cambio", "RRT-01")}


@pytest.mark.parametrize("mov", DATED)
@pytest.mark.parametrize("days, outside", [(-1, True), (0, False), (5, False), (10, False), (11, True)])
def test_a_dated_line_is_of_a_relacion_that_covers_its_day(mov, days, outside):
    field, code = DATED[mov]
    first = date(2026, 11, 3)
    fecha = first + timedelta(days)
    text = line(mov, fecha, **{field: ymd(fecha)})
    assert codes(mov, text, [(first, first + timedelta(10))], fecha) == ([code] if outside else [])


@pytest.mark.parametrize("mov, code", [("RRT", "RRT-02"), ("MND", "MND-05")])
@pytest.mark.parametrize("fecha, same", [("20261101", True), ("20261031", False), ("20251119", False)])
def test_a_date_in_another_month_than_the_period_is_asked_about(mov, code, fecha, same):
    text = line(mov, **{todas()[mov].fecha: fecha, "anio": "2026", "mes": "11"})
    found = [c for c in codes(mov, text) if not c.startswith("PLA")]
    assert found == ([] if same else [code])


@pytest.mark.parametrize("mov", ["PRA", "RRT", "MND"])
@pytest.mark.parametrize(
    "fecha, hoy, late",
    [
        ("2026-11-13", "2026-11-18", ""),
        ("2026-11-13", "2026-11-19", "PLA-01"),
        ("2026-10-06", "2026-11-20", "PLA-01"),  # 45 days
        ("2026-10-05", "2026-11-20", "PLA-02"),
    ],
)
def test_a_dated_line_is_late_counted_from_its_date(mov, fecha, hoy, late):
    if mov in LATE_BY_NATURE and late == "PLA-02":
        late = "PLA-01"
    text = line(mov, **{todas()[mov].fecha: fecha.replace("-", "")})
    assert codes(mov, text, hoy=day(hoy)) == ([late] if late else [])


@pytest.mark.parametrize(
    "hoy, code",
    [("2026-11-06", []), ("2026-11-09", ["PLA-01"]), ("2026-12-15", ["PLA-01"]), ("2026-12-16", ["PLA-02"])],
)
def test_hours_are_late_counted_from_the_end_of_their_month(hoy, code):
    assert codes("RHT", line("RHT", anio="2026", mes="10"), hoy=day(hoy)) == code


def test_what_is_late_by_nature_is_never_too_late():
    assert [mov for mov, nov in todas().items() if nov.solo_aviso_tarde] == ["PFR", "PFN", "PPF", "PRA"]
    hoy = date(2026, 11, 20)
    for mov in ("PFR", "PFN", "PPF"):
        assert codes(mov, fund(mov, "2015-06 A 2015-06", hoy)) == ["PLA-01"]
    assert codes("PRA", line("PRA", fecha_suscripcion="20150630")) == ["PLA-01"]


# --- hours, amounts and the field that may be left out ----------------------------------------------------------


@pytest.mark.parametrize(
    "hours, code, notes",
    [
        ("1", [], []),
        ("720", [], []),
        ("721", ["RHT-03"], []),  # of 30 days
        ("744", ["RHT-03"], []),
        ("0", ["RHT-02"], []),
        ("745", ["RHT-02"], []),
        ("1000", ["RHT-02"], []),
        ("001", [], ["REP-SOBRA"]),
        ("8.5", ["RHT-02"], []),
        ("-1", ["RHT-02"], []),
    ],
)
def test_hours_are_those_of_the_days_of_the_month_at_most(hours, code, notes):
    tramo, found = checked("RHT", [line("RHT", horas=hours)])
    assert [c for _, c in found] == code and [note for _, note in tramo.notas] == notes


@pytest.mark.parametrize("ingreso, salida", [("2026-11-30", None), ("2020-01-01", "2026-11-01")])
@pytest.mark.parametrize("mov, code", [("RHT", "RHT-01"), ("MND", "MND-01")])
def test_hours_and_days_are_of_a_relacion_with_a_day_in_the_month(mov, code, ingreso, salida):
    ends = (day(ingreso), day(salida) if salida else None)
    assert code not in codes(mov, line(mov), [ends])
    one = timedelta(1)
    outside = (ends[0] + one, None) if salida is None else (ends[0], ends[1] - one)
    assert code in codes(mov, line(mov), [outside])


@pytest.mark.parametrize("mov", [*FUNDS, "PRA"])
@pytest.mark.parametrize(
    "amount, code",
    [
        ("0.01", []),
        ("99999999999.99", []),
        ("0.00", ["MON-02"]),
        ("100000000000.00", ["MON-03"]),
        ("0.001", ["MON-04"]),
    ],
)
def test_amounts_have_a_first_and_a_last_good_cent(mov, amount, code):
    field = "valor_incremento" if mov == "PRA" else "sueldo_total"
    assert codes(mov, line(mov, **{field: amount})) == code


@pytest.mark.parametrize("mov", ["PFN", "PPF"])
@pytest.mark.parametrize(
    "tail, code, notes, written",
    [
        ("", [], [], ""),  # left out with its separator
        (";", [], [], ""),
        (";;", [], [], ""),
        ("; ", [], ["REP-ESPACIO"], ""),
        (";1790012344001", [], [], "1790012344001"),
        (";0990012342001;", [], [], "0990012342001"),
        (";990012342001", [], ["REP-CERO"], "0990012342001"),
        (";992123456001", ["RUC-03"], [], None),  # a zero before it proves nothing,
        (";1790012344000", ["RUC-04"], [], None),
        (";179001234000", ["RUC-03"], [], None),
        (";17900123401", ["RUC-03"], [], None),
        (";17900123450011", ["RUC-03"], [], None),
        (";x", ["RUC-03"], [], None),
        (";1790012344001;x", ["LIN-01"], [], None),
        (";;;", [], [], ""),  # empty columns after the last field are no fields
    ],
)
def test_the_last_field_may_be_left_out(mov, tail, code, notes, written):
    tramo, found = checked(mov, [line(mov) + tail])
    assert [c for _, c in found] == code and [note for _, note in tramo.notas] == notes
    if written is not None:
        last = plan(todas()[mov]).campos[-1]
        assert tramo.datos.select(last.tipo.write(pl.col(last.nombre)))[last.nombre].to_list() == [written]


@pytest.mark.parametrize("mov", ["PFN", "PPF"])
@pytest.mark.parametrize("ruc", ["", "1790012344001"])
def test_a_line_with_an_optional_field_is_written_as_it_can_be_read_again(mov, ruc):
    nov = todas()[mov]
    tramo, _ = checked(mov, [line(mov, ruc_anterior=ruc)])
    again = tramo.datos.select(c.tipo.write(pl.col(c.nombre)).alias(c.nombre) for c in fields(nov))
    second, found = checked(mov, [";".join(again.row(0))])
    assert found == [] and not second.notas
    assert second.datos.select(c.nombre for c in fields(nov)).equals(tramo.datos.select(c.nombre for c in fields(nov)))


def test_two_lines_that_differ_in_the_field_left_out_contradict_each_other():
    texts = [line("PFN"), line("PFN", ruc_anterior="1790012344001")]
    assert checked("PFN", texts)[1] == [(1, "DUP-02"), (2, "DUP-02")]
    assert checked("PFN", [texts[0], texts[0] + ";"])[1] == [(2, "DUP-01")]
