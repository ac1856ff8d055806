"""A typed chunk against the history and the rules."""

from __future__ import annotations

import polars as pl

from portal.files.explain import Explicacion
from portal.novedades import Novedad
from portal.novedades.comunes import DERIVADAS, HISTORIA
from portal.revision.plan import columnas_del_dia, plan
from portal.revision.tramo import Snapshot, Tramo

C = pl.col
YA_REGISTRADA = Explicacion(
    "YA-01",
    "nota",
    "Ya registrada",
    "La misma línea, con los mismos valores, ya consta registrada en el lote {otra}.",
    "No tiene que hacer nada: no se registra dos veces.",
    "La línea {linea} ya estaba registrada de antes, igual. No se registra dos veces.",
)
YA_CON_OTROS_VALORES = Explicacion(
    "YA-02",
    "error",
    "Ya registrada con otros valores",
    "Esa novedad del trabajador ya consta en el lote {otra}, con otros valores.",
    "Si lo registrado está bien, quite la línea. Si está mal, hay que anular antes la línea del otro lote.",
    "La línea {linea} ya está registrada con otro valor, en el lote {otra}. Hay que ver cuál es el correcto.",
)


def judge(tramo: Tramo, snapshot: Snapshot | None) -> None:
    """Adds to `tramo.datos` derived and history columns, and finds every problem that is not of reading.
    Without a snapshot (offline) what needs the history is left unasked."""
    _derive(tramo)
    ya = None
    if snapshot is not None:
        _join_history(tramo, snapshot)
        if tramo.nov.tope is not None:
            _join_totals(tramo, snapshot)
        ya = _already_registered(tramo, snapshot)
    _apply_rules(tramo, ya, with_history=snapshot is not None)


def _derive(tramo: Tramo) -> None:
    derived = {name: expr for name, (_, expr) in DERIVADAS.items()}
    tramo.datos = tramo.datos.with_columns(**columnas_del_dia(tramo.nov, tramo.ctx), **derived)


def _join_history(tramo: Tramo, snapshot: Snapshot) -> None:
    """Of each worker's relaciones in the line's sucursal, the latest that `nov.relacion` accepts."""
    datos, nov = tramo.datos, tramo.nov
    cedulas = datos["cedula"].drop_nulls().unique()
    relaciones = snapshot.relaciones(cedulas, plan(nov).columnas_historia)
    joined = datos.join(relaciones, on=("sucursal", "cedula"), how="left", maintain_order="left")
    fits = joined.select(nov.relacion.fill_null(False) | C("relacion_id").is_null()).to_series()
    if not fits.all():
        joined = joined.with_columns(pl.when(fits).then(C(name)).alias(name) for name in HISTORIA)
    if joined.height > datos.height:
        latest = joined.select(place=pl.int_range(pl.len()), of="linea", at="rel_ingreso").sort("of", "at")
        joined = joined[latest.group_by("of", maintain_order=True).agg(C("place").last())["place"].sort()]
    tramo.datos = joined


def _join_totals(tramo: Tramo, snapshot: Snapshot) -> None:
    """What is registered already of a movement with a ceiling (column `acumulado`)."""
    totals = snapshot.acumulado(tramo.nov, tramo.datos)
    datos = tramo.datos.with_columns(C("periodo").cast(pl.Int32))
    tramo.datos = datos.join(totals, on=("sucursal", "periodo", "cedula"), how="left", maintain_order="left")


def written(nov: Novedad, nombres: tuple[str, ...]) -> pl.Expr:
    """These fields as the file writes them, joined by `;` (empty text for none)."""
    if not nombres:
        return pl.lit("")
    return pl.concat_str([nov.campo(n).tipo.write(C(n)) for n in nombres], separator=";")


def _already_registered(tramo: Tramo, snapshot: Snapshot) -> pl.Series | None:
    """Marks lines whose key is in the history; gives those whose values are the same."""
    nov = tramo.nov
    registered = snapshot.registradas(nov, tramo.datos)
    if registered.is_empty():
        return None
    values = tuple(c.nombre for c in nov.valores)
    keys = tramo.datos.select(
        "sucursal", C("periodo").cast(pl.Int32), "cedula", clave=written(nov, nov.clave), nuevo=written(nov, values)
    )
    found = keys.join(registered, on=("sucursal", "periodo", "cedula", "clave"), how="left", maintain_order="left")
    there = found["lote_id"].is_not_null()
    readable = tramo.readable(frozenset(plan(nov).nombres))
    there = there if readable is None else there & readable
    same = there & (found["nuevo"] == found["datos"]).fill_null(False)
    for mask, what in ((same, YA_REGISTRADA), (there & ~same, YA_CON_OTROS_VALORES)):
        if mask.any():
            tramo.mark(mask, "cedula", what.codigo, what.nivel, historica=True, otra=found["lote_id"])
    return same


def _apply_rules(tramo: Tramo, ya: pl.Series | None, *, with_history: bool) -> None:
    asked = [p for p in plan(tramo.nov).preguntas if with_history or not p.usa_historia]
    masks = tramo.datos.lazy().select(p.regla.cuando.fill_null(False).alias(p.regla.codigo) for p in asked).collect()
    for pregunta in asked:
        regla, mask = pregunta.regla, masks[pregunta.regla.codigo]
        if not mask.any():
            continue
        readable = tramo.readable(pregunta.campos)
        mask = mask if readable is None else mask & readable
        mask = mask & ~ya if ya is not None and pregunta.historica else mask
        if mask.any():
            tramo.mark(mask, regla.campo, regla.codigo, regla.nivel, historica=pregunta.historica)
