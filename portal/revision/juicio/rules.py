"""A typed chunk against the history and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from portal.files.explain import Explicacion
from portal.novedades import Novedad
from portal.novedades.comunes import DERIVADAS, HISTORIA
from portal.revision.juicio import cruces
from portal.revision.plan import columnas_del_dia, plan
from portal.revision.tramo import Dicho, Snapshot, Tramo, worked_out

C = pl.col
YA_REGISTRADA = Explicacion(
    "YA-01",
    "nota",
    "Ya registrada",
    "La misma línea, con los mismos valores, ya consta en el lote {otra}, registrada el {fecha} (línea {otra_linea}).",
    "No tiene que hacer nada: no se registra dos veces.",
    "La línea {linea} ya estaba registrada de antes, igual. No se registra dos veces.",
)
YA_CON_OTROS_VALORES = Explicacion(
    "YA-02",
    "error",
    "Ya registrada con otros valores",
    "En «{campo}» dice «{valor}» y lo registrado dice «{registrado}»: lote {otra}, línea {otra_linea}, registrada el "
    "{fecha}.",
    "Si lo registrado está bien, quite la línea. Si está mal, anule primero la línea {otra_linea} del lote {otra} y "
    "después envíe esta.",
    "La línea {linea} ya está registrada con otro valor en el lote {otra}, el {fecha}. Allí dice {registrado}. Para "
    "cambiarlo hay que anular antes esa línea.",
)


class Ya(NamedTuple):
    """Which lines have a key that is registered already: with the same values, with others."""

    igual: np.ndarray
    distinta: np.ndarray


def judge(tramo: Tramo, snapshot: Snapshot | None) -> None:
    """Adds derived and history columns to `tramo.datos`, and finds every problem beyond reading. Without a snapshot
    (offline) rules that need the history are skipped."""
    _derive(tramo)
    nowhere = np.zeros(tramo.datos.height, bool)
    ya = Ya(nowhere, nowhere) if snapshot is None else _ask_history(tramo, snapshot)
    _apply_rules(tramo, ya, with_history=snapshot is not None)


def _ask_history(tramo: Tramo, snapshot: Snapshot) -> Ya:
    cedulas = each_once(tramo.datos["cedula"])
    periodos = each_once(tramo.datos["periodo"].cast(pl.Int32))
    _join_history(tramo, snapshot.relaciones(cedulas, plan(tramo.nov).columnas_historia))
    if tramo.nov.tope is not None:
        _join_totals(tramo, snapshot.acumulado(tramo.nov, cedulas, periodos))
    ya = _already_registered(tramo, snapshot.registradas(tramo.nov, cedulas, periodos))
    cruces.with_registered(tramo, snapshot, pl.Series(ya.igual | ya.distinta))
    return ya


def each_once(numbers: pl.Series) -> pl.Series:
    """Distinct values in order, without nulls. numpy sorts them three times as fast as polars finds the distinct
    ones."""
    ordered = np.sort(numbers.drop_nulls().to_numpy())
    return pl.Series(ordered[np.diff(ordered, prepend=-1) != 0]).set_sorted()


def _derive(tramo: Tramo) -> None:
    derived = {name: expr for name, (_, expr) in DERIVADAS.items()}
    tramo.datos = tramo.datos.with_columns(**columnas_del_dia(tramo.nov, tramo.ctx), **derived)


#: a worker in a sucursal, in one number: a join key at half the cost of two columns
_WHO = (C("cedula") * 10_000 + C("sucursal")).alias("who")


def _join_history(tramo: Tramo, relaciones: pl.DataFrame) -> None:
    """Of each worker's relaciones in the line's sucursal, the latest that `nov.relacion` accepts (one that it prefers
    before others)."""
    datos, nov = tramo.datos, tramo.nov
    theirs = relaciones.select(_WHO, of=pl.int_range(pl.len()))
    places = datos.select(_WHO, place=pl.int_range(pl.len())).join(theirs, on="who", how="left", maintain_order="left")
    joined = datos if places.height == datos.height else datos[places["place"]]
    joined = joined.hstack(relaciones.select(C(*HISTORIA).gather(places["of"])))
    fits = joined.select(nov.relacion.fill_null(False) | C("relacion_id").is_null()).to_series()
    if not fits.all():
        joined = joined.with_columns(pl.when(fits).then(C(name)).alias(name) for name in HISTORIA)
    if joined.height > datos.height:
        better = pl.lit(False) if nov.prefiere is None else nov.prefiere.fill_null(False)
        latest = joined.select(place=pl.int_range(pl.len()), of="linea", better=better, at="rel_ingreso")
        latest = latest.sort("of", "better", "at")
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


def _already_registered(tramo: Tramo, registered: pl.DataFrame) -> Ya:
    """Notes the lines whose key is in the history: once where the values are the same, else once for each value that
    is another one."""
    ya = Ya(np.zeros(tramo.datos.height, bool), np.zeros(tramo.datos.height, bool))
    if registered.is_empty():
        return ya
    nov = tramo.nov
    values = tuple(c.nombre for c in nov.valores)
    known = tramo.datos.select(C("cedula").is_in(registered["cedula"].implode()).fill_null(False)).to_series()
    theirs = np.flatnonzero(known.to_numpy())  # mostly few: only those are formatted
    keys = tramo.datos[theirs].select(
        "sucursal", C("periodo").cast(pl.Int32), "cedula", clave=written(nov, nov.clave), nuevo=written(nov, values)
    )
    on = ("sucursal", "periodo", "cedula", "clave")
    found = keys.join(registered, on=on, how="left", maintain_order="left", validate="m:1")
    answers = found.select(there=C("id").is_not_null(), equal=(C("nuevo") == C("datos")).fill_null(False))
    there, equal = (answers[name].to_numpy() for name in answers.columns)
    readable = tramo.readable(frozenset(plan(nov).nombres))
    there = there if readable is None else there & readable[theirs]
    ya.igual[theirs[there & equal]] = ya.distinta[theirs[there & ~equal]] = True
    same = found["id"].filter(there & equal)
    what = YA_REGISTRADA
    tramo.dichos.append(Dicho(theirs[there & equal], "cedula", what.codigo, what.nivel, True, same))
    tramo.dichos += _other_values(values, theirs[there & ~equal], found.filter(there & ~equal))
    return ya


def _other_values(values: tuple[str, ...], where: np.ndarray, found: pl.DataFrame) -> Iterator[Dicho]:
    """Of lines in `where`, registered otherwise, what is said of each field that differs; of the first when the fields
    as they are written say nothing (the format was another one when they were registered)."""
    if not len(where):
        return
    new, old = (C(name).str.split(";") for name in ("nuevo", "datos"))
    differs = found.select(
        new.list.get(n, null_on_oob=True).ne_missing(old.list.get(n, null_on_oob=True)).alias(name)
        for n, name in enumerate(values)
    )
    first = C(values[0]) | ~pl.any_horizontal(values)
    differs = differs.with_columns(first.alias(values[0]))
    what = YA_CON_OTROS_VALORES
    for name in values:
        which = differs[name]
        yield Dicho(where[which.to_numpy()], name, what.codigo, what.nivel, True, found["id"].filter(which))


def _apply_rules(tramo: Tramo, ya: Ya, *, with_history: bool) -> None:
    """Every rule on the lines that fail it. One that is registered already is asked nothing of the history, which has
    it; nor of time limits, unless it has other values: it has to be sent again, once what is registered is annulled."""
    asked = [p for p in plan(tramo.nov).preguntas if with_history or not p.usa_historia]
    masks = worked_out(tramo.datos, (p.regla.cuando.fill_null(False).alias(p.regla.codigo) for p in asked))
    for pregunta in asked:
        regla = pregunta.regla
        if not masks[regla.codigo].any():
            continue
        mask = masks[regla.codigo].to_numpy()
        readable = tramo.readable(pregunta.campos)
        mask = mask if readable is None else mask & readable
        mask = mask & ~ya.igual if pregunta.historica else mask
        mask = mask & ~ya.distinta if pregunta.usa_historia else mask
        tramo.dichos.append(Dicho(np.flatnonzero(mask), regla.campo, regla.codigo, regla.nivel, pregunta.historica))
