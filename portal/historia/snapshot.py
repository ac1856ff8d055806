"""What the check reads of the history: one query per chunk and question, limited to the workers in the chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection, text

from portal import bulk
from portal.novedades import Novedad, todas
from portal.novedades.comunes import HISTORIA
from portal.revision.ahead import ahead
from portal.revision.tramo import ACUMULADO, DIAS, REGISTRADAS

RELACIONES = {"sucursal": pl.Int32, "cedula": pl.Int64, **HISTORIA}

_SUELDOS = "from novedad n where n.relacion_id = r.id and n.movimiento in ('ENT','MSU') and n.anulada_en is null "
_LATEST = "order by n.movimiento desc, n.periodo desc limit 1"  # the last MSU, else the ENT
#: the present sueldo of the relación `r` (index uq_novedad_sueldo)
SUELDO_ACTUAL = f"(select n.valor {_SUELDOS}{_LATEST})"
# period and cents (fewer than 14 digits, files/columns/amounts.py) in one number: one lookup, not two
_SHIFT = 10**13
_SUELDO = f"(select case n.movimiento when 'MSU' then n.periodo else 0 end * {_SHIFT} + n.valor {_SUELDOS}{_LATEST})"
#: the last period with a live novedad of it, but for its ENT (index ix_novedad_relacion)
_ULTIMO = (
    "(select n.periodo from novedad n where n.relacion_id = r.id and n.movimiento <> 'ENT' and n.anulada_en is null "
    "order by n.periodo desc limit 1)"
)
#: movements whose key is a date of their own, inside a relación
_DATED = sorted(n.codigo for n in todas().values() if n.fecha and n.clave == (n.fecha,) and not n.una_por_trabajador)
#: the last such date of it: a key is written AAAAMMDD (same index)
_ULTIMO_DIA = (
    "(select substr(max(n.clave), 1, 4) || '-' || substr(max(n.clave), 5, 2) || '-' || substr(max(n.clave), 7, 2) "
    "from novedad n where n.relacion_id = r.id and n.anulada_en is null and n.movimiento in ("
    + ", ".join(f"'{codigo}'" for codigo in _DATED)
    + "))"
)
_ALWAYS = ("sucursal", "cedula", "relacion_id", "rel_ingreso", "rel_salida")
#: the SQL of each history column; a column that no rule reads is not queried
_COLUMNAS = {
    "rel_jornada": "r.jornada",
    "rel_sectorial": "r.sectorial",
    "sueldo": _SUELDO,
    "ultimo_periodo": _ULTIMO,
    "ultimo_dia": _ULTIMO_DIA,
}
#: for a file with more lines than this, all of its empleador's rows may be read instead of querying by worker
MANY = 10_000
PAGE = 32_768


class Historia:
    """The history of one empleador as seen by the transaction of `conn` (a `revision.Snapshot`).

    For a file of many `lineas` all rows are read once and cached: in storage order a worker costs a fifth of an index
    lookup. What the file itself changes (`touched`) is queried again. Nobody else changes the rows meanwhile: a lote
    has its turn (lotes/trabajo/turns.py), and a write under an expired lease is refused.

    `lote_id`: the lote that is being registered, whose own days do not cross with themselves.
    """

    def __init__(self, conn: Connection, empleador_id: int, lineas: int = 0, lote_id: int = 0) -> None:
        self._conn, self._empleador, self._lineas, self._lote = conn, empleador_id, lineas, lote_id
        self._kept: dict[str, Kept | None] = {}
        self._touched: list[pl.Series] = []

    def touched(self, cedulas: pl.Series) -> None:
        """What is cached of these workers is stale."""
        self._touched.append(cedulas)

    def relaciones(self, cedulas: pl.Series, columnas: frozenset[str]) -> pl.DataFrame:
        """The relaciones of these workers. Columns that only some rules read (`columnas`) are queried for those
        only."""
        asked = columnas | ({"sueldo"} if columnas & {"sueldo_actual", "sueldo_desde"} else set())
        wanted = [name for name in _COLUMNAS if name in asked]
        schema = {name: RELACIONES.get(name, pl.Int64) for name in (*_ALWAYS, *wanted)}
        found = self._of(
            cedulas,
            Consulta(
                ", ".join(["r.sucursal", "r.cedula", "r.id", "r.ingreso", "r.salida", *(_COLUMNAS[n] for n in wanted)]),
                "relacion",
                "r.anulada_en is null",
                {},
                schema,
            ),
        )
        return _with_all(found)

    def registradas(self, nov: Novedad, cedulas: pl.Series, periodos: pl.Series) -> pl.DataFrame:
        """Live novedades of that movement, of these workers in these periods."""
        in_periods, params = bulk.among(self._conn, "periodos", periodos)
        return self._of(
            cedulas,
            Consulta(
                ", ".join(f"r.{name}" for name in REGISTRADAS),
                "novedad",
                f"r.movimiento = :movimiento and r.periodo {in_periods} and r.anulada_en is null",
                {**params, "movimiento": nov.codigo},
                REGISTRADAS,
            ),
        )

    def acumulado(self, nov: Novedad, cedulas: pl.Series, periodos: pl.Series) -> pl.DataFrame:
        """What is registered of that movement in these periods, summed by worker and sucursal."""
        in_periods, params = bulk.among(self._conn, "periodos", periodos)
        among, more = bulk.among(self._conn, "cedulas", cedulas)
        return bulk.query(
            self._conn,
            "select sucursal, periodo, cedula, sum(valor) as acumulado from novedad where empleador_id = :empleador "
            f"and movimiento = :movimiento and periodo {in_periods} and cedula {among} and anulada_en is null "
            "group by sucursal, periodo, cedula",
            {"empleador": self._empleador, "movimiento": nov.codigo, **params, **more},
            ACUMULADO,
        )

    def dias(self, nov: Novedad, relaciones: pl.Series) -> pl.DataFrame:
        """The days that are registered of that movement, of these relaciones, but for those of the lote's own lines."""
        among, params = bulk.among(self._conn, "relaciones", relaciones)
        found = bulk.query(
            self._conn,
            f"select relacion_id, clave, valor, id from novedad where relacion_id {among} and movimiento = :movimiento "
            "and anulada_en is null and lote_id <> :lote",
            {**params, "movimiento": nov.codigo, "lote": self._lote},
            {"relacion_id": pl.Int64, "clave": pl.String, "valor": pl.Int64, "id": pl.Int64},
        )
        first = pl.col("clave").str.to_date("%Y%m%d")
        last = first + pl.duration(days=pl.col("valor") - 1)
        return found.select("relacion_id", first.alias("desde"), last.alias("hasta"), "id").cast(pl.Schema(DIAS))

    def _of(self, cedulas: pl.Series, asked: Consulta) -> pl.DataFrame:
        """The rows that are of these workers."""
        kept = self._keep(asked)
        if kept is None:
            return self._by_worker(cedulas, asked)
        changed = cedulas.is_in(pl.concat(self._touched).implode()) if self._touched else pl.Series([False])
        if not changed.any():
            return kept.of(cedulas)
        return pl.concat([kept.of(cedulas.filter(~changed)), self._by_worker(cedulas.filter(changed), asked)])

    def _by_worker(self, cedulas: pl.Series, asked: Consulta) -> pl.DataFrame:
        among, params = bulk.among(self._conn, "cedulas", cedulas)
        return bulk.query(
            self._conn, f"{asked.sql} and r.cedula {among}", {**self._params(asked), **params}, asked.esquema
        )

    def _keep(self, asked: Consulta) -> Kept | None:
        """All rows, read once; None when the file is small compared with them."""
        which = f"{asked.sql} {asked.params}"
        if which not in self._kept:
            self._kept[which] = Kept(self._all(asked), asked.esquema) if self._is_worth(asked) else None
        return self._kept[which]

    def _is_worth(self, asked: Consulta) -> bool:
        if self._lineas <= MANY:
            return False
        most = 2 * self._lineas
        count = text(f"select count(*) from (select 1 {asked.de} limit :most) f")
        return int(self._conn.execute(count, {**self._params(asked), "most": most + 1}).scalar_one()) <= most

    def _all(self, asked: Consulta) -> pl.DataFrame:
        """All rows, page by page: one result of everything would be in memory three times."""
        if not bulk.is_sqlite(self._conn):
            return bulk.stream(self._conn, asked.sql, self._params(asked), asked.esquema)
        pages = (bulk.framed(page, asked.esquema) for page in ahead(self._pages(asked)))
        found = pl.concat([_packed(page) for page in (pl.DataFrame(schema=asked.esquema), *pages)])
        bulk.let_go(self._conn)
        return found

    def _pages(self, asked: Consulta) -> Iterator[bulk.Arrays]:
        """In storage order (rowid), with dependent rows: half the cost of reading worker by worker."""
        params = self._params(asked)
        ids = bulk.query(self._conn, f"select r.id {asked.de}", params, {"id": pl.Int64})["id"].sort()
        for start in range(0, len(ids), PAGE):
            near, more = _near(self._conn, ids.slice(start, PAGE))
            yield bulk.fetch(self._conn, f"{asked.by_id} and r.id {near}", {**params, **more}, asked.esquema)

    def _params(self, asked: Consulta) -> dict[str, Any]:
        return {"empleador": self._empleador, **asked.params}


