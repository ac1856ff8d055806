"""What a lote's page says: steps, progress, problems grouped by code; and when pages that wait ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.files.columns.base import REPARACIONES
from portal.files.explain import Explicacion
from portal.files.problems import FileProblem
from portal.lotes.redacciones import reword
from portal.lotes.vista.problema_dicho import Dicho, explanation, label, say, within
from portal.modelos import Anulacion, Lote, LoteCambio, Problema
from portal.novedades import todas
from portal.revision.plan import plan

#: (age of the lote below, polling interval): a small file is ready soon, a big one has time
PACES = ((5, "500ms"), (20, "1s"), (60, "3s"), (600, "10s"))
SLOWEST = "30s"
FIRST_LINES = 3
REPEATED = "DUP-01"
#: the aviso that a sueldo falls by more than half: the effects say it too
MSU_FALLS = "MSU-03"
#: states, of lotes and of annulments, in which it is the portal's turn
WAITING = ("recibido", "en_cola", "revisando", "registrando", "fallido", "pedida", "fallida")


@dataclass(frozen=True)
class Grupo:
    """All lines with one code; the first few in full."""

    explicacion: Explicacion
    lineas: int
    primeras: list[Dicho]

    @property
    def hay_mas(self) -> bool:
        """Whether there is more to see in the list of its lines."""
        return self.lineas > 1 or not self.primeras

    @property
    def lista(self) -> str:
        """The list of lines that holds these, as `lineas.ESTADOS` names it."""
        if self.explicacion.nivel != "nota":
            return self.explicacion.nivel
        return "repetida" if self.explicacion.codigo == REPEATED else "ya_registrada"

    @property
    def por_codigo(self) -> bool:
        """Whether that list holds lines with other codes, too."""
        return self.explicacion.nivel != "nota"


@dataclass(frozen=True)
class Reparacion:
    """One kind of repair in one field."""

    texto: str
    campo: str
    lineas: int

    @property
    def en(self) -> str:
        """The field as it is said within a sentence."""
        return within(self.campo)


def pace(work: Lote | Anulacion, now: datetime) -> str:
    """The polling interval of the page of a lote or an annulment, by the time since its last transition."""
    return _pace(_moved(work), now)


def _pace(moved: datetime, now: datetime) -> str:
    age = abs(now - moved).total_seconds()  # in the future: from before the clock was set back, so not just now
    return next((every for limit, every in PACES if age < limit), SLOWEST)


def _moved(work: Lote | Anulacion) -> datetime:
    return work.cambiado_en if isinstance(work, Lote) else work.cambiada_en


def version(work: Lote | Anulacion, now: datetime, ahead: int = 0) -> str:
    """What changes when the page has something new to show."""
    return version_of(work.estado, work.version, _moved(work), now, ahead)


def version_of(estado: str, version: int, moved: datetime, now: datetime, ahead: int = 0) -> str:
    """The same from a few columns. A due change of the polling interval counts. So does the place in the queue, which
    changes without the lote: one by one near the front, further back by tens and hundreds. Otherwise a thousand waiting
    pages would be rendered anew for every finished file."""
    said = f"{version}-{_pace(moved, now)}" if estado in WAITING else str(version)
    return f"{said}-{_rough(ahead)}" if ahead else said


def _rough(number: int) -> int:
    """Its first digit and noughts: 7, 40, 300."""
    step = 10 ** (len(str(number)) - 1)
    return int(number // step * step)


def polls(work: Lote | Anulacion) -> bool:
    """Whether the page still waits for us."""
    return work.estado in WAITING


def moments(session: Session, lote: Lote) -> dict[str, datetime]:
    """State → when the lote last came to it."""
    found = select(LoteCambio.a, LoteCambio.en).where(LoteCambio.lote_id == lote.id).order_by(LoteCambio.id)
    return {a: en for a, en in session.execute(found)}


def groups(session: Session, lote: Lote, nivel: str) -> list[Grupo]:
    """Problems of that level by code, most lines first."""
    counted = sorted((lote.por_codigo or {}).items(), key=lambda item: (-item[1], item[0]))
    wanted = [(codigo, n) for codigo, n in counted if explanation(session, codigo).nivel == nivel]
    return [Grupo(explanation(session, codigo), n, _first(session, lote, codigo)) for codigo, n in wanted]


def _first(session: Session, lote: Lote, codigo: str) -> list[Dicho]:
    found = select(Problema).where(Problema.lote_id == lote.id, Problema.codigo == codigo)
    first = session.scalars(found.order_by(Problema.linea).limit(FIRST_LINES))
    return say(session, lote.empleador_id, todas()[lote.movimiento], first)


def blames_history(lote: Lote) -> bool:
    """Whether some line is in error because of the labour history as it was at the check."""
    asked = plan(todas()[lote.movimiento]).preguntas
    codes = {p.regla.codigo for p in asked if p.usa_historia and p.regla.nivel == "error"}
    return bool(codes & (lote.por_codigo or {}).keys())


def repairs(lote: Lote) -> list[Reparacion]:
    """The repairs made while reading, in words."""
    nov = todas()[lote.movimiento]
    return [Reparacion(REPARACIONES[r["codigo"]], label(nov, r["campo"]), r["lineas"]) for r in lote.reparaciones or []]


def fault(session: Session, lote: Lote) -> FileProblem | None:
    """Why the whole file was refused, in the words in force."""
    if not lote.falla:
        return None
    datos = dict(lote.falla)
    return reword(session, FileProblem(str(datos.pop("codigo")), **datos))


def remaining(lote: Lote, since: datetime | None, now: datetime) -> timedelta | None:
    """How long the check still takes at the pace it has gone so far; None while nothing can be said."""
    if not since or since > now or not lote.leidas or not lote.revisadas or lote.revisadas >= lote.leidas:
        return None
    per_line = (now - since).total_seconds() / lote.revisadas
    return timedelta(seconds=per_line * (lote.leidas - lote.revisadas))
