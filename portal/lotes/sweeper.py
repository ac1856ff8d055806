"""The sweeper: what nobody holds is rung for again, and what nobody decided is closed. The database is the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from portal.config import Config
from portal.db import Database
from portal.lotes.estados import move
from portal.lotes.receive import mark_queued
from portal.modelos import Archivo, Lote
from portal.modelos.lote import PENDIENTE

Ring = Callable[[str, int, int], bool]
#: seconds before a lote is rung for again; the bell itself does not pile up calls for one job
PATIENCE = 10


def job_of(lote: Lote) -> str:
    """Which job a lote waits for."""
    return "check" if lote.decidido_en is None else "register"


def sweep(database: Database, config: Config, ring: Ring, now: datetime) -> int:
    """Rings for every lote that waits for work and that nobody holds; gives how many. `ring(job, lote_id, bytes)`."""
    rung = 0
    for lote, size in _waiting(database, config, now):
        if not ring(job_of(lote), lote.id, size):
            break  # the queue is away: the next sweep tries again
        mark_queued(database, lote.id, now)
        rung += 1
    return rung


def _waiting(database: Database, config: Config, now: datetime) -> list[tuple[Lote, int]]:
    retry = (Lote.estado == "fallido") & (Lote.intentos < config.reintentos)
    retry &= Lote.cambiado_en < now - timedelta(seconds=PATIENCE)
    due = and_(PENDIENTE, or_(Lote.estado != "fallido", retry))
    free = or_(Lote.arriendo_hasta.is_(None), Lote.arriendo_hasta < now)
    quiet = or_(Lote.llamado_en.is_(None), Lote.llamado_en < now - timedelta(seconds=PATIENCE))
    found = select(Lote, Archivo.bytes).join(Archivo, Archivo.id == Lote.archivo_id).where(due, free, quiet)
    with database.reading() as session:
        return [(lote, size) for lote, size in session.execute(found.order_by(Lote.id).limit(200))]


def next_of(database: Database, empleador_id: int) -> tuple[int, int] | None:
    """The decided lote of an empleador whose turn it is, as (id, bytes): lotes of one empleador never interleave."""
    found = select(Lote.id, Archivo.bytes).join(Archivo, Archivo.id == Lote.archivo_id)
    found = found.where(Lote.empleador_id == empleador_id, Lote.estado == "registrando")
    with database.reading() as session:
        row = session.execute(found.order_by(Lote.decidido_en, Lote.id).limit(1)).first()
        return (row[0], row[1]) if row else None


def give_up_undecided(database: Database, config: Config, now: datetime) -> int:
    """Lotes that waited too long for a decision become `desistido`; gives how many."""
    limit = now - timedelta(days=config.sin_decision_dias)
    with database.writing() as session:
        old = select(Lote).where(Lote.estado == "revisado", Lote.revisado_en < limit).limit(200).with_for_update()
        lotes = session.scalars(old).all()
        for lote in lotes:
            move(session, lote, "desistido", now, f"{config.sin_decision_dias} días sin decisión")
        return len(lotes)


def requeue(database: Database, lote_id: int, now: datetime) -> None:
    """A supervisor's word: a `fallido` lote gets its tries back; the next sweep rings for it."""
    with database.writing() as session:
        lote = session.get_one(Lote, lote_id, with_for_update=True)
        lote.intentos, lote.llamado_en = 0, None
        lote.version += 1
