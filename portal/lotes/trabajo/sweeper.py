"""The sweeper rings again for what nobody holds, and closes what nobody decided. The database is the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from portal.config import Config
from portal.db import Database
from portal.lotes.entrada.receive import mark_queued
from portal.lotes.estados import move
from portal.lotes.momentos import Tabla, held, not_just, rested, vanished
from portal.lotes.trabajo.leases import locked
from portal.modelos import Anulacion, Archivo, Lote
from portal.modelos.anulacion import POR_ANULAR
from portal.modelos.lote import PENDIENTE

#: `ring(job, id, bytes)`: True when the job is in the queue
Ring = Callable[[str, int, int], bool]
#: a job that somebody waits for: ("check" | "register" | "annul", id of the lote or annulment, bytes of its file)
Llamada = tuple[str, int, int]
#: seconds before a lote is rung for again; the queue holds no second job for it
PATIENCE = 10
SEVERAL = 200
FALLIDOS = ("fallido", "fallida")


def job_of(lote: Lote) -> str:
    """Which job a lote waits for."""
    return "check" if lote.decidido_en is None else "register"


def sweep(database: Database, config: Config, ring: Ring, now: datetime) -> int:
    """Rings for all waiting work that nobody holds. Returns the number of rings."""
    rung = 0
    shared = (not_(vanished(Lote)), not_(vanished(Anulacion)))
    for job, row_id, size in _waiting(database, config, now, *shared):
        if not ring(job, row_id, size):
            break  # the queue is away: the next sweep tries again
        mark_rung(database, job, row_id, now)
        rung += 1
    return rung


def waiting_apart(database: Database, config: Config, now: datetime) -> list[Llamada]:
    """Waiting work that nobody holds and whose last holder vanished: to be done in a process of its own. Small files
    first; work that killed more than one holder last."""
    found = _waiting(database, config, now, vanished(Lote), vanished(Anulacion))
    with database.reading() as session:
        falls = {one: session.scalar(select(table_of(one[0]).caidas).filter_by(id=one[1])) or 0 for one in found}
    return sorted(found, key=lambda one: (max(falls[one], 1), one[2], one[1]))


def mark_rung(database: Database, job: str, row_id: int, now: datetime) -> None:
    """After the bell rang."""
    (mark_called if job == "annul" else mark_queued)(database, row_id, now)


def table_of(job: str) -> type[Lote] | type[Anulacion]:
    """The table of a job's row."""
    return Anulacion if job == "annul" else Lote


def _waiting(
    database: Database, config: Config, now: datetime, lotes: ColumnElement[bool], annulments: ColumnElement[bool]
) -> list[Llamada]:
    return _lotes_waiting(database, config, now, lotes) + _annulments_waiting(database, config, now, annulments)


def _lotes_waiting(database: Database, config: Config, now: datetime, which: ColumnElement[bool]) -> list[Llamada]:
    """The next file to be checked of each empleador and its next one to be registered, when nobody holds them."""
    goes_on = or_(Lote.estado != "fallido", Lote.intentos < config.reintentos)
    place = func.row_number().over(
        partition_by=(Lote.empleador_id, Lote.decidido_en.is_(None)), order_by=(Lote.decidido_en, Lote.id)
    )
    queue = select(Lote.id, place.label("place")).where(PENDIENTE, goes_on).subquery()
    found = select(Lote, Archivo.bytes).join(Archivo, Archivo.id == Lote.archivo_id).join(queue, queue.c.id == Lote.id)
    found = found.where(queue.c.place == 1, which, *_unheld(Lote, now)).order_by(Lote.id).limit(SEVERAL)
    with database.reading() as session:
        return [(job_of(lote), lote.id, size) for lote, size in session.execute(found)]


def _annulments_waiting(database: Database, config: Config, now: datetime, which: ColumnElement[bool]) -> list[Llamada]:
    goes_on = or_(Anulacion.estado == "pedida", Anulacion.intentos < config.reintentos)
    due = and_(POR_ANULAR, goes_on, which, *_unheld(Anulacion, now))
    with database.reading() as session:
        ids = select(Anulacion.id).where(due).order_by(Anulacion.pedida_en, Anulacion.id).limit(SEVERAL)
        return [("annul", row_id, 0) for row_id in session.scalars(ids)]


def _unheld(tabla: Tabla, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Nobody works on it, its pause is over, and it was not rung for just now."""
    return not_(held(tabla, now)), rested(tabla, now), not_just(tabla, now, PATIENCE)


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
    """Whether it is next at its empleador. Otherwise the work before it will ring when it finishes."""
    tabla = table_of(job)
    with database.reading() as session:
        empleador_id = session.scalars(select(tabla.empleador_id).where(tabla.id == row_id)).one()
    return any((job, row_id) == (next_job, next_id) for next_job, next_id, _ in next_of(database, empleador_id))


def give_up_undecided(database: Database, config: Config, now: datetime) -> int:
    """Lotes that waited too long for a decision become `desistido`. Returns their number. Days are business dates from
    that of the receipt, because the lote is judged by it, and `PORTAL_HOY` moves it."""
    limit = config.hoy() - timedelta(days=config.sin_decision_dias)
    with database.writing() as session:
        old = select(Lote).where(Lote.estado == "revisado", Lote.fecha_negocio <= limit).limit(200).with_for_update()
        lotes = session.scalars(old).all()
        for lote in lotes:
            move(session, lote, "desistido", now, f"{config.sin_decision_dias} días sin decisión")
        return len(lotes)


def requeue(database: Database, tabla: Tabla, row_id: int) -> bool:
    """A supervisor's request: resets the tries of a `fallido` lote, or a `fallida` annulment. The next sweep rings for
    it. False when it is no longer in that state."""
    with database.writing() as session:
        row = locked(session, tabla, row_id)
        if row is None or row.estado not in FALLIDOS:
            return False
        give_tries_back(row)
        return True


def requeue_all(database: Database) -> list[str]:
    """The same for everything that failed. Returns their numbers."""
    numbers: list[str] = []
    with database.writing() as session:
        lotes = select(Lote).where(PENDIENTE, Lote.estado == "fallido").order_by(Lote.id)
        annulments = select(Anulacion).where(POR_ANULAR, Anulacion.estado == "fallida").order_by(Anulacion.id)
        failed: list[Lote | Anulacion] = [*session.scalars(lotes.with_for_update())]
        for row in [*failed, *session.scalars(annulments.with_for_update())]:
            give_tries_back(row)
            numbers.append(row.numero)
    return numbers


def give_tries_back(row: Lote | Anulacion) -> None:
    """In the caller's transaction. Work that killed its worker before is still done apart."""
    row.intentos, row.llamado_en, row.reintento_en = 0, None, None
    row.version += 1


def mark_called(database: Database, anulacion_id: int, now: datetime) -> None:
    """After the bell rang for an annulment."""
    with database.writing(told=False) as session:
        session.get_one(Anulacion, anulacion_id, with_for_update=True).llamado_en = now
