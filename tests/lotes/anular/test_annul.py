"""Annulling: what may go, what has to go before it, and what is left; on both databases."""

from datetime import timedelta

import pytest

from portal import clock
from portal.historia.trabajador import history
from portal.lotes.momentos import FIRST_PAUSE
from portal.lotes.trabajo import annul as annulling
from portal.lotes.trabajo.annul import AnnulRefused, Pedido, annul, ask
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.modelos import Ambito, Anulacion, Bitacora, Lote, Novedad, Problema, Relacion
from tests.lotes.conftest import CEDULAS, HOY
from tests.lotes.faults import later

ANA, LUIS, EVA = CEDULAS[:3]
WHY = "Se envió por error"


def asked(office, lote, lineas=None, motivo=WHY):
    return ask(office.database, Pedido(lote.id, office.cuenta_id, motivo, lineas), HOY, clock.now())


def done(office, lote, lineas=None):
    """The annulment, asked for and carried out."""
    anulacion = asked(office, lote, lineas)
    assert annul(office.database, office.config, anulacion.id, clock.now) == "hecha"
    with office.database.reading() as s:
        return s.get_one(Anulacion, anulacion.id)


def refused(office, lote, lineas=None, motivo=WHY):
    with pytest.raises(AnnulRefused) as refusal:
        asked(office, lote, lineas, motivo)
    assert office.rows(Anulacion) == [] or office.rows(Anulacion)[-1].lote_id != lote.id
    return refusal.value


def before(office, lote, lineas=None):
    """(line, movement, lote id, its line) of what has to be annulled first."""
    refusal = refused(office, lote, lineas)
    assert refusal.codigo == "antes"
    return [(i.linea, i.movimiento, i.lote_id, i.otra) for i in refusal.impide]


def live(office):
    return [(n.movimiento, n.lote_id, n.linea) for n in office.rows(Novedad) if n.anulada_en is None]


def sueldo(office, cedula):
    with office.database.reading() as s:
        return history(s, Ambito(office.empleador_id), int(cedula))[0].sueldo


def test_what_nothing_rests_on_can_always_be_annulled(office):
    office.hire(ANA)
    for movimiento in ("MSU", "INS", "PFM", "PRA", "MND", "RHT", "RRT", "PFR", "PPF", "PFN"):
        lote = office.all_the_way(movimiento, [office.line(movimiento)])
        done(office, lote)
        assert office.lote(lote.id).estado == "anulado"
    assert [m for m, _, _ in live(office)] == ["ENT"]


def test_a_hire_can_be_annulled_only_when_nothing_else_is_registered_of_it(office):
    hired = office.hire(ANA, LUIS)
    extras = office.all_the_way("INS", [office.line("INS", LUIS)])
    assert [i[1:] for i in before(office, hired)] == [("INS", extras.id, 1)]
    done(office, extras)
    done(office, hired)
    assert live(office) == [] and all(r.anulada_en for r in office.rows(Relacion))


def test_a_leave_can_be_annulled_only_while_the_worker_was_not_hired_again(office):
    office.hire(ANA)
    left = office.all_the_way("SAL", [office.line("SAL", fecha_salida="20261110")])
    again = office.all_the_way("ENT", [office.line("ENT", fecha_ingreso="20261112")])
    extras = office.all_the_way("INS", [office.line("INS")])
    order = [(1, "INS", extras.id, 1), (1, "ENT", again.id, 1)]
    assert before(office, left) == order
    for lote_id in (i[2] for i in order):
        done(office, office.lote(lote_id))
    done(office, left)
    [first, second] = office.rows(Relacion)
    assert (first.salida, first.salida_lote_id, first.anulada_en) == (None, None, None) and second.anulada_en


def test_what_to_annul_first_comes_in_an_order_that_can_be_done(office):
    hired = office.hire(ANA)
    office.all_the_way("MSU", [office.line("MSU", sueldo="700.00")])
    office.all_the_way("SAL", [office.line("SAL", fecha_salida="20261110")])
    office.all_the_way("ENT", [office.line("ENT", fecha_ingreso="20261112")])
    office.all_the_way("RRT", [office.line("RRT", fecha_cambio="20261115")])
    todo = before(office, hired)
    assert [m for _, m, _, _ in todo] == ["RRT", "ENT", "SAL", "MSU"]
    for _, _, lote_id, linea in todo:
        done(office, office.lote(lote_id), [linea])
    done(office, hired)
    assert live(office) == []


