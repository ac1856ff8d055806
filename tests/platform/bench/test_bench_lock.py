"""How long a lote holds SQLite's lock, as `make bench` sums it, counts every kind of write."""

import time

import pytest
from sqlalchemy import text

from bench.many import Locking


@pytest.mark.parametrize("piece", [False, True])
def test_what_a_writer_holds_is_counted(tmp_path, piece):
    database = Locking(f"sqlite:///{tmp_path}/held.db")
    start = time.perf_counter()
    with database.writing(piece=piece) as session:
        session.execute(text("create table t (n integer)"))
    assert 0 < database.held <= time.perf_counter() - start  # no more than went by: it began to count with the lock
    before = database.held
    with database.reading() as session:
        session.execute(text("select * from t"))
    assert database.held == before
    database.engine.dispose()
