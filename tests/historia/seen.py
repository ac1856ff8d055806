"""What the portal has of one empleador, and what the model says it must have, in the same words."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.historia.snapshot import SUELDO_ACTUAL
from portal.historia.trabajador import find_worker, history
from portal.modelos import Ambito, Anulacion, Lote, Novedad, Problema, Relacion, ResumenMes
from tests.historia import book as model
from tests.historia.model import Fact
from tests.revision.reference import Problem

COUNTS = ("leidas", "correctas", "con_error", "repetidas", "ya_registradas", "registradas", "cambiadas", "anuladas")


def portal(session: Session, empleador_id: int) -> dict[str, Any]:
    """What stands in the tables, and the sueldos that the page of a worker shows."""

    def mine(table: Any) -> list[Any]:
        return list(session.scalars(select(table).where(table.empleador_id == empleador_id)))

    relaciones = {r.id: r for r in mine(Relacion)}
    lotes, said = mine(Lote), problems(session, empleador_id)
    return {
        "relaciones": sorted(map(relacion, relaciones.values()), key=str),
        "novedades": sorted((novedad(n, relaciones[n.relacion_id]) for n in mine(Novedad)), key=str),
        "sueldos": sueldos(session, empleador_id, relaciones),
        "shown": shown(session, empleador_id, relaciones),
        "resumen": {
            (r.sucursal, r.periodo): (r.personas, r.planilla) for r in mine(ResumenMes) if r.personas or r.planilla
        },
        "lotes": {x.id: (x.estado, x.vigente, *(getattr(x, name) for name in COUNTS)) for x in lotes},
        "effects": {x.id: (x.efectos["lineas"], x.efectos["planilla"]) for x in lotes if x.registrado_en},
        "problems": {x.id: said[x.id] for x in lotes},
        "annulments": {a.id: (a.estado, a.anuladas, a.efectos and a.efectos["planilla"]) for a in mine(Anulacion)},
    }


def relacion(r: Relacion) -> tuple:
    end = (r.salida, r.salida_lote_id, r.salida_linea)
    return (r.lote_id, r.linea, r.sucursal, r.cedula, r.ingreso, *end, r.anulada_en is None)


def novedad(n: Novedad, of: Relacion) -> tuple:
    key = (n.movimiento, n.sucursal, n.periodo, n.cedula, n.clave)
    return (n.lote_id, n.linea, *key, n.datos, n.valor, of.lote_id, of.linea, n.anulacion_id, n.anulada_en is None)


def sueldos(session: Session, empleador_id: int, relaciones: dict[int, Relacion]) -> dict[tuple[int, int], int]:
    found = text(f"select r.id, {SUELDO_ACTUAL} from relacion r where r.empleador_id = :e and r.anulada_en is null")
    rows = session.execute(found, {"e": empleador_id})
    return {(relaciones[row_id].lote_id, relaciones[row_id].linea): sueldo for row_id, sueldo in rows}


def shown(session: Session, empleador_id: int, relaciones: dict[int, Relacion]) -> dict[tuple[int, int], tuple]:
    """(ENT's lote and line) → salida and sueldo on the page of the worker."""
    found = {}
    for cedula in {r.cedula for r in relaciones.values()}:
        assert find_worker(session, empleador_id, cedula) is not None
        for seen in history(session, Ambito(empleador_id), cedula):
            r = relaciones[seen.id]
            if r.anulada_en is None:
                found[r.lote_id, r.linea] = (seen.salida, seen.sueldo)
    return found


def problems(session: Session, empleador_id: int) -> dict[int, list[Problem]]:
    p = Problema
    mine = select(p.lote_id, p.linea, p.campo, p.codigo, p.nivel, p.valor, func.coalesce(Novedad.lote_id, p.otra))
    mine = mine.join(Lote, Lote.id == p.lote_id).outerjoin(Novedad, Novedad.id == p.novedad_id)
    found: dict[int, list[Problem]] = defaultdict(list)
    for lote_id, *row in session.execute(mine.where(Lote.empleador_id == empleador_id)):
        found[lote_id].append(Problem(*row))
    return found


def without_chance(lote: model.Lote, said: list[Problem]) -> list[Problem]:
    """Where one worker has several raises in a file, which of them falls by half of the one before (a warning) depends
    on where a chunk of the file ends."""
    workers = Counter(tuple(text.split(";")[1:6:4]) for text in lote.texts)
    alone = {n for n, text in lote.lines if workers[tuple(text.split(";")[1:6:4])] == 1}
    said = [p for p in said if p.codigo not in ("MND-08", "MND-09")]  # test_days_crossing
    return sorted((p for p in said if p.codigo != "MSU-03" or p.linea in alone), key=str)


def difference(found: Any, expected: Any) -> Any:
    """Only what is not the same, to be read."""
    if isinstance(found, dict):
        keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
        return {key: (found.get(key), expected.get(key)) for key in keys}
    return [row for row in found if row not in expected], [row for row in expected if row not in found]


# --- the model in the same words ------------------------------------------------------------------------------------


def expected(book: model.Book, until: date) -> dict[str, Any]:
    history, lotes = book.history, book.lotes.values()
    ents, live = [f for f in history.facts if f.opens], history.live("ENT")
    registered = [x for x in lotes if x.estado in ("registrado", "anulado")]
    return {
        "relaciones": sorted((as_relacion(book, f) for f in ents), key=str),
        "novedades": sorted(map(as_novedad, history.facts), key=str),
        "sueldos": {(f.lote, f.linea): history.sueldo(f) for f in live},
        "shown": {(f.lote, f.linea): (left_on(book, f), history.sueldo(f)) for f in live},
        "resumen": history.resumen(until),
        "lotes": {x.id: (x.estado, book.stands(x), *counts(book, x)) for x in lotes},
        "effects": {x.id: (len(book.registered(x)), x.payroll) for x in registered},
        "problems": {x.id: x.problems for x in lotes},
        "annulments": {
            a.id: (a.estado, a.anuladas, a.payroll if a.estado == "hecha" else None) for a in book.anulaciones.values()
        },
    }


def left_on(book: model.Book, ent: Fact) -> date | None:
    out = book.history.salida(ent)
    return out and out.values["fecha_salida"]


def as_relacion(book: model.Book, f: Fact) -> tuple:
    out = book.history.salida(f)
    end = (out.values["fecha_salida"], out.lote, out.linea) if out else (None, None, None)
    return (f.lote, f.linea, *f.place, f.values["fecha_ingreso"], *end, f.live)


def as_novedad(f: Fact) -> tuple:
    sucursal, periodo, cedula, clave = f.key
    key = (f.movimiento, sucursal, periodo, cedula, clave)
    return (f.lote, f.linea, *key, f.datos, f.valor, f.ent.lote, f.ent.linea, f.anulacion, f.live)


def counts(book: model.Book, lote: model.Lote) -> tuple:
    """As COUNTS: each line ended in one of four ways."""
    if lote.estado == "recibido":
        return (None, None, 0, 0, 0, 0, 0, 0)
    ended = Counter(lote.ending(n) for n, _ in lote.lines)
    facts = book.registered(lote)
    done = (len(facts), lote.changed, sum(not f.live for f in facts))
    return (len(lote.texts), lote.correct, ended["error"], ended["repetida"], ended["ya"], *done)
