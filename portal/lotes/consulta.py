"""What pages ask about lotes. Another empleador's lote is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, joinedload

from portal.lotes.estados import EN_CURSO
from portal.modelos import Lote
from portal.modelos.lote import PENDIENTE

POR_PAGINA = 50
#: states in which a lote waits for others
EN_ESPERA = ("recibido", "en_cola")


@dataclass(frozen=True)
class Pagina:
    """One page of a list: `numero` from 1, `total` rows in all."""

    filas: list[Lote]
    numero: int
    total: int

    @property
    def paginas(self) -> int:
        return max(1, -(-self.total // POR_PAGINA))


_WITH_NAMES = (joinedload(Lote.archivo), joinedload(Lote.cuenta), joinedload(Lote.decisor))


def find(session: Session, numero: str, empleador_id: int | None) -> Lote | None:
    """The lote of that number, of that empleador (None: of any, for staff)."""
    wanted = select(Lote).where(Lote.numero == numero).options(*_WITH_NAMES, joinedload(Lote.empleador))
    if empleador_id is not None:
        wanted = wanted.where(Lote.empleador_id == empleador_id)
    return session.scalar(wanted)


def followed(session: Session, token: str) -> Lote | None:
    """The lote of that token, for its counts: whoever has the token may read them, and nothing else of it."""
    heavy = (Lote.entendido, Lote.reparaciones, Lote.por_codigo, Lote.efectos, Lote.falla)
    wanted = select(Lote).where(Lote.seguimiento == token).options(*(defer(column, raiseload=True) for column in heavy))
    return session.scalar(wanted) if token.isascii() and token.isprintable() else None


def list_lotes(session: Session, empleador_id: int, movimiento: str, estado: str, pagina: int) -> Pagina:
    """Newest first; empty filters take all."""
    mine = [Lote.empleador_id == empleador_id]
    mine += [Lote.movimiento == movimiento] if movimiento else []
    mine += [Lote.estado == estado] if estado else []
    total = session.scalar(select(func.count()).select_from(Lote).where(*mine)) or 0
    here = select(Lote.id).where(*mine).order_by(Lote.id.desc())  # the ids first: what is stepped over joins nothing
    here = here.limit(POR_PAGINA).offset((pagina - 1) * POR_PAGINA)
    found = select(Lote).where(Lote.id.in_(here.subquery().select())).options(joinedload(Lote.archivo))
    rows = session.scalars(found.order_by(Lote.id.desc()))
    return Pagina(list(rows), pagina, total)


def pending(session: Session, empleador_id: int, limit: int = 20) -> list[Lote]:
    """Lotes that wait for the employer or for us, the ones to decide first."""
    waiting = select(Lote).where(Lote.empleador_id == empleador_id, Lote.estado.in_(("revisado", *EN_CURSO)))
    found = session.scalars(waiting.options(joinedload(Lote.archivo)).order_by(Lote.id.desc()).limit(limit))
    return sorted(found, key=lambda lote: (lote.estado != "revisado", -lote.id))


def last_sent(session: Session, empleador_id: int) -> dict[str, datetime]:
    """Movement → when its last file was sent."""
    last = select(Lote.movimiento, func.max(Lote.recibido_en)).where(Lote.empleador_id == empleador_id)
    return {movimiento: en for movimiento, en in session.execute(last.group_by(Lote.movimiento))}


def ahead_in_queue(session: Session, lote: Lote) -> int:
    """How many files wait or are being worked on before this one, whoever sent them."""
    return session.scalar(waiting_before(Lote, lote.id)) or 0


def waiting_before(tabla: type[Lote], lote_id: int | InstrumentedAttribute[int]) -> Select[int]:
    """The same as a query, by the partial index of what may need work."""
    return select(func.count(tabla.id)).where(PENDIENTE, tabla.estado != "fallido", tabla.id < lote_id)


def mending(session: Session, lote: Lote) -> tuple[str | None, list[str]]:
    """The number of the lote that this one mends, and the numbers of those that mend it."""
    mended = session.scalar(select(Lote.numero).where(Lote.id == lote.corrige_id)) if lote.corrige_id else None
    later = select(Lote.numero).where(Lote.corrige_id == lote.id).order_by(Lote.id)
    return mended, list(session.scalars(later))


def checked_again_as(session: Session, lote: Lote) -> str | None:
    """The number of the latest lote that was made of this one's stored file later on, as the same movement."""
    same = select(Lote.numero).where(Lote.archivo_id == lote.archivo_id, Lote.movimiento == lote.movimiento)
    return session.scalar(same.where(Lote.id > lote.id).order_by(Lote.id.desc()).limit(1))


def earlier_undecided(session: Session, lote: Lote) -> Sequence[Lote]:
    """Hires and leaves sent before a lote that had not been decided when it was checked, and still may be or were
    registered since: lines of the lote may be in error only because of them."""
    before = [Lote.empleador_id == lote.empleador_id, Lote.id < lote.id, Lote.movimiento.in_(("ENT", "SAL"))]
    waits = (Lote.estado == "revisado") & (Lote.correctas > 0)
    since = Lote.estado.in_(("registrando", "fallido", "registrado")) & (Lote.decidido_en > lote.revisado_en)
    return session.scalars(select(Lote).where(*before, waits | since).order_by(Lote.id)).all()


def numbers_of(session: Session, ids: set[int]) -> dict[int, str]:
    """Lote id → number."""
    if not ids:
        return {}
    return {i: numero for i, numero in session.execute(select(Lote.id, Lote.numero).where(Lote.id.in_(ids)))}
