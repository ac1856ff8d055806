"""The check job: bytes → table → problems. Only lines with problems become rows; the lote's row has the counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.files.problems import FileProblem
from portal.files.reader import Tabla
from portal.files.tables.locate import ColumnasProblem, Pregunta
from portal.historia import Historia
from portal.lotes import contexto, problemas
from portal.lotes.estados import move
from portal.lotes.trabajo import a_mano, leases
from portal.lotes.trabajo.work import Clock, heartbeat, under_lease
from portal.modelos import Empleador, Lote, Problema
from portal.novedades import todas
from portal.revision import Cierre, Revision
from portal.revision.columnas import question
from portal.revision.movement import refuse_foreign


def check(database: Database, config: Config, lote_id: int, clock: Clock, *, apart: bool = True) -> str | None:
    """Checks a lote if nobody else does; gives the state it ends in, None when there was nothing to do.

    May run twice or overlap: the lease decides. Our own faults leave the lote `fallido`, to be retried, and raise.
    `apart`: as in work.py.
    """
    return under_lease(
        database,
        config,
        lote_id,
        clock,
        leases.claim_check,
        lambda lease: _check_or_reject(database, config, lease, clock),
        apart=apart,
    )


def _check_or_reject(database: Database, config: Config, lease: leases.Lease, clock: Clock) -> str:
    try:
        return _check(database, config, lease, clock)
    except FileProblem as problem:
        return _reject(database, lease, problem, clock)


def _asked(session: Session, lote: Lote, pregunta: Pregunta | None) -> dict[str, Any] | None:
    """What the lote's page asks about its columns."""
    if pregunta is None:
        return None
    ruc = session.get_one(Empleador, lote.empleador_id).ruc
    return question(todas()[lote.movimiento], pregunta, ruc, lote.fecha_negocio)


def _check(database: Database, config: Config, lease: leases.Lease, clock: Clock) -> str:
    with database.reading() as session:
        trabajo = contexto.load(session, lease.id)
    tabla = contexto.open_file(database, trabajo, config, heartbeat(database, lease, clock))
    refuse_foreign(tabla, trabajo.nov)
    _start(database, lease, tabla, clock)
    with database.engine.connect() as conn:
        revision = Revision(
            trabajo.nov,
            contexto.judged_by(trabajo, database, config, bool(tabla.entendido.hoja)),
            Historia(conn, trabajo.empleador_id, tabla.lineas),
            tabla.separador,
            tabla.dudosas,
        )
        for found in revision.check(tabla.chunks(config.tramo_lineas)):
            conn.rollback()  # nothing was written: the next query gets a new snapshot of the history
            _progress(database, lease, found, revision, clock)
    return _finish(database, lease, revision, revision.close(), clock)


def _start(database: Database, lease: leases.Lease, tabla: Tabla, clock: Clock) -> None:
    """A check starts from nothing, even when an earlier one was interrupted."""
    _forget(database, lease, clock)
    with database.writing(told=False) as session:
        lote = leases.hold(session, lease, clock())
        lote.leidas, lote.revisadas, lote.con_error = tabla.lineas, 0, 0
        lote.entendido = tabla.entendido.as_dict()
        lote.lectura = tabla.lectura or lote.lectura  # registering reads it alike, whatever is remembered meanwhile
        lote.pregunta = _asked(session, lote, tabla.pregunta)
        lote.corrige_id = _mended(session, lote, tabla.entendido.devuelto_de)
        lote.version += 1


def _forget(database: Database, lease: leases.Lease, clock: Clock) -> None:
    """Deletes the problems of an earlier check, in short transactions: others want to write too."""
    with database.reading() as session:
        left = problemas.any_of(session.connection(), lease.id)  # most lotes have none: no transaction for it
    while left:
        with database.writing(piece=True) as session:
            left = problemas.take_away(session.connection(), leases.hold(session, lease, clock()).id)
        if left:
            database.let_others_write()


def _mended(session: Session, lote: Lote, numero: str) -> int | None:
    """The lote whose lines in error came back in this file: of the same empleador and movement, and not itself."""
    same = (Lote.empleador_id == lote.empleador_id, Lote.movimiento == lote.movimiento, Lote.id != lote.id)
    return session.scalar(select(Lote.id).where(Lote.numero == numero, *same)) if numero else None