def _near(conn: Connection, ids: pl.Series) -> tuple[str, dict[str, Any]]:
    """Rows with these ids (in order), and perhaps others in between, if these are few: a range scan is faster."""
    first, last = ids[0], ids[-1]
    if last - first < 2 * len(ids):
        return "between :first and :last", {"first": first, "last": last}
    return bulk.among(conn, "ids", ids)


def _with_all(found: pl.DataFrame) -> pl.DataFrame:
    """All columns of RELACIONES: the sueldo unpacked, unqueried columns null."""
    if "sueldo" in found.columns:
        since = pl.col("sueldo") // _SHIFT
        found = found.with_columns(
            sueldo_actual=pl.col("sueldo") % _SHIFT, sueldo_desde=pl.when(since > 0).then(since).cast(pl.Int32)
        )
    others = [pl.lit(None, dtype).alias(name) for name, dtype in RELACIONES.items() if name not in found.columns]
    return found.with_columns(others).select(*RELACIONES)


@dataclass(frozen=True)
class Consulta:
    """A query of an empleador's rows: SELECT `columnas` FROM `tabla` r WHERE `donde`, as a frame of `esquema`."""

    columnas: str
    tabla: str
    donde: str
    params: dict[str, Any]
    esquema: bulk.Schema

    @property
    def de(self) -> str:
        return f"from {self.tabla} r where r.empleador_id = :empleador and {self.donde}"

    @property
    def sql(self) -> str:
        return f"select {self.columnas} {self.de}"

    @property
    def by_id(self) -> str:
        """For SQLite, whose planner does not know how many rows an empleador has: the unary plus keeps it from using
        that index and reading them all."""
        return self.sql.replace("r.empleador_id =", "+r.empleador_id =")


