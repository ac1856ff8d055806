"""The migrations and the tables of the code are one thing, on both databases."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import portal.modelos  # noqa: F401 - makes the tables known
from portal.config import ROOT
from portal.db import Base, Database, make_engine
from portal.running.migrate import upgrade

POSTGRES_SHAPE = """
    select 'index', tablename, indexdef from pg_indexes where schemaname = 'public'
    union all select 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
    union all select 'options', relname, array_to_string(reloptions, ',') from pg_class
        where relnamespace = 'public'::regnamespace and reloptions is not null
    union all select 'column', table_name, concat_ws(' ', column_name, data_type, is_nullable, column_default,
        is_identity) from information_schema.columns where table_schema = 'public'
"""
SQLITE_SHAPE = "select type, tbl_name, sql from sqlite_master where sql is not null and type <> 'trigger'"


def shape(engine: Engine) -> set[tuple[str, ...]]:
    """Everything the database says about its tables, one fact a row, without alembic's own table and the triggers,
    which only the migrations make. SQLite quotes the name of a table that was altered."""
    query = SQLITE_SHAPE if engine.dialect.name == "sqlite" else POSTGRES_SHAPE
    with engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    return {
        (kind, table, " ".join(fact.replace('"', "").split()))
        for kind, table, definition in rows
        if table != "alembic_version"
        for fact in _facts(kind, definition)
    }


def _facts(kind: str, definition: str) -> list[str]:
    """A SQLite table is one text of many lines, whose order says nothing (a column added later has no line of its
    own); all else is one fact."""
    if kind != "table":
        return [definition]
    return [line.strip().rstrip(",") for line in re.split(r"\n|, (?=[a-z_]+ [A-Z])", definition)]


def test_migrations_make_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_the_same_indexes_checks_and_options(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    Base.metadata.create_all(engine)
    created = shape(engine)
    Base.metadata.drop_all(engine)
    upgrade(empty_database_url)
    assert shape(engine) == created
    engine.dispose()


def test_migrating_twice_changes_nothing(database_url: str, database: Database) -> None:
    upgrade(database_url)
    with database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    program = [sys.executable, "-c", f"from portal.running.migrate import upgrade; upgrade({empty_database_url!r})"]
    processes = [subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in processes] == [(b"", 0)] * 3
    with make_engine(empty_database_url).connect() as connection:
        assert set(Base.metadata.tables) <= set(inspect(connection).get_table_names())


def test_visits_of_staff_opened_by_a_key_alone_end(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0004")
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        for number, rol in enumerate(("empleador", "soporte", "supervisor"), start=1):
            connection.execute(
                text("insert into cuenta (id, identificacion, nombre, rol, clave_hash) values (:n, :n2, 'X', :r, 'x')"),
                {"n": number, "n2": str(number), "r": rol},
            )
            connection.execute(
                text(
                    "insert into sesion (id, token_sha256, cuenta_id, creada_en, vista_en) "
                    "values (:n, :n2, :n, '2026-11-22 10:00:00.000000', '2026-11-22 11:00:00.000000')"
                ),
                {"n": number, "n2": str(number)},
            )
    upgrade(empty_database_url)
    with engine.connect() as connection:
        ended = connection.scalars(text("select cuenta_id from sesion where cerrada_en = vista_en order by id"))
        assert ended.all() == [2, 3]
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    cluster = request.getfixturevalue("postgres")
    cluster.execute("drop database if exists empty with (force)")
    cluster.execute("create database empty")
    return str(cluster.url("empty"))
