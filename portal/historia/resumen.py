"""Headcount and payroll by month, updated by the transactions that change the history.

A relación counts from the month of its ingreso up to the month before the day after its salida: whoever is there on the
last day of a month counts in it. Its sueldo changes in the month of its ENT's ingreso and of each MSU's period.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, text

from portal import bulk

C = pl.col
CAMBIO = {"sucursal": pl.Int32, "periodo": pl.Int32, "personas": pl.Int64, "planilla": pl.Int64}
_SUELDOS = {"id": pl.Int64, "movimiento": pl.String, "desde": pl.Int32, "valor": pl.Int64}
_RELACIONES = {"id": pl.Int64, "sucursal": pl.Int32, "ingreso": pl.Date, "salida": pl.Date}


@dataclass(frozen=True)
class Mes:
    """How it stood at the end of a month (`periodo` AAAAMM): people with an open relación, their sueldos in cents."""

    periodo: int
    personas: int
    planilla: int


def month_of(day: pl.Expr) -> pl.Expr:
    """The month of a date as AAAAMM."""
    return day.dt.year() * 100 + day.dt.month()


def month_left(salida: pl.Expr) -> pl.Expr:
    """The first month at whose end somebody who left on that day is no longer there."""
    return month_of(salida.dt.offset_by("1d"))


def add(conn: Connection, empleador_id: int, cambios: pl.DataFrame) -> None:
    """Adds changes (rows as CAMBIO, any number for one month) to what the summary says."""
    summed = cambios.group_by("sucursal", "periodo").agg(C("personas", "planilla").sum())
    rows = summed.filter((C("personas") != 0) | (C("planilla") != 0)).sort("sucursal", "periodo")
    if rows.is_empty():
        return
    upsert = text(
        "insert into resumen_mes (empleador_id, sucursal, periodo, personas, planilla) "
        "values (:empleador, :sucursal, :periodo, :personas, :planilla) "
        "on conflict (empleador_id, sucursal, periodo) do update set "
        "personas = resumen_mes.personas + excluded.personas, planilla = resumen_mes.planilla + excluded.planilla"
    )
    conn.execute(upsert, [{"empleador": empleador_id, **row} for row in rows.iter_rows(named=True)])


@contextmanager
def following(conn: Connection, empleador_id: int, relaciones: pl.Series) -> Iterator[None]:
    """Updates the summary by whatever the block does to these relaciones (ids)."""
    before = contributions(conn, relaciones).with_columns(-C("personas"), -C("planilla"))
    yield
    add(conn, empleador_id, pl.concat([before, contributions(conn, relaciones)]))


def contributions(conn: Connection, relaciones: pl.Series) -> pl.DataFrame:
    """What these relaciones (ids) add to the summary as they are now: rows as CAMBIO."""
    if relaciones.is_empty():
        return pl.DataFrame(schema=CAMBIO)
    among, params = bulk.among(conn, "ids", relaciones)
    found = bulk.query(
        conn,
        f"select id, sucursal, ingreso, salida from relacion where anulada_en is null and id {among}",
        params,
        _RELACIONES,
    )
    sueldos = bulk.query(
        conn,
        "select relacion_id, movimiento, periodo, valor from novedad where movimiento in ('ENT','MSU') "
        f"and anulada_en is null and relacion_id {among}",
        params,
        _SUELDOS,
    )
    return changes_of(found, sueldos)


def changes_of(relaciones: pl.DataFrame, sueldos: pl.DataFrame) -> pl.DataFrame:
    """The changes month by month of relaciones (id, sucursal, ingreso, salida) with all their live sueldos."""
    paid = sueldos.join(relaciones, on="id").sort("id", "movimiento", "desde")
    entered = pl.when(C("movimiento") == "ENT").then(month_of(C("ingreso"))).otherwise("desde")
    steps = C("valor") - C("valor").shift(1).over("id").fill_null(0)
    last = paid.group_by("id", maintain_order=True).agg(C("sucursal", "salida", "valor").last())
    nobody, nothing = pl.lit(0, pl.Int64), pl.lit(0, pl.Int64)
    one = pl.lit(1, pl.Int64)
    left = relaciones.filter(C("salida").is_not_null())
    parts = [
        relaciones.select("sucursal", periodo=month_of(C("ingreso")), personas=one, planilla=nothing),
        left.select("sucursal", periodo=month_left(C("salida")), personas=-one, planilla=nothing),
        paid.select("sucursal", periodo=entered, personas=nobody, planilla=steps),
        last.filter(C("salida").is_not_null()).select(
            "sucursal", periodo=month_left(C("salida")), personas=nobody, planilla=-C("valor")
        ),
    ]
    return pl.concat([part.select(C(c).cast(t) for c, t in CAMBIO.items()) for part in parts])


def series(conn: Connection, empleador_id: int, sucursal: int | None, hasta: int, meses: int) -> list[Mes]:
    """The last `meses` months up to `hasta` (AAAAMM), of one sucursal or of all."""
    where = "and sucursal = :sucursal" if sucursal is not None else ""
    rows = conn.execute(
        text(
            "select periodo, sum(personas), sum(planilla) from resumen_mes "
            f"where empleador_id = :empleador {where} and periodo <= :hasta group by periodo order by periodo"
        ),
        {"empleador": empleador_id, "sucursal": sucursal, "hasta": hasta},
    )
    changes = {int(periodo): (int(personas), int(planilla)) for periodo, personas, planilla in rows}
    first = _months_before(hasta, meses - 1)
    personas = sum(p for periodo, (p, _) in changes.items() if periodo < first)
    planilla = sum(n for periodo, (_, n) in changes.items() if periodo < first)
    found: list[Mes] = []
    for back in range(meses - 1, -1, -1):
        periodo = _months_before(hasta, back)
        more = changes.get(periodo, (0, 0))
        personas, planilla = personas + more[0], planilla + more[1]
        found.append(Mes(periodo, personas, planilla))
    return found


def _months_before(periodo: int, months: int) -> int:
    number = periodo // 100 * 12 + periodo % 100 - 1 - months
    return number // 12 * 100 + number % 12 + 1
