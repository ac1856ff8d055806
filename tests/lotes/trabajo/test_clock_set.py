"""A clock that is put back leaves nothing standing, one that is put forward gives nothing up. On both databases."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.lotes import momentos
from portal.lotes.trabajo import leases, sweeper
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.lotes.vista.resultado import PACES, SLOWEST, pace
from portal.modelos import Anulacion, Lote
from tests.lotes.conftest import CEDULAS, HOY
from tests.lotes.faults import later

HOUR = 3600
JOBS = {"check": check, "register": register, "annul": annul}
CLAIMS = {"check": leases.claim_check, "register": leases.claim_register, "annul": leases.claim_annul}
ENDS = {"check": "revisado", "register": "registrado", "annul": "hecha"}


def waiting(office, job):
    """The id of work that waits for that job."""
    if job == "annul":
        lote = office.hire(CEDULAS[0])
        return ask(office.database, Pedido(lote.id, office.cuenta_id, "Por error", None), HOY, clock.now()).id
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    if job == "register":
        office.check(lote_id)
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
    return lote_id


def claimed(office, job, row_id, seconds=0):
    with office.database.writing() as s:
        return CLAIMS[job](s, row_id, later(seconds)(), office.config.arriendo_segundos, office.config.reintentos)


def rung(office, seconds):
    calls = []
    ring = lambda job, row_id, _size: calls.append((job, row_id)) or True  # noqa: E731
    sweeper.sweep(office.database, office.config, ring, later(seconds)())
    return calls


def apart(office, seconds):
    return [call[:2] for call in sweeper.waiting_apart(office.database, office.config, later(seconds)())]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("back", [HOUR, 24 * HOUR])
def test_what_was_rung_for_in_the_future_is_rung_for_now(office, job, back):
    row_id = waiting(office, job)
    assert rung(office, 0) == [(job, row_id)]
    assert rung(office, 5) == []  # just now
    assert rung(office, -back) == [(job, row_id)]
    assert rung(office, 5 - back) == []


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("back", [HOUR, 24 * HOUR])
def test_a_lease_of_the_future_holds_nothing(office, job, back):
    row_id = waiting(office, job)
    assert claimed(office, job, row_id)
    assert apart(office, 5) == [] and claimed(office, job, row_id, 5) is None
    assert apart(office, -back) == [(job, row_id)]
    assert JOBS[job](office.database, office.config, row_id, later(-back)) == ENDS[job]


@pytest.mark.parametrize("job", JOBS)
def test_a_lease_of_the_future_keeps_no_other_work_of_its_empleador_waiting(office, job):
    row_id = waiting(office, job)
    if job == "check":
        other, work = row_id, "check"
        row_id = office.send("INS", [office.line("INS")]).lote_id
        assert claimed(office, "check", row_id) is None  # sent later
        claimed(office, "check", other)
        with office.database.writing() as s:
            s.get_one(Lote, other).estado = "revisado"  # as left by one that never said that it had ended
        assert claimed(office, "check", row_id, -HOUR)
        return
    assert claimed(office, job, row_id)
    sent = office.send("INS", [office.line("INS", CEDULAS[1])]).lote_id
    work = "check"
    with office.database.writing() as s:
        table = sweeper.table_of(job)
        s.execute(update(table).where(table.id == row_id).values(estado="fallida" if job == "annul" else "fallido"))
        s.execute(update(table).where(table.id == row_id).values(intentos=office.config.reintentos))
    assert claimed(office, work, sent, 5) is None
    assert claimed(office, work, sent, -HOUR)


@pytest.mark.parametrize("job", JOBS)
def test_a_pause_that_ends_later_than_any_pause_is_over(office, job):
    row_id = waiting(office, job)
    with office.database.writing() as s:
        lease = CLAIMS[job](s, row_id, later(0)(), 30, office.config.reintentos)
        leases.fail(s, lease, later(0)(), "a fault of ours")
    assert rung(office, 5) == [] and claimed(office, job, row_id, 5) is None
    assert rung(office, -HOUR) == [(job, row_id)]
    assert JOBS[job](office.database, office.config, row_id, later(-HOUR)) == ENDS[job]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["back", "forward"])
def test_whoever_works_while_the_clock_is_set_finishes_what_nobody_took(office, job, step):
    row_id, moved = waiting(office, job), []

    def now():
        moved.append(1)
        return clock.now() + timedelta(seconds=step * (len(moved) > 1))

    ends = {ENDS[job]} | ({None} if job == "register" else set())  # a judged chunk whose lease broke is judged again
    assert JOBS[job](office.database, office.config, row_id, now) in ends
    JOBS[job](office.database, office.config, row_id, later(step + 2 * HOUR))
    with office.database.reading() as s:
        assert s.get_one(sweeper.table_of(job), row_id).estado == ENDS[job]


def test_a_broken_lease_writes_no_chunk_also_when_it_ends_in_the_future(office):
    row_id = waiting(office, "register")
    lease = claimed(office, "register", row_id)
    with office.database.writing() as s, pytest.raises(leases.LeaseLost):
        leases.hold(s, lease, later(-HOUR)(), unbroken=True)


MOMENTS = [None, *(timedelta(seconds=n) for n in (-7200, -641, -31, -10, -1, 0, 1, 9, 11, 31, 640, 641, 7200))]


@pytest.mark.parametrize("table", ["check", "annul"])
def test_what_is_said_of_a_row_is_what_is_asked_of_the_table(office, table):
    now, row_id, tabla = datetime.fromisoformat("2026-11-20T12:00:00"), waiting(office, table), sweeper.table_of(table)
    at = [None if m is None else now + m for m in MOMENTS]
    for since, until in product(at, at):
        values = {"arriendo_desde": since, "arriendo_hasta": until, "reintento_en": until}
        values |= {"arriendo_de": "x" if since else None, "caidas": int(until is None)}
        with office.database.writing() as s:
            s.execute(update(tabla).where(tabla.id == row_id).values(**values))
            asked = momentos.held(tabla, now), momentos.rested(tabla, now), momentos.vanished(tabla)
            told = [bool(x) for x in s.execute(select(*asked).where(tabla.id == row_id)).one()]
            row = s.get_one(tabla, row_id, populate_existing=True)
        said = [momentos.is_held(row, now), momentos.is_rested(row, now), momentos.is_vanished(row)]
        assert told == said, values


def test_no_lease_holds_for_longer_than_its_length_whatever_the_clock_says(office):
    """At any moment of a wall clock: held at most from a little before it began to its end."""
    row_id, now = waiting(office, "check"), clock.now()
    claimed(office, "check", row_id)
    with office.database.reading() as s:
        lote = s.get_one(Lote, row_id)
    held = [n for n in range(-2 * HOUR, 2 * HOUR) if momentos.is_held(lote, now + timedelta(seconds=n))]
    assert len(held) <= office.config.arriendo_segundos + momentos.SKEW.total_seconds() + 2


def test_a_page_does_not_ask_in_haste_because_its_last_move_lies_ahead(office):
    lote = office.lote(waiting(office, "check"))
    assert pace(lote, lote.cambiado_en) == pace(lote, lote.cambiado_en - timedelta(milliseconds=50)) == PACES[0][1]
    assert (
        pace(lote, lote.cambiado_en - timedelta(hours=5))
        == pace(lote, lote.cambiado_en + timedelta(hours=5))
        == SLOWEST
    )


def test_a_clock_is_steady_after_an_hour_without_a_step():
    noon, steady = datetime.fromisoformat("2026-11-20T12:00:00"), clock.Steady()

    def look(ticks, ahead=0.0):
        return steady.look(noon + timedelta(seconds=ticks + ahead), 1000.0 + ticks)

    assert [look(n) for n in (0, 2, 3598)] == [False] * 3 and look(3600)
    assert not look(3602, 8 * 86400)  # put forward by eight days
    assert not look(3604)  # and right again
    assert [look(3604 + n) for n in (2, 3598, 3602)] == [False, False, True]
    assert look(7300, 30)  # small corrections are no step
    assert not look(7302, -3600)


def test_an_annulment_has_a_holder_as_a_lote_has(office):
    assert {c.name for c in Anulacion.__table__.columns} >= {"arriendo_desde", "caidas", "reintento_en"}
