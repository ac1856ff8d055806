"""What the sentences of a lote say adds up: to its lines, to what was registered, to the payroll before and after."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from portal import clock
from portal.lotes.efectos_dichos import amount, by_period, effects, undone
from portal.lotes.trabajo.annul import Pedido, ask
from portal.lotes.trabajo.annul import annul as carry_out
from portal.lotes.vista.comparacion import comparison
from portal.modelos import Anulacion, Novedad
from portal.novedades import todas
from portal.revision.juicio.effects import WORTH, effects_of
from tests.laws import law
from tests.lotes.conftest import CEDULAS, HOY

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PEOPLE = CEDULAS[:3]
OTHERS = ("0102030400", "1713175071", "0926687856")


def plain(frases):
    return [one.texto.format(*(f"{m // 100}.{m % 100:02d}" for m in one.montos)) for one in frases]


def counted(frases):
    """The number that each sentence but the one about the payroll is about: lines, sueldos, relaciones, days, hours."""
    said = [one.texto.split(",")[0].replace("\u202f", "") for one in frases if not one.texto.startswith("La planilla")]
    return sum(int(found[0]) for one in said if (found := re.search(r"\d+", one.replace("USD\u00a0{}", ""))))


def payroll(office):
    with office.database.reading() as session:
        return int(session.scalar(text("select coalesce(sum(planilla), 0) from resumen_mes")))


def payroll_said(frases):
    signs = {"sube": 1, "subió": 1, "baja": -1, "bajó": -1}
    found = [(one.texto.split()[2], one.montos[0]) for one in frases if one.texto.startswith("La planilla")]
    return sum(signs[verb] * cents for verb, cents in found)


def line_of(office, codigo, cedula, n):
    changes = {"MSU": {"sueldo": f"{640 + 20 * n}.00"}, "INS": {"valor": f"{n + 1}.25"}}
    return office.line(codigo, cedula, **changes.get(codigo, {}))


@SQLITE
def test_of_all_movements_preview_registration_and_annulment_say_what_happens(office):
    office.hire(*PEOPLE, days_ago=500, sueldo="660.00")  # so that of three new sueldos one falls and one stays
    for codigo, nov in todas().items():
        before = payroll(office)
        people = [one for one in OTHERS if one != "0102030400"] if codigo == "ENT" else PEOPLE
        lote = office.check(office.send(codigo, [line_of(office, codigo, c, n) for n, c in enumerate(people)]).lote_id)
        assert (lote.correctas, lote.con_error) == (len(people), 0), (codigo, office.problems(lote.id))
        told = effects(nov, lote.efectos, done=False)
        lote = office.register(lote.id)
        done = effects(nov, lote.efectos, done=True)
        assert [one.montos for one in done] == [one.montos for one in told if "sin ver" not in one.texto][: len(done)]
        assert payroll_said(told) == payroll_said(done) == payroll(office) - before, codigo
        lines = [n for n in office.rows(Novedad) if n.lote_id == lote.id]
        total = sum(n.valor or 0 for n in lines)
        assert counted(done) == (total if nov.efecto in ("fija_dias", "fija_horas") else len(lines)), plain(done)
        assert lote.efectos["suma"] == total
        if nov.efecto == "suma_al_periodo":
            assert done[0].montos == (total,) == amount(nov, total).montos
        annulled_as_said(office, lote, nov, before)


def annulled_as_said(office, lote, nov, before):
    now = payroll(office)
    numero = ask(office.database, Pedido(lote.id, office.cuenta_id, "Prueba de sumas", None), HOY, clock.now()).numero
    [one] = [a for a in office.rows(Anulacion) if a.numero == numero]
    assert carry_out(office.database, office.config, one.id, clock.now) == "hecha"
    [one] = [a for a in office.rows(Anulacion) if a.numero == numero]
    said = undone(nov, one.efectos, done=True)
    assert payroll(office) == before and payroll_said(said) == before - now, nov.codigo
    assert one.efectos["suma"] == lote.efectos["suma"] and one.efectos["lineas"] == lote.efectos["lineas"]


@SQLITE
def test_sueldos_of_relaciones_that_were_just_closed_change_nothing_of_today(office):
    """Seen: «11 líneas dejan igual el sueldo» and «USD 110,00 más» of the same lines."""
    office.hire(*PEOPLE, days_ago=500)
    office.all_the_way("MSU", [office.line("MSU", c, sueldo="700.00", mes="09") for c in PEOPLE], hoy=date(2026, 10, 1))
    office.all_the_way("SAL", [office.line("SAL", c) for c in PEOPLE])
    before = payroll(office)
    lines = [office.line("MSU", c, sueldo="710.00", mes="10") for c in PEOPLE]
    lote = office.check(office.send("MSU", lines).lote_id)
    assert lote.correctas == 3
    told = plain(effects(todas()["MSU"], lote.efectos, done=False))
    assert told == ["3 líneas fijan el sueldo de meses pasados; la planilla de hoy no cambia."]
    with office.database.reading() as session:
        beside = comparison(session, lote)
    assert plain([beside.frase]) == [
        "tuvo 3 líneas y USD\u00a02100.00 en sueldos nuevos: este tiene igual número de líneas y "
        "USD\u00a030.00 más en sueldos nuevos (+1\u00a0%)."
    ]
    done = office.register(lote.id)
    assert plain(effects(todas()["MSU"], done.efectos, done=True))[0].startswith("3 líneas fijaron")
    assert payroll(office) == before


@SQLITE
def test_a_sueldo_before_a_later_one_is_of_the_past_and_a_sueldo_again_is_the_same(office):
    office.hire(*PEOPLE, days_ago=500)
    office.all_the_way("MSU", [office.line("MSU", PEOPLE[0], sueldo="700.00")])
    lines = [
        office.line("MSU", PEOPLE[0], sueldo="650.00", mes="10"),
        office.line("MSU", PEOPLE[1], sueldo="600.00"),
        office.line("MSU", PEOPLE[2], sueldo="250.00"),
    ]
    lote = office.check(office.send("MSU", lines).lote_id)
    assert plain(effects(todas()["MSU"], lote.efectos, done=False))[:4] == [
        "Baja 1 sueldo, más de la mitad.",
        "1 línea deja igual el sueldo de hoy.",
        "1 línea fija el sueldo de meses pasados; la planilla de hoy no cambia.",
        "La planilla baja USD\u00a0350.00 al mes.",
    ]


changes = st.one_of(st.just((0, True)), st.tuples(st.integers(-(10**6), 10**6), st.just(False)))


@law(60)
@given(st.lists(st.tuples(st.integers(10**6, 10**7), changes, st.integers(202609, 202611)), min_size=1, max_size=25))
def test_whatever_the_lines_the_sentences_about_sueldos_add_up_to_them(lines):
    rows = [(n, valor, change, periodo, None, past, False) for n, (valor, (change, past), periodo) in enumerate(lines)]
    efectos = effects_of(pl.DataFrame(rows, schema=WORTH, orient="row"))
    msu = todas()["MSU"]
    for done in (False, True):
        said = effects(msu, efectos, done)
        assert counted(said) == len(lines), plain(said)
        assert payroll_said(said) == sum(change for _, (change, _), _ in lines)
        if not any(word in one for one in plain(said) for word in ("ub", "aj")):
            assert payroll_said(said) == 0
    filas, more = by_period(msu, efectos)
    assert not filas or (sum(f.lineas for f in filas), sum(f.suma.montos[0] for f in filas)) == (
        len(lines),
        sum(valor for valor, _, _ in lines),
    )
