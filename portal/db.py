"""Engine, sessions and transactions, the same on SQLite and PostgreSQL.

Two ways to open a session, and no third: `reading()` for pages and `writing()` for whatever changes something.
On SQLite `writing()` begins with `BEGIN IMMEDIATE`: a writer takes the write lock before it reads. A transaction that
upgrades from reader to writer fails with SQLITE_BUSY_SNAPSHOT, however long the busy timeout is
(https://www.sqlite.org/isolation.html).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session

from portal.disk import to_disk

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


#: more connections than a web process has threads (32), because some need two at a time. Two web processes, two workers
#: and their sweeper stay within the 97 that PostgreSQL accepts by default. LIFO: the connection used last has a warm
#: page cache, and no other one fills its own
POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 32, "pool_use_lifo": True}
BUSY_SECONDS = 15
LOOK_SECONDS = 0.002
BREATH_SECONDS = 0.005
LOG_PAGES = 1_000  # of 4 kB: a commit that finds a longer write-ahead log runs a checkpoint
PIECES = 8  # of long work, then it waits for a complete checkpoint: the write-ahead log starts over


class Base(DeclarativeBase):
    """Base class of all tables. Constraint names are fixed, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


class Database:
    """One engine, and the two kinds of session opened on it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._writer = self.engine.execution_options(writes=True)
        self._untold = self.engine.execution_options(writes=True, waits_for_disk=False)
        self._piecemeal = self.engine.execution_options(writes=True, waits_for_disk=False, copies_log=False)
        self._copying: Thread | None = None
        self._pieces = 0

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def reading(self) -> Session:
        """A session for reading; the caller closes it."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def writing(self, *, piece: bool = False, told: bool = True) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back if the block raises.

        The commit is durable, and so is every commit before it. The exception, on SQLite, is a transaction that is not
        `told`: a power cut may take it back until a later durable commit. That is for work that is redone by itself
        when it is lost. `piece`: one of many transactions of a long work. It is not told either. The work calls
        `let_others_write` after each piece and ends with a told transaction."""
        engine = self._piecemeal if piece else self._writer if told else self._untold
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def let_others_write(self) -> None:
        """Between two pieces of long work: lets others take SQLite's write lock."""
        if not self.is_sqlite:
            return
        self._pieces += 1
        if self._pieces % PIECES == 0:
            self.log_copied()  # a checkpoint that began before the last piece is not complete
            self.copy_log()
            self.log_copied()
        self.copy_log()
        time.sleep(BREATH_SECONDS)

    def copy_log(self) -> None:
        """A checkpoint of SQLite's write-ahead log, in a thread beside the long work. Within the commits, checkpoints
        take a quarter of the time in which a million lines are registered."""
        if self.is_sqlite and not (self._copying and self._copying.is_alive()):
            self._copying = Thread(target=self._copy_log)
            self._copying.start()

    def log_copied(self) -> None:
        """Waits for the checkpoint that is running."""
        if self._copying:
            self._copying.join()

    def _copy_log(self) -> None:
        with closing(self.engine.raw_connection()) as connection:
            driver: Any = connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")  # blocks nobody: what it leaves is for the next one


def make_engine(url: str) -> Engine:
    """The engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`)."""
    if url.startswith("postgres://") or url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith("sqlite"):
        engine = create_engine(url, **POOL, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        **POOL,
        hide_parameters=True,  # values of a failed statement are people's data: never in a log
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", _log_on_disk, once=True)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction: `_begin_sqlite` does
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # `_begin_writing` sets NORMAL for commits that need not be durable
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32768",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "recursive_triggers=ON",  # or REPLACE would delete a registered novedad without asking its trigger
    ):
        connection.execute(f"PRAGMA {pragma}")


def _log_on_disk(connection: Any, _record: Any) -> None:
    """Creates SQLite's write-ahead log and syncs its directory entry. A commit syncs the log's content only. While a
    process keeps a connection, nobody deletes the file."""
    connection.execute("select count(*) from sqlite_schema")  # opens the write-ahead log, creates it when it is missing
    path = connection.execute("select file from pragma_database_list where name = 'main'").fetchone()[0]
    if path:
        to_disk(Path(path).parent)


def _prepare_postgres(connection: Any, _record: Any) -> None:
    """The planner assumes cached pages or an SSD. With PostgreSQL's default (4) a file of 10,000 lines scans the
    relaciones of all empleadores, as soon as they are a million, instead of using the index.

    A server may be configured for asynchronous commits. Ours are synchronous."""
    connection.execute("set random_page_cost = 1.1")
    waits = "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'"
    connection.execute(waits)
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        _begin_writing(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Takes SQLite's write lock, retrying every few milliseconds. SQLite's own busy handler sleeps up to 100 between
    two tries, so whoever writes piece after piece would always be first."""
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + BUSY_SECONDS
    options = connection.get_execution_options()
    copied_after = LOG_PAGES if options.get("copies_log", True) else 0
    driver.execute(f"PRAGMA wal_autocheckpoint={copied_after}")
    driver.execute(f"PRAGMA synchronous={'FULL' if options.get('waits_for_disk', True) else 'NORMAL'}")
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(LOOK_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try raises the reason
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
