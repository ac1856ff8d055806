"""What the portal did in a month, computed from its rows and stored (`cifra_mensual`) for the public page.

A month is one of Ecuador's clock, and a lote belongs to the month in which it was received. Percentiles are exact, by
nearest rank: the least duration that so many per cent of the lotes did not exceed. Durations are whole milliseconds,
computed here and not by the database, so that both databases give the same.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal import clock
from portal.db import Database
from portal.modelos import Atencion, CifraMensual, Lote, Queja
from portal.revision.diccionario import entradas

#: all movements together
TODAS = "TODAS"
#: states in which nothing more is measured of a lote
SETTLED = ("registrado", "rechazado", "desistido", "anulado")
#: a transaction may commit this long after the moment that it wrote
LATE = timedelta(minutes=5)
#: rows of lotes in memory at a time
PART = 2_000
PROBLEMS = ("error", "archivo")  # levels that keep a line or a file from being registered
_MS = timedelta(milliseconds=1)

_COLUMNS = (
    Lote.movimiento,
    Lote.estado,
    Lote.recibido_en,
    Lote.revisado_en,
    Lote.decidido_en,
    Lote.registrado_en,
    Lote.corrige_id,
    Lote.con_error,
    Lote.cambiadas,
    Lote.por_codigo,
    Lote.falla,
)


def period_of(instant: datetime) -> int:
    """The month (AAAAMM) that Ecuador's clock shows at a stored instant."""
    here = clock.local(instant)
    return here.year * 100 + here.month


def after(period: int) -> int:
    """The next month: 202612 → 202701."""
    return period + 1 if period % 100 < 12 else period + 89


def bounds(period: int) -> tuple[datetime, datetime]:
    """The first instant of a month and the first one after it, naive UTC."""
    return _start(period), _start(after(period))


