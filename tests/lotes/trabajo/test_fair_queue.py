"""Of what one empleador sent only the next piece stands in the queue, so that another's file waits for one piece."""

from __future__ import annotations

from datetime import timedelta

from portal import clock
from portal.cola import SMALL, Cola
from portal.jobs import bell_in_turn
from portal.lotes.trabajo import leases, sweeper
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.modelos import Lote
from tests.lotes.conftest import CEDULAS

ANA = CEDULAS[0]


def send_some(office, count: int) -> list[int]:
    return [office.send("INS", [office.line("INS", ANA, valor=f"{n + 1}.00")]).lote_id for n in range(count)]


def rung_by_the_sweeper(office, now=None) -> list[tuple[str, int]]:
    rung: list[tuple[str, int]] = []
    sweeper.sweep(
        office.database, office.config, lambda job, row_id, _: rung.append((job, row_id)) or True, now or clock.now()
    )
    return rung


def test_many_files_of_one_empleador_are_one_job_in_the_queue(office, queue_url):
    cola = Cola(queue_url)
    ring = bell_in_turn(cola, office.config, office.database)
    lotes = send_some(office, 5)
    assert [ring("check", lote_id, 10) for lote_id in lotes] == [True, False, False, False, False]
    assert cola._queues[SMALL].count == 1
    cola.close()


def test_the_next_one_is_rung_for_when_the_one_before_is_done(office):
    office.hire(ANA)
    first, second, third = send_some(office, 3)
    empleador_id = office.lote(first).empleador_id
    check(office.database, office.config, first, clock.now)
    assert [row_id for _, row_id, _ in sweeper.next_of(office.database, empleador_id)] == [second]
    assert sweeper.is_next(office.database, "check", second)
    assert not sweeper.is_next(office.database, "check", third)


def test_the_sweeper_rings_for_one_file_of_an_empleador_and_for_the_next_when_it_is_done(office):
    office.hire(ANA)
    first, second, _ = send_some(office, 3)
    assert rung_by_the_sweeper(office) == [("check", first)]
    assert rung_by_the_sweeper(office) == []
    check(office.database, office.config, first, clock.now)
    assert rung_by_the_sweeper(office) == [("check", second)]


def test_what_was_decided_is_rung_for_beside_what_is_to_be_checked(office):
    office.hire(ANA)
    first, second, third = send_some(office, 3)
    for lote_id in (first, second):
        check(office.database, office.config, lote_id, clock.now)
    for lote_id in (second, first):
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
    assert sorted(rung_by_the_sweeper(office)) == [("check", third), ("register", second)]
    assert register(office.database, office.config, second, clock.now) == "registrado"
    assert ("register", first) in rung_by_the_sweeper(office)


def test_one_that_is_tried_again_later_keeps_its_place(office):
    first, second = send_some(office, 2)
    with office.database.writing() as session:
        lease = leases.claim_check(session, first, clock.now(), 30, 3)
        leases.fail(session, lease, clock.now(), "a fault of ours")
    assert rung_by_the_sweeper(office) == []
    later = clock.now() + timedelta(seconds=sweeper.PATIENCE + 1)
    assert rung_by_the_sweeper(office, later) == [("check", first)]
    with office.database.writing() as session:
        session.get_one(Lote, first).intentos = office.config.reintentos
    assert rung_by_the_sweeper(office, later) == [("check", second)]
