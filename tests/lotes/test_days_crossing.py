"""Days told twice and dates registered, on real histories: the check says it, and registering does not forget it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.lotes.vista.errores import lines_in_error
from portal.lotes.vista.problema_dicho import Vista, say
from portal.modelos import Problema
from portal.novedades import todas
from tests.lotes.conftest import CEDULAS


def words(office, lote, vista=Vista.PROPIA):
    with office.database.reading() as session:
        found = session.scalars(select(Problema).where(Problema.lote_id == lote.id).order_by(Problema.id)).all()
        return say(session, office.empleador_id, todas()[lote.movimiento], found, vista)


@pytest.mark.parametrize("lines_at_once", [1, 8192])
def test_days_told_twice_in_a_file_are_still_told_when_it_is_registered(office, lines_at_once):
    office.config = replace(office.config, tramo_lineas=lines_at_once, tramo_registro=lines_at_once)
    office.hire(CEDULAS[0])
    lines = [office.line("MND", fecha_inicio=f"202611{d}", dias=n) for d, n in (("18", "2"), ("19", "1"))]
    lote = office.check(office.send("MND", lines).lote_id)
    assert office.problems(lote.id) == [(1, "MND-08"), (2, "MND-08")] and lote.correctas == 2
    done = office.register(lote.id)
    assert office.problems(lote.id) == [(1, "MND-08"), (2, "MND-08")] and done.registradas == 2
    assert done.por_codigo == {"MND-08": 2}


def test_days_registered_before_name_their_lote(office):
    office.hire(CEDULAS[0])
    first = office.all_the_way("MND", [office.line("MND", fecha_inicio="20261118", dias="2")])
    lote = office.check(office.send("MND", [office.line("MND", fecha_inicio="20261119", dias="1")]).lote_id)
    [said] = words(office, lote)
    assert (said.codigo, said.nivel, said.otro_lote) == ("MND-09", "aviso", first.numero)
    assert first.numero in said.causa and first.numero in said.telefono
    assert office.register(lote.id).registradas == 1


@pytest.mark.parametrize(
    "codigo, field", [("RRT", "fecha_cambio"), ("PRA", "fecha_suscripcion"), ("MND", "fecha_inicio")]
)
def test_a_leave_before_the_own_date_of_a_registered_novedad_is_an_error(office, codigo, field):
    office.hire(CEDULAS[0])
    lote = office.all_the_way(codigo, [office.line(codigo, **{field: "20261119"})])
    assert lote.registradas == 1
    before = office.check(office.send("SAL", [office.line("SAL", fecha_salida="20261118")]).lote_id)
    same = office.check(office.send("SAL", [office.line("SAL", fecha_salida="20261119")]).lote_id)
    assert (office.problems(before.id), office.problems(same.id)) == ([(1, "SAL-10")], [])


def test_one_registered_otherwise_says_where_when_and_what(office):
    office.hire(CEDULAS[0], CEDULAS[1])
    first = office.all_the_way("INS", [office.line("INS", CEDULAS[1]), office.line("INS", valor="87.50")])
    lote = office.check(office.send("INS", [office.line("INS", valor="95,00")]).lote_id)
    [said] = words(office, lote)
    assert (said.codigo, said.nombre, said.valor, said.registrado) == ("YA-02", "valor", "95,00", "87.50")
    assert (said.otro_lote, said.otra_linea, said.con_comprobante) == (first.numero, 2, True)
    for text in (said.causa, said.telefono):
        assert first.numero in text and "87.50" in text and said.registrada_el in text and "/" in said.registrada_el
    assert "95,00" in said.causa and f"anule primero la línea 2 del lote {first.numero}" in said.arreglo
    [stranger] = words(office, lote, Vista.AJENA)
    assert "87.50" not in stranger.causa + stranger.telefono + stranger.registrado
    _, rows = lines_in_error(office.database, office.config, lote.id)
    [(fields, cause, fix, place)] = list(rows)
    assert cause.startswith("YA-02") and "87.50" in cause and first.numero in cause and first.numero in fix
    assert todas()["INS"].campos[place - 6].nombre == "valor" and fields[place] == "95,00"


def test_one_registered_with_the_same_values_says_where(office):
    office.hire(CEDULAS[0])
    first = office.all_the_way("INS", [office.line("INS")])
    lote = office.check(office.send("INS", [office.line("INS"), "x"]).lote_id)
    said = words(office, lote)[0]
    assert (said.codigo, said.otro_lote, said.otra_linea, said.con_comprobante) == ("YA-01", first.numero, 1, True)
    assert first.numero in said.causa


def test_a_problem_from_before_it_named_the_line_still_names_the_lote(office):
    office.hire(CEDULAS[0])
    first = office.all_the_way("INS", [office.line("INS")])
    lote = office.check(office.send("INS", [office.line("INS", valor="95.00")]).lote_id)
    with office.database.writing() as session:
        row = session.scalars(select(Problema).where(Problema.lote_id == lote.id)).one()
        row.novedad_id, row.otra, row.campo, row.valor = None, first.id, "cedula", CEDULAS[0]
    [said] = words(office, lote)
    assert said.otro_lote == first.numero and first.numero in said.causa and "«»" not in said.causa
    assert "{" not in said.causa + said.arreglo + said.telefono
