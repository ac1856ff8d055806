"""The sweeper: what nobody holds is rung for again, and what nobody decided is closed. The database is the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.config import Config
from portal.db import Database
from portal.lotes.estados import move
from portal.lotes.receive import mark_queued
from portal.modelos import Anulacion, Archivo, Lote
from portal.modelos.anulacion import POR_ANULAR
from portal.modelos.lote import PENDIENTE

#: `ring(job, id, bytes)`: True when the job stands in the queue
Ring = Callable[[str, int, int], bool]
#: a job that somebody waits for: ("check" | "register" | "annul", id of the lote or annulment, bytes of its file)
Llamada = tuple[str, int, int]
#: seconds before a lote is rung for again; the bell itself does not pile up calls for one job
PATIENCE = 10
SEVERAL = 200


def job_of(lote: Lote) -> str:
    """Which job a lote waits for."""
    return "check" if lote.decidido_en is None else "register"


def sweep(database: Database, config: Config, ring: Ring, now: datetime) -> int:
    """Rings for all that waits for work and that nobody holds; gives how many."""
    rung = 0
    for job, row_id, size in _lotes_waiting(database, config, now) + _annulments_waiting(database, config, now):
        if not ring(job, row_id, size):
            break  # the queue is away: the next sweep tries again
        if job == "annul":
            mark_called(database, row_id, now)
        else:
            mark_queued(database, row_id, now)
        rung += 1
    return rung


def _lotes_waiting(database: Database, config: Config, now: datetime) -> list[Llamada]:
    """The next file to be checked of each empleador and its next one to be registered, when nobody holds them."""
    goes_on = or_(Lote.estado != "fallido", Lote.intentos < config.reintentos)
    place = func.row_number().over(
        partition_by=(Lote.empleador_id, Lote.decidido_en.is_(None)), order_by=(Lote.decidido_en, Lote.id)
    )
    queue = select(Lote.id, place.label("place")).where(PENDIENTE, goes_on).subquery()
    rested = or_(Lote.estado != "fallido", Lote.cambiado_en < now - timedelta(seconds=PATIENCE))
    found = select(Lote, Archivo.bytes).join(Archivo, Archivo.id == Lote.archivo_id).join(queue, queue.c.id == Lote.id)
    found = found.where(queue.c.place == 1, rested, *_unheld(Lote, now)).order_by(Lote.id).limit(SEVERAL)
    with database.reading() as session:
        return [(job_of(lote), lote.id, size) for lote, size in session.execute(found)]


def _annulments_waiting(database: Database, config: Config, now: datetime) -> list[Llamada]:
    due = and_(POR_ANULAR, Anulacion.intentos < config.reintentos, *_unheld(Anulacion, now))
    with database.reading() as session:
        ids = select(Anulacion.id).where(due).order_by(Anulacion.pedida_en, Anulacion.id).limit(SEVERAL)
        return [("annul", row_id, 0) for row_id in session.scalars(ids)]


def _unheld(tabla: type[Lote] | type[Anulacion], now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Nobody works on it, and it was not rung for just now."""
    quiet = or_(tabla.llamado_en.is_(None), tabla.llamado_en < now - timedelta(seconds=PATIENCE))
    return or_(tabla.arriendo_hasta.is_(None), tabla.arriendo_hasta < now), quiet


def next_of(database: Database, empleador_id: int) -> list[Llamada]:
    """Whose turn it may be at an empleador: the next change of its history, and the next file to be checked."""
    mine = Lote.empleador_id == empleador_id
    lotes = select(Lote.decidido_en, Lote.id, Archivo.bytes).join(Archivo, Archivo.id == Lote.archivo_id).where(mine)
    change = lotes.where(PENDIENTE, Lote.estado == "registrando").order_by(Lote.decidido_en, Lote.id).limit(1)
    check = lotes.where(PENDIENTE, Lote.estado.in_(("recibido", "en_cola"))).order_by(Lote.id).limit(1)
    annulment = select(Anulacion.pedida_en, Anulacion.id).where(Anulacion.empleador_id == empleador_id, POR_ANULAR)
    with database.reading() as session:
        changes = [(at, "register", row_id, size) for at, row_id, size in session.execute(change)]
        first = session.execute(annulment.order_by(Anulacion.pedida_en, Anulacion.id).limit(1))
        changes += [(at, "annul", row_id, 0) for at, row_id in first]
        checks = [("check", row_id, size) for _, row_id, size in session.execute(check)]
    return [(job, row_id, size) for _, job, row_id, size in sorted(changes)[:1]] + checks


def is_next(database: Database, job: str, row_id: int) -> bool:
    """Whether it is next at its empleador. What is not will be rung for by whoever finishes what comes before it."""
    tabla = Anulacion if job == "annul" else Lote
    with database.reading() as session:
        empleador_id = session.scalars(select(tabla.empleador_id).where(tabla.id == row_id)).one()
    return any((job, row_id) == (next_job, next_id) for next_job, next_id, _ in next_of(database, empleador_id))


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
        give_tries_back(session.get_one(Lote, lote_id, with_for_update=True))


def requeue_annulment(database: Database, anulacion_id: int) -> None:
    """The same for an annulment that is `fallida`."""
    with database.writing() as session:
        give_tries_back(session.get_one(Anulacion, anulacion_id, with_for_update=True))


def give_tries_back(row: Lote | Anulacion) -> None:
    """Within the caller's transaction."""
    row.intentos, row.llamado_en = 0, None
    row.version += 1


def mark_called(database: Database, anulacion_id: int, now: datetime) -> None:
    """After the bell rang for an annulment."""
    with database.writing() as session:
        session.get_one(Anulacion, anulacion_id, with_for_update=True).llamado_en = now
