"""The commands of docs/operations.md, run while others commit; what they give is whole, and can be worked on."""

import os
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, text

from portal.config import ROOT
from portal.db import Database
from portal.lotes.trabajo.check import check
from portal.running.migrate import upgrade
from tests.conftest import Cluster, postgres_program
from tests.lotes.conftest import CEDULAS, Office, make_config
from tests.lotes.faults import later

SECONDS = 120  # for a copy of some 40 MB, on a busy machine
BETWEEN = 0.02  # seconds between two commits
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def documented(program: str) -> str:
    """The command of that program in the chapter on backup."""
    chapter = (ROOT / "docs" / "operations.md").read_text().split("## Backup")[1].split("\n## ")[0]
    [command] = re.findall(rf"^ *({program} .*)$", chapter, re.MULTILINE)
    return command


@pytest.fixture
def office(database, tmp_path):
    """One lote that waits, beside 40 MB of numbered rows."""
    office = Office(database, make_config(tmp_path))
    office.send("ENT", [office.line("ENT", c) for c in CEDULAS])
    with database.writing() as s:
        s.execute(text("create table filler (n integer primary key, what text)"))
        s.execute(text("insert into filler values (:n, :what)"), [{"n": n, "what": what(n)} for n in range(10_000)])
    return office


def what(n: int) -> str:
    return f"{n:08d}" * 500


def while_committing(database: Database, command: str, folder: Path, **environment: str) -> range:
    """Runs the command; gives the numbers of rows that may be there: those of before, up to those of after."""
    done, last = Event(), [9_999]

    def commit() -> None:
        while not done.wait(BETWEEN):
            with database.writing() as s:
                s.execute(text("insert into filler values (:n, :what)"), {"n": last[0] + 1, "what": what(last[0] + 1)})
            last[0] += 1

    others = Thread(target=commit)
    others.start()
    try:
        env = {**os.environ, **environment}
        subprocess.run(["bash", "-c", command], cwd=folder, env=env, check=True, timeout=SECONDS)
    finally:
        done.set()
        others.join()
    return range(10_000, last[0] + 2)


def is_whole(url: str, counts: range) -> None:
    """All rows up to one, none after it; and the lote can be checked."""
    with closing(create_engine(url).connect()) as connection:
        numbers = connection.execute(text("select n, what from filler order by n")).all()
    assert len(numbers) in counts and [tuple(row) for row in numbers] == [(n, what(n)) for n in range(len(numbers))]


def goes_on(url: str, office: Office) -> None:
    upgrade(url)
    restored = Database(url)
    with restored.reading() as s:
        [lote_id] = s.execute(text("select id from lote")).scalars()
    assert check(restored, office.config, lote_id, later(0)) == "revisado"
    restored.engine.dispose()


@sqlite_only
def test_sqlite_is_copied_while_others_commit(office, database, tmp_path):
    command = documented("sqlite3").replace("datos/portal.db", database.engine.url.database)
    counts = while_committing(database, command, tmp_path)
    copy = tmp_path / "copia.db"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    is_whole(f"sqlite:///{copy}", counts)
    goes_on(f"sqlite:///{copy}", office)


@postgres_only
def test_postgres_is_copied_while_others_commit(office, database, database_url, postgres: Cluster, tmp_path):
    programs = {"PATH": f"{Path(postgres_program('pg_dump')).parent}:{os.environ['PATH']}"}
    plain = database_url.replace("+psycopg", "")
    counts = while_committing(database, documented("pg_dump"), tmp_path, DATABASE_URL=plain, **programs)
    postgres.execute("create database restored template template0")
    try:
        into = {**os.environ, **programs, "DATABASE_URL": re.sub(r"/\w+$", "/restored", plain)}
        subprocess.run(["bash", "-c", documented("pg_restore")], cwd=tmp_path, env=into, check=True, timeout=SECONDS)
        is_whole(postgres.url("restored"), counts)
        goes_on(postgres.url("restored"), office)
    finally:
        postgres.execute("drop database restored with (force)")
