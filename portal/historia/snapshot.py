"""What the check asks of the history: one query per chunk and question, for just the workers in it."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, text

from portal import bulk
from portal.novedades import Novedad
from portal.novedades.comunes import HISTORIA
from portal.revision.tramo import ACUMULADO, REGISTRADAS

RELACIONES = {"sucursal": pl.Int32, "cedula": pl.Int64, **HISTORIA}

#: the present sueldo of a relación: its latest live ENT or MSU (index uq_novedad_sueldo)
SUELDO_ACTUAL = (
    "(select n.valor from novedad n where n.relacion_id = r.id and n.movimiento in ('ENT', 'MSU') "
    "and n.anulada_en is null order by n.periodo desc, n.id desc limit 1)"
)


class Historia:
    """The history of one empleador as it is in the transaction of `conn` (a `revision.Snapshot`)."""

    def __init__(self, conn: Connection, empleador_id: int) -> None:
        self._conn, self._empleador = conn, empleador_id

    def relaciones(self, cedulas: pl.Series, columnas: frozenset[str], desde: int) -> pl.DataFrame:
        """The relaciones of these workers. `sueldo_actual` and `ultimo_periodo` only when somebody reads them;
        `ultimo_periodo` is the last period from `desde` (AAAAMM) on with a live novedad in that sucursal."""
        among, params = bulk.among(self._conn, "cedulas", cedulas)
        sueldo = SUELDO_ACTUAL if "sueldo_actual" in columnas else "null"
        found = bulk.query(
            self._conn,
            "select r.sucursal, r.cedula, r.id as relacion_id, r.ingreso, r.salida, r.jornada, r.sectorial, "
            f"{sueldo} as sueldo_actual, null as ultimo_periodo "
            f"from relacion r where r.empleador_id = :empleador and r.cedula {among}",
            {"empleador": self._empleador, **params},
            RELACIONES,
        )
        if "ultimo_periodo" in columnas and found.height:
            found = self._with_last_period(found, cedulas, desde)
        return found

    def _with_last_period(self, found: pl.DataFrame, cedulas: pl.Series, desde: int) -> pl.DataFrame:
        """Joins the last period of each relación: the novedades carry the relación they are about."""
        among, params = bulk.among(self._conn, "cedulas", cedulas)
        last = bulk.query(
            self._conn,
            "select relacion_id, max(periodo) as ultimo_periodo from novedad where empleador_id = :empleador "
            f"and cedula {among} and periodo >= :desde and movimiento <> 'ENT' and anulada_en is null "
            "group by relacion_id",
            {"empleador": self._empleador, "desde": desde, **params},
            {"relacion_id": pl.Int64, "ultimo_periodo": pl.Int32},
        )
        joined = found.drop("ultimo_periodo").join(last, on="relacion_id", how="left", maintain_order="left")
        return joined.select(*RELACIONES)

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
