"""The trail as people read it: the empleador what was looked at of its own, supervisors what their agents did.

Keyset pagination by the last row's id: a long trail opens as fast at its first row as at its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal.cuentas.usuario import STAFF
from portal.modelos import Ambito, Cuenta, Lote, Rastro
from portal.soporte.motivos import RAZONES
from portal.soporte.rastro.rastro_dicho import QUE

POR_PAGINA = 50
SAME_LOOK = timedelta(minutes=1)


_Rows = Select[int, datetime, str, str, str, str, str]


@dataclass(frozen=True)
class Fila:
    """One row in words. `lote`: its number, "" when it is about none; `motivo` "" when no call asked for it."""

    id: int
    en: datetime
    quien: str
    que: str
    motivo: str
    lote: str
    detalle: str


@dataclass(frozen=True)
class Pagina:
    """Newest first. `siguiente`: the id under which older rows go on, None at the end."""

    filas: list[Fila]
    siguiente: int | None


def of_empleador(session: Session, ambito: Ambito, antes: int | None = None) -> Pagina:
    """Who looked at this empleador's data, of lotes those in that scope; with `antes` only rows of lower ids."""
    rows = _rows().where(Rastro.empleador_id == ambito.empleador_id)
    seen = or_(Rastro.lote_id.is_(None), and_(*ambito.de(Lote)))
    return _page(session, rows if ambito.entero else rows.where(seen), antes)


def of_staff(session: Session, cuenta_id: int | None, que: str, antes: int | None = None) -> Pagina:
    """What the staff did, one of them or all (None), of one kind or of all ("")."""
    wanted = _rows()
    wanted = wanted.where(Rastro.cuenta_id == cuenta_id) if cuenta_id is not None else wanted
    return _page(session, wanted.where(Rastro.que == que) if que else wanted, antes)


def staff(session: Session) -> dict[int, str]:
    """Account id → name, of everybody who works or worked at the desk."""
    found = select(Cuenta.id, Cuenta.nombre).where(Cuenta.rol.in_(STAFF)).order_by(Cuenta.nombre, Cuenta.id)
    return {cuenta_id: nombre for cuenta_id, nombre in session.execute(found)}


def last(session: Session) -> tuple[int, str] | None:
    """The id and the hash of the newest row, None while there is none."""
    found = session.execute(select(Rastro.id, Rastro.huella).order_by(Rastro.id.desc()).limit(1)).one_or_none()
    return (found.id, found.huella) if found else None


def just_written(
    session: Session, que: str, cuenta_id: int, motivo: str, lote_id: int | None, now: datetime, detalle: str = ""
) -> bool:
    """Whether the same person wrote the same within the last minute: the page was only reloaded."""
    same = [Rastro.que == que, Rastro.motivo == motivo, Rastro.lote_id.is_not_distinct_from(lote_id)]
    same += [Rastro.detalle == detalle]
    # one in the future was written before the clock was set back: not within the last minute
    recent = [Rastro.cuenta_id == cuenta_id, Rastro.en.between(now - SAME_LOOK, now + SAME_LOOK)]
    return bool(session.scalar(select(exists().where(*recent, *same))))


def _rows() -> _Rows:
    said = select(Rastro.id, Rastro.en, Cuenta.nombre, Rastro.que, Rastro.motivo, Lote.numero, Rastro.detalle)
    return said.join(Cuenta, Cuenta.id == Rastro.cuenta_id).outerjoin(Lote, Lote.id == Rastro.lote_id)


def _page(session: Session, wanted: _Rows, antes: int | None) -> Pagina:
    if antes is not None:
        wanted = wanted.where(Rastro.id < antes)
    found = session.execute(wanted.order_by(Rastro.id.desc()).limit(POR_PAGINA + 1)).all()
    filas = [
        Fila(i, en, quien, QUE.get(que, que), RAZONES.get(motivo, motivo), lote or "", detalle)
        for i, en, quien, que, motivo, lote, detalle in found[:POR_PAGINA]
    ]
    return Pagina(filas, filas[-1].id if len(found) > POR_PAGINA else None)