def _packed(page: pl.DataFrame) -> pl.DataFrame:
    """The few codes that many rows share, as Categorical: a quarter of the memory."""
    shared = [name for name in ("rel_jornada", "rel_sectorial") if name in page.columns]
    return page.with_columns(pl.col(shared).cast(pl.Categorical))


class Kept:
    """Rows, returned in the order of their workers. They stay in storage order: a sorted copy would double the memory.
    The owner is stored once per worker, with the position of its first row in that order."""

    def __init__(self, rows: pl.DataFrame, esquema: bulk.Schema) -> None:
        self._rows, self._esquema = rows.drop("cedula").rechunk(), pl.Schema(esquema)
        theirs = rows["cedula"].to_numpy()
        self._order = np.argsort(theirs).astype(np.uint32)
        cedulas = theirs[self._order]
        starts = np.flatnonzero(np.diff(cedulas, prepend=-1))
        self._cedulas, self._starts = cedulas[starts], np.append(starts, len(cedulas)).astype(np.uint32)

    def of(self, cedulas: pl.Series) -> pl.DataFrame:
        """The rows of these workers."""
        wanted = cedulas.to_numpy()
        places = self._cedulas.searchsorted(wanted)
        known = places < len(self._cedulas)
        places = places[known][self._cedulas[places[known]] == wanted[known]]
        first, after = (self._starts[p].astype(np.int64) for p in (places, places + 1))
        many = after - first
        before = np.repeat(first - (np.cumsum(many) - many), many)
        found = self._rows[self._order[before + np.arange(len(before))]]
        whose = pl.Series("cedula", np.repeat(self._cedulas[places], many))
        return found.with_columns(whose).select(*self._esquema).cast(self._esquema)
