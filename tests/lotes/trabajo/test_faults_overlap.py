"""Jobs that overlap, hold what is no longer theirs, or come in the wrong order; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from portal import clock
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import leases
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.lotes.trabajo.sweeper import next_of
from portal.modelos import Empleador, Lote, Novedad, Relacion
from tests.lotes.conftest import CEDULAS
from tests.lotes.faults import adds_up, later, left_behind, make_office, ready, twin

HOUR = 3600


@pytest.fixture
def office(database, tmp_path):
    return make_office(database, tmp_path)


def together(*jobs):
    """Runs them at the same moment, each in a thread of its own; gives what they answer."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait(30)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(120) for future in [pool.submit(run, job) for job in jobs]]


def claimed(office, claim, lote_id, seconds=0):
    with office.database.writing() as s:
        return claim(s, lote_id, later(seconds)(), office.config.arriendo_segundos, office.config.reintentos)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0, HOUR], ids=["same clock", "the other thinks the lease is over"])
def test_two_registers_at_the_same_time_register_nothing_twice(office, database_url, seconds):
    lote_id = ready(office, "ENT")
    with twin(office.database, database_url) as copy:
        register(copy, office.config, lote_id, later(0))
        expected = left_behind(copy)
    answers = together(
        lambda: register(office.database, office.config, lote_id, later(0)),
        lambda: register(office.database, office.config, lote_id, later(seconds)),
    )
    assert sorted(answers, key=str) == [None, "registrado"]
    assert left_behind(office.database) == expected


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0, HOUR], ids=["same clock", "the other thinks the lease is over"])
def test_two_checks_at_the_same_time_leave_one_result(office, database_url, seconds):
    lote_id = ready(office, "SAL", decided=False)
    with twin(office.database, database_url) as copy:
        check(copy, office.config, lote_id, later(0))
        expected = left_behind(copy)
    answers = together(
        lambda: check(office.database, office.config, lote_id, later(0)),
        lambda: check(office.database, office.config, lote_id, later(seconds)),
    )
    assert sorted(answers, key=str) == [None, "revisado"]
    assert left_behind(office.database) == expected


def test_a_stale_register_changes_nothing(office):
    lote_id = ready(office, "MSU")
    stale = claimed(office, leases.claim_register, lote_id)
    assert claimed(office, leases.claim_register, lote_id, HOUR)
    before = left_behind(office.database)
    for work in (registering._register, lambda *given: registering._finish(given[0], *given[2:])):
        with pytest.raises(leases.LeaseLost):
            work(office.database, office.config, stale, later(0))
        assert left_behind(office.database) == before
    assert register(office.database, office.config, lote_id, later(2 * HOUR)) == "registrado"
    done = left_behind(office.database)
    with pytest.raises(leases.LeaseLost):
        registering._register(office.database, office.config, stale, later(0))
    assert left_behind(office.database) == done


def test_a_stale_check_changes_nothing(office):
    lote_id = ready(office, "MSU", decided=False)
    stale = claimed(office, leases.claim_check, lote_id)
    assert check(office.database, office.config, lote_id, later(HOUR)) == "revisado"
    done = left_behind(office.database)
    with pytest.raises(leases.LeaseLost):
        checking._check(office.database, office.config, stale, later(0))
    assert left_behind(office.database) == done


def overtaken(job, office, lote_id, at):
    """A clock at whose reading number `at` (outside any transaction) another worker, hours ahead, does the job."""
    readings = []

    def read():
        readings.append(1)
        if len(readings) == at:
            assert job(office.database, office.config, lote_id, later(HOUR))
        return clock.now()

    return read


def test_a_worker_that_was_overtaken_before_it_refused_a_file_stops_quietly(office):
    lote_id = office.send("MSU", [office.line("INS")]).lote_id
    assert check(office.database, office.config, lote_id, overtaken(check, office, lote_id, at=2)) is None
    assert office.lote(lote_id).estado == "rechazado"


def test_a_worker_that_was_overtaken_at_the_last_moment_stops_quietly(office):
    office.hire(CEDULAS[0])
    lote_id = office.check(office.send("INS", [office.line("INS")]).lote_id).id
    decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
    answer = register(office.database, office.config, lote_id, overtaken(register, office, lote_id, at=3))
    assert answer is None
    assert office.lote(lote_id).estado == "registrado" and adds_up(office.lote(lote_id))


def test_a_worker_without_its_lease_does_not_call_the_lote_failed(office):
    lote_id = ready(office, "MSU")
    stale = claimed(office, leases.claim_register, lote_id)
    assert register(office.database, office.config, lote_id, later(HOUR)) == "registrado"
    with office.database.writing() as s:
        leases.fail(s, stale, clock.now(), "too late to matter")
    assert office.lote(lote_id).estado == "registrado"


