"""What the check asks of the history: one query per chunk and question, for just the workers in it."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, text

from portal import bulk
from portal.novedades import Novedad
from portal.novedades.comunes import HISTORIA
from portal.revision.tramo import ACUMULADO, REGISTRADAS

RELACIONES = {"sucursal": pl.Int32, "cedula": pl.Int64, **HISTORIA}

_SUELDOS = "from novedad n where n.relacion_id = r.id and n.movimiento in ('ENT','MSU') and n.anulada_en is null "
_LATEST = "order by n.movimiento desc, n.periodo desc limit 1"  # the last MSU, else the ENT
#: the present sueldo of the relación `r` (index uq_novedad_sueldo)
SUELDO_ACTUAL = f"(select n.valor {_SUELDOS}{_LATEST})"
_WITH_SUELDO = f"left join novedad s on s.id = (select n.id {_SUELDOS}{_LATEST})"
#: the last period with a live novedad of it, but for its ENT (index ix_novedad_relacion)
_ULTIMO = (
    "(select n.periodo from novedad n where n.relacion_id = r.id and n.movimiento <> 'ENT' and n.anulada_en is null "
    "order by n.periodo desc limit 1)"
)


class Historia:
    """The history of one empleador as it is in the transaction of `conn` (a `revision.Snapshot`)."""

    def __init__(self, conn: Connection, empleador_id: int) -> None:
        self._conn, self._empleador = conn, empleador_id

    def relaciones(self, cedulas: pl.Series, columnas: frozenset[str]) -> pl.DataFrame:
        """The relaciones of these workers. What has to be looked up in the novedades (`sueldo_actual`,
        `sueldo_desde`, `ultimo_periodo`) only when somebody reads it."""
        among, params = bulk.among(self._conn, "cedulas", cedulas)
        paid = columnas & {"sueldo_actual", "sueldo_desde"}
        sueldo = "s.valor, case when s.movimiento = 'MSU' then s.periodo end" if paid else "null, null"
        ultimo = _ULTIMO if "ultimo_periodo" in columnas else "null"
        return bulk.query(
            self._conn,
            f"select r.sucursal, r.cedula, r.id, r.ingreso, r.salida, r.jornada, r.sectorial, {sueldo}, {ultimo} "
            f"from relacion r {_WITH_SUELDO if paid else ''} "
            f"where r.empleador_id = :empleador and r.anulada_en is null and r.cedula {among}",
            {"empleador": self._empleador, **params},
            RELACIONES,
        )

    def registradas(self, nov: Novedad, datos: pl.DataFrame) -> pl.DataFrame:
        """Live novedades of that movement, for the periods and workers of the chunk."""
        periodos = datos["periodo"].drop_nulls().unique()
        in_periods, in_them = bulk.among(self._conn, "periodos", periodos)
        where = f"empleador_id = :empleador and movimiento = :movimiento and periodo {in_periods}"
        params = {"empleador": self._empleador, "movimiento": nov.codigo, **in_them}
        some = text(f"select 1 from novedad where {where} and anulada_en is null limit 1")
        if not self._conn.execute(some, params).first():
            return pl.DataFrame(schema=REGISTRADAS)
        among, more = bulk.among(self._conn, "cedulas", datos["cedula"].drop_nulls().unique())
        return bulk.query(
            self._conn,
            f"select {', '.join(REGISTRADAS)} from novedad where {where} and cedula {among} and anulada_en is null",
            {**params, **more},
            REGISTRADAS,
        )

    def acumulado(self, nov: Novedad, datos: pl.DataFrame) -> pl.DataFrame:
        """What is registered of that movement in the periods of the chunk, summed by worker and sucursal."""
        in_periods, params = bulk.among(self._conn, "periodos", datos["periodo"].drop_nulls().unique())
        among, more = bulk.among(self._conn, "cedulas", datos["cedula"].drop_nulls().unique())
        return bulk.query(
            self._conn,
            "select sucursal, periodo, cedula, sum(valor) as acumulado from novedad where empleador_id = :empleador "
            f"and movimiento = :movimiento and periodo {in_periods} and cedula {among} and anulada_en is null "
            "group by sucursal, periodo, cedula",
            {"empleador": self._empleador, "movimiento": nov.codigo, **params, **more},
            ACUMULADO,
        )
