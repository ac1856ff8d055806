"""A chunk of lines while it is checked, and the two questions that are asked of the history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

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
    """`textos` as sent and `datos` typed, same height and order, without the lines that could not be split."""

    nov: Novedad
    ctx: Contexto
    textos: pl.DataFrame
    datos: pl.DataFrame
    partes: list[pl.DataFrame] = field(default_factory=list)
    notas: Counter[tuple[str, str]] = field(default_factory=Counter)
    ilegibles: dict[str, pl.Series] = field(default_factory=dict)

    def add(self, problemas: pl.DataFrame) -> None:
        """Remember problems (columns of ESQUEMA; the missing ones are null)."""
        if problemas.height:
            missing = [pl.lit(None, ESQUEMA[c]).alias(c) for c in ESQUEMA if c not in problemas.columns]
            whole = problemas.with_columns(missing).select(pl.col(c).cast(t) for c, t in ESQUEMA.items())
            self.partes.append(whole.with_columns(pl.col("historica").fill_null(False)))

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
        """One problem on each line where `mask` is true."""
        where = mask.arg_true()
        self.add(
            pl.DataFrame(
                {
                    "linea": self.datos["linea"].gather(where),
                    "campo": pl.repeat(campo, len(where), eager=True),
                    "codigo": pl.repeat(codigo, len(where), eager=True),
                    "nivel": pl.repeat(nivel, len(where), eager=True),
                    "valor": self.textos[campo].gather(where).str.slice(0, VALOR_MAXIMO),
                    "otra": otra.gather(where) if otra is not None else pl.repeat(None, len(where), eager=True),
                    "historica": pl.repeat(historica, len(where), eager=True),
                }
            )
        )

    def problemas(self) -> pl.DataFrame:
        """Everything found in this chunk."""
        if not self.partes:
            return pl.DataFrame(schema=ESQUEMA)
        found = pl.concat(self.partes).drop("cedula")
        return found.join(self.datos.select("linea", "cedula"), on="linea", how="left").select(*ESQUEMA)

    def readable(self, campos: frozenset[str]) -> pl.Series | None:
        """Lines where all of these fields could be read; None: all lines."""
        mask: pl.Series | None = None
        for campo in campos & self.ilegibles.keys():
            good = ~self.ilegibles[campo]
            mask = good if mask is None else mask & good
        return mask