def _start(period: int) -> datetime:
    first = datetime(period // 100, period % 100, 1, tzinfo=clock.ECUADOR)
    return first.astimezone(UTC).replace(tzinfo=None)


def nearest_rank(ordered: array[int], percent: int) -> int | None:
    """The percentile of durations in their order; None of none."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


@dataclass
class _Movimiento:
    """The lotes of one movement in a month; eight bytes for each duration."""

    resultado: array[int] = field(default_factory=lambda: array("q"))
    registro: array[int] = field(default_factory=lambda: array("q"))
    primeros: int = 0
    bien: int = 0

    def add(self, lote: Row[Any]) -> None:
        if lote.revisado_en is None:
            return
        self.resultado.append(_lasted(lote.recibido_en, lote.revisado_en))
        if lote.corrige_id is None:
            self.primeros += 1
            self.bien += not lote.falla and lote.con_error <= lote.cambiadas  # those were right when they were checked
        if lote.registrado_en is not None and lote.decidido_en is not None:
            self.registro.append(_lasted(lote.decidido_en, lote.registrado_en))

    def join(self, other: _Movimiento) -> None:
        self.resultado.extend(other.resultado)
        self.registro.extend(other.registro)
        self.primeros += other.primeros
        self.bien += other.bien

    def figures(self) -> dict[str, int | None]:
        """As stored: counts, and milliseconds by percentile."""
        found: dict[str, int | None] = {"revisados": len(self.resultado), "registrados": len(self.registro)}
        found |= {"primeros": self.primeros, "bien": self.bien}
        for name, durations in (("resultado", self.resultado), ("registro", self.registro)):
            ordered = array("q", sorted(durations))
            found |= {f"{name}_p{percent}": nearest_rank(ordered, percent) for percent in (50, 95)}
        return found


def _lasted(since: datetime, until: datetime) -> int:
    return max(0, (until - since) // _MS)  # the clocks of two machines may differ


def work_out(session: Session, period: int) -> dict[str, Any]:
    """The figures of a month as `CifraMensual.datos` has them; codes with their lines and lotes."""
    start, end = bounds(period)
    movements: defaultdict[str, _Movimiento] = defaultdict(_Movimiento)
    lines: Counter[str] = Counter()
    lotes: Counter[str] = Counter()
    unsettled = 0
    for lote in _lotes(session, start, end):
        movements[lote.movimiento].add(lote)
        unsettled += lote.estado not in SETTLED
        said = _problems(lote)
        lines.update(said)
        lotes.update(said.keys())
    return {
        "atenciones": _count(session, Atencion.empezada_en, start, end),
        "quejas": _count(session, Queja.creada_en, start, end),
        "novedades": {name: one.figures() for name, one in [*sorted(movements.items()), (TODAS, _all(movements))]},
        "codigos": {codigo: [lines[codigo], lotes[codigo]] for codigo in sorted(lines)},
        "sin_terminar": unsettled,
    }


def _lotes(session: Session, start: datetime, end: datetime) -> Iterator[Row[Any]]:
    of_month = select(*_COLUMNS).where(Lote.recibido_en >= start, Lote.recibido_en < end)
    yield from session.execute(of_month.execution_options(yield_per=PART))


def _problems(lote: Row[Any]) -> dict[str, int]:
    """Code → lines; a refused file counts as one."""
    found = dict(lote.por_codigo or {}) | ({lote.falla["codigo"]: 1} if lote.falla else {})
    known = entradas()
    return {code: n for code, n in found.items() if code in known and known[code].explicacion.nivel in PROBLEMS}


def _all(movements: dict[str, _Movimiento]) -> _Movimiento:
    together = _Movimiento()
    for one in movements.values():
        together.join(one)
    return together


def _count(session: Session, when: InstrumentedAttribute[datetime], start: datetime, end: datetime) -> int:
    return session.scalar(select(func.count()).where(when >= start, when < end)) or 0


def fill_figures(database: Database, now: datetime, at_most: int | None = None) -> bool:
    """Computes the running month, and those ended ones that are missing or stale; the oldest first, no more than
    `at_most`. True when more is to be done. It blocks nobody: each month is one row in a transaction of its own."""
    with database.reading() as session:
        stale = list(_stale(session, now))
    for period in stale[:at_most]:
        with database.reading() as session:
            datos = work_out(session, period)
        _keep(database, period, datos, now)
    return at_most is not None and len(stale) > at_most


def _stale(session: Session, now: datetime) -> Iterable[int]:
    kept = {row.periodo: row for row in session.execute(select(CifraMensual.periodo, CifraMensual.calculada_en))}
    period, running = _first(session), period_of(now)
    while period is not None and period < running:
        worked_out = kept[period].calculada_en if period in kept else None
        if worked_out is None or worked_out < bounds(period)[1] + LATE or _changed(session, period, worked_out):
            yield period
        period = after(period)
    if period is not None:
        yield running


def _first(session: Session) -> int | None:
    """The first month with anything to count."""
    columns = (Lote.recibido_en, Atencion.empezada_en, Queja.creada_en)
    found = [when for column in columns if (when := session.scalar(select(func.min(column)))) is not None]
    return period_of(min(found)) if found else None


def _changed(session: Session, period: int, worked_out: datetime) -> bool:
    """Whether the month is stale: a lote of it was not settled then, and one has changed since."""
    unsettled = select(CifraMensual.datos["sin_terminar"].as_integer()).where(CifraMensual.periodo == period)
    if not session.scalar(unsettled):
        return False
    start, end = bounds(period)
    of_month = select(Lote.id).where(Lote.recibido_en >= start, Lote.recibido_en < end)
    return session.scalar(of_month.where(Lote.cambiado_en > worked_out - LATE).limit(1)) is not None


def _keep(database: Database, period: int, datos: dict[str, Any], now: datetime) -> None:
    dialect = sqlite if database.is_sqlite else postgresql
    row = dialect.insert(CifraMensual).values(periodo=period, calculada_en=now, datos=datos)
    new = {"calculada_en": row.excluded.calculada_en, "datos": row.excluded.datos}
    with database.writing() as session:
        session.execute(row.on_conflict_do_update(index_elements=["periodo"], set_=new))
