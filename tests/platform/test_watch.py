"""A worker that keeps silent past its lease is killed, and nobody else is."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from portal.db import Database
from portal.modelos import Archivo, Cuenta, Empleador, Lote
from portal.running.watch import Watch

NOW = datetime.fromisoformat("2026-11-22T15:00:00")  # naive UTC, as stored
SECOND = timedelta(seconds=1)
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

    def hold(holder: str | None, until: datetime | None) -> None:
        with database.writing() as session:
            session.execute(update(Lote).values(arriendo_de=holder, arriendo_hasta=until))

    return hold


def look(database: Database, watch: Watch, now: datetime) -> list[int]:
    with database.reading() as session:
        return watch.look(session, now)


def test_a_child_silent_for_a_minute_past_its_lease_is_killed(
    database: Database, lease: Callable[..., None], child: subprocess.Popen[bytes]
) -> None:
    lease(f"{HOST}:{child.pid}:x", NOW - 61 * SECOND)
    assert look(database, Watch(os.getpid()), NOW) == [child.pid]
    assert child.wait(60) == -9


def test_a_child_within_the_minute_is_left_alone(
    database: Database, lease: Callable[..., None], child: subprocess.Popen[bytes]
) -> None:
    lease(f"{HOST}:{child.pid}:x", NOW - 59 * SECOND)
    assert look(database, Watch(os.getpid()), NOW) == []
    assert child.poll() is None


def test_it_is_killed_also_when_another_worker_has_taken_the_lote(
    database: Database, lease: Callable[..., None], child: subprocess.Popen[bytes]
) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW)
    assert look(database, watch, NOW) == []
    lease("other:1:y", NOW + 30 * SECOND)
    assert look(database, watch, NOW + 2 * SECOND) == []
    assert look(database, watch, NOW + 61 * SECOND) == [child.pid]


def test_a_worker_that_gave_its_lote_back_in_time_is_left_alone(
    database: Database, lease: Callable[..., None], child: subprocess.Popen[bytes]
) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW + 30 * SECOND)
    assert look(database, watch, NOW) == []
    lease(None, None)
    assert [look(database, watch, NOW + seconds * SECOND) for seconds in (2, 200)] == [[], []]
    assert child.poll() is None


def test_a_worker_that_came_back_to_life_on_another_lote_is_left_alone(
    database: Database, lease: Callable[..., None], child: subprocess.Popen[bytes]
) -> None:
    watch = Watch(os.getpid())
    lease(f"{HOST}:{child.pid}:x", NOW)
    look(database, watch, NOW + 10 * SECOND)
    lease(f"{HOST}:{child.pid}:y", NOW + 90 * SECOND)
    assert look(database, watch, NOW + 80 * SECOND) == []
    assert child.poll() is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_looking_reads_the_indexes_of_pending_work_and_not_the_tables(database: Database) -> None:
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in connection.connection.execute(f"explain query plan {statement}", values))

    event.listen(database.engine, "before_cursor_execute", explain)
    look(database, Watch(os.getpid()), NOW)
    read = [plan.split(" (")[0] for plan in plans if plan.startswith(("SEARCH", "SCAN"))]
    assert read[0] == "SEARCH lote USING INDEX ix_lote_pendiente"
    assert read[1].startswith("SCAN anulacion USING INDEX ") and len(read) == 2  # a partial index: pending ones alone


def test_only_the_supervisors_own_children_on_this_host_are_killed(
    database: Database, lease: Callable[..., None], child: subprocess.Popen[bytes]
) -> None:
    for holder, supervisor in (
        (f"elsewhere:{child.pid}:x", os.getpid()),
        (f"{HOST}:{child.pid}:x", os.getppid()),
        (f"{HOST}:{os.getpid()}:x", os.getppid()),
        ("nonsense", os.getpid()),
    ):
        lease(holder, NOW - timedelta(hours=1))
        assert look(database, Watch(supervisor), NOW) == []
    assert child.poll() is None
