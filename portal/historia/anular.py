"""Undoing what was registered, by set-based SQL: what stands in its way, and how the history goes back.

A registered line stays for ever. Annulling marks it, and the history is what the unmarked lines say. A line may be
annulled when the remaining lines, in the order they came, could have made the history that is left (dominio 6):

- an ENT only while nothing else is registered of its relación;
- a SAL only while the worker has no later relación in that sucursal: it would have been hired twice at the same time;
- anything else always, because no other line depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, text, update

from portal import bulk
from portal.historia import resumen
from portal.historia.efectos import EFECTOS, HistoryConflict
from portal.modelos import Novedad
from portal.novedades import Novedad as Movimiento

C = pl.col
VIVAS = {"id": pl.Int64, "linea": pl.UInt32, "relacion_id": pl.Int64, "periodo": pl.Int32, "valor": pl.Int64}


@dataclass(frozen=True)
class Impedimento:
    """Line `linea` can be annulled only after line `otra` of the lote `lote_id`."""

    linea: int
    lote_id: int
    otra: int
    movimiento: str
    periodo: int


def live_lines(
    conn: Connection, lote_id: int, lineas: Sequence[int] | None, after: int = 0, limit: int | None = None
) -> pl.DataFrame:
    """The lote's registered lines that are not annulled (columns VIVAS), of `lineas` or all, in their order."""
    chosen, params = _chosen(conn, lineas and [linea for linea in lineas if linea > after])
    which = chosen or "and n.linea > :after"  # with both conditions SQLite scans all lines to find a few
    limited = "limit :limit" if limit is not None else ""
    return bulk.query(
        conn,
        f"select {', '.join(VIVAS)} from novedad n where n.lote_id = :lote "
        f"and n.anulada_en is null {which} order by n.linea {limited}",
        {"lote": lote_id, "after": after, "limit": limit, **params},
        VIVAS,
    ).sort("linea")


def live_by_period(conn: Connection, lote_id: int, lineas: Sequence[int] | None) -> dict[str, list[int]]:
    """Of the same lines: AAAAMM → [how many, the sum of their values]."""
    chosen, params = _chosen(conn, lineas)
    sql = (
        "select n.periodo, count(*), coalesce(sum(n.valor), 0) from novedad n where n.lote_id = :lote "
        f"and n.anulada_en is null {chosen} group by n.periodo order by n.periodo"
    )
    return {str(p): [n, int(total)] for p, n, total in conn.execute(text(sql), {"lote": lote_id, **params})}


def obstacles(
    conn: Connection, nov: Movimiento, lote_id: int, lineas: Sequence[int] | None, limit: int
) -> list[Impedimento]:
    """What has to be annulled before these lines, in a feasible order: the last registered first."""
    despues = EFECTOS[nov.efecto].despues
    if despues is None:
        return []
    chosen, params = _chosen(conn, lineas)
    sql = (
        "select n.linea, o.lote_id, o.linea, o.movimiento, o.periodo from novedad n "
        "join relacion r on r.id = n.relacion_id "
        "join relacion x on x.empleador_id = r.empleador_id and x.cedula = r.cedula and x.sucursal = r.sucursal "
        f"and x.ingreso {despues} r.ingreso and x.anulada_en is null "
        "join novedad o on o.relacion_id = x.id and o.anulada_en is null and o.id <> n.id "
        f"where n.lote_id = :lote and n.anulada_en is null {chosen} "
        "order by o.id desc, n.linea limit :limit"
    )
    rows = conn.execute(text(sql), {"lote": lote_id, "limit": limit, **params})
    return [Impedimento(*row) for row in rows]


def undo(
    conn: Connection, nov: Movimiento, empleador_id: int, filas: pl.DataFrame, anulacion_id: int, now: datetime
) -> None:
    """Marks these lines (VIVAS) as annulled and undoes their effect. Raises HistoryConflict when the history does not
    allow it: the transaction must roll back."""
    if filas.is_empty():
        return
    efecto, relaciones = EFECTOS[nov.efecto], filas["relacion_id"]
    touched = relaciones.unique() if efecto.mes is not None else relaciones.clear()
    with resumen.following(conn, empleador_id, touched):
        marked = update(Novedad).where(bulk.one_of(conn, "novedad.id", filas["id"]), Novedad.anulada_en.is_(None))
        _all_of(conn.execute(marked.values(anulada_en=now, anulacion_id=anulacion_id)).rowcount, filas)
        if efecto.undo is not None:
            _all_of(efecto.undo(conn, relaciones, now), filas)


def _all_of(changed: int, filas: pl.DataFrame) -> None:
    if changed != filas.height:
        raise HistoryConflict(f"{filas.height} lines to undo, {changed} undone")


def _chosen(conn: Connection, lineas: Sequence[int] | None) -> tuple[str, dict[str, str]]:
    if lineas is None:
        return "", {}
    among, params = bulk.among(conn, "lineas", pl.Series(lineas, dtype=pl.Int64))
    return f"and n.linea {among}", params
