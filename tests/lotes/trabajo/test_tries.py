"""How often, how long and how work is tried again; whom it holds up; and who holds it no more. On both databases."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import portal
from portal import clock
from portal.lotes import momentos
from portal.lotes.estados import ANNULMENT_MOVES, MOVES, move, move_annulment
from portal.lotes.trabajo import annul as annulling
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import leases, sweeper
from portal.lotes.trabajo import work as working
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.lotes.trabajo.memoria import out_of_memory
from portal.modelos import Anulacion, Lote, LoteCambio
from tests.lotes.conftest import CEDULAS, HOY, Office, make_config
from tests.lotes.faults import later
from tests.lotes.trabajo.test_clock_set import CLAIMS, ENDS, JOBS, apart, claimed, rung, waiting

QUARTER = 15 * 60
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def row_of(office, job, row_id):
    with office.database.reading() as s:
        return s.get_one(sweeper.table_of(job), row_id)


def interrupted(office, job, row_id, until):
    """Seconds at which it was tried, when it is tried as soon as it may be and each try is cut short."""
    return [second for second in range(0, until, 5) if claimed(office, job, row_id, second)]


@sqlite_only
@pytest.mark.parametrize("job", JOBS)
def test_what_is_cut_short_again_and_again_is_tried_for_a_quarter_of_an_hour_and_more(office, job):
    row_id = waiting(office, job)
    tried = interrupted(office, job, row_id, 40 * 60)
    gaps = [b - a for a, b in zip(tried, tried[1:], strict=False)]
    assert len(tried) == office.config.reintentos and tried[-1] - tried[0] >= QUARTER
    assert gaps[0] <= 45 and gaps[1] <= 45 and gaps == sorted(gaps)
    assert row_of(office, job, row_id).estado in ("fallido", "fallida")


def test_the_pauses_of_all_tries_make_a_quarter_of_an_hour():
    tries = make_config(Path()).reintentos
    assert sum((momentos.pause(n) for n in range(1, tries)), timedelta()) >= timedelta(minutes=15)
    assert [momentos.pause(n) for n in (1, 2, 3)] == [timedelta(seconds=s) for s in (10, 20, 40)]
    assert max(momentos.pause(n) for n in range(2000)) == momentos.LONGEST_PAUSE


@pytest.mark.parametrize("job", JOBS)
def test_a_fault_of_the_surroundings_never_makes_it_rest_for_good(office, job, monkeypatch):
    row_id = waiting(office, job)
    away = OperationalError("select 1", None, Exception("the database is shutting down"))
    for n in range(3 * office.config.reintentos):
        lease = claimed(office, job, row_id, n * QUARTER)
        with office.database.writing() as s:
            leases.fail(s, lease, later(n * QUARTER)(), "away", surroundings=working.of_the_surroundings(away))
    assert rung(office, 100 * QUARTER) == [(job, row_id)]
    assert JOBS[job](office.database, office.config, row_id, later(100 * QUARTER)) == ENDS[job]


@pytest.mark.parametrize(
    "error, says",
    [
        (OperationalError("x", None, Exception("database or disk is full")), True),
        (OSError(28, "No space left on device"), True),
        (ConnectionResetError(), True),
        (ZeroDivisionError(), False),
        (checking.FileProblem("ARC-01"), False),
        (MemoryError(), False),
    ],
)
def test_what_the_surroundings_did_is_told_from_what_the_work_did(error, says):
    assert working.of_the_surroundings(error) is says


class Cut(BaseException):
    """As a kill: nothing of ours catches it."""


def check_until(office, lote_id, chunks, seconds, monkeypatch):
    """A check that is cut short after so many chunks."""
    done, progress = [], checking._progress

    def counted(*given):
        progress(*given)
        done.append(1)
        if len(done) == chunks:
            raise Cut

    with monkeypatch.context() as patch, pytest.raises(Cut):
        patch.setattr(checking, "_progress", counted)
        checking.check(office.database, office.config, lote_id, later(seconds))


def test_a_check_that_gets_further_than_ever_has_its_tries_counted_anew(database, tmp_path, monkeypatch):
    office = Office(database, make_config(tmp_path, tramo_lineas=1))
    lote_id = office.send("ENT", [office.line("ENT", c) for c in CEDULAS]).lote_id
    seen = []
    for n, chunks in enumerate((2, 1, 2, 3, 3)):
        check_until(office, lote_id, chunks, n * QUARTER, monkeypatch)
        seen.append(office.lote(lote_id).intentos)
    # 2 chunks: progress; 1 and 2 again: none, though chunks were judged; the third chunk: progress; again: none
    assert seen == [0, 1, 2, 0, 1]
    assert checking.check(office.database, office.config, lote_id, later(9 * QUARTER)) == "revisado"
    assert (office.lote(lote_id).intentos, office.lote(lote_id).caidas) == (0, 0)


# --- whoever vanished may have been taken down by this work ------------------------------------------------------


@pytest.mark.parametrize("job", JOBS)
def test_what_lost_its_holder_is_done_apart_until_it_is_done(office, job):
    row_id = waiting(office, job)
    assert rung(office, 0) == [(job, row_id)] and apart(office, 0) == []
    claimed(office, job, row_id)
    assert JOBS[job](office.database, office.config, row_id, later(60), apart=False) is None
    assert rung(office, 60) == [] and apart(office, 60) == [(job, row_id)]
    with office.database.writing() as s:
        lease = CLAIMS[job](s, row_id, later(60)(), 30, office.config.reintentos)
        leases.fail(s, lease, later(60)(), "and a fault on top of it")
    assert row_of(office, job, row_id).caidas == 1
    assert rung(office, 2 * QUARTER) == [] and apart(office, 2 * QUARTER) == [(job, row_id)]
    assert sweeper.requeue(office.database, sweeper.table_of(job), row_id)
    assert rung(office, 3 * QUARTER) == [] and apart(office, 3 * QUARTER) == [(job, row_id)]
    assert JOBS[job](office.database, office.config, row_id, later(3 * QUARTER), apart=False) is None
    assert JOBS[job](office.database, office.config, row_id, later(3 * QUARTER)) == ENDS[job]
    assert row_of(office, job, row_id).caidas == 0


@pytest.mark.parametrize("job", JOBS)
def test_a_worker_that_ran_out_of_memory_and_lives_leaves_it_to_be_done_apart(office, job, monkeypatch):
    row_id = waiting(office, job)

    def hungry(*_given, **_more):
        raise MemoryError

    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr("portal.lotes.contexto.open_file", hungry)
        patch.setattr("portal.historia.anular.obstacles", hungry)
        JOBS[job](office.database, office.config, row_id, later(0), apart=False)
    row = row_of(office, job, row_id)
    assert (row.caidas, row.arriendo_de) == (1, None) and row.estado not in ("fallido", "fallida")
    assert apart(office, 60) == [(job, row_id)]


def test_of_what_is_done_apart_small_files_come_first_and_what_fell_twice_last(office):
    hired = office.hire(CEDULAS[1])
    lote_id = waiting(office, "register")
    asked = ask(office.database, Pedido(hired.id, office.cuenta_id, "Por error", None), HOY, clock.now()).id
    for falls, order in (((1, 1), ["annul", "register"]), ((1, 2), ["register", "annul"])):
        with office.database.writing() as s:
            s.get_one(Lote, lote_id).caidas, s.get_one(Anulacion, asked).caidas = falls
        assert [job for job, _ in apart(office, 0)] == order


def test_a_file_that_needs_too_much_memory_to_be_opened_is_refused_with_its_reason(office):
    lote_id = waiting(office, "check")
    claimed(office, "check", lote_id)
    with office.database.writing() as s:
        out_of_memory(s, s.get_one(Lote, lote_id), 1500, 8, clock.now())
    lote = office.lote(lote_id)
    assert (lote.estado, lote.falla, lote.arriendo_de) == ("rechazado", {"codigo": "ARC-17", "maximo": 1500}, None)
    assert not lote.vigente


@pytest.mark.parametrize("job", JOBS)
def test_what_needs_too_much_memory_later_is_our_fault_and_rests_at_once(office, job):
    row_id = waiting(office, job)
    claimed(office, job, row_id)
    with office.database.writing() as s:
        row = s.get_one(sweeper.table_of(job), row_id)
        if job == "check":
            row.leidas = 1  # it had been opened
        out_of_memory(s, row, 1500, office.config.reintentos, clock.now())
    row = row_of(office, job, row_id)
    assert row.estado in ("fallido", "fallida") and row.arriendo_de is None
    assert apart(office, 9 * QUARTER) == rung(office, 9 * QUARTER) == []
    if job != "annul":
        assert office.rows(LoteCambio)[-1].motivo == "Necesitó más de 1500 MB de memoria"
    assert sweeper.requeue(office.database, sweeper.table_of(job), row_id)
    assert rung(office, 9 * QUARTER) == [] and apart(office, 9 * QUARTER) == [(job, row_id)]  # no worker is taken down


# --- nobody holds what has moved on ------------------------------------------------------------------------------


def test_a_zombie_does_not_go_on_with_an_annulment_that_was_given_up(office, monkeypatch):
    """It held the row, fell silent eight times over; then the last holder wakes up."""
    row_id = waiting(office, "annul")
    held = [claimed(office, "annul", row_id, n * QUARTER) for n in range(office.config.reintentos)]
    assert annul(office.database, office.config, row_id, later(9 * QUARTER)) is None
    assert row_of(office, "annul", row_id).estado == "fallida"
    for stale in held:
        with pytest.raises(leases.LeaseLost):
            annulling._annul(office.database, office.config, stale, later(9 * QUARTER))
    assert row_of(office, "annul", row_id).anuladas == 0 and office.rows(Lote)[0].anuladas == 0


@pytest.mark.parametrize("table, moves", [(Lote, sorted(m for m in MOVES if m[0])), (Anulacion, ANNULMENT_MOVES)])
def test_every_move_takes_the_row_from_its_holder(table, moves, database, tmp_path):
    office = Office(database, make_config(tmp_path))
    row_id = waiting(office, "annul" if table is Anulacion else "check")
    for de, a in moves:
        with database.writing() as s:
            row = s.get_one(table, row_id)
            row.estado, row.arriendo_de, row.arriendo_hasta = de, "somebody:1:x", later(60)()
            row.arriendo_desde = clock.now()
            if isinstance(row, Lote):
                move(s, row, a, clock.now(), "why")
            else:
                move_annulment(row, a, clock.now())
            assert (row.arriendo_de, row.arriendo_desde, row.arriendo_hasta) == (None, None, None), (de, a)


def test_two_files_alone_say_who_holds_what():
    """`estados.leave` takes the holder away, `leases.py` gives one; watch.py renews the lease of who works."""
    root = Path(portal.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            if stored and node.attr in ("arriendo_de", "arriendo_hasta"):
                found.add((path.relative_to(root).as_posix(), node.attr))
    assert found == {
        ("lotes/estados.py", "arriendo_de"),
        ("lotes/estados.py", "arriendo_hasta"),
        ("lotes/trabajo/leases.py", "arriendo_de"),
        ("lotes/trabajo/leases.py", "arriendo_hasta"),
        ("running/work/watch.py", "arriendo_hasta"),
    }