def test_it_is_all_or_nothing(office):
    hired = office.hire(ANA, LUIS, EVA)
    office.all_the_way("INS", [office.line("INS", LUIS)])
    [(blocked, *_)] = before(office, hired)
    free = [n for n in (1, 2, 3) if n != blocked]
    assert len(live(office)) == 4
    done(office, hired, free)
    assert len(live(office)) == 2 and office.lote(hired.id).anuladas == 2


def test_a_part_leaves_the_lote_registered_and_the_last_line_annuls_it(office):
    hired = office.hire(ANA, LUIS, EVA)
    done(office, hired, [1, 3])
    lote = office.lote(hired.id)
    assert (lote.estado, lote.registradas, lote.anuladas, lote.vigente) == ("registrado", 3, 2, True)
    done(office, hired)
    lote = office.lote(hired.id)
    assert (lote.estado, lote.registradas, lote.anuladas, lote.vigente) == ("anulado", 3, 3, False)
    assert lote.leidas == lote.registradas + lote.con_error + lote.repetidas + lote.ya_registradas


def test_an_annulled_raise_gives_the_sueldo_before_it_back(office):
    office.hire(ANA)
    first = office.all_the_way("MSU", [office.line("MSU", sueldo="700.00", mes="10")])
    second = office.all_the_way("MSU", [office.line("MSU", sueldo="900.00")])
    assert sueldo(office, ANA) == 90000
    done(office, first)
    assert sueldo(office, ANA) == 90000
    assert done(office, second).efectos["planilla"] == -30000
    assert sueldo(office, ANA) == 60000


def test_what_was_annulled_can_be_registered_again(office):
    office.hire(ANA, LUIS)
    lines = [office.line("INS", ANA), office.line("INS", LUIS)]
    lote = office.all_the_way("INS", lines)
    done(office, lote, [1])
    fixed = office.all_the_way("INS", [office.line("INS", ANA, valor="99.00"), lines[1]])
    assert (fixed.registradas, fixed.ya_registradas) == (1, 1)
    done(office, lote)
    again = office.send("INS", lines)
    assert again.nuevo and again.lote_id != lote.id


def test_the_same_bytes_of_a_lote_that_still_has_lines_show_that_lote(office):
    office.hire(ANA, LUIS)
    lines = [office.line("INS", ANA), office.line("INS", LUIS)]
    lote = office.all_the_way("INS", lines)
    done(office, lote, [1])
    again = office.send("INS", lines)
    assert (again.nuevo, again.lote_id) == (False, lote.id)


def test_the_original_stays_as_it_was(office):
    hired = office.hire(ANA, LUIS)
    lote = office.all_the_way("INS", [office.line("INS", ANA), "rota", office.line("INS", LUIS)])

    def kept(n):
        return (n.id, n.lote_id, n.linea, n.movimiento, n.clave, n.datos, n.valor, n.relacion_id)

    rows, problems = [kept(n) for n in office.rows(Novedad)], len(office.rows(Problema))
    anulacion = done(office, lote)
    assert [kept(n) for n in office.rows(Novedad)] == rows and len(office.rows(Problema)) == problems
    marked = [n for n in office.rows(Novedad) if n.anulacion_id]
    assert {n.anulacion_id for n in marked} == {anulacion.id} and {n.lote_id for n in marked} == {lote.id}
    assert (anulacion.motivo, anulacion.anuladas, anulacion.pedidas, anulacion.lineas) == (WHY, 2, 2, None)
    assert office.lote(hired.id).anuladas == 0
    assert [(b.que, b.detalle) for b in office.rows(Bitacora)] == [("pide_anulacion", anulacion.numero)]


def test_a_lote_and_an_annulment_never_share_a_number(office):
    numbers = [done(office, office.hire(ANA)).numero, done(office, office.hire(ANA, days_ago=399)).numero]
    numbers += [lote.numero for lote in office.rows(Lote)]
    assert len(set(numbers)) == len(numbers) == 4


