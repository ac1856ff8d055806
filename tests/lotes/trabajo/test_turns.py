"""What one empleador sends is worked on in the order it was sent; what waits for a person holds nobody up."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal import clock
from portal.lotes.trabajo import leases, sweeper
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.modelos import Lote, Relacion
from tests.lotes.conftest import CEDULAS
from tests.lotes.faults import later

ANA, LUIS = CEDULAS[:2]


def job(office, name, lote_id):
    return {"check": check, "register": register}[name](office.database, office.config, lote_id, clock.now)


def work_off(office, first):
    """As the workers do: one call, and then what is rung for after each end."""
    calls = [first]
    while calls:
        name, lote_id = calls.pop(0)
        if job(office, name, lote_id) is not None:
            calls += [call[:2] for call in sweeper.next_of(office.database, office.empleador_id)]


def hire_and_leave(office, auto=True):
    hired = office.send("ENT", [office.line("ENT", fecha_ingreso="20261116")], auto=auto)
    left = office.send("SAL", [office.line("SAL", fecha_salida="20261119")], auto=auto)
    return hired.lote_id, left.lote_id


@pytest.mark.parametrize("rung_first", [0, 1])
def test_a_hire_and_a_leave_sent_together_both_pass_whoever_is_called_first(office, rung_first):
    sent = hire_and_leave(office)
    if rung_first:
        assert job(office, "check", sent[1]) is None
    work_off(office, ("check", sent[0]))
    assert [(office.lote(n).estado, office.lote(n).correctas) for n in sent] == [("registrado", 1), ("revisado", 1)]
    decide(office.database, sent[1], "registrar", office.cuenta_id, clock.now())  # a leave waits for a person
    assert job(office, "register", sent[1]) == "registrado"
    [relacion] = office.rows(Relacion)
    assert relacion.salida.isoformat() == "2026-11-19"


def test_a_lote_that_waits_for_a_person_holds_nobody_up(office):
    first, second = hire_and_leave(office, auto=False)
    assert job(office, "check", first) == "revisado"
    assert job(office, "check", second) == "revisado"
    assert office.problems(second) == [(1, "SAL-01")]


def test_a_check_waits_while_what_was_sent_before_is_registered(office):
    first, second = hire_and_leave(office, auto=False)
    job(office, "check", first)
    decide(office.database, first, "registrar", office.cuenta_id, clock.now())
    assert job(office, "check", second) is None
    assert job(office, "register", first) == "registrado"
    assert job(office, "check", second) == "revisado" and office.problems(second) == []


def test_a_lote_that_failed_for_good_holds_nobody_up(office):
    first, second = hire_and_leave(office, auto=False)
    with office.database.writing() as s:
        lease = leases.claim_check(s, first, clock.now(), 30, 3)
        leases.fail(s, lease, clock.now(), "a fault of ours")
    assert job(office, "check", second) is None  # it will be tried again
    with office.database.writing() as s:
        s.get_one(Lote, first).intentos = office.config.reintentos
    assert job(office, "check", second) == "revisado"


def test_nobody_works_twice_at_a_time_for_one_empleador(office):
    office.hire(ANA, LUIS)
    one = office.check(office.send("INS", [office.line("INS", ANA)]).lote_id)
    other = office.send("INS", [office.line("INS", LUIS)])
    with office.database.writing() as s:
        assert leases.claim_check(s, other.lote_id, clock.now(), 30, 3)
    decide(office.database, one.id, "registrar", office.cuenta_id, clock.now())
    assert job(office, "register", one.id) is None
    late = later(31)
    assert register(office.database, office.config, one.id, late) == "registrado"  # that worker is dead


def test_the_sweeper_rings_for_annulments_too(office):
    from portal.lotes.trabajo.annul import Pedido, ask
    from tests.lotes.conftest import HOY

    hired = office.hire(ANA)
    anulacion = ask(office.database, Pedido(hired.id, office.cuenta_id, "Se envió por error", None), HOY, clock.now())
    rung = []
    ring = lambda *call: rung.append(call) or True  # noqa: E731
    assert sweeper.sweep(office.database, office.config, ring, clock.now()) == 1
    assert rung == [("annul", anulacion.id, 0)]
    assert sweeper.sweep(office.database, office.config, ring, clock.now()) == 0  # not again at once
    again = clock.now() + timedelta(seconds=sweeper.PATIENCE + 1)
    assert sweeper.sweep(office.database, office.config, ring, again) == 1
    assert sweeper.sweep(office.database, office.config, lambda *_: False, again + timedelta(minutes=1)) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whose_turn_it_is_does_not_take_a_look_at_all_it_ever_sent(office):
    """With 20,000 lotes each of these questions took 4 ms while the index of all of them answered. PostgreSQL counts
    its rows and finds by itself what is least."""
    asked, plans = [], []

    def remember(_conn, _cursor, statement, parameters, _context, _many):
        if "estado in (" in statement and "empleador_id = ?" in statement:
            asked.append((statement, parameters))

    event.listen(office.database.engine, "before_cursor_execute", remember)
    hired, _ = hire_and_leave(office)
    work_off(office, ("check", hired))
    event.remove(office.database.engine, "before_cursor_execute", remember)
    with office.database.engine.connect() as conn:
        for statement, parameters in dict(asked).items():
            plans += [row[3] for row in conn.exec_driver_sql(f"explain query plan {statement}", parameters)]
    looks = [plan for plan in plans if plan.startswith(("SEARCH lote", "SCAN lote"))]
    assert len(looks) > 3 and all("ix_lote_pendiente" in plan for plan in looks), looks
