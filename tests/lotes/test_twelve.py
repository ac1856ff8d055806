"""All twelve movements, all the way: what each does to the labour history of a worker."""

import pytest

from portal.historia.trabajador import history
from portal.modelos import Ambito, Novedad
from portal.novedades import todas
from tests.lotes.conftest import CEDULAS

OTHERS = [codigo for codigo in todas() if codigo not in ("ENT", "SAL")]


@pytest.mark.parametrize("codigo", OTHERS)
def test_its_line_is_registered_and_stands_in_the_history_with_its_lote_and_line(office, codigo):
    office.hire(CEDULAS[0])
    lote = office.all_the_way(codigo, [office.line(codigo)])
    assert (lote.registradas, lote.con_error) == (1, 0), office.problems(lote.id)
    with office.database.reading() as session:
        [relacion] = history(session, Ambito(office.empleador_id), int(CEDULAS[0]))
    assert [(h.hecho, h.lote, h.linea) for h in relacion.hechos][0] == (todas()[codigo].hecho, lote.numero, 1)
    assert not relacion.salida
    again = office.check(office.send(codigo, [office.line(codigo), office.line(codigo, CEDULAS[1])]).lote_id)
    assert (1, "YA-01") in office.problems(again.id) and again.ya_registradas == 1


def test_a_change_of_relacion_shows_from_then_on(office):
    office.hire(CEDULAS[0])
    office.all_the_way("RRT", [office.line("RRT")])
    with office.database.reading() as session:
        [relacion] = history(session, Ambito(office.empleador_id), int(CEDULAS[0]))
    assert relacion.entrada["relacion_trabajo"] == "Intermediado"


def test_days_and_hours_keep_their_number(office):
    office.hire(CEDULAS[0])
    office.all_the_way("MND", [office.line("MND", dias="2")])
    office.all_the_way("RHT", [office.line("RHT", horas="120")])
    assert {n.movimiento: n.valor for n in office.rows(Novedad) if n.movimiento != "ENT"} == {"MND": 2, "RHT": 120}
