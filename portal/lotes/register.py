"""The register job: the same check again, on the history as it is now, applied in chunks that are one transaction each.

A chunk writes novedades, changes the history and moves the lote's mark (`hasta`) forward: a kill at any instant loses
nothing and registers nothing twice.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.files.reader import Tabla
from portal.historia import Historia, Origen, apply
from portal.lotes import contexto, leases, problemas
from portal.lotes.contexto import Trabajo
from portal.lotes.estados import move
from portal.lotes.work import Clock, under_lease
from portal.modelos import Lote
from portal.revision import Tramo, ceilings
from portal.revision.effects import effects_of, together, worth
from portal.revision.file import check_chunk
from portal.revision.rules import YA_REGISTRADA, written

C = pl.col


class DoesNotAddUp(RuntimeError):
    """Lines read are not the sum of how they ended: the receipt would lie."""


def register(database: Database, config: Config, lote_id: int, clock: Clock) -> str | None:
    """Registers a decided lote if it is its turn; gives the state it ends in, None when there was nothing to do."""
    return under_lease(
        database,
        config,
        lote_id,
        clock,
        leases.claim_register,
        lambda lease: _register(database, config, lease, clock),
    )


def _register(database: Database, config: Config, lease: leases.Lease, clock: Clock) -> str:
    with database.reading() as session:
        trabajo = contexto.load(session, lease.id)
        done = session.get_one(Lote, lease.id).hasta
    tabla = contexto.open_file(database, trabajo, config)
    for lineas in tabla.chunks(config.tramo_registro, done):
        with database.writing() as session:
            _one_chunk(session, lease, trabajo, config, tabla, lineas, clock)
    return _finish(database, lease, clock)


def _one_chunk(
    session: Session,
    lease: leases.Lease,
    trabajo: Trabajo,
    config: Config,
    tabla: Tabla,
    lineas: pl.DataFrame,
    clock: Clock,
) -> None:
    lote = leases.hold(session, lease, clock())
    conn = session.connection()
    first, last = int(lineas["linea"][0]), int(lineas["linea"][-1])
    if last <= lote.hasta:
        return  # another run was first
    sealed = problemas.settled(conn, lote.id, first, last)["linea"].unique()
    open_lines = lineas.filter(~C("linea").is_in(sealed.implode())) if len(sealed) else lineas
    tramo = check_chunk(
        open_lines,
        trabajo.nov,
        contexto.judged_by(trabajo, conn, config),
        Historia(conn, trabajo.empleador_id),
        tabla.separador,
    )
    found = ceilings.of_chunk(tramo, tramo.problemas())
    problemas.replace(conn, lote.id, first, last, sealed, found)
    good = good_lines(tramo, found)
    done = effects_of(worth(tramo).join(good, on="linea", how="semi"))
    apply(conn, trabajo.nov, Origen(lote.id, trabajo.empleador_id), good)
    _advance(lote, last, done)


def good_lines(tramo: Tramo, found: pl.DataFrame) -> pl.DataFrame:
    """The lines of a chunk that can be registered, with the columns a novedad keeps."""
    nov = tramo.nov
    out = found.filter((C("nivel") == "error") | (C("codigo") == YA_REGISTRADA.codigo))["linea"].unique()
    datos = tramo.datos.filter(~C("linea").is_in(out.implode())) if len(out) else tramo.datos
    return datos.with_columns(
        C("periodo").cast(pl.Int32),
        clave=written(nov, nov.clave),
        datos=written(nov, tuple(c.nombre for c in nov.valores)),
        valor=C(nov.valor).cast(pl.Int64) if nov.valor else pl.lit(None, pl.Int64),
    ).sort("cedula")


def _advance(lote: Lote, last: int, done: dict[str, Any]) -> None:
    """The mark, the count and the sum of effects, as they are now committed with the chunk."""
    before = (lote.efectos or {}) if lote.hasta else {}
    due_today = (lote.efectos or {}).get("vencen_hoy", 0)
    lote.efectos = together(before, done) | {"vencen_hoy": due_today}
    lote.registradas += done["lineas"]
    lote.hasta = last
    lote.intentos = 0  # tries are counted from the last progress: a long register may be cut short many times
    lote.version += 1


def _finish(database: Database, lease: leases.Lease, clock: Clock) -> str:
    now = clock()
    with database.writing() as session:
        lote = leases.hold(session, lease, now)
        _count(session.connection(), lote)
        lote.registrado_en = now
        lote.vigente = lote.registradas > 0
        leases.release(lote)
        move(session, lote, "registrado", now, "Se registraron todas las líneas correctas")
        return lote.estado


def _count(conn: Connection, lote: Lote) -> None:
    """The counts of the receipt, taken from the rows and not from memory; they must add up."""
    totals = problemas.totals(conn, lote.id)
    if sum(totals.values()) != lote.leidas:
        raise DoesNotAddUp(f"lote {lote.id}: {lote.leidas} lines read, {totals}")
    for name, n in totals.items():
        setattr(lote, name, n)
    lote.correctas = lote.registradas
    lote.cambiadas = problemas.changed_since_check(conn, lote.id)
    lote.por_codigo = problemas.count_by_code(conn, lote.id)
