"""What registering changes, set by set. A novedad names its effect; here it becomes SQL, the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from portal import bulk
from portal.historia import resumen
from portal.novedades import Novedad

C = pl.col
NOVEDAD = ("linea", "sucursal", "periodo", "cedula", "clave", "relacion_id", "valor", "datos")


class HistoryConflict(RuntimeError):
    """The history did not change as the check promised: nothing of the chunk may stay."""


@dataclass(frozen=True)
class Origen:
    """Where lines come from: their lote and its empleador."""

    lote_id: int
    empleador_id: int


def apply(conn: Connection, nov: Novedad, origen: Origen, filas: pl.DataFrame) -> None:
    """Registers `filas` (the NOVEDAD columns and the typed fields): their effect first, then the novedades."""
    if filas.is_empty():
        return
    filas = EFECTOS[nov.efecto](conn, origen, filas)
    plain, others = _monthly_changes(nov, filas)
    resumen.add(conn, origen.empleador_id, plain)
    with resumen.following(conn, origen.empleador_id, others):
        _insert(conn, nov, origen, filas)


def _insert(conn: Connection, nov: Novedad, origen: Origen, filas: pl.DataFrame) -> None:
    rows = filas.select(
        *NOVEDAD,
        lote_id=pl.lit(origen.lote_id),
        empleador_id=pl.lit(origen.empleador_id),
        movimiento=pl.lit(nov.codigo),
    )
    bulk.insert(conn, "novedad", rows)


def _open_relacion(conn: Connection, origen: Origen, filas: pl.DataFrame) -> pl.DataFrame:
    """ENT: a new relación per line; gives the lines with its id."""
    opened = filas.select(
        empleador_id=pl.lit(origen.empleador_id),
        sucursal="sucursal",
        cedula="cedula",
        ingreso="fecha_ingreso",
        jornada="jornada",
        sectorial="sectorial",
        lote_id=pl.lit(origen.lote_id),
        linea="linea",
    )
    bulk.insert(conn, "relacion", opened)
    first, last = filas["linea"].min(), filas["linea"].max()
    ids = bulk.query(
        conn,
        "select linea, id as relacion_id from relacion where lote_id = :lote and linea between :first and :last",
        {"lote": origen.lote_id, "first": first, "last": last},
        {"linea": pl.UInt32, "relacion_id": pl.Int64},
    )
    return filas.drop("relacion_id").join(ids, on="linea", how="left", maintain_order="left")


def _close_relacion(conn: Connection, origen: Origen, filas: pl.DataFrame) -> pl.DataFrame:
    """SAL: closes the open relación of each line."""
    closed = filas.select(
        id="relacion_id",
        salida="fecha_salida",
        salida_lote_id=pl.lit(origen.lote_id, pl.Int64),
        salida_linea="linea",
    )
    changed = bulk.update(conn, "relacion", "id", closed, only="relacion.salida is null")
    if changed != filas.height:
        raise HistoryConflict(f"lote {origen.lote_id}: {filas.height} relaciones to close, {changed} closed")
    return filas


def _only_the_novedad(conn: Connection, origen: Origen, filas: pl.DataFrame) -> pl.DataFrame:
    """The novedad itself is the fact: a sueldo, an amount, days or hours of the period, a change of type."""
    return filas


def _monthly_changes(nov: Novedad, filas: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """What the lines change in the summary by month, as far as they tell it by themselves; and the relaciones of the
    others, which have to be looked at before and after: a sueldo of the past, or several of one relación."""
    none = pl.Series("relacion_id", [], pl.Int64)
    if nov.efecto not in _IN_THE_SUMMARY:
        return pl.DataFrame(schema=resumen.CAMBIO), none
    odd = pl.lit(False)
    if nov.efecto == "fija_sueldo":
        later = (C("periodo") > C("sueldo_desde")).fill_null(True)
        odd = C("rel_salida").is_not_null() | ~later | C("relacion_id").is_duplicated()
    filas = filas.with_columns(odd=odd)
    periodo, personas, planilla = _IN_THE_SUMMARY[nov.efecto]
    changes = {"periodo": periodo, "personas": pl.lit(personas), "planilla": planilla}
    plain = filas.filter(~C("odd")).select("sucursal", **changes)
    typed = plain.select(C(c).cast(t) for c, t in resumen.CAMBIO.items())
    return typed, filas.filter("odd")["relacion_id"].unique()


#: effect → (month, people, cents of payroll) of a line, where the present sueldo is the last one
_IN_THE_SUMMARY: dict[str, tuple[pl.Expr, int, pl.Expr]] = {
    "abre_relacion": (resumen.month_of(C("fecha_ingreso")), 1, C("sueldo")),
    "cierra_relacion": (resumen.month_left(C("fecha_salida")), -1, -C("sueldo_actual")),
    "fija_sueldo": (C("periodo"), 0, C("sueldo") - C("sueldo_actual")),
}
EFECTOS: dict[str, Callable[[Connection, Origen, pl.DataFrame], pl.DataFrame]] = {
    "abre_relacion": _open_relacion,
    "cierra_relacion": _close_relacion,
    "fija_sueldo": _only_the_novedad,
    "suma_al_periodo": _only_the_novedad,
    "fija_dias": _only_the_novedad,
    "fija_horas": _only_the_novedad,
    "cambia_relacion": _only_the_novedad,
}
