"""Repeated lines of one file, whatever the size of its chunks."""

from __future__ import annotations

import numpy as np
import polars as pl

from portal.files.explain import Explicacion
from portal.novedades import Novedad
from portal.revision.plan import plan
from portal.revision.tramo import ESQUEMA, Tramo

C = pl.col
REPETIDA = Explicacion(
    "DUP-01",
    "nota",
    "Línea repetida",
    "La línea es igual a la línea {otra} del mismo archivo.",
    "No tiene que hacer nada: se registra una sola vez.",
    "La línea {linea} es igual a la línea {otra}. Se registra una sola vez.",
)
CONTRADICE = Explicacion(
    "DUP-02",
    "error",
    "Dos líneas del archivo se contradicen",
    "La línea {otra} del mismo archivo es de la misma novedad y el mismo trabajador, con otros valores.",
    "Deje solo la línea correcta y vuelva a enviarla.",
    "Las líneas {linea} y {otra} son del mismo trabajador y dicen cosas distintas. Deje solo la correcta.",
)


class Repeats:
    """Keys met so far, 28 bytes a line: 64-bit hashes of key and values (a false hit: about 3e-8 in a million lines).

    For movements of one line per worker (ENT, SAL) the key is the worker in the sucursal, and every other field a
    value: two such lines would pass one by one against the history and break it together (dominio 5).
    """

    def __init__(self, nov: Novedad) -> None:
        own = () if nov.una_por_trabajador else ("anio", "mes", *nov.clave)
        self._key = ("sucursal", "cedula", *own)
        nombres = plan(nov).nombres
        self._values = tuple(n for n in nombres if n not in self._key and n not in ("ruc", "movimiento"))
        self._all = frozenset(nombres)
        self._met: list[pl.DataFrame] = []

    def see(self, tramo: Tramo) -> None:
        """Take note of a chunk; a line with an unreadable field repeats nothing."""
        readable = tramo.readable(self._all)
        values = pl.struct(self._values).hash() if self._values else pl.lit(0, pl.UInt64)
        met = tramo.datos.select("linea", "cedula", k=pl.struct(self._key).hash(), v=values)
        self._met.append(met if readable is None else met.filter(readable))

    def problems(self) -> pl.DataFrame:
        """DUP-01 and DUP-02 rows, as ESQUEMA."""
        if not self._met:
            return pl.DataFrame(schema=ESQUEMA)
        keys = np.concatenate([m["k"].to_numpy() for m in self._met])
        keys.sort()
        twice = pl.Series(np.unique(keys[1:][keys[1:] == keys[:-1]]))
        met = pl.concat([m.filter(C("k").is_in(twice.implode())) for m in self._met])
        self._met = []  # frees the keys
        if met.is_empty():
            return pl.DataFrame(schema=ESQUEMA)
        met = met.sort("linea").with_columns(
            first=C("linea").first().over("k"),
            v_first=C("v").first().over("k"),
            clash=(C("v").n_unique() > 1).over("k"),
        )
        met = met.with_columns(other=C("linea").filter(C("v") != C("v_first")).first().over("k"))
        met = met.filter(C("clash") | (C("linea") != C("first")))
        return met.select(
            "linea",
            campo=pl.lit("cedula"),
            codigo=pl.when("clash").then(pl.lit(CONTRADICE.codigo)).otherwise(pl.lit(REPETIDA.codigo)),
            nivel=pl.when("clash").then(pl.lit("error")).otherwise(pl.lit("nota")),
            valor=pl.lit(None, pl.String),
            otra=pl.when(C("clash") & (C("v") == C("v_first"))).then("other").otherwise("first").cast(pl.Int64),
            cedula="cedula",
            historica=pl.lit(False),
        ).cast(ESQUEMA)
