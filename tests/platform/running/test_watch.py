"""A worker that keeps silent past its lease is killed, one that works is given time, one that died is buried."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from portal.db import Database
from portal.modelos import Archivo, Cuenta, Empleador, Lote
from portal.running.work import watch as watching
from portal.running.work.watch import Watch, processor_seconds

NOW = datetime.fromisoformat("2026-11-22T15:00:00")  # naive UTC, as stored
SECOND = timedelta(seconds=1)
LEASE, SHORT = 30 * SECOND, 4 * SECOND
START = 1000.0  # of the steady clock, when the wall says NOW
HOST = socket.gethostname()


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "1000"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def lease(database: Database) -> Callable[[str | None, datetime | None], None]:
    """Sets who holds the only lote, and until when."""
    with database.writing() as session:
        session.add(Empleador(id=1, ruc="1799000004001", nombre="Uno", tipo="privada"))
        session.add(Cuenta(id=1, identificacion="0912791803", nombre="Uno", rol="empleador", clave_hash=""))
        session.flush()
        one = {"id": 1, "empleador_id": 1}
        session.add(Archivo(**one, nombre="a.txt", bytes=1, sha256="a", sha256_contenido="a", creado_en=NOW))
        session.flush()
        what = {"numero": "2026-000001-0", "movimiento": "INS", "estado": "revisando", "sha256_contenido": "a"}
        when = {"fecha_negocio": date(2026, 11, 22), "recibido_en": NOW, "cambiado_en": NOW}
        session.add(Lote(**one, **what, **when, cuenta_id=1, archivo_id=1))

    def hold(holder: str | None, until: datetime | None, length: timedelta = LEASE) -> None:
        since = until - length if until else None
        with database.writing() as session:
            session.execute(update(Lote).values(arriendo_de=holder, arriendo_desde=since, arriendo_hasta=until))

    return hold


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    yield process
    process.kill()
    process.wait()


def look(database: Database, watch: Watch, seconds: float = 0.0, wall: float | None = None) -> list[int]:
    """A look so many seconds after the beginning; `wall`: what the clock on the wall says went by."""
    return watch.look(database, NOW + (seconds if wall is None else wall) * SECOND, START + seconds)


def until(database: Database) -> datetime | None:
    with database.reading() as session:
        return session.scalars(select(Lote.arriendo_hasta)).one()


Child = subprocess.Popen[bytes]
Hold = Callable[..., None]


def test_a_child_silent_for_a_minute_past_its_lease_is_killed(database: Database, lease: Hold, child: Child) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW + 10 * SECOND)
    assert [look(database, watch, seconds) for seconds in (0, 30, 69)] == [[], [], []]
    assert child.poll() is None
    assert look(database, watch, 71) == [child.pid]
    assert child.wait(60) == -9


def test_it_is_killed_also_when_another_has_taken_the_lote(database: Database, lease: Hold, child: Child) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW)
    assert look(database, watch) == []
    lease("other:1:y", NOW + 30 * SECOND)
    assert look(database, watch, 2) == []
    assert look(database, watch, 61) == [child.pid]


def test_a_worker_that_gave_its_lote_back_in_time_is_left_alone(database: Database, lease: Hold, child: Child) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW + 30 * SECOND)
    assert look(database, watch) == []
    lease(None, None)
    assert [look(database, watch, seconds) for seconds in (2, 200)] == [[], []]
    assert child.poll() is None


def test_a_worker_that_came_back_to_life_on_another_lote_is_left_alone(
    database: Database, lease: Hold, child: Child
) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW)
    look(database, watch, 10)
    lease(f"{HOST}:{child.pid}:y", NOW + 90 * SECOND)
    assert look(database, watch, 80) == []
    assert child.poll() is None


@pytest.mark.parametrize("step", [-7200, 7200], ids=["put back", "put forward"])
def test_a_clock_that_is_set_kills_nobody_and_saves_nobody(
    database: Database, lease: Hold, child: Child, step: int
) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW + 30 * SECOND)
    assert [look(database, watch, n, wall=n + step * (n > 0)) for n in (0, 2, 89)] == [[], [], []]
    lease(f"{HOST}:{child.pid}:x", NOW + (90 + step + 30) * SECOND)  # it goes on by the new clock
    assert [look(database, watch, n, wall=n + step) for n in (90, 178)] == [[], []]
    assert look(database, watch, 182, wall=182 + step) == [child.pid]


def test_who_works_keeps_its_lease_and_its_life(database: Database, lease: Hold, busy: Child) -> None:
    """As in native code that takes longer than a lease, and cannot say so."""
    watch, end = Watch(os.getpid()), NOW + SHORT
    lease(f"{HOST}:{busy.pid}:x", end, SHORT)
    assert look(database, watch) == [] and until(database) == end
    for seconds in range(1, 20):
        burn(busy, 0.12)  # more than a tenth of the second of this clock
        assert look(database, watch, seconds) == []
        left = until(database)
        assert left is not None and left >= NOW + (seconds + 1) * SECOND
    assert busy.poll() is None


def test_who_works_without_end_does_not_keep_it_for_ever(
    database: Database, lease: Hold, busy: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "NATIVE_SECONDS", 5.0)
    monkeypatch.setattr(watching, "SILENCE", 6.0)
    watch, killed, seconds = Watch(os.getpid()), [], 0
    lease(f"{HOST}:{busy.pid}:x", NOW + SHORT, SHORT)
    while not killed:
        burn(busy, 0.12)
        killed, seconds = look(database, watch, seconds), seconds + 1
        assert seconds < 30
    assert killed == [busy.pid] and seconds > 5 + 6


def test_who_waits_and_does_nothing_loses_its_lease(database: Database, lease: Hold, child: Child) -> None:
    watch, end = Watch(os.getpid()), NOW + LEASE
    lease(f"{HOST}:{child.pid}:x", end)
    assert [look(database, watch, seconds) for seconds in (0, 10, 20, 29)] == [[]] * 4
    assert until(database) == end


def test_the_lease_of_the_dead_is_over_at_once(database: Database, lease: Hold, child: Child) -> None:
    watch, end = Watch(os.getpid()), NOW + LEASE
    lease(f"{HOST}:{child.pid}:x", end)
    look(database, watch)
    child.kill()
    child.wait(60)
    assert until(database) == end
    assert look(database, watch, 2) == [] and until(database) is None
    with database.reading() as session:
        assert session.scalars(select(Lote.arriendo_de)).one() == f"{HOST}:{child.pid}:x"


def test_who_was_never_seen_alive_may_be_elsewhere(database: Database, lease: Hold, child: Child) -> None:
    """Two machines may have one name, each with processes of its own."""
    child.kill()
    child.wait(60)
    lease(f"{HOST}:{child.pid}:x", NOW + LEASE)
    watch = Watch(os.getpid())
    assert [look(database, watch, seconds) for seconds in (0, 2)] == [[], []]
    assert until(database) == NOW + LEASE


def burn(process: Child, seconds: float) -> None:
    """Until a process has had that much more of the processor."""
    aim = processor_seconds(process.pid) + seconds
    while processor_seconds(process.pid) < aim:
        time.sleep(0.02)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_looking_reads_the_indexes_of_pending_work_and_not_the_tables(database: Database) -> None:
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in connection.connection.execute(f"explain query plan {statement}", values))

    event.listen(database.engine, "before_cursor_execute", explain)
    look(database, Watch(os.getpid()))
    read = [plan.split(" (")[0] for plan in plans if plan.startswith(("SEARCH", "SCAN"))]
    assert read[0] == "SEARCH lote USING INDEX ix_lote_pendiente"
    assert read[1].startswith("SCAN anulacion USING INDEX ") and len(read) == 2  # a partial index: pending ones alone


def test_only_the_supervisors_own_children_on_this_host_are_killed(
    database: Database, lease: Hold, child: Child
) -> None:
    for holder, supervisor in (
        (f"elsewhere:{child.pid}:x", os.getpid()),
        (f"{HOST}:{os.getpid()}:x", os.getppid()),
        ("nonsense", os.getpid()),
    ):
        watch = Watch(supervisor)
        lease(holder, NOW)
        assert [look(database, watch, seconds) for seconds in (0, 3600)] == [[], []]
    assert child.poll() is None


def test_the_child_of_another_is_left_alone(database: Database, lease: Hold, child: Child) -> None:
    watch = Watch(os.getppid())
    watch._parents.discard(os.getpid())  # as if this were the sweeper of another supervisor
    lease(f"{HOST}:{child.pid}:x", NOW)
    assert [look(database, watch, seconds) for seconds in (0, 3600)] == [[], []]
    assert child.poll() is None
