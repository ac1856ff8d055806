"""Who works on a lote or an annulment, and until when. Work is claimed by lease, never by state: a job may run twice,
die, or overlap.

Every transaction that changes something checks the holder's token. So a worker whose lease ended (it was silent too
long) changes nothing more. A holder that dies leaves its token behind; the next claim counts that (`caidas`).
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.lotes.estados import leave, move, move_annulment
from portal.lotes.momentos import Tabla, is_held, is_rested, is_vanished, pause
from portal.lotes.trabajo import turns
from portal.modelos import Anulacion, Empleador, Lote

Row = TypeVar("Row", Lote, Anulacion)


class LeaseLost(RuntimeError):
    """Somebody else holds the lease now: stop without writing anything."""


@dataclass(frozen=True)
class Lease:
    """A claim on a row of `tabla`. `token` is `host:pid:random`, so that a supervisor finds the process. After `tries`
    without progress the work rests until a supervisor acts."""

    tabla: Tabla
    id: int
    token: str
    seconds: int
    tries: int


def new_token() -> str:
    return f"{holder(os.getpid())}{uuid4().hex}"


def holder(pid: int) -> str:
    """The prefix of the tokens of that process on this machine."""
    return f"{socket.gethostname()}:{pid}:"


CHECK = ("recibido", "en_cola", "revisando")
REGISTER = ("registrando",)
DUE = ("pedida", "fallida")


def claim_check(
    session: Session, lote_id: int, now: datetime, seconds: int, tries: int, *, apart: bool = True
) -> Lease | None:
    """The lease to check a lote, moved to `revisando`; None when it cannot be claimed, or it is not its turn.

    `apart`: even when its last holder vanished, because this process does no other work that it could take down.
    """
    lote = _free(session, Lote, lote_id, now, apart)
    if lote is None or not _is_due(lote, CHECK, decided=False, tries=tries):
        return None
    if not turns.may_check(session, lote, now, tries) or _too_often(session, lote, now, tries):
        return None
    if lote.estado != "revisando":
        move(session, lote, "revisando", now, "Empezó la revisión")
    lote.leidas, lote.revisadas = None, 0  # a check starts from nothing: until the file is open, nothing is known
    return _take(lote, now, seconds, tries)


def claim_register(
    session: Session, lote_id: int, now: datetime, seconds: int, tries: int, *, apart: bool = True
) -> Lease | None:
    """The lease to register a decided lote. Changes to one empleador's history take turns in their order."""
    lote = _free(session, Lote, lote_id, now, apart)
    if lote is None or not _is_due(lote, REGISTER, decided=True, tries=tries):
        return None
    if not turns.may_change(session, lote, now, tries) or _too_often(session, lote, now, tries):
        return None
    if lote.estado == "fallido":
        move(session, lote, "registrando", now, "Se vuelve a intentar")
    return _take(lote, now, seconds, tries)


def claim_annul(
    session: Session, anulacion_id: int, now: datetime, seconds: int, tries: int, *, apart: bool = True
) -> Lease | None:
    """The lease to carry out an annulment, in its turn among the changes to the empleador's history."""
    anulacion = _free(session, Anulacion, anulacion_id, now, apart)
    if anulacion is None or anulacion.estado not in DUE:
        return None
    if not turns.may_change(session, anulacion, now, tries) or _too_often(session, anulacion, now, tries):
        return None
    if anulacion.estado == "fallida":
        move_annulment(anulacion, "pedida", now)
    return _take(anulacion, now, seconds, tries)


def hold(session: Session, lease: Lease, now: datetime, *, unbroken: bool = False) -> Lote:
    """The lote, locked and with its lease renewed (the heartbeat). Raises LeaseLost.

    `unbroken`: also when the lease had expired and nobody took it, because others may have had their turn since.
    """
    return cast("Lote", _held(session, lease, now, unbroken=unbroken))


def hold_annulment(session: Session, lease: Lease, now: datetime) -> Anulacion:
    """The annulment, locked and with its lease renewed. Raises LeaseLost."""
    return cast("Anulacion", _held(session, lease, now))


def release(row: Lote | Anulacion) -> None:
    """The work is done: nobody holds it, and its tries and vanished holders are forgotten."""
    leave(row)
    got_on(row)
    row.caidas = 0


def got_on(row: Lote | Anulacion) -> None:
    """Resets the tries: they are counted from the last progress, because long work may be interrupted many times."""
    row.intentos, row.reintento_en = 0, None


