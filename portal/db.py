"""Engine, sessions and transactions, the same on SQLite and PostgreSQL.

Two ways to open a session, and no third: `reading()` for pages and `writing()` for whatever changes something.
On SQLite `writing()` begins with `BEGIN IMMEDIATE`, so a writer waits for its turn before it reads: a transaction
that upgrades from reader to writer fails with SQLITE_BUSY_SNAPSHOT however long the busy timeout is
(https://www.sqlite.org/isolation.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Mother of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


class Database:
    """One engine and the two kinds of session opened on it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._writer = self.engine.execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def reading(self) -> Session:
        """A session for reading; the caller closes it."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, undone if the block raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session


def make_engine(url: str) -> Engine:
    """The engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`)."""
    if url.startswith("postgres://") or url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=8, max_overflow=40, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url,
        connect_args={"timeout": 15, "check_same_thread": False},
        pool_size=8,
        max_overflow=40,
        hide_parameters=True,  # values of a failed statement are people's data: never in a log
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin_sqlite` does
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
        "busy_timeout=15000",
        "recursive_triggers=ON",  # or REPLACE would delete a registered novedad without asking its trigger
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
