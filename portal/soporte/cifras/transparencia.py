"""What the public may read of the portal's work: attentions and complaints by month, times, first tries, problems.

The past of attentions and complaints is the institute's own series; ours begins where that ends and the portal has
figures. What rests on fewer than `FEW` lotes is left out here, for page and files alike: nobody's lote is recognised.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogos import DATA
from portal.modelos import CifraMensual
from portal.soporte.cifras.cifras import TODAS, after, period_of

FEW = 5
YEARS = 3  # of the page; the file has all
MONTHS = 12
TOP = 10
OFICIAL = "Ficha oficial del trámite, sección Transparencia"
PORTAL = "Portal de Cargas Batch"


@dataclass(frozen=True)
class Mes:
    """One month. `periodo` is AAAAMM; None where nobody has a figure. `terminado` is false for the running month."""

    periodo: int
    quejas: int | None
    atenciones: int | None
    fuente: str = OFICIAL
    terminado: bool = True


@dataclass(frozen=True)
class Tiempos:
    """What may be said of a movement (or all, TODAS) in a month: lotes, milliseconds by percentile, and per mille of
    lotes that were right at the first try. None: fewer than FEW lotes."""

    periodo: int
    novedad: str
    terminado: bool
    revisados: int | None
    resultado_p50: int | None
    resultado_p95: int | None
    registrados: int | None
    registro_p50: int | None
    registro_p95: int | None
    bien: int | None


@dataclass(frozen=True)
class Frecuente:
    """A code with its lines and the lotes they are in."""

    codigo: str
    lineas: int
    lotes: int


@dataclass(frozen=True)
class Cifras:
    """The portal's own last months, oldest first. `por_novedad`: the last month that is over and has enough lotes, else
    the running one. `otros`: codes in fewer than FEW lotes. `calculadas_en`: the latest reckoning."""

    meses: list[Tiempos]
    todas: list[Tiempos]
    por_novedad: list[Tiempos]
    frecuentes: list[Frecuente]
    otros: int
    calculadas_en: datetime | None

    @property
    def con_tiempos(self) -> int:
        """Of how many months there is a time of answer."""
        return sum(mes.resultado_p95 is not None for mes in self.meses)


@cache
def official_series() -> tuple[Mes, ...]:
    """Complaints and attentions by month as the institute publishes them, newest first."""
    with (DATA / "atenciones_oficiales.csv").open(encoding="utf-8", newline="") as file:
        months = [
            Mes(int(row["anio"]) * 100 + int(row["mes"]), int(row["quejas"]), int(row["atenciones"]))
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(months, key=lambda mes: -mes.periodo))


def months(session: Session, now: datetime) -> list[Mes]:
    """Every month from the first of the official series to the running one, oldest first."""
    datos, running = CifraMensual.datos, period_of(now)
    own = select(CifraMensual.periodo, datos["quejas"].as_integer(), datos["atenciones"].as_integer())
    known = {p: Mes(p, quejas, atenciones, PORTAL, p < running) for p, quejas, atenciones in session.execute(own)}
    known |= {mes.periodo: mes for mes in official_series()}
    period, found = official_series()[-1].periodo, []
    while period <= max(running, official_series()[0].periodo):
        found.append(known.get(period) or Mes(period, None, None, "", period < running))
        period = after(period)
    return found


def figures(session: Session, now: datetime) -> Cifras:
    """The last twelve months of the portal's own work."""
    last = select(CifraMensual).order_by(CifraMensual.periodo.desc()).limit(MONTHS)
    rows = [row for row in reversed(session.scalars(last).all()) if row.periodo > _a_year_before(period_of(now))]
    every = [_times(row, novedad, period_of(now)) for row in rows for novedad in row.datos["novedades"]]
    together = [one for one in every if one.novedad == TODAS]
    enough = [one.periodo for one in together if one.revisados is not None]
    ended = [one.periodo for one in together if one.revisados is not None and one.terminado]
    chosen = (ended or enough or [0])[-1]
    frequent, others = _frequent(rows)
    return Cifras(
        together,
        every,
        [one for one in every if one.periodo == chosen],
        frequent,
        others,
        max((row.calculada_en for row in rows), default=None),
    )


def _a_year_before(period: int) -> int:
    return period - 100


def _times(row: CifraMensual, novedad: str, running: int) -> Tiempos:
    known: dict[str, int | None] = row.datos["novedades"][novedad]

    def if_enough(name: str, among: str) -> int | None:
        return known[name] if (known[among] or 0) >= FEW else None

    return Tiempos(
        periodo=row.periodo,
        novedad=novedad,
        terminado=row.periodo < running,
        revisados=if_enough("revisados", "revisados"),
        resultado_p50=if_enough("resultado_p50", "revisados"),
        resultado_p95=if_enough("resultado_p95", "revisados"),
        registrados=if_enough("registrados", "registrados"),
        registro_p50=if_enough("registro_p50", "registrados"),
        registro_p95=if_enough("registro_p95", "registrados"),
        bien=per_mille(known["bien"] or 0, known["primeros"] or 0),
    )


def per_mille(part: int, whole: int) -> int | None:
    """Rounded half up; None of fewer than FEW."""
    return (2000 * part + whole) // (2 * whole) if whole >= FEW else None


def _frequent(rows: list[CifraMensual]) -> tuple[list[Frecuente], int]:
    lines: Counter[str] = Counter()
    lotes: Counter[str] = Counter()
    for row in rows:
        codes: dict[str, Any] = row.datos["codigos"]
        lines.update({codigo: counted[0] for codigo, counted in codes.items()})
        lotes.update({codigo: counted[1] for codigo, counted in codes.items()})
    shown = [Frecuente(codigo, lines[codigo], n) for codigo, n in lotes.items() if n >= FEW]
    shown.sort(key=lambda one: (-one.lineas, one.codigo))
    return shown[:TOP], len(lotes) - len(shown)


def duration(ms: int | None) -> str:
    """`0,04 s`, `1,4 s`, `12 s`, `3 min 5 s`, `2 h 5 min`, as people say it; `–` for none."""
    if ms is None:
        return "–"
    if ms < 995:
        return f"0,{(ms + 5) // 10:02d} s"
    if ms < 9_950:
        return f"{(ms + 50) // 1000},{(ms + 50) // 100 % 10} s"
    seconds = (ms + 500) // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def share(mille: int | None) -> str:
    """833 → `83,3 %`."""
    return "–" if mille is None else f"{mille // 10},{mille % 10} %"
