"""Real databases and a real queue server for the tests. Each pytest process makes its own and takes them away.

`database_url` gives every test that asks for it (or for `database`) two runs, SQLite and PostgreSQL, each on a fresh
database made by the migrations. A test that holds on one only says so:
`@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from portal.cola import connect
from portal.db import Database
from portal.running import queue_server as embedded
from portal.running.leash import die_with_parent
from portal.running.migrate import upgrade
from portal.running.supervisor import leashed
from tests.cheap import make_cheap
from tests.laws import LONG

NUMBERS = itertools.count(1)
#: rooms whose tests look at pages: each of them runs on one of the two databases, half of them on each; what SQL does
#: differently has its tests in the other rooms, or the mark `both_databases`. `make test-long` runs all on both.
ONE_DATABASE = {"ayuda", "formatos", "pages", "soporte", "tus", "web"}


def pytest_configure() -> None:
    """Here, not on import: the benchmarks take their servers from this module, and measure the portal as it is."""
    make_cheap()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is marked `long`, and the second run of each test of ONE_DATABASE; which one follows from its
    name."""
    there = {item.nodeid for item in items}
    left_out = [] if LONG else [i for i in items if i.get_closest_marker("long") or _runs_on_the_other(i, there)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def _runs_on_the_other(item: pytest.Item, there: set[str]) -> bool:
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    mine = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
    if room not in ONE_DATABASE or mine not in ("sqlite", "postgres") or item.get_closest_marker("both_databases"):
        return False
    name = item.nodeid.replace(mine, "*")
    both = {name.replace("*", one) for one in ("sqlite", "postgres")} <= there
    return both and (zlib.crc32(name.encode()) % 2 == 0) == (mine == "sqlite")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The budgets that were measured, as tables; into the documents that PORTAL_BUDGETS names, too (tools/budgets)."""
    from browser import budgets

    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    told = [value for report in reports for name, value in report.user_properties if name == budgets.PROPERTY]
    made = budgets.tables(budgets.row_of(one) for one in told)
    for name, table in made.items():
        terminalreporter.write_line(f"\n{name}\n{table}")
    if documents := os.environ.get("PORTAL_BUDGETS"):
        budgets.write([Path(document) for document in documents.split(":")], made)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server on 127.0.0.1, and the migrated database `template` in it."""

    port: int

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A cluster of its own for this pytest process, without fsync; it dies with the process."""
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder, _postgres_in(Path(folder)) as cluster:
        cluster.execute("create database template")
        upgrade(cluster.url("template"))
        yield cluster


@contextmanager
def _postgres_in(folder: Path) -> Iterator[Cluster]:
    data, port = folder / "data", free_port()
    as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if as_user:
        shutil.chown(folder, "postgres", "postgres")  # initdb refuses root
    initdb = [postgres_program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
    }
    server = subprocess.Popen(
        [postgres_program("postgres"), "-D", str(data), "-p", str(port)]
        + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
        stderr=(folder / "log").open("wb"),
        cwd=folder,
        preexec_fn=die_with_parent,
        **as_user,
    )
    try:
        cluster = Cluster(port)
        until(lambda: answers(cluster), server, folder / "log")
        yield cluster
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a checkpoint
        server.wait(30)


def postgres_program(name: str) -> str:
    """Where Debian keeps the server's programs, which are not on the path; the newest version there."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    program = str(found[-1]) if found else shutil.which(name)
    assert program, f"{name} is missing: make test installs PostgreSQL (apt-get install postgresql)"
    return program


def answers(cluster: Cluster) -> bool:
    try:
        cluster.execute("select 1")
    except psycopg.OperationalError:
        return False
    return True


def until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a server; its log is the failure's text when it ends first or takes a minute."""
    for _ in range(600):
        if ready():
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"a server did not start: {log.read_text(errors='replace')[-2000:] if log.exists() else ''}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated, empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "portal.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster, name = request.getfixturevalue("postgres"), f"test_{next(NUMBERS)}"
    cluster.execute(f"create database {name} template template")
    yield cluster.url(name)
    cluster.execute(f"drop database {name} with (force)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A `Database` on `database_url`."""
    database = Database(database_url)
    yield database
    database.engine.dispose()


class QueueServer:
    """A Valkey server of a test's own, on a socket in a short folder; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{embedded.socket_path(folder)}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(leashed(embedded.command(self.folder)))
        client = connect(self.url)
        until(lambda: _pings(client), self._process, self.folder / "cola" / "cola.log")
        client.close()

    def stop(self, kill: bool = False) -> None:
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait(30)
            self._process = None


def _pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.fixture
def queue_server() -> Iterator[QueueServer]:
    """A running queue server that the test may stop and start."""
    with tempfile.TemporaryDirectory(prefix="cola-") as folder:
        server = QueueServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def queue_url(queue_server: QueueServer) -> str:
    """The address of a running, empty queue server."""
    return queue_server.url
