"""Turns: the work of one empleador is done one piece at a time, in the order in which it was sent and decided.

A check waits for all that was sent before it, and needs no person to continue. So two files sent together, a hire and
then a leave of the same worker, both pass. Changes of the history (registering, annulling) go in the order in which
they were decided or requested. Different empleadores never wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.lotes.momentos import held
from portal.modelos import Anulacion, Lote
from portal.modelos.anulacion import POR_ANULAR
from portal.modelos.lote import PENDIENTE


def may_check(session: Session, lote: Lote, now: datetime, tries: int) -> bool:
    """Nobody works for that empleador, and nothing sent or requested before this lote is unfinished."""
    mine = Lote.empleador_id == lote.empleador_id
    sent_before = select(Lote.id).where(mine, Lote.id < lote.id, PENDIENTE, _goes_on(tries))
    asked_before = _annulments(lote.empleador_id, tries).where(Anulacion.pedida_en <= lote.recibido_en)
    return not (_at_work(session, lote, now) or _any(session, sent_before) or _any(session, asked_before))


def may_change(session: Session, work: Lote | Anulacion, now: datetime, tries: int) -> bool:
    """Nobody works for that empleador, and no change of its history was decided before this one."""
    if _at_work(session, work, now):
        return False
    unfinished = (Lote.estado == "registrando") | ((Lote.estado == "fallido") & (Lote.intentos < tries))
    lotes = select(Lote.id).where(Lote.empleador_id == work.empleador_id, PENDIENTE, unfinished)
    annulments = _annulments(work.empleador_id, tries)
    if isinstance(work, Lote):
        lotes = lotes.where(_before(Lote.decidido_en, Lote.id, work.decidido_en, work.id))
        annulments = annulments.where(Anulacion.pedida_en < work.decidido_en)
    else:
        lotes = lotes.where(Lote.decidido_en <= work.pedida_en)
        annulments = annulments.where(_before(Anulacion.pedida_en, Anulacion.id, work.pedida_en, work.id))
    return not (_any(session, lotes) or _any(session, annulments))


def _goes_on(tries: int) -> ColumnElement[bool]:
    """States that a lote leaves by itself. Lotes that wait for a person, or for a supervisor, block nobody."""
    return or_(Lote.estado != "fallido", Lote.intentos < tries)


def _annulments(empleador_id: int, tries: int) -> Select[int]:
    return select(Anulacion.id).where(Anulacion.empleador_id == empleador_id, POR_ANULAR, Anulacion.intentos < tries)


def _before(
    when: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    row_id: InstrumentedAttribute[int],
    then: datetime | None,
    mine: int,
) -> ColumnElement[bool]:
    return or_(when < then, and_(when == then, row_id < mine))


def _at_work(session: Session, but: Lote | Anulacion, now: datetime) -> bool:
    """Whether somebody holds another lote or annulment of the same empleador."""
    lotes = select(Lote.id).where(Lote.empleador_id == but.empleador_id, PENDIENTE, held(Lote, now))
    annulments = select(Anulacion.id).where(Anulacion.empleador_id == but.empleador_id, POR_ANULAR)
    annulments = annulments.where(held(Anulacion, now))
    if isinstance(but, Lote):
        lotes = lotes.where(Lote.id != but.id)
    else:
        annulments = annulments.where(Anulacion.id != but.id)
    return _any(session, lotes) or _any(session, annulments)


def _any(session: Session, ids: Select[int]) -> bool:
    return session.scalar(ids.limit(1)) is not None
