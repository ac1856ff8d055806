"""Problem rows: bulk inserts, and counts. Their columns are those of `revision.ESQUEMA` without `historica`. A problem
about a registered novedad has its id in `novedad_id`, not in `otra`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from sqlalchemy import Connection, text

from portal import bulk
from portal.novedades import Novedad, todas
from portal.revision.juicio.rules import YA_CON_OTROS_VALORES, YA_REGISTRADA
from portal.revision.plan import plan

C = pl.col
#: problems that one transaction inserts or deletes: twelve per line may be a million in a chunk, and on SQLite nobody
#: else's file is received while the write lock is held
AT_ONCE: Final = 65_536


@cache
def about_registered() -> list[str]:
    """The codes of what is said of a registered novedad."""
    crossing = [nov.cruce.registrado.codigo for nov in todas().values() if nov.cruce]
    return [YA_REGISTRADA.codigo, YA_CON_OTROS_VALORES.codigo, *crossing]


def of_whole_file() -> list[str]:
    """The codes of avisos that the check finds over the whole file: registering in parts does not find them."""
    return [nov.cruce.en_archivo.codigo for nov in todas().values() if nov.cruce]


def add(conn: Connection, lote_id: int, found: pl.DataFrame, late: pl.Expr | None = None) -> None:
    """Stores problems of a lote, in the order of their lines; `late` is true on those that were not so at the check."""
    about = C("codigo").is_in(about_registered())
    none = pl.lit(None, pl.Int64)
    columns = (
        pl.lit(lote_id).alias("lote_id"),
        pl.exclude("historica", "otra"),
        pl.when(about).then(none).otherwise("otra").alias("otra"),
        pl.when(about).then("otra").otherwise(none).alias("novedad_id"),
    )
    for some in in_order(found, bulk.PIECE):
        bulk.insert(conn, "problema", some.select(*columns, al_registrar=pl.lit(False) if late is None else late))


def in_order(found: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """Slices of so many problems, by their lines. Sorting all of them would need a second copy in memory."""
    order = np.argsort(found["linea"].to_numpy(), kind="stable")
    for start in range(0, len(order), size):
        yield found[order[start : start + size]]


def any_of(conn: Connection, lote_id: int) -> bool:
    """Whether a lote has any problem."""
    return (
        conn.execute(text("select 1 from problema where lote_id = :lote limit 1"), {"lote": lote_id}).first()
        is not None
    )


def take_away(conn: Connection, lote_id: int) -> bool:
    """Deletes at most AT_ONCE problems of a lote, or those of one line if they are more. Returns whether some are
    left."""
    sql = "select linea from problema where lote_id = :lote order by linea limit 1 offset :most"
    next_line = conn.execute(text(sql), {"lote": lote_id, "most": AT_ONCE}).scalar()
    before = "" if next_line is None else "and linea <= :line"
    conn.execute(text(f"delete from problema where lote_id = :lote {before}"), {"lote": lote_id, "line": next_line})
    return next_line is not None


def count_by_code(conn: Connection, lote_id: int) -> dict[str, int]:
    """Code → lines that have it."""
    sql = "select codigo, count(distinct linea) from problema where lote_id = :lote group by codigo order by codigo"
    return {codigo: n for codigo, n in conn.execute(text(sql), {"lote": lote_id})}


def forget_history(conn: Connection, lote_id: int, nov: Novedad, lineas: pl.Series) -> None:
    """Deletes, for these lines, the problems about the history and the time limits."""
    if lineas.is_empty():
        return
    among, params = bulk.among(conn, "lineas", lineas)
    codes = [p.regla.codigo for p in plan(nov).preguntas if p.historica] + about_registered()
    sql = f"delete from problema where lote_id = :lote and linea {among} and codigo in ({_listed(codes)})"
    conn.execute(text(sql), {"lote": lote_id, **params})


def settled(conn: Connection, lote_id: int, after: int) -> pl.Series:
    """Lines after the line `after` whose result the check fixed: in error, or repeated."""
    sql = (
        "select distinct linea from problema where lote_id = :lote and linea > :after "
        "and (nivel = 'error' or codigo = 'DUP-01')"
    )
    return bulk.query(conn, sql, {"lote": lote_id, "after": after}, {"linea": pl.UInt32})["linea"].sort()


def replace(conn: Connection, lote_id: int, first: int, last: int, sealed: pl.Series, found: pl.DataFrame) -> None:
    """Replaces the problems between two lines by those found now, except on the `sealed` lines."""
    before = _registered_before(conn, lote_id, first, last)
    fails = (C("nivel") == "error") | (C("codigo") == YA_REGISTRADA.codigo)
    late = fails & ~C("linea").is_in(before.implode())  # a line registered before was not correct at the check either
    sealed = sealed.filter(sealed.is_between(first, last))
    among, params = bulk.among(conn, "sealed", sealed)
    conn.execute(
        text(
            f"delete from problema where lote_id = :lote and linea between :first and :last and not linea {among} "
            f"and codigo not in ({_listed(of_whole_file())})"
        ),
        {"lote": lote_id, "first": first, "last": last, **params},
    )
    add(conn, lote_id, found.filter(~C("linea").is_in(sealed.implode())), late)


def _listed(codes: list[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _registered_before(conn: Connection, lote_id: int, first: int, last: int) -> pl.Series:
    """Lines that were registered already when the lote was checked."""
    sql = "select linea from problema where lote_id = :lote and codigo = :ya and linea between :first and :last"
    params = {"lote": lote_id, "ya": YA_REGISTRADA.codigo, "first": first, "last": last}
    return bulk.query(conn, sql, params, {"linea": pl.UInt32})["linea"]


def changed_since_check(conn: Connection, lote_id: int) -> int:
    """Lines that were correct at the check and could not be registered: the history had changed."""
    sql = "select count(distinct linea) from problema where lote_id = :lote and al_registrar"
    return int(conn.execute(text(sql), {"lote": lote_id}).scalar_one())


_OF = "select count(distinct linea) from problema where lote_id = :lote and "
_NOT_ERROR = "and linea not in (select linea from problema where lote_id = :lote and nivel = 'error')"


def totals(conn: Connection, lote_id: int) -> dict[str, int]:
    """Lines by how they ended, from the rows themselves."""
    sql = {
        "registradas": "select count(*) from novedad where lote_id = :lote",
        "con_error": f"{_OF} nivel = 'error'",
        "repetidas": f"{_OF} codigo = 'DUP-01' {_NOT_ERROR}",
        "ya_registradas": f"{_OF} codigo = 'YA-01' {_NOT_ERROR} "
        "and linea not in (select linea from problema where lote_id = :lote and codigo = 'DUP-01')",
    }
    return {name: conn.execute(text(q), {"lote": lote_id}).scalar_one() for name, q in sql.items()}
