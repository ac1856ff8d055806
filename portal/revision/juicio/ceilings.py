"""Ceilings that hold for several lines together: such as 30 days a month, over this file and the history."""

from __future__ import annotations

import polars as pl

from portal.novedades import Novedad
from portal.revision.juicio.rules import YA_REGISTRADA
from portal.revision.tramo import ESQUEMA, Tramo

C = pl.col
_KEY = ("sucursal", "anio", "mes", "cedula")


def counted(tramo: Tramo) -> pl.DataFrame:
    """The input of a ceiling, per line of a chunk: linea, cedula, key `k`, number `n`, what is registered already
    `hay`."""
    tope = tramo.nov.tope
    if tope is None:
        raise ValueError(tramo.nov.codigo)
    hay = C("acumulado").fill_null(0) if "acumulado" in tramo.datos.columns else pl.lit(0, pl.Int64)
    n = C(tope.campo).cast(pl.Int64)
    return tramo.datos.select("linea", "cedula", k=pl.struct(_KEY).hash(), n=n, hay=hay)


def problems(nov: Novedad, lines: pl.DataFrame) -> pl.DataFrame:
    """Of good lines (as `counted` gives them) those that go over the ceiling, in the order of the file: a line is
    counted only when those before it left room for it. Rows as ESQUEMA."""
    tope = nov.tope
    if tope is None or lines.is_empty():
        return pl.DataFrame(schema=ESQUEMA)
    over: list[int] = []
    together = lines.filter(C("n").sum().over("k") + C("hay") > tope.maximo).sort("linea")
    sums: dict[int, int] = {}
    for linea, k, n, hay in together.select("linea", "k", "n", "hay").iter_rows():
        before = sums.get(k, hay)
        if before + n > tope.maximo:
            over.append(linea)
        else:
            sums[k] = before + n
    found = lines.filter(C("linea").is_in(over))
    return found.select(
        "linea",
        campo=pl.lit(tope.campo),
        codigo=pl.lit(tope.explicacion.codigo),
        nivel=pl.lit(tope.explicacion.nivel),
        valor=C("n").cast(pl.String),
        otra=pl.lit(None, pl.Int64),
        cedula="cedula",
        historica=pl.lit(True),
    ).cast(ESQUEMA)


def of_chunk(tramo: Tramo, found: pl.DataFrame) -> pl.DataFrame:
    """`found` and the lines of the chunk, good so far, that go over the ceiling together."""
    if tramo.nov.tope is None:
        return found
    out = found.filter((C("nivel") == "error") | (C("codigo") == YA_REGISTRADA.codigo))["linea"].unique()
    good = counted(tramo).filter(~C("linea").is_in(out.implode()))
    return pl.concat([found, problems(tramo.nov, good)])
