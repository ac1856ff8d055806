"""Days of one worker that two lines report, or a line and the history: an aviso on each line (MND)."""

from __future__ import annotations

import polars as pl

from portal.novedades import Novedad
from portal.novedades.base import Cruce
from portal.revision.tramo import ESQUEMA, Dicho, Snapshot, Tramo

C = pl.col
_DAY = pl.duration(days=1)


def with_registered(tramo: Tramo, snapshot: Snapshot, out: pl.Series) -> None:
    """Notes the lines with a day that is registered already, but for those whose own key is (`out`, of all lines)."""
    cruce = tramo.nov.cruce
    if cruce is None:
        return
    spans = _spans(tramo, cruce).with_columns(relacion_id=tramo.datos["relacion_id"]).filter(~out).drop_nulls()
    if spans.is_empty():
        return
    registered = snapshot.dias(tramo.nov, spans["relacion_id"].unique().sort())
    met = spans.join(registered, on="relacion_id").filter((C("a") <= C("hasta")) & (C("desde") <= C("b")))
    first = met.group_by("place").agg(C("id").min()).sort("place")
    what = cruce.registrado
    tramo.dichos.append(Dicho(first["place"].to_numpy(), cruce.desde, what.codigo, what.nivel, True, first["id"]))


def told(tramo: Tramo) -> pl.DataFrame:
    """The days that a chunk reports: linea, cedula, worker in the sucursal `k`, first day `a`, last day `b`."""
    if tramo.nov.cruce is None:
        raise ValueError(tramo.nov.codigo)
    who = tramo.datos.select("linea", "cedula", k=pl.struct("sucursal", "cedula").hash())
    return who.hstack(_spans(tramo, tramo.nov.cruce).drop("place")).drop_nulls()


def _spans(tramo: Tramo, cruce: Cruce) -> pl.DataFrame:
    days = C(cruce.dias).cast(pl.Int64)
    return tramo.datos.select(
        place=pl.int_range(pl.len()), a=C(cruce.desde), b=C(cruce.desde) + pl.duration(days=days) - _DAY
    )


def within(nov: Novedad, lines: pl.DataFrame) -> pl.DataFrame:
    """Of good lines (as `told` gives them) those with a day that another one has too, each naming one. Rows as
    ESQUEMA. In the order of their first day, whoever has a day in common with a later line has one with the next."""
    if nov.cruce is None or lines.is_empty():
        return pl.DataFrame(schema=ESQUEMA)
    lines = lines.filter(C("k").is_duplicated()).sort("k", "a", "linea")
    ahead = lines.with_columns(so_far=C("b").cum_max().over("k"))
    longest = pl.when(C("b") == C("so_far")).then("linea").forward_fill()  # whose last day `so_far` is
    ahead = ahead.with_columns(longest=longest.over("k")).with_columns(
        before=C("longest").shift(1).over("k"),
        until=C("so_far").shift(1).over("k"),
        after=C("linea").shift(-1).over("k"),
        begins=C("a").shift(-1).over("k"),
    )
    other = pl.when(C("a") <= C("until")).then("before").when(C("begins") <= C("b")).then("after")
    found = ahead.with_columns(otra=other).filter(C("otra").is_not_null())
    what = nov.cruce.en_archivo
    return found.select(
        "linea",
        campo=pl.lit(nov.cruce.desde),
        codigo=pl.lit(what.codigo),
        nivel=pl.lit(what.nivel),
        valor=C("a").dt.to_string("%Y%m%d"),
        otra=C("otra").cast(pl.Int64),
        cedula="cedula",
        historica=pl.lit(False),
    ).cast(ESQUEMA)
