"""The least cost of storing rows: inserts into the table novedad with its keys, indexes and triggers, without any
check.

The rows are those of the accepted lines, in the order of the file, prepared before: tuples for SQLite, text for
PostgreSQL. Pragmas and driver are the portal's own; one transaction.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from portal.db import make_engine

COLUMNS = "lote_id, linea, empleador_id, movimiento, sucursal, periodo, cedula, clave, relacion_id, valor, datos"

FOREIGN_KEYS = "select conname from pg_constraint where contype = 'f' and conrelid = 'novedad'::regclass"


def executemany(url: str, rows: str) -> Callable[[], int]:
    """SQLite, the sqlite3 module's own executemany."""
    ready = pickle.loads(Path(rows).read_bytes())
    pooled = make_engine(url).raw_connection()
    connection = pooled.driver_connection
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError(url)
    holes = ", ".join("?" * len(COLUMNS.split(",")))

    def work() -> int:
        connection.execute("begin immediate")
        done = connection.executemany(f"insert into novedad ({COLUMNS}) values ({holes})", ready).rowcount
        connection.execute("commit")
        return done

    return work


def copy_in(url: str, rows: str, *, keyless: bool = False) -> Callable[[], int]:
    """PostgreSQL, one COPY. `keyless`: the foreign keys are dropped before."""
    ready = Path(rows).read_bytes()
    connection = psycopg.connect(url.replace("+psycopg", ""))
    if keyless:
        for (name,) in connection.execute(FOREIGN_KEYS).fetchall():
            connection.execute(sql.SQL("alter table novedad drop constraint {}").format(sql.Identifier(name)))
        connection.commit()

    def work() -> int:
        with connection.cursor() as cursor:
            with cursor.copy(f"copy novedad ({COLUMNS}) from stdin") as copy:
                copy.write(ready)
            done = cursor.rowcount
        connection.commit()
        return done

    return work


def keep(found: list[tuple], folder: Path, name: str) -> dict[str, str]:
    """The rows in files of both kinds: the name of each."""
    tuples, text = folder / f"{name}.pickle", folder / f"{name}.copy"
    tuples.write_bytes(pickle.dumps(found))
    text.write_text("".join("\t".join(map(str, row)) + "\n" for row in found))
    return {"SQLite": str(tuples), "PostgreSQL": str(text)}
