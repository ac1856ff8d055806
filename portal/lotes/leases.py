"""Who works on a lote, and until when. Work is claimed by lease, never by state: a job may run twice, die, or overlap.

The holder's token is checked in every transaction that changes the lote, so a worker that lost its lease (it was
silent too long) changes nothing more.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.lotes.estados import move
from portal.modelos import Empleador, Lote


class LeaseLost(RuntimeError):
    """Somebody else holds the lote now: stop without a trace."""


@dataclass(frozen=True)
class Lease:
    """A claim on a lote: `token` is `host:pid:random`, so that a supervisor finds the process."""

    lote_id: int
    token: str
    seconds: int


def new_token() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"


CHECK = ("recibido", "en_cola", "revisando")
REGISTER = ("registrando",)


def claim_check(session: Session, lote_id: int, now: datetime, seconds: int, tries: int) -> Lease | None:
    """The lease to check a lote, moved to `revisando`; None when it is not to be had."""
    lote = session.get(Lote, lote_id, with_for_update=True)
    if lote is None or not _free(lote, now) or not _is_due(lote, CHECK, decided=False, tries=tries):
        return None
    if _too_often(session, lote, now, tries):
        return None
    if lote.estado != "revisando":
        move(session, lote, "revisando", now, "Empezó la revisión")
    return _take(lote, now, seconds)


def claim_register(session: Session, lote_id: int, now: datetime, seconds: int, tries: int) -> Lease | None:
    """The lease to register a decided lote. Lotes of one empleador take turns in the order of their decisions."""
    lote = session.get(Lote, lote_id)
    if lote is None:
        return None
    session.get(Empleador, lote.empleador_id, with_for_update=True)
    session.refresh(lote, with_for_update=True)
    if not _free(lote, now) or not _is_due(lote, REGISTER, decided=True, tries=tries):
        return None
    if _somebody_before(session, lote, tries) or _too_often(session, lote, now, tries):
        return None
    if lote.estado == "fallido":
        move(session, lote, "registrando", now, "Se vuelve a intentar")
    return _take(lote, now, seconds)


def hold(session: Session, lease: Lease, now: datetime) -> Lote:
    """The lote, locked and with its lease renewed (the heartbeat). Raises LeaseLost."""
    lote = session.scalar(select(Lote).where(Lote.id == lease.lote_id).with_for_update())
    if lote is None or lote.arriendo_de != lease.token:
        raise LeaseLost(lease.lote_id)
    lote.arriendo_hasta = now + timedelta(seconds=lease.seconds)
    return lote


def release(lote: Lote) -> None:
    """The work is done: nobody holds the lote."""
    lote.arriendo_de = lote.arriendo_hasta = None
    lote.intentos = 0


def fail(session: Session, lease: Lease, now: datetime, motivo: str) -> None:
    """Our own fault: kept, retried, never blamed on the employer. Nothing when somebody else holds the lote by now."""
    try:
        lote = hold(session, lease, now)
    except LeaseLost:
        return
    move(session, lote, "fallido", now, motivo)
    lote.arriendo_de = lote.arriendo_hasta = None


def _free(lote: Lote, now: datetime) -> bool:
    return lote.arriendo_hasta is None or lote.arriendo_hasta < now


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


def _somebody_before(session: Session, lote: Lote, tries: int) -> bool:
    unfinished = (Lote.estado == "registrando") | ((Lote.estado == "fallido") & (Lote.intentos < tries))
    earlier = (Lote.decidido_en < lote.decidido_en) | ((Lote.decidido_en == lote.decidido_en) & (Lote.id < lote.id))
    before = select(Lote.id).where(Lote.empleador_id == lote.empleador_id, unfinished, earlier).limit(1)
    return session.scalar(before) is not None


def _take(lote: Lote, now: datetime, seconds: int) -> Lease:
    token = new_token()
    lote.arriendo_de, lote.arriendo_hasta = token, now + timedelta(seconds=seconds)
    lote.intentos += 1
    lote.version += 1
    return Lease(lote.id, token, seconds)
