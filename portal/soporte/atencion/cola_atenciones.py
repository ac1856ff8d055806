"""The queues of attentions as pages show them: my own, then everybody's; those of the supervisors; solved today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text
from sqlalchemy.orm import Session

from portal import clock
from portal.modelos import Atencion, Cuenta, Llamada, Lote, Rastro
from portal.soporte.atencion.atenciones import numero
from portal.soporte.motivos import MOTIVOS

POR_PAGINA = 25
LOOK_BACK = timedelta(days=31)  # what was begun before and is solved today is not in the list of today
HISTORIA = 50
COLAS = ("abiertas", "supervision", "resueltas")


@dataclass(frozen=True)
class Fila:
    """One attention of a list. `minutos` is the length of the call, None when nobody knows; `falta` says that its
    guided call ended and nobody closed it."""

    id: int
    numero: str
    estado: str
    cuenta_id: int
    agente: str
    empezada_en: datetime
    colgada_en: datetime | None
    resuelta_en: datetime | None
    motivo: str | None
    dicho: str
    codigo: str | None
    nota: str
    lote: str | None
    llamada: bool
    en_linea: bool
    empleador_id: int | None

    @property
    def falta(self) -> bool:
        return self.estado == "en_curso" and not self.en_linea

    @property
    def minutos(self) -> int | None:
        return minutes(self.empezada_en, self.colgada_en) if self.llamada else None


@dataclass(frozen=True)
class Cola:
    """One page of a queue: `numero` from 1, `total` attentions in all."""

    filas: list[Fila]
    numero: int
    total: int

    @property
    def paginas(self) -> int:
        return max(1, -(-self.total // POR_PAGINA))


def minutes(begun: datetime, ended: datetime | None) -> int | None:
    """Whole minutes, one at least; None when there is no end."""
    return max(1, round((ended - begun).total_seconds() / 60)) if ended else None


def queue(session: Session, cola: str, cuenta_id: int, now: datetime, pagina: int) -> Cola:
    """One page of a queue of COLAS as this account sees it, the oldest first; of what is solved the latest."""
    which = _which(cola, cuenta_id, now)
    total = session.scalar(select(func.count(Atencion.id)).outerjoin(*_CALL).where(*which)) or 0
    rows = _rows(now).where(*which)
    if cola == "resueltas":
        rows = rows.order_by(Atencion.resuelta_en.desc(), Atencion.id.desc())
    else:
        first = case((Atencion.cuenta_id == cuenta_id, 0), else_=1), case((Atencion.estado == "en_curso", 0), else_=1)
        rows = rows.order_by(*first, Atencion.empezada_en, Atencion.id)
    found = session.execute(rows.limit(POR_PAGINA).offset((pagina - 1) * POR_PAGINA))
    return Cola([_row(*one) for one in found], pagina, total)


def one(session: Session, atencion_id: int, now: datetime) -> Fila | None:
    """One attention."""
    found = session.execute(_rows(now).where(Atencion.id == atencion_id)).one_or_none()
    return _row(*found) if found else None


def history(session: Session, fila: Fila) -> list[tuple[datetime, str, str]]:
    """(when, `rastro_dicho.QUE` key, who), the oldest first."""
    of_it = Rastro.empleador_id == fila.empleador_id if fila.empleador_id else Rastro.empleador_id.is_(None)
    acts = select(Rastro.en, Rastro.que, Cuenta.nombre).join(Cuenta, Cuenta.id == Rastro.cuenta_id)
    acts = acts.where(of_it, Rastro.detalle == fila.numero).order_by(Rastro.id).limit(HISTORIA)
    return [(en, que, nombre) for en, que, nombre in session.execute(acts)]


def day_start(now: datetime) -> datetime:
    """When Ecuador's present day began, naive UTC."""
    here = clock.local(now)
    begun = datetime.combine(here.date(), time.min, here.tzinfo)
    return now - (here - begun)


#: modelos.atencion.SIN_RESOLVER, qualified for joins with other tables that have an `estado`; uses the partial index
_SIN_RESOLVER = text("atencion.estado <> 'resuelta'")
_CALL = (Llamada, Llamada.id == Atencion.llamada_id)
_ENDED = or_(Llamada.id.is_(None), Llamada.terminada_en.is_not(None))


def _which(cola: str, cuenta_id: int, now: datetime) -> list[ColumnElement[bool]]:
    if cola == "resueltas":
        recent = Atencion.empezada_en >= now - LOOK_BACK
        return [recent, Atencion.estado == "resuelta", Atencion.resuelta_en >= day_start(now)]
    if cola == "supervision":
        return [and_(_SIN_RESOLVER, Atencion.estado == "escalada")]
    over = or_(Atencion.cuenta_id == cuenta_id, _ENDED, Llamada.vence_en <= now)
    hanging = and_(Atencion.estado == "en_curso", over)
    return [and_(_SIN_RESOLVER, or_(Atencion.estado == "abierta", hanging))]


def _rows(now: datetime) -> Select[Atencion, str, str, bool]:
    on_line = and_(Llamada.id.is_not(None), Llamada.terminada_en.is_(None), Llamada.vence_en > now)
    rows = select(Atencion, Cuenta.nombre, Lote.numero, on_line).join(Cuenta, Cuenta.id == Atencion.cuenta_id)
    return rows.outerjoin(Lote, Lote.id == Atencion.lote_id).outerjoin(*_CALL)


def _row(row: Atencion, agente: str, lote: str | None, en_linea: bool) -> Fila:
    return Fila(
        id=row.id,
        numero=numero(row.id),
        estado=row.estado,
        cuenta_id=row.cuenta_id,
        agente=agente,
        empezada_en=row.empezada_en,
        colgada_en=row.colgada_en,
        resuelta_en=row.resuelta_en,
        motivo=row.motivo,
        dicho=MOTIVOS.get(row.motivo or "", "Sin motivo todavía"),
        codigo=row.codigo,
        nota=row.nota,
        lote=lote,
        llamada=row.llamada_id is not None,
        en_linea=bool(en_linea),
        empleador_id=row.empleador_id,
    )