@pytest.mark.parametrize("motivo", ["", "   ", "no", "x" * 301, "\x00\t \n"])
def test_a_reason_is_needed(office, motivo):
    assert refused(office, office.hire(ANA), motivo=motivo).codigo == "motivo"


def test_only_live_lines_of_a_registered_lote_can_be_annulled(office):
    hired = office.hire(ANA, LUIS)
    refusal = refused(office, hired, [2, 3, 900])
    assert (refusal.codigo, refusal.lineas) == ("lineas", [3, 900])
    waiting = office.check(office.send("INS", [office.line("INS")]).lote_id)
    assert refused(office, waiting).codigo == "estado"
    decide(office.database, waiting.id, "desistir", office.cuenta_id, clock.now())
    done(office, hired, [2])
    with pytest.raises(AnnulRefused, match="lineas"):
        asked(office, hired, [2])
    done(office, hired)
    with pytest.raises(AnnulRefused, match="estado"):
        asked(office, hired)


def test_asked_twice_it_is_one_annulment(office):
    hired = office.hire(ANA)
    first, second = asked(office, hired), asked(office, hired)
    assert first.id == second.id and len(office.rows(Anulacion)) == 1
    assert annul(office.database, office.config, first.id, clock.now) == "hecha"
    assert annul(office.database, office.config, first.id, clock.now) is None


def test_a_lote_decided_before_may_take_the_ground_away(office):
    """Decided first, registered first: then the hire has extras, and nothing of the request is done."""
    hired = office.hire(ANA, LUIS)
    extras = office.check(office.send("INS", [office.line("INS", LUIS)]).lote_id)
    decide(office.database, extras.id, "registrar", office.cuenta_id, clock.now() - timedelta(seconds=1))
    anulacion = asked(office, hired)
    assert annul(office.database, office.config, anulacion.id, clock.now) is None  # not its turn
    assert register(office.database, office.config, extras.id, clock.now) == "registrado"
    assert annul(office.database, office.config, anulacion.id, clock.now) == "negada"
    [row] = office.rows(Anulacion)
    assert [(i["movimiento"], i["lote_id"]) for i in row.impide] == [("INS", extras.id)]
    assert len(live(office)) == 3 and office.lote(hired.id).anuladas == 0


def test_a_lote_decided_after_finds_the_lines_gone(office):
    hired = office.hire(ANA, LUIS)
    extras = office.check(office.send("INS", [office.line("INS", ANA), office.line("INS", LUIS)]).lote_id)
    anulacion = asked(office, hired, [next(n.linea for n in office.rows(Novedad) if n.cedula == int(LUIS))])
    decide(office.database, extras.id, "registrar", office.cuenta_id, clock.now())
    assert register(office.database, office.config, extras.id, clock.now) is None  # the annulment was first
    assert annul(office.database, office.config, anulacion.id, clock.now) == "hecha"
    assert register(office.database, office.config, extras.id, clock.now) == "registrado"
    lote = office.lote(extras.id)
    assert (lote.registradas, lote.con_error, lote.cambiadas) == (1, 1, 1)
    assert [(p.linea, p.codigo) for p in office.rows(Problema) if p.al_registrar] == [(2, "INS-01")]


def test_our_own_fault_is_tried_again(office, monkeypatch):
    hired = office.hire(ANA)
    anulacion = asked(office, hired)
    real = annulling.anular.undo

    def broken(*_):
        raise OSError("the disk")

    monkeypatch.setattr(annulling.anular, "undo", broken)
    with pytest.raises(OSError, match="the disk"):
        annul(office.database, office.config, anulacion.id, clock.now)
    assert office.rows(Anulacion)[0].estado == "fallida" and len(live(office)) == 1
    monkeypatch.setattr(annulling.anular, "undo", real)
    assert annul(office.database, office.config, anulacion.id, clock.now) is None  # not at once
    assert annul(office.database, office.config, anulacion.id, later(FIRST_PAUSE.total_seconds())) == "hecha"
