"""SQLite's log beside long work: pieces leave it alone, a thread copies it, and what is committed is there at once."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.db import BREATH_SECONDS, LOG_PAGES, PIECES, Database

PAGE_BYTES = 4096
ENOUGH = "x" * (PAGE_BYTES * 2 * LOG_PAGES)  # more pages than a commit lets the log have


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with database.writing() as session:
        session.execute(text("create table t (a text)"))
    yield database
    database.engine.dispose()


def write(database, **how):
    with database.writing(**how) as session:
        session.execute(text("insert into t values (:a)"), {"a": ENOUGH})


def in_the_file(database):
    """Rows that stand in the database file, its log left aside."""
    with closing(sqlite3.connect(f"file:{database.engine.url.database}?immutable=1", uri=True)) as connection:
        try:
            return connection.execute("select count(*) from t where length(a) > 0").fetchone()[0]
        except sqlite3.OperationalError:  # not even the table was copied
            return 0


def seen(database):
    with closing(database.reading()) as session:
        return session.scalar(text("select count(*) from t"))


def test_a_commit_copies_the_log_when_it_has_grown(database):
    write(database)
    assert in_the_file(database) == 1


def test_a_piece_leaves_the_log_alone(database):
    write(database, piece=True)
    assert (in_the_file(database), seen(database)) == (0, 1)


def test_a_commit_after_a_piece_copies_what_the_piece_left(database):
    write(database, piece=True)
    write(database)
    assert in_the_file(database) == 2


def test_the_log_is_copied_beside_the_work(database):
    write(database, piece=True)
    database.copy_log()
    database._copying.join()
    assert in_the_file(database) == 1


def test_letting_others_write_has_the_log_copied(database):
    write(database, piece=True)
    database.let_others_write()
    database._copying.join()
    assert in_the_file(database) == 1


def test_the_log_of_long_work_does_not_grow_without_end(database, monkeypatch):
    """Also where the disk is slower than the work: a log that was copied whole is written from its start again."""
    copy, sizes = database._copy_log, []
    monkeypatch.setattr(database, "_copy_log", lambda: (time.sleep(5 * BREATH_SECONDS), copy()))
    for _ in range(4 * PIECES):
        with database.writing(piece=True) as session:
            session.execute(text("insert into t values (:a)"), {"a": ENOUGH[: PAGE_BYTES * 100]})
        database.let_others_write()
        sizes.append(Path(f"{database.engine.url.database}-wal").stat().st_size // PAGE_BYTES)
    assert max(sizes) <= 1.5 * PIECES * 100


def test_a_copy_waits_for_no_writer(database):
    write(database, piece=True)
    with database.writing() as session:
        session.execute(text("insert into t values ('y')"))
        database.copy_log()
        database._copying.join(5)
        assert not database._copying.is_alive()
    assert seen(database) == 2


def test_nothing_is_copied_on_postgres():
    database = Database("postgresql://nobody@127.0.0.1:1/none")  # never connected to
    database.copy_log()
    assert database._copying is None
