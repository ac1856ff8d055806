"""What registering a line changes in the history, and how annulling undoes it, by set-based SQL.

A novedad names its effect; here it becomes SQL, the same on both databases. A new effect is one entry of EFECTOS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, text, update

from portal import bulk
from portal.historia import resumen
from portal.modelos import Relacion
from portal.novedades import Novedad

C = pl.col
NOVEDAD = ("linea", "sucursal", "periodo", "cedula", "clave", "relacion_id", "valor", "datos")


class HistoryConflict(RuntimeError):
    """The history did not change as the check promised: the transaction of the chunk must roll back."""


@dataclass(frozen=True)
class Origen:
    """Where lines come from: their lote and its empleador."""

    lote_id: int
    empleador_id: int


def told_apart(nov: Novedad, filas: pl.DataFrame) -> pl.DataFrame:
    """The lines of a whole chunk with a column `rara`: true where the line alone does not determine its change in the
    summary by month."""
    return filas.with_columns(rara=EFECTOS[nov.efecto].raro)


def apply(conn: Connection, nov: Novedad, origen: Origen, filas: pl.DataFrame) -> None:
    """Registers `filas` (the NOVEDAD columns, the typed fields and `rara`): their effect first, then the novedades."""
    if filas.is_empty():
        return
    efecto = EFECTOS[nov.efecto]
    filas = efecto.do(conn, origen, filas)
    plain, others = _monthly_changes(efecto, filas)
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


def _empty_relacion(conn: Connection, relaciones: pl.Series, now: datetime) -> int:
    """ENT annulled: the relaciones are gone, and nothing live may be left of them. Returns how many it changed."""
    alone = "not exists (select 1 from novedad n where n.relacion_id = relacion.id and n.anulada_en is null)"
    these = update(Relacion).where(bulk.one_of(conn, "relacion.id", relaciones), Relacion.anulada_en.is_(None))
    return conn.execute(these.where(text(alone)).values(anulada_en=now)).rowcount


def _reopen_relacion(conn: Connection, relaciones: pl.Series, now: datetime) -> int:
    """SAL annulled: the relaciones are open again, and the worker may have no later one in that sucursal."""
    alone = (
        "not exists (select 1 from relacion x where x.empleador_id = relacion.empleador_id "
        "and x.cedula = relacion.cedula and x.sucursal = relacion.sucursal and x.ingreso > relacion.ingreso "
        "and x.anulada_en is null)"
    )
    these = update(Relacion).where(bulk.one_of(conn, "relacion.id", relaciones), Relacion.salida.is_not(None))
    nothing = {"salida": None, "salida_lote_id": None, "salida_linea": None}
    return conn.execute(these.where(text(alone)).values(nothing)).rowcount


def _monthly_changes(efecto: Efecto, filas: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The change in the summary by month of the lines that determine it alone; and the relaciones of the others, which
    are read before and after."""
    if efecto.mes is None:
        return pl.DataFrame(schema=resumen.CAMBIO), pl.Series("relacion_id", [], pl.Int64)
    changes = {"periodo": efecto.mes, "personas": pl.lit(efecto.personas), "planilla": efecto.planilla}
    plain = filas.filter(~C("rara")).select("sucursal", **changes)
    typed = plain.select(C(c).cast(t) for c, t in resumen.CAMBIO.items())
    return typed, filas.filter("rara")["relacion_id"].unique()


@dataclass(frozen=True, eq=False)  # identity: an Expr's == is an Expr
class Efecto:
    """What a line does. `do` changes the history before the novedades are stored and returns the lines with their
    relación. `undo` reverses it and returns for how many (None: the novedad itself is the fact).

    `despues` (">=" or ">"): it can be annulled only while nothing else is registered of the worker's relaciones in that
    sucursal that began on the same day or later, or later (None: always).

    In the summary by month it adds, from the month `mes` on, `personas` and `planilla` (cents). Where `raro` is true
    the line alone does not determine that.
    """

    do: Callable[[Connection, Origen, pl.DataFrame], pl.DataFrame] = _only_the_novedad
    undo: Callable[[Connection, pl.Series, datetime], int] | None = None
    despues: str | None = None
    mes: pl.Expr | None = None
    personas: int = 0
    planilla: pl.Expr = field(default_factory=lambda: pl.lit(0))
    raro: pl.Expr = field(default_factory=lambda: pl.lit(False))


#: a sueldo of the past, or of a relación that is closed, or one of several of one relación
_NOT_THE_LAST = (
    C("rel_salida").is_not_null()
    | (C("periodo") <= C("sueldo_desde")).fill_null(False)
    | C("relacion_id").is_duplicated()
)
EFECTOS: dict[str, Efecto] = {
    "abre_relacion": Efecto(
        _open_relacion,
        _empty_relacion,
        despues=">=",
        mes=resumen.month_of(C("fecha_ingreso")),
        personas=1,
        planilla=C("sueldo"),
    ),
    "cierra_relacion": Efecto(
        _close_relacion,
        _reopen_relacion,
        despues=">",
        mes=resumen.month_left(C("fecha_salida")),
        personas=-1,
        planilla=-C("sueldo_actual"),
    ),
    "fija_sueldo": Efecto(mes=C("periodo"), planilla=C("sueldo") - C("sueldo_actual"), raro=_NOT_THE_LAST),
    "suma_al_periodo": Efecto(),
    "fija_dias": Efecto(),
    "fija_horas": Efecto(),
    "cambia_relacion": Efecto(),
}
