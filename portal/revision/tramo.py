"""A chunk of lines while it is checked, and the two questions that are asked of the history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import polars as pl

from portal.files.columns import Contexto
from portal.novedades import Novedad

#: one problem per row. `historica`: looks beyond the line (history, time limits); `otra`: another line or lote;
#: `cedula`: the worker of the line, where it could be read
ESQUEMA = {
    "linea": pl.UInt32,
    "campo": pl.String,
    "codigo": pl.String,
    "nivel": pl.String,
    "valor": pl.String,
    "otra": pl.Int64,
    "cedula": pl.Int64,
    "historica": pl.Boolean,
}
REGISTRADAS = {
    "sucursal": pl.Int32,
    "periodo": pl.Int32,
    "cedula": pl.Int64,
    "clave": pl.String,
    "datos": pl.String,
    "lote_id": pl.Int64,
}
ACUMULADO = {"sucursal": pl.Int32, "periodo": pl.Int32, "cedula": pl.Int64, "acumulado": pl.Int64}
_PLACE = "lugar"
VALOR_MAXIMO = 200  # characters of a sent value kept beside its problem; the original has all of it


class Snapshot(Protocol):
    """What the check asks of the labour history, once per chunk, for just the workers in it."""

    def relaciones(self, cedulas: pl.Series, columnas: frozenset[str]) -> pl.DataFrame:
        """Their relaciones: sucursal, cedula and the history columns (those not in `columnas` may be null)."""
        ...

    def registradas(self, nov: Novedad, datos: pl.DataFrame) -> pl.DataFrame:
        """Live novedades of that movement for their periods: the columns of REGISTRADAS."""
        ...

    def acumulado(self, nov: Novedad, datos: pl.DataFrame) -> pl.DataFrame:
        """The sum of what is registered of that movement, by worker, sucursal and period: columns of ACUMULADO."""
        ...


@dataclass
class Tramo:
    """`textos` as sent and `datos` typed, same height and order, without the lines that could not be split: those are
    in `rotas`, as problems (rows of ESQUEMA)."""

    nov: Novedad
    ctx: Contexto
    textos: pl.DataFrame
    datos: pl.DataFrame
    rotas: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ESQUEMA))
    notas: Counter[tuple[str, str]] = field(default_factory=Counter)
    ilegibles: dict[str, pl.Series] = field(default_factory=dict)
    _dichos: list[_Dicho] = field(default_factory=list)
    _rows: tuple[int, pl.DataFrame] | None = None

    def say(self, where: pl.Series, campo: str, codigo: str, nivel: str) -> None:
        """One problem of a field on each line at the places `where` (rows of `datos`)."""
        self._dichos.append(_Dicho(where, campo, codigo, nivel))

    def mark(
        self,
        mask: pl.Series,
        campo: str,
        codigo: str,
        nivel: str,
        *,
        historica: bool = False,
        otra: pl.Series | None = None,
    ) -> None:
        """One problem on each line where `mask` is true; `otra` as long as `datos`."""
        where = mask.arg_true()
        there = None if otra is None else otra[where]
        self._dichos.append(_Dicho(where, campo, codigo, nivel, historica, there))

    def problemas(self) -> pl.DataFrame:
        """Everything found in this chunk, as ESQUEMA."""
        if not self._dichos:
            return self.rotas
        said = self._together()
        where = said[_PLACE]
        linea, cedula = self.datos["linea"][where], self.datos["cedula"][where]
        return pl.concat([self.rotas, said.with_columns(linea, cedula).select(*ESQUEMA)])

    def lines_where(self, found: pl.Expr) -> pl.Series:
        """Which lines of `datos` have a problem for which `found` holds."""
        mask = np.zeros(self.datos.height, bool)
        if self._dichos:
            mask[self._together().filter(found)[_PLACE].to_numpy()] = True
        return pl.Series(mask)

    def _together(self) -> pl.DataFrame:
        """All that was said, a row for each line and problem; put together once, not problem by problem."""
        if self._rows is None or self._rows[0] != len(self._dichos):
            self._rows = len(self._dichos), _rows_of(self._dichos, self.textos)
        return self._rows[1]

    def readable(self, campos: frozenset[str]) -> pl.Series | None:
        """Lines where all of these fields could be read; None: all lines."""
        mask: pl.Series | None = None
        for campo in campos & self.ilegibles.keys():
            good = ~self.ilegibles[campo]
            mask = good if mask is None else mask & good
        return mask


_NONE = pl.Series([None], dtype=pl.Int64)


class _Dicho(NamedTuple):
    """One problem and the places where it stands."""

    where: pl.Series
    campo: str
    codigo: str
    nivel: str
    historica: bool = False
    otra: pl.Series | None = None


def _rows_of(dichos: list[_Dicho], textos: pl.DataFrame) -> pl.DataFrame:
    which = np.repeat(np.arange(len(dichos)), [len(d.where) for d in dichos])
    heads = pl.DataFrame(
        {
            "campo": [d.campo for d in dichos],
            "codigo": [d.codigo for d in dichos],
            "nivel": [d.nivel for d in dichos],
            "historica": [d.historica for d in dichos],
        }
    )
    others = [_NONE.new_from_index(0, len(d.where)) if d.otra is None else d.otra for d in dichos]
    return heads[which].hstack(
        [
            pl.concat([d.where.cast(pl.UInt32) for d in dichos]).alias(_PLACE),
            pl.concat([textos[d.campo][d.where] for d in dichos]).str.slice(0, VALOR_MAXIMO).alias("valor"),
            pl.concat(others).alias("otra"),
        ]
    )
