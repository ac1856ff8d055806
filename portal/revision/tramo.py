"""A chunk of lines during its check, and the queries of the history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import polars as pl

from portal.files.columns import Contexto
from portal.novedades import Novedad

#: one problem per row. `historica`: looks beyond the line (history, time limits); `otra`: another line, or the id of
#: a registered novedad; `cedula`: the worker of the line, where it could be read
ESQUEMA = pl.Schema(
    {
        "linea": pl.UInt32(),
        "campo": pl.Categorical(),
        "codigo": pl.Categorical(),
        "nivel": pl.Categorical(),
        "valor": pl.String(),
        "otra": pl.Int64(),
        "cedula": pl.Int64(),
        "historica": pl.Boolean(),
    }
)
REGISTRADAS = {
    "sucursal": pl.Int32,
    "periodo": pl.Int32,
    "cedula": pl.Int64,
    "clave": pl.String,
    "datos": pl.String,
    "id": pl.Int64,
}
ACUMULADO = {"sucursal": pl.Int32, "periodo": pl.Int32, "cedula": pl.Int64, "acumulado": pl.Int64}
#: registered days of a relación, both ends included, and the id of their novedad
DIAS = {"relacion_id": pl.Int64, "desde": pl.Date, "hasta": pl.Date, "id": pl.Int64}
VALOR_MAXIMO = 200  # characters of a sent value kept beside its problem; the original has all of it


def worked_out(datos: pl.DataFrame, exprs: Iterable[pl.Expr]) -> pl.DataFrame:
    """These columns of `datos`. Common subexpressions are evaluated once. A chunk is small enough to be evaluated
    whole: streamed in pieces, as polars would by default, a check takes 5 % longer."""
    return datos.lazy().select(exprs).collect(engine="in-memory")


class Snapshot(Protocol):
    """What the check asks of the labour history, once per chunk, for just its workers (`cedulas`) and periods
    (`periodos`, AAAAMM): each once, in order, without nulls."""

    def relaciones(self, cedulas: pl.Series, columnas: frozenset[str]) -> pl.DataFrame:
        """Their relaciones: sucursal, cedula and the history columns (those not in `columnas` may be null)."""
        ...

    def registradas(self, nov: Novedad, cedulas: pl.Series, periodos: pl.Series) -> pl.DataFrame:
        """Live novedades of that movement: the columns of REGISTRADAS."""
        ...

    def acumulado(self, nov: Novedad, cedulas: pl.Series, periodos: pl.Series) -> pl.DataFrame:
        """The sum of what is registered of that movement, by worker, sucursal and period: columns of ACUMULADO."""
        ...

    def dias(self, nov: Novedad, relaciones: pl.Series) -> pl.DataFrame:
        """The days that are registered of a movement with a `cruce`, of these relaciones: columns of DIAS."""
        ...


class Dicho(NamedTuple):
    """One problem of a field and its positions (rows of `datos`). `historica`: looks beyond the line; `otra`, as long
    as `where`: another line, or a registered novedad."""

    where: np.ndarray
    campo: str
    codigo: str
    nivel: str
    historica: bool = False
    otra: pl.Series | None = None


@dataclass
class Tramo:
    """`textos` as sent and `datos` typed, same height and order, without the lines that could not be split: those are
    in `rotas`, as problems (rows of ESQUEMA, one a line), and what else is said of them in `rotas_celdas`.
    `ilegibles`: field → which lines have a text that cannot be read."""

    nov: Novedad
    ctx: Contexto
    textos: pl.DataFrame
    datos: pl.DataFrame
    rotas: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ESQUEMA))
    rotas_celdas: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ESQUEMA))
    notas: Counter[tuple[str, str]] = field(default_factory=Counter)
    ilegibles: dict[str, np.ndarray] = field(default_factory=dict)
    dichos: list[Dicho] = field(default_factory=list)

    def problemas(self) -> pl.DataFrame:
        """Everything found in this chunk, as ESQUEMA."""
        said = [d for d in self.dichos if len(d.where)]
        if not said:
            return pl.concat([self.rotas, self.rotas_celdas])
        where = np.concatenate([d.where for d in said])
        which = np.repeat(np.arange(len(said)), [len(d.where) for d in said])
        heads = pl.DataFrame({name: [getattr(d, name) for d in said] for name in _HEAD}, schema_overrides=ESQUEMA)
        values = pl.concat([self.textos[d.campo][d.where] for d in said]).str.slice(0, VALOR_MAXIMO)
        others = [_NONE.new_from_index(0, len(d.where)) if d.otra is None else d.otra for d in said]
        who = [self.datos[name][where] for name in ("linea", "cedula")]
        found = heads[which].hstack([*who, values.alias("valor"), pl.concat(others).alias("otra")])
        return pl.concat([self.rotas, self.rotas_celdas, found.select(*ESQUEMA)])

    def lines_where(self, holds: Callable[[Dicho], bool]) -> pl.Series:
        """Which lines of `datos` have a problem for which this holds."""
        mask = np.zeros(self.datos.height, bool)
        for dicho in filter(holds, self.dichos):
            mask[dicho.where] = True
        return pl.Series(mask)

    def readable(self, campos: frozenset[str]) -> np.ndarray | None:
        """Lines where all of these fields could be read; None: all lines."""
        bad = [self.ilegibles[campo] for campo in campos & self.ilegibles.keys()]
        return ~np.logical_or.reduce(bad) if bad else None


_HEAD = ("campo", "codigo", "nivel", "historica")
_NONE = pl.Series([None], dtype=pl.Int64)