def test_lotes_of_one_empleador_register_in_the_order_of_their_decisions(office):
    office.hire(*CEDULAS[:3])
    sent = [office.send("INS", [office.line("INS", c)]).lote_id for c in CEDULAS[:3]]
    for lote_id in sent:
        office.check(lote_id)
    first, second, third = order = [sent[2], sent[0], sent[1]]
    for n, lote_id in enumerate(order):
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now() + timedelta(seconds=n - 10))
    for early in (third, second, third):
        assert register(office.database, office.config, early, clock.now) is None
    for lote_id in order:
        assert [call[:2] for call in next_of(office.database, office.empleador_id)] == [("register", lote_id)]
        assert register(office.database, office.config, lote_id, clock.now) == "registrado"
    registered = [n.lote_id for n in office.rows(Novedad) if n.movimiento == "INS"]
    assert registered == order and first != min(order)


def test_two_lotes_decided_at_the_same_instant_register_one_after_the_other(office):
    office.hire(*CEDULAS[:2])
    sent = [office.send("INS", [office.line("INS", c)]).lote_id for c in CEDULAS[:2]]
    now = clock.now()
    for lote_id in sent:
        office.check(lote_id)
    for lote_id in sent:
        decide(office.database, lote_id, "registrar", office.cuenta_id, now)
    jobs = [lambda lote_id=lote_id: register(office.database, office.config, lote_id, clock.now) for lote_id in sent]
    together(*reversed(jobs))
    for job in jobs:
        job()
    assert [n.lote_id for n in office.rows(Novedad) if n.movimiento == "INS"] == sent


def test_the_lotes_of_another_empleador_wait_for_nobody(office):
    office.hire(*CEDULAS[:2])
    mine = office.check(office.send("INS", [office.line("INS")]).lote_id)
    decide(office.database, mine.id, "registrar", office.cuenta_id, clock.now())
    with office.database.writing() as s:
        other = Empleador(ruc="1790012345001", nombre="OTRA S.A.", tipo="privada")
        s.add(other)
        s.flush()
        s.get_one(Lote, mine.id).empleador_id = other.id
    second = office.check(office.send("INS", [office.line("INS", CEDULAS[1])]).lote_id)
    decide(office.database, second.id, "registrar", office.cuenta_id, clock.now())
    assert register(office.database, office.config, second.id, clock.now) == "registrado"


def test_the_same_bytes_sent_at_the_same_moment_are_one_lote(office):
    lines = [office.line("ENT", c) for c in CEDULAS]
    receipts = together(*[lambda: office.send("ENT", lines)] * 4)
    assert len({r.lote_id for r in receipts}) == len({r.numero for r in receipts}) == 1
    assert sorted(r.nuevo for r in receipts) == [False, False, False, True]
    assert len(office.rows(Lote)) == 1


def test_other_bytes_sent_at_the_same_moment_are_lotes_with_numbers_in_a_row(office):
    receipts = together(*[lambda c=c: office.send("ENT", [office.line("ENT", c)]) for c in CEDULAS[:4]])
    assert all(r.nuevo for r in receipts)
    assert sorted(r.numero[:11] for r in receipts) == [f"2026-{n:06d}" for n in (1, 2, 3, 4)]


def test_two_decisions_at_the_same_moment_are_one(office):
    office.hire(CEDULAS[0])
    lote_id = office.check(office.send("INS", [office.line("INS")]).lote_id).id
    first = together(
        lambda: decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now()),
        lambda: decide(office.database, lote_id, "desistir", office.cuenta_id, clock.now()),
    )
    assert sorted(first) == [False, True]
    assert office.lote(lote_id).estado == ("registrando" if first[0] else "desistido")


def test_hires_of_one_worker_in_two_lotes_at_the_same_moment_open_one_relacion(office):
    sent = [
        office.send("ENT", [office.line("ENT"), office.line("ENT", CEDULAS[1 + n], fecha_ingreso=f"202611{18 - n}")])
        for n in range(2)
    ]
    for recibo in sent:
        office.check(recibo.lote_id)
    for n, recibo in enumerate(sent):
        then = clock.now() + timedelta(seconds=n)
        decide(office.database, recibo.lote_id, "registrar", office.cuenta_id, then)
    together(*[lambda r=r: register(office.database, office.config, r.lote_id, clock.now) for r in sent])
    register(office.database, office.config, sent[1].lote_id, later(HOUR))
    assert [office.lote(r.lote_id).registradas for r in sent] == [2, 1]
    assert len(office.rows(Relacion)) == 3 and all(adds_up(office.lote(r.lote_id)) for r in sent)
