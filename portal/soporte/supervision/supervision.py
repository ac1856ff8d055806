"""What supervisors look at: what needs a hand now, the agents' work of a month, the problems behind the calls.

Each asks a constant number of questions, of one month or of a partial index.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.lotes.vista.problema_dicho import explanation
from portal.modelos import Anulacion, Atencion, CifraMensual, Cuenta, Lote, Queja, Rastro
from portal.modelos.anulacion import POR_ANULAR
from portal.modelos.atencion import SIN_RESOLVER
from portal.modelos.lote import PENDIENTE
from portal.modelos.queja import SIN_RESPUESTA
from portal.soporte.cifras.cifras import bounds

STAFF = ("soporte", "supervisor")
MOST = 100  # problems shown of a month


@dataclass(frozen=True)
class PorHacer:
    """How much needs a hand now."""

    escaladas: int
    quejas: int
    fallidos: int
    bloqueadas: int


@dataclass
class Agente:
    """One agent's work of a month, only counts; minutes are of calls with a code."""

    nombre: str
    rol: str
    atenciones: int = 0
    resueltas: int = 0
    minutos: list[float] = field(default_factory=list)
    abiertas: int = 0
    escaladas: int = 0
    miradas: int = 0

    @property
    def parte(self) -> int | None:
        """The share that was solved, in per cent."""
        return round(100 * self.resueltas / self.atenciones) if self.atenciones else None

    def percentil(self, percent: int) -> int | None:
        """Whole minutes, one at least, by nearest rank."""
        ordered = sorted(self.minutos)
        return max(1, round(ordered[-(-percent * len(ordered) // 100) - 1])) if ordered else None


@dataclass(frozen=True)
class PorCodigo:
    """A problem behind calls: calls of the month, lines and lotes that had it (None: not reckoned yet)."""

    codigo: str
    titulo: str
    llamadas: int
    lineas: int | None
    lotes: int | None

    @property
    def por_mil(self) -> int | None:
        """Calls per thousand lotes that had the code."""
        return round(1000 * self.llamadas / self.lotes) if self.lotes else None


def to_do(session: Session) -> PorHacer:
    """Counts, by the partial indexes."""
    escaladas = select(func.count(Atencion.id)).where(SIN_RESOLVER, Atencion.estado == "escalada")
    quejas = select(func.count(Queja.id)).where(SIN_RESPUESTA)
    lotes = select(func.count(Lote.id)).where(PENDIENTE, Lote.estado == "fallido")
    anulaciones = select(func.count(Anulacion.id)).where(POR_ANULAR, Anulacion.estado == "fallida")
    bloqueadas = select(func.count(Cuenta.id)).where(Cuenta.bloqueada_en.is_not(None))
    counts = [session.scalar(one) or 0 for one in (escaladas, quejas, lotes, anulaciones, bloqueadas)]
    return PorHacer(counts[0], counts[1], counts[2] + counts[3], counts[4])


def agents(session: Session, period: int) -> list[Agente]:
    """Everybody of the staff, whoever attended most first."""
    start, end = bounds(period)
    staff = session.execute(select(Cuenta.id, Cuenta.nombre, Cuenta.rol).where(Cuenta.rol.in_(STAFF))).all()
    found = {cuenta_id: Agente(nombre, rol) for cuenta_id, nombre, rol in staff}
    values = Atencion.cuenta_id, Atencion.estado, Atencion.llamada_id, Atencion.empezada_en, Atencion.colgada_en
    for cuenta_id, estado, call, begun, ended in session.execute(
        select(*values).where(Atencion.empezada_en >= start, Atencion.empezada_en < end)
    ):
        if agent := found.get(cuenta_id):
            agent.atenciones += 1
            agent.resueltas += estado == "resuelta"
            if call and ended:
                agent.minutos.append((ended - begun).total_seconds() / 60)
    _open_now(session, found)
    _from_trail(session, found, start, end)
    return sorted(found.values(), key=lambda one: (-one.atenciones, one.nombre))


def problems(session: Session, period: int) -> tuple[list[PorCodigo], datetime | None]:
    """The problems that people called for, most calls first; and when the month's lotes were reckoned, if they were."""
    start, end = bounds(period)
    calls = select(Atencion.codigo, func.count()).where(Atencion.empezada_en >= start, Atencion.empezada_en < end)
    counted = Counter({c: n for c, n in session.execute(calls.group_by(Atencion.codigo)) if c})
    figures = session.get(CifraMensual, period)
    known: dict[str, list[int]] = figures.datos.get("codigos", {}) if figures else {}
    found = []
    for codigo, n in counted.most_common(MOST):
        lines, lotes = known.get(codigo, (0, 0)) if figures else (None, None)
        found.append(PorCodigo(codigo, explanation(session, codigo).titulo, n, lines, lotes))
    return found, figures.calculada_en if figures else None


def _open_now(session: Session, found: dict[int, Agente]) -> None:
    rows = select(Atencion.cuenta_id, func.count()).where(SIN_RESOLVER, Atencion.estado != "escalada")
    for cuenta_id, n in session.execute(rows.group_by(Atencion.cuenta_id)):
        if agent := found.get(cuenta_id):
            agent.abiertas = n


def _from_trail(session: Session, found: dict[int, Agente], start: datetime, end: datetime) -> None:
    """What they handed over, and looks at lotes without a call's code."""
    theirs = Rastro.cuenta_id.in_(list(found)), Rastro.en >= start, Rastro.en < end
    what = Rastro.que.in_(("ve_lote", "escala_atencion"))
    rows = select(Rastro.cuenta_id, Rastro.que, Rastro.llamada_id.is_(None), func.count()).where(*theirs, what)
    for cuenta_id, que, without, n in session.execute(
        rows.group_by(Rastro.cuenta_id, Rastro.que, Rastro.llamada_id.is_(None))
    ):
        if que == "escala_atencion":
            found[cuenta_id].escaladas += n
        elif without:
            found[cuenta_id].miradas += n
