"""A long reading keeps its lease, by few small transactions; and stops when the lease went to another."""

from datetime import timedelta

import pytest

from portal import clock
from portal.lotes.trabajo import leases
from portal.lotes.trabajo.work import heartbeat
from tests.lotes.conftest import CEDULAS


def claimed(office):
    lote = office.send("INS", [office.line("INS", CEDULAS[0])])
    with office.database.writing() as session:
        return leases.claim_check(session, lote.lote_id, clock.now(), 40, 3)


def until(office, lease):
    return office.lote(lease.id).arriendo_hasta


def test_the_lease_is_renewed_once_a_quarter_of_it_is_over_and_not_before(office):
    lease, now, first = claimed(office), [0.0], clock.now()
    beat = heartbeat(office.database, lease, lambda: first + timedelta(seconds=now[0] + 100), lambda: now[0])
    began = until(office, lease)
    for moment in (0.0, 5.0, 9.9):
        now[0] = moment
        beat()
    assert until(office, lease) == began
    ends = []
    for moment in (10.0, 12.0, 19.0, 20.5):
        now[0] = moment
        beat()
        ends.append(until(office, lease))
    assert ends[0] > began and ends[0] == ends[1] == ends[2] < ends[3]


def test_a_lease_that_another_holds_ends_the_reading(office):
    lease, now = claimed(office), [0.0]
    beat = heartbeat(office.database, lease, clock.now, lambda: now[0])
    with office.database.writing() as session:
        leases.hold(session, lease, clock.now()).arriendo_de = "another"
    now[0] = 11.0
    with pytest.raises(leases.LeaseLost):
        beat()
