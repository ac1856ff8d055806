"""Queries of pages about lotes. One that is out of the visitor's scope does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, defer, joinedload

from portal.lotes.estados import EN_CURSO
from portal.modelos import Ambito, Lote
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


_MENDING = aliased(Lote)
_CAME_BACK = select(func.coalesce(func.sum(_MENDING.leidas), 0)).where(
    _MENDING.corrige_id == Lote.id, _MENDING.estado == "registrado"
)
#: lines in error of a registered lote that nobody has sent back and had registered
_TO_MEND = Lote.con_error - _CAME_BACK.correlate(Lote).scalar_subquery()
#: columns of findings, which lists do not show; each row's are read only to be thrown away
_FINDINGS = (Lote.entendido, Lote.lectura, Lote.pregunta, Lote.reparaciones, Lote.por_codigo, Lote.efectos, Lote.falla)
_WITHOUT_FINDINGS = tuple(defer(column, raiseload=True) for column in _FINDINGS)
_WITH_NAMES = (joinedload(Lote.archivo), joinedload(Lote.cuenta), joinedload(Lote.decisor))


def find(session: Session, numero: str, ambito: Ambito | None) -> Lote | None:
    """The lote of that number in that scope (None: any, for staff)."""
    wanted = select(Lote).where(Lote.numero == numero).options(*_WITH_NAMES, joinedload(Lote.empleador))
    if ambito is not None:
        wanted = wanted.where(*ambito.de(Lote))
    return session.scalar(wanted)


def followed(session: Session, token: str) -> Lote | None:
    """The lote of that token, for its counts: whoever has the token may read them, and nothing else of it."""
    wanted = select(Lote).where(Lote.seguimiento == token).options(*_WITHOUT_FINDINGS)
    return session.scalar(wanted) if token.isascii() and token.isprintable() else None


def list_lotes(session: Session, ambito: Ambito, movimiento: str, estado: str, pagina: int) -> Pagina:
    """Newest first; empty filters take all."""
    mine = ambito.de(Lote)
    mine += [Lote.movimiento == movimiento] if movimiento else []
    mine += [Lote.estado == estado] if estado else []
    total = session.scalar(select(func.count()).select_from(Lote).where(*mine)) or 0
    here = select(Lote.id).where(*mine).order_by(Lote.id.desc())  # the ids first: skipped rows need no join
    here = here.limit(POR_PAGINA).offset((pagina - 1) * POR_PAGINA)
    found = select(Lote).where(Lote.id.in_(here.subquery().select()))
    found = found.options(joinedload(Lote.archivo), *_WITHOUT_FINDINGS)
    rows = session.scalars(found.order_by(Lote.id.desc()))
    return Pagina(list(rows), pagina, total)


def pending(session: Session, ambito: Ambito, desde: date, limit: int = 20) -> list[Lote]:
    """Lotes that wait for the employer or for us: those to decide first, then unfinished ones, then those received
    since `desde` with lines still to be corrected, then those with nothing to register. The newest of each first."""
    waiting = select(Lote).where(*ambito.de(Lote), or_(Lote.estado.in_(("revisado", *EN_CURSO)), _in_part(desde)))
    undecided = Lote.estado == "revisado"
    first = case((undecided & (Lote.correctas == 0), 3), (undecided, 0), (Lote.estado == "registrado", 2), else_=1)
    found = waiting.options(joinedload(Lote.archivo), *_WITHOUT_FINDINGS)
    found = found.order_by(first, Lote.id.desc()).limit(limit)
    return list(session.scalars(found))


def _in_part(desde: date) -> ColumnElement[bool]:
    """Registered since that business date, and not whole. Older lines could not be mended here any more."""
    return and_(Lote.estado == "registrado", Lote.con_error > 0, Lote.fecha_negocio >= desde, _TO_MEND > 0)


def to_mend(session: Session, lotes: Iterable[Lote]) -> dict[int, int]:
    """Lote id → its lines in error that came back in no registered lote, for those of these lotes that have some.

    A line that came back counts as dealt with however it ended: in error again, it is that other lote's to be mended.
    """
    ids = [lote.id for lote in lotes if lote.estado == "registrado" and lote.con_error]
    if not ids:
        return {}
    left = select(Lote.id, _TO_MEND).where(Lote.id.in_(ids), _TO_MEND > 0)
    return {lote_id: int(lines) for lote_id, lines in session.execute(left)}


def last_sent(session: Session, ambito: Ambito) -> dict[str, datetime]:
    """Movement → when its last file was sent."""
    last = select(Lote.movimiento, func.max(Lote.recibido_en)).where(*ambito.de(Lote))
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


def earlier_undecided(session: Session, lote: Lote, ambito: Ambito | None = None) -> Sequence[Lote]:
    """Hires and leaves sent before a lote that had not been decided when it was checked, and still may be or were
    registered since: lines of the lote may be in error only because of them. Those in `ambito` (None: all)."""
    before = ambito.de(Lote) if ambito else []
    before += [Lote.empleador_id == lote.empleador_id, Lote.id < lote.id, Lote.movimiento.in_(("ENT", "SAL"))]
    waits = (Lote.estado == "revisado") & (Lote.correctas > 0)
    since = Lote.estado.in_(("registrando", "fallido", "registrado")) & (Lote.decidido_en > lote.revisado_en)
    found = session.scalars(select(Lote).where(*before, waits | since).order_by(Lote.id))
    return [one for one in found if not one.no_se_registra]


def numbers_of(session: Session, ids: set[int]) -> dict[int, str]:
    """Lote id → number."""
    if not ids:
        return {}
    return {i: numero for i, numero in session.execute(select(Lote.id, Lote.numero).where(Lote.id.in_(ids)))}
