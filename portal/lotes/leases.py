"""Who works on a lote or an annulment, and until when. Work is claimed by lease, never by state: a job may run twice,
die, or overlap.

The holder's token is checked in every transaction that changes something, so a worker that lost its lease (it was
silent too long) changes nothing more.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.lotes import turns
from portal.lotes.estados import move, move_annulment
from portal.modelos import Anulacion, Empleador, Lote

Row = TypeVar("Row", Lote, Anulacion)


class LeaseLost(RuntimeError):
    """Somebody else holds the work now: stop without a trace."""


@dataclass(frozen=True)
class Lease:
    """A claim on a row of `tabla`: `token` is `host:pid:random`, so that a supervisor finds the process."""

    tabla: type[Lote] | type[Anulacion]
    id: int
    token: str
    seconds: int


def new_token() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"


CHECK = ("recibido", "en_cola", "revisando")
REGISTER = ("registrando",)


def claim_check(session: Session, lote_id: int, now: datetime, seconds: int, tries: int) -> Lease | None:
    """The lease to check a lote, moved to `revisando`; None when it is not to be had, or not its turn."""
    lote = _free(session, Lote, lote_id, now)
    if lote is None or not _is_due(lote, CHECK, decided=False, tries=tries):
        return None
    if not turns.may_check(session, lote, now, tries) or _too_often(session, lote, now, tries):
        return None
    if lote.estado != "revisando":
        move(session, lote, "revisando", now, "Empezó la revisión")
    return _take(lote, now, seconds)


def claim_register(session: Session, lote_id: int, now: datetime, seconds: int, tries: int) -> Lease | None:
    """The lease to register a decided lote. Changes to one empleador's history take turns in their order."""
    lote = _free(session, Lote, lote_id, now)
    if lote is None or not _is_due(lote, REGISTER, decided=True, tries=tries):
        return None
    if not turns.may_change(session, lote, now, tries) or _too_often(session, lote, now, tries):
        return None
    if lote.estado == "fallido":
        move(session, lote, "registrando", now, "Se vuelve a intentar")
    return _take(lote, now, seconds)


def claim_annul(session: Session, anulacion_id: int, now: datetime, seconds: int, tries: int) -> Lease | None:
    """The lease to carry out an annulment, in its turn among the changes to the empleador's history."""
    anulacion = _free(session, Anulacion, anulacion_id, now)
    if anulacion is None or anulacion.estado not in ("pedida", "fallida"):
        return None
    if not turns.may_change(session, anulacion, now, tries):
        return None
    if anulacion.intentos >= tries:
        if anulacion.estado == "pedida":  # it took its worker down each time: a supervisor looks at it
            move_annulment(anulacion, "fallida", now)
        return None
    if anulacion.estado == "fallida":
        move_annulment(anulacion, "pedida", now)
    return _take(anulacion, now, seconds)


def hold(session: Session, lease: Lease, now: datetime, *, unbroken: bool = False) -> Lote:
    """The lote, locked and with its lease renewed (the heartbeat). Raises LeaseLost.

    `unbroken`: also when the lease had ended and nobody took it, for others may have had their turn since."""
    return _held(session, Lote, lease, now, unbroken=unbroken)


def hold_annulment(session: Session, lease: Lease, now: datetime) -> Anulacion:
    """The annulment, locked and with its lease renewed. Raises LeaseLost."""
    return _held(session, Anulacion, lease, now)


def release(row: Lote | Anulacion) -> None:
    """The work is done: nobody holds it."""
    row.arriendo_de = row.arriendo_hasta = None
    row.intentos = 0


def fail(session: Session, lease: Lease, now: datetime, motivo: str) -> None:
    """Our own fault: kept, retried, never blamed on the employer. Nothing when somebody else holds the work by now."""
    try:
        row = hold(session, lease, now) if lease.tabla is Lote else hold_annulment(session, lease, now)
    except LeaseLost:
        return
    if isinstance(row, Lote):
        move(session, row, "fallido", now, motivo)
    else:
        move_annulment(row, "fallida", now)
    row.arriendo_de = row.arriendo_hasta = None


def _held(session: Session, tabla: type[Row], lease: Lease, now: datetime, *, unbroken: bool = False) -> Row:
    row = session.get(tabla, lease.id, with_for_update=True, populate_existing=True)
    if row is None or row.arriendo_de != lease.token:
        raise LeaseLost(lease.id)
    if unbroken and (row.arriendo_hasta is None or row.arriendo_hasta < now):
        raise LeaseLost(lease.id)
    row.arriendo_hasta = now + timedelta(seconds=lease.seconds)
    return row


def _free(session: Session, tabla: type[Row], row_id: int, now: datetime) -> Row | None:
    """The row, locked after its empleador's (who claims for one empleador does so one at a time); None when it is not
    there or somebody holds it."""
    row = session.get(tabla, row_id)
    if row is None:
        return None
    lock_empleador(session, row.empleador_id)
    session.refresh(row, with_for_update=True)
    return row if row.arriendo_hasta is None or row.arriendo_hasta < now else None


def lock_empleador(session: Session, empleador_id: int) -> None:
    """Until the transaction ends nobody else claims work of that empleador. New lotes still come in."""
    session.get_one(Empleador, empleador_id, with_for_update={"key_share": True})


def _is_due(lote: Lote, estados: tuple[str, ...], *, decided: bool, tries: int) -> bool:
    retry = lote.estado == "fallido" and (lote.decidido_en is not None) == decided and lote.intentos < tries
    return lote.estado in estados or retry


def _too_often(session: Session, lote: Lote, now: datetime, tries: int) -> bool:
    """A lote that takes its worker down each time it is tried stops being tried."""
    if lote.intentos < tries:
        return False
    if lote.estado == "revisando" or lote.estado == "registrando":
        move(session, lote, "fallido", now, f"Se interrumpió {lote.intentos} veces")
        lote.arriendo_de = lote.arriendo_hasta = None
    return True


def _take(row: Lote | Anulacion, now: datetime, seconds: int) -> Lease:
    token = new_token()
    row.arriendo_de, row.arriendo_hasta = token, now + timedelta(seconds=seconds)
    row.intentos += 1
    row.version += 1
    return Lease(type(row), row.id, token, seconds)