def _progress(database: Database, lease: leases.Lease, found: pl.DataFrame, revision: Revision, clock: Clock) -> None:
    if len(found) > problemas.AT_ONCE:
        found = _say_in_pieces(database, lease, found, clock)
    with database.writing(told=False) as session:
        lote = leases.hold(session, lease, clock())
        problemas.add(session.connection(), lote.id, found)
        lote.revisadas, lote.con_error = revision.so_far()
        if lote.revisadas > lote.alcanzada:  # lines that an earlier try judged already are no progress
            leases.got_on(lote)
            lote.alcanzada = lote.revisadas
        lote.version += 1


def _say_in_pieces(database: Database, lease: leases.Lease, found: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """Inserts the problems in short transactions and returns none. A check that is interrupted between two of them
    starts from nothing."""
    for some in problemas.in_order(found, problemas.AT_ONCE):
        with database.writing(piece=True) as session:
            problemas.add(session.connection(), leases.hold(session, lease, clock()).id, some)
        database.let_others_write()
    return found.clear()


def _finish(database: Database, lease: leases.Lease, revision: Revision, cierre: Cierre, clock: Clock) -> str:
    """The counts, and the transition to `revisado`; or to `registrando` when that was requested, nothing is wrong, and
    no reason forbids it."""
    now = clock()
    with database.writing() as session:
        lote = leases.hold(session, lease, now)
        _settle_repeats(session, lote.id, revision, cierre)
        lote.leidas = lote.revisadas = cierre.leidas
        lote.correctas, lote.con_error = cierre.correctas, cierre.con_error
        lote.repetidas, lote.ya_registradas = cierre.repetidas, cierre.ya_registradas
        lote.reparaciones = repairs(revision)
        if total := revision.total_told((lote.entendido or {}).get("apartadas", ())):
            lote.entendido = {**(lote.entendido or {}), "total": total.as_dict()}
        lote.efectos = cierre.efectos | {"vencen_hoy": cierre.vencen_hoy}
        lote.por_codigo = problemas.count_by_code(session.connection(), lote.id)
        lote.revisado_en = now
        leases.release(lote)
        move(session, lote, "revisado", now, "Se revisaron todas las líneas")
        a_mano.keep(lote, a_mano.found(session, lote, revision.nov, cierre.correctas, cierre.de_muestra))
        if not cierre.correctas:
            lote.vigente = False
        elif lote.registrar_automaticamente and not cierre.con_error and not lote.a_mano:
            lote.decidido_por, lote.decidido_en = lote.cuenta_id, now
            move(session, lote, "registrando", now, "Registro automático, sin errores", cuenta_id=lote.cuenta_id)
        return lote.estado


def _settle_repeats(session: Session, lote_id: int, revision: Revision, cierre: Cierre) -> None:
    """A line that turned out repeated keeps that problem, and none about history or time limits."""
    conn = session.connection()
    problemas.forget_history(conn, lote_id, revision.nov, cierre.sin_historia)
    problemas.add(conn, lote_id, cierre.al_cierre)


def repairs(revision: Revision) -> list[dict[str, Any]]:
    """Repairs by field and kind, most frequent first: `{"campo", "codigo", "lineas"}`."""
    counted = sorted(revision.notas.items(), key=lambda item: (-item[1], item[0]))
    return [{"campo": campo, "codigo": codigo, "lineas": n} for (campo, codigo), n in counted if n]


def _reject(database: Database, lease: leases.Lease, problem: FileProblem, clock: Clock) -> str:
    """The whole file is at fault: nothing is registered, and the person gets the reason."""
    _forget(database, lease, clock)
    now = clock()
    with database.writing() as session:
        lote = leases.hold(session, lease, now)
        reject(session, lote, problem, now)
        return lote.estado


def reject(session: Session, lote: Lote, problem: FileProblem, now: datetime) -> None:
    """In the caller's transaction, which holds the lote."""
    session.execute(delete(Problema).where(Problema.lote_id == lote.id))
    lote.falla = {"codigo": problem.codigo, **problem.datos}
    lote.pregunta = _asked(session, lote, problem.pregunta if isinstance(problem, ColumnasProblem) else None)
    lote.revisado_en = now
    leases.release(lote)
    move(session, lote, "rechazado", now, problem.codigo)