def fail(session: Session, lease: Lease, now: datetime, motivo: str, *, surroundings: bool = False) -> None:
    """Our own fault: stored, retried, never blamed on the employer. Does nothing when somebody else holds the work by
    now.

    `surroundings`: the database went away, the disk is full… That will pass, and no such try is the last one.
    """
    try:
        row = _held(session, lease, now)
    except LeaseLost:
        return
    if surroundings:
        row.intentos = min(row.intentos, lease.tries - 1)
    give_up(session, row, now, motivo)


def give_up(session: Session, row: Lote | Anulacion, now: datetime, motivo: str) -> None:
    """`fallido`, until the pause after its tries is over."""
    if isinstance(row, Lote):
        move(session, row, "fallido", now, motivo)
    else:
        move_annulment(row, "fallida", now)
    row.reintento_en = now + pause(row.intentos)


def let_fall(session: Session, lease: Lease, now: datetime) -> None:
    """This process ran out of memory over the work and survived: the row is left as if it had died."""
    try:
        row = _held(session, lease, now)
    except LeaseLost:
        return
    leave(row)
    row.caidas += 1


def bury(session: Session, tabla: Tabla, row_id: int, dead: str) -> Lote | Anulacion | None:
    """Ends the lease of a process that is known to be dead (`holder(pid)`). Returns the row, locked; None when somebody
    else holds it by now, or nobody."""
    row = locked(session, tabla, row_id)
    if row is None or not (row.arriendo_de or "").startswith(dead):
        return None
    row.arriendo_hasta = None
    return row


def locked(session: Session, tabla: Tabla, row_id: int, *, wait: bool = True) -> Lote | Anulacion | None:
    """The row, re-read and locked in this transaction. None when it does not exist; without `wait`, also when it is
    locked by another."""
    how = {"skip_locked": not wait}
    return cast("Lote | Anulacion | None", session.get(tabla, row_id, with_for_update=how, populate_existing=True))


def _held(session: Session, lease: Lease, now: datetime, *, unbroken: bool = False) -> Lote | Anulacion:
    row = locked(session, lease.tabla, lease.id)
    if row is None or row.arriendo_de != lease.token:
        raise LeaseLost(lease.id)
    if unbroken and not is_held(row, now):
        raise LeaseLost(lease.id)
    row.arriendo_desde, row.arriendo_hasta = now, now + timedelta(seconds=lease.seconds)
    return row


def _free(session: Session, tabla: type[Row], row_id: int, now: datetime, apart: bool) -> Row | None:
    """The row, locked after its empleador's lock, so that claims of one empleador are serial. None when it does not
    exist, somebody holds it, it rests after a try, or it has to be done apart and this process does other work."""
    row = session.get(tabla, row_id)
    if row is None:
        return None
    lock_empleador(session, row.empleador_id)
    session.refresh(row, with_for_update=True)
    if is_held(row, now) or not is_rested(row, now):
        return None
    return None if is_vanished(row) and not apart else row


def lock_empleador(session: Session, empleador_id: int) -> None:
    """Until the transaction ends nobody else claims work of that empleador. New lotes can still be received."""
    session.get_one(Empleador, empleador_id, with_for_update={"key_share": True})


def _is_due(lote: Lote, estados: tuple[str, ...], *, decided: bool, tries: int) -> bool:
    retry = lote.estado == "fallido" and (lote.decidido_en is not None) == decided and lote.intentos < tries
    return lote.estado in estados or retry


def _too_often(session: Session, row: Lote | Anulacion, now: datetime, tries: int) -> bool:
    """Work that kills its worker at each try is no longer tried."""
    if row.intentos < tries:
        return False
    if row.estado in ("revisando", "registrando", "pedida"):
        give_up(session, row, now, f"Se interrumpió {row.intentos} veces")
    return True


def _take(row: Lote | Anulacion, now: datetime, seconds: int, tries: int) -> Lease:
    token = new_token()
    row.caidas += row.arriendo_de is not None  # the holder before did not release its lease
    row.intentos += 1
    row.reintento_en = now + pause(row.intentos)
    row.arriendo_de, row.arriendo_desde, row.arriendo_hasta = token, now, now + timedelta(seconds=seconds)
    row.version += 1
    return Lease(type(row), row.id, token, seconds, tries)
