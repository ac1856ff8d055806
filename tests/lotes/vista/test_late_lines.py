"""What another lote changed between check and register: told line by line, and only of lines that had been correct."""

from portal import clock
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.modelos import Problema
from tests.lotes.conftest import CEDULAS, HOY

ANA, LUIS = CEDULAS[:2]


def late(office, lote_id):
    return [(p.linea, p.codigo) for p in office.rows(Problema) if p.lote_id == lote_id and p.al_registrar]


def raises(office, *sueldos):
    return [office.line("MSU", c, sueldo=s) for c, s in zip((ANA, LUIS), sueldos, strict=False)]


def test_lines_that_another_lote_registered_meanwhile_are_told_apart(office):
    office.hire(ANA, LUIS)
    waiting = office.check(office.send("MSU", raises(office, "700.00", "700.00")).lote_id)
    office.all_the_way("MSU", raises(office, "700.00"))
    office.all_the_way("MSU", [office.line("MSU", LUIS, sueldo="900.00")])
    lote = office.register(waiting.id)
    assert (lote.registradas, lote.ya_registradas, lote.con_error, lote.cambiadas) == (0, 1, 1, 2)
    assert late(office, lote.id) == [(1, "YA-01"), (2, "YA-02")]


def test_a_line_that_was_registered_before_the_check_was_not_correct_then_either(office):
    office.hire(ANA, LUIS)
    first = office.all_the_way("MSU", raises(office, "700.00"))
    waiting = office.check(office.send("MSU", raises(office, "700.00", "700.00")).lote_id)
    assert (waiting.correctas, waiting.ya_registradas) == (1, 1)
    asked = ask(office.database, Pedido(first.id, office.cuenta_id, "Era otro sueldo", None), HOY, clock.now())
    annul(office.database, office.config, asked.id, clock.now)
    office.all_the_way("MSU", raises(office, "800.00"))
    lote = office.register(waiting.id)
    assert (lote.registradas, lote.con_error, lote.cambiadas) == (1, 1, 0)
    assert office.problems(lote.id) == [(1, "YA-02")] and late(office, lote.id) == []
