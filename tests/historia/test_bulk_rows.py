"""Rows in and out by the thousand: what goes in comes back as it was, on both databases."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from portal import bulk
from portal.modelos import Relacion
from tests.laws import law

TEXTS = [
    None,
    "",
    " ",
    '"',
    '""',
    ",",
    "a,b",
    "it's",
    '"a","b"',
    "\\",
    "\\.",
    "\\N",
    "\\n",
    "\\\\",
    "NULL",
    "null",
    "␤",
]
TEXTS += [
    "␀",
    "line\nbreak",
    "\r\n",
    "\t",
    "ñandú €",
    "日本",
    "🙂",
    "x" * 200,
    "%s",
    ":name",
    "?",
    "{}",
    "0",
    "-1",
    "true",
]
plain = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
PROBLEMS = {"linea": pl.UInt32, "campo": pl.String, "valor": pl.String, "otra": pl.Int64}


def problems(values, otras=None):
    n = len(values)
    rows = {"linea": range(1, n + 1), "campo": ["c"] * n, "valor": values, "otra": otras or [None] * n}
    return pl.DataFrame(rows, schema=PROBLEMS)


def put(conn, lote_id, rows):
    head = rows.with_columns(lote_id=pl.lit(lote_id), codigo=pl.lit("X-01"), nivel=pl.lit("nota"))
    bulk.insert(conn, "problema", head)


def back(conn):
    return bulk.query(conn, "select linea, campo, valor, otra from problema order by linea", {}, PROBLEMS)


def test_texts_and_nulls_come_back_as_they_went_in(office):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    rows = problems(TEXTS, [None, 0, -1, 2**62] + [None] * (len(TEXTS) - 4))
    with office.database.writing() as s:
        put(s.connection(), lote_id, rows)
    with office.database.engine.connect() as conn:
        assert back(conn).rows() == rows.rows()
        empty = conn.execute(text("select count(*) from problema where valor = ''")).scalar_one()
        null = conn.execute(text("select count(*) from problema where valor is null")).scalar_one()
        assert (empty, null) == (1, 1)


@pytest.mark.parametrize("streamed", [1, 60, 1 << 22], ids=["row by row", "in pieces", "at once"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_stream_brings_what_a_query_brings(office, monkeypatch, streamed):
    monkeypatch.setattr(bulk, "STREAMED", streamed)
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    rows = problems(TEXTS, [None, 0, -1, 2**62] + [None] * (len(TEXTS) - 4))
    days = pl.DataFrame({"linea": range(1, 5), "day": [date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31), None]})
    with office.database.writing() as s:
        conn = s.connection()
        put(conn, lote_id, rows)
        sql = "select linea, campo, valor, otra from problema where lote_id = :lote order by linea"
        assert bulk.stream(conn, sql, {"lote": lote_id}, PROBLEMS).rows() == rows.rows()
        assert bulk.stream(conn, sql, {"lote": -1}, PROBLEMS).rows() == []
        values = ", ".join(f"({n}, cast({repr(str(day)) if day else 'null'} as date))" for n, day in days.iter_rows())
        found = bulk.stream(conn, f"select * from (values {values}) v order by 1", {}, dict(days.schema))
        assert found.rows() == days.rows()


def test_any_text_without_control_characters_comes_back(office):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id

    @law(40)
    @given(st.lists(st.one_of(st.none(), plain), min_size=1, max_size=30))
    def holds(values):
        with office.database.engine.connect() as conn:
            put(conn, lote_id, problems(values))
            assert back(conn)["valor"].to_list() == values
            conn.rollback()

    holds()


def test_updates_reach_their_rows_and_say_how_many(office):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    with office.database.writing() as s:
        conn = s.connection()
        put(conn, lote_id, problems(["old"] * len(TEXTS)))
        ids = bulk.query(conn, "select id from problema order by linea", {}, {"id": pl.Int64})
        new = ids.with_columns(valor=pl.Series(TEXTS, dtype=pl.String), otra=pl.lit(None, pl.Int64))
        assert bulk.update(conn, "problema", "id", new) == len(TEXTS)
        assert back(conn)["valor"].to_list() == TEXTS
        some = new.with_columns(valor=pl.lit("newer"))
        assert bulk.update(conn, "problema", "id", some, only="problema.valor = ''") == 1
        assert bulk.update(conn, "problema", "id", some.with_columns(pl.col("id") + 10**6)) == 0


def test_days_come_back_as_days(office):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    days = [date(1, 1, 1), date(1999, 12, 31), date(2024, 2, 29), date(9999, 12, 31)]
    rows = pl.DataFrame(
        {"sucursal": [1, 2, 3, 4], "cedula": [9_999_999_999] * 4, "ingreso": days, "linea": [1, 2, 3, 4]},
        schema_overrides={"linea": pl.UInt32},
    ).with_columns(
        empleador_id=pl.lit(office.empleador_id),
        jornada=pl.lit("1"),
        sectorial=pl.lit("0000000000001"),
        lote_id=pl.lit(lote_id),
    )
    with office.database.writing() as s:
        bulk.insert(s.connection(), "relacion", rows)
        schema = {"ingreso": pl.Date, "salida": pl.Date, "cedula": pl.Int64}
        sql = "select ingreso, salida, cedula from relacion order by sucursal"
        found = bulk.query(s.connection(), sql, {}, schema)
    assert found.rows() == [(day, None, 9_999_999_999) for day in days]
    assert [r.ingreso for r in office.rows(Relacion)] == days and office.rows(Relacion)[0].sectorial == "0000000000001"


def test_no_rows_are_no_statement(office):
    with office.database.writing() as s:
        bulk.insert(s.connection(), "problema", problems([]))
        assert back(s.connection()).is_empty()
        among, params = bulk.among(s.connection(), "x", pl.Series([], dtype=pl.Int64))
        assert s.connection().execute(text(f"select count(*) from lote where id {among}"), params).scalar_one() == 0
