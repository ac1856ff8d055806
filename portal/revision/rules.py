"""A typed chunk against the history and the rules."""

from __future__ import annotations

import numpy as np
import polars as pl

from portal.files.explain import Explicacion
from portal.novedades import Novedad
from portal.novedades.comunes import DERIVADAS, HISTORIA
from portal.revision.plan import columnas_del_dia, plan
from portal.revision.tramo import Dicho, Snapshot, Tramo, worked_out

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
        cedulas = each_once(tramo.datos["cedula"])
        periodos = each_once(tramo.datos["periodo"].cast(pl.Int32))
        _join_history(tramo, snapshot.relaciones(cedulas, plan(tramo.nov).columnas_historia))
        if tramo.nov.tope is not None:
            _join_totals(tramo, snapshot.acumulado(tramo.nov, cedulas, periodos))
        ya = _already_registered(tramo, snapshot.registradas(tramo.nov, cedulas, periodos))
    _apply_rules(tramo, ya, with_history=snapshot is not None)


def each_once(numbers: pl.Series) -> pl.Series:
    """In order and without nulls. numpy sorts them three times as fast as polars finds the distinct ones."""
    ordered = np.sort(numbers.drop_nulls().to_numpy())
    return pl.Series(ordered[np.diff(ordered, prepend=-1) != 0]).set_sorted()


def _derive(tramo: Tramo) -> None:
    derived = {name: expr for name, (_, expr) in DERIVADAS.items()}
    tramo.datos = tramo.datos.with_columns(**columnas_del_dia(tramo.nov, tramo.ctx), **derived)


#: a worker in a sucursal, in one number: a key that costs half of what two columns do
_WHO = (C("cedula") * 10_000 + C("sucursal")).alias("who")


def _join_history(tramo: Tramo, relaciones: pl.DataFrame) -> None:
    """Of each worker's relaciones in the line's sucursal, the latest that `nov.relacion` accepts."""
    datos, nov = tramo.datos, tramo.nov
    theirs = relaciones.select(_WHO, of=pl.int_range(pl.len()))
    places = datos.select(_WHO, place=pl.int_range(pl.len())).join(theirs, on="who", how="left", maintain_order="left")
    joined = datos if places.height == datos.height else datos[places["place"]]
    joined = joined.hstack(relaciones.select(C(*HISTORIA).gather(places["of"])))
    fits = joined.select(nov.relacion.fill_null(False) | C("relacion_id").is_null()).to_series()
    if not fits.all():
        joined = joined.with_columns(pl.when(fits).then(C(name)).alias(name) for name in HISTORIA)
    if joined.height > datos.height:
        latest = joined.select(place=pl.int_range(pl.len()), of="linea", at="rel_ingreso").sort("of", "at")
        joined = joined[latest.group_by("of", maintain_order=True).agg(C("place").last())["place"].sort()]
    tramo.datos = joined


def _join_totals(tramo: Tramo, totals: pl.DataFrame) -> None:
    """What is registered already of a movement with a ceiling (column `acumulado`)."""
    datos = tramo.datos.with_columns(C("periodo").cast(pl.Int32))
    tramo.datos = datos.join(totals, on=("sucursal", "periodo", "cedula"), how="left", maintain_order="left")


def written(nov: Novedad, nombres: tuple[str, ...]) -> pl.Expr:
    """These fields as the file writes them, joined by `;` (empty text for none)."""
    if not nombres:
        return pl.lit("")
    return pl.concat_str([nov.campo(n).tipo.write(C(n)) for n in nombres], separator=";")


def _already_registered(tramo: Tramo, registered: pl.DataFrame) -> np.ndarray | None:
    """Marks lines whose key is in the history; gives those whose values are the same."""
    if registered.is_empty():
        return None
    nov = tramo.nov
    values = tuple(c.nombre for c in nov.valores)
    known = tramo.datos.select(C("cedula").is_in(registered["cedula"].implode()).fill_null(False)).to_series()
    theirs = np.flatnonzero(known.to_numpy())  # mostly few: only those are written
    keys = tramo.datos[theirs].select(
        "sucursal", C("periodo").cast(pl.Int32), "cedula", clave=written(nov, nov.clave), nuevo=written(nov, values)
    )
    on = ("sucursal", "periodo", "cedula", "clave")
    found = keys.join(registered, on=on, how="left", maintain_order="left", validate="m:1")
    answers = found.select(there=C("lote_id").is_not_null(), equal=(C("nuevo") == C("datos")).fill_null(False))
    there, equal = (answers[name].to_numpy() for name in answers.columns)
    readable = tramo.readable(frozenset(plan(nov).nombres))
    there = there if readable is None else there & readable[theirs]
    for which, what in ((there & equal, YA_REGISTRADA), (there & ~equal, YA_CON_OTROS_VALORES)):
        otra = found["lote_id"].filter(which)
        tramo.dichos.append(Dicho(theirs[which], "cedula", what.codigo, what.nivel, True, otra))
    ya = np.zeros(tramo.datos.height, bool)
    ya[theirs[there & equal]] = True
    return ya


def _apply_rules(tramo: Tramo, ya: np.ndarray | None, *, with_history: bool) -> None:
    asked = [p for p in plan(tramo.nov).preguntas if with_history or not p.usa_historia]
    masks = worked_out(tramo.datos, (p.regla.cuando.fill_null(False).alias(p.regla.codigo) for p in asked))
    for pregunta in asked:
        regla = pregunta.regla
        if not masks[regla.codigo].any():
            continue
        mask = masks[regla.codigo].to_numpy()
        readable = tramo.readable(pregunta.campos)
        mask = mask if readable is None else mask & readable
        mask = mask & ~ya if ya is not None and pregunta.historica else mask
        tramo.dichos.append(Dicho(np.flatnonzero(mask), regla.campo, regla.codigo, regla.nivel, pregunta.historica))
