"""What is due when: each day of a month with the novedades whose time limit ends on it, by the limits in force."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from portal.catalogos import add_working_days, holiday_names, is_working_day
from portal.novedades import Novedad, todas


@dataclass(frozen=True)
class Vence:
    """A time limit that ends: the movements, and the day (or, for those of a whole month, its last day) it is of."""

    novedades: tuple[Novedad, ...]
    del_dia: date
    del_mes: bool

    @property
    def codigos(self) -> list[str]:
        return [nov.codigo for nov in self.novedades]


@dataclass(frozen=True)
class DiaDelMes:
    """A day of the calendar; `feriado` its holiday's name."""

    fecha: date
    laborable: bool
    feriado: str
    vencen: list[Vence]


def month(anio: int, mes: int, plazo_entrada: int, plazo_habiles: int) -> list[DiaDelMes]:
    """The days of a month that are no plain working days without anything due, and all that is due on each."""
    days = [date(anio, mes, n + 1) for n in range(calendar.monthrange(anio, mes)[1])]
    due = _due(days[0], days[-1], plazo_entrada, plazo_habiles)
    names = holiday_names(anio)
    return [DiaDelMes(day, is_working_day(day), names.get(day, ""), due.get(day, [])) for day in days]


def _due(first: date, last: date, plazo_entrada: int, plazo_habiles: int) -> dict[date, list[Vence]]:
    entries = tuple(n for n in todas().values() if n.plazo == "entrada")
    dated = tuple(n for n in todas().values() if n.plazo != "entrada" and n.fecha)
    monthly = tuple(n for n in todas().values() if n.plazo != "entrada" and not n.fecha)
    due: dict[date, list[Vence]] = {}
    own = first - timedelta(days=max(plazo_entrada, 3 * plazo_habiles + 14))
    while own <= last:
        by_working_days = add_working_days(own, plazo_habiles)
        due.setdefault(own + timedelta(days=plazo_entrada), []).append(Vence(entries, own, False))
        due.setdefault(by_working_days, []).append(Vence(dated, own, False))
        if (own + timedelta(days=1)).day == 1:
            due.setdefault(by_working_days, []).append(Vence(monthly, own, True))
        own += timedelta(days=1)
    return due
