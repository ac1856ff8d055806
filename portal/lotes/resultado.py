"""What a lote's page says: steps, progress, the sum, the effects, problems grouped by code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.files.columns.base import REPARACIONES
from portal.files.explain import Explicacion
from portal.files.problems import FileProblem
from portal.lotes.palabras import Dicho, explanation, label, say
from portal.modelos import Lote, LoteCambio, Problema
from portal.novedades import Novedad, todas

#: (age of the lote below, pace of polling): a small file is ready at once, a big one has time
PACES = ((5, "500ms"), (20, "1s"), (60, "3s"), (600, "10s"))
SLOWEST = "30s"
FIRST_LINES = 3


@dataclass(frozen=True)
class Grupo:
    """All lines with one code; the first few in full."""

    explicacion: Explicacion
    lineas: int
    primeras: list[Dicho]


@dataclass(frozen=True)
class Reparacion:
    """One kind of repair in one field."""

    texto: str
    campo: str
    lineas: int


def pace(lote: Lote, now: datetime) -> str:
    """How often the page of a lote asks, by the time since its last move."""
    age = (now - lote.cambiado_en).total_seconds()
    return next((every for limit, every in PACES if age < limit), SLOWEST)


def version(lote: Lote, now: datetime) -> str:
    """What changes when the page has something new to show; a due change of pace counts."""
    return f"{lote.version}-{pace(lote, now)}" if polls(lote) else str(lote.version)


def polls(lote: Lote) -> bool:
    """Whether the page still waits for us."""
    return lote.estado in ("recibido", "en_cola", "revisando", "registrando", "fallido")


def moments(session: Session, lote: Lote) -> dict[str, datetime]:
    """State → when the lote last came to it."""
    found = select(LoteCambio.a, LoteCambio.en).where(LoteCambio.lote_id == lote.id).order_by(LoteCambio.id)
    return {a: en for a, en in session.execute(found)}


def groups(session: Session, lote: Lote, nivel: str) -> list[Grupo]:
    """Problems of that level by code, most lines first."""
    counted = sorted((lote.por_codigo or {}).items(), key=lambda item: (-item[1], item[0]))
    wanted = [(codigo, n) for codigo, n in counted if explanation(codigo).nivel == nivel]
    return [Grupo(explanation(codigo), n, _first(session, lote, codigo)) for codigo, n in wanted]


def _first(session: Session, lote: Lote, codigo: str) -> list[Dicho]:
    found = select(Problema).where(Problema.lote_id == lote.id, Problema.codigo == codigo)
    first = session.scalars(found.order_by(Problema.linea).limit(FIRST_LINES))
    return say(session, lote.empleador_id, todas()[lote.movimiento], first)


def repairs(lote: Lote) -> list[Reparacion]:
    """What was put right while reading, in words."""
    nov = todas()[lote.movimiento]
    return [Reparacion(REPARACIONES[r["codigo"]], label(nov, r["campo"]), r["lineas"]) for r in lote.reparaciones or []]


def fault(lote: Lote) -> FileProblem | None:
    """Why the whole file was refused."""
    if not lote.falla:
        return None
    datos = dict(lote.falla)
    return FileProblem(str(datos.pop("codigo")), **datos)


def remaining(lote: Lote, since: datetime | None, now: datetime) -> timedelta | None:
    """How long the check still takes at the pace it has gone so far; None while nothing can be said."""
    if not since or not lote.leidas or not lote.revisadas or lote.revisadas >= lote.leidas:
        return None
    per_line = (now - since).total_seconds() / lote.revisadas
    return timedelta(seconds=per_line * (lote.leidas - lote.revisadas))


def effects(nov: Novedad, efectos: dict[str, int] | None, done: bool) -> list[tuple[str, int | None]]:
    """What registering does (or did), as sentences with an amount of cents to put at `{}` where there is one."""
    if not efectos or not efectos.get("lineas"):
        return []
    return EFECTOS[nov.efecto](efectos, done)


def _opens(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    n = e["lineas"]
    what = "relación" if n == 1 else "relaciones"
    return [
        (f"{_se(n, 'abrió', 'abrieron', 'abre', 'abren', done)} {_n(n)} {what} de trabajo.", None),
        *_payroll(e, done),
    ]


def _closes(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    n = e["lineas"]
    what = "relación" if n == 1 else "relaciones"
    return [
        (f"{_se(n, 'cerró', 'cerraron', 'cierra', 'cierran', done)} {_n(n)} {what} de trabajo.", None),
        *_payroll(e, done),
    ]


def _sets(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    said: list[tuple[str, int | None]] = []
    for name, one, many in (("suben", "sube", "suben"), ("bajan", "baja", "bajan")):
        if n := e[name]:
            said.append(
                (
                    f"{one.capitalize() if n == 1 else many.capitalize()} {_n(n)} {'sueldo' if n == 1 else 'sueldos'}.",
                    None,
                )
            )
    same = e["lineas"] - e["suben"] - e["bajan"]
    if same:
        said.append((f"{_n(same)} {'sueldo queda' if same == 1 else 'sueldos quedan'} igual.", None))
    return said + _payroll(e, done)


def _adds(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    n = e["lineas"]
    verb = "sumaron" if done else "suman"
    return [(f"Se {verb} USD {{}} en {_n(n)} {'línea' if n == 1 else 'líneas'}.", e["suma"])]


def _payroll(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    change = e["planilla"]
    if not change:
        return []
    verb = ("subió" if done else "sube") if change > 0 else ("bajó" if done else "baja")
    return [(f"La planilla {verb} USD {{}} al mes.", abs(change))]


def _se(n: int, past: str, pasts: str, present: str, presents: str, done: bool) -> str:
    return "Se " + ((past if n == 1 else pasts) if done else (present if n == 1 else presents))


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _days(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    return [(f"Se {'registraron' if done else 'registran'} {_n(e['suma'])} días no laborados.", None)]


def _hours(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    return [(f"Se {'registraron' if done else 'registran'} {_n(e['suma'])} horas.", None)]


def _changes(e: dict[str, int], done: bool) -> list[tuple[str, int | None]]:
    n = e["lineas"]
    what = "relación" if n == 1 else "relaciones"
    return [(f"{_se(n, 'cambió', 'cambiaron', 'cambia', 'cambian', done)} de tipo {_n(n)} {what} de trabajo.", None)]


EFECTOS = {
    "abre_relacion": _opens,
    "cierra_relacion": _closes,
    "fija_sueldo": _sets,
    "suma_al_periodo": _adds,
    "fija_dias": _days,
    "fija_horas": _hours,
    "cambia_relacion": _changes,
}
