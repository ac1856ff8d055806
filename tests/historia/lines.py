"""Files of all movements for a few workers, close in time: hires, leaves, rehires, raises of the past and of the
future, days and amounts of the months around them. Most lines fit the history as it is, some do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.novedades import todas
from portal.novedades.ejemplos import good_line

HOY = date(2026, 11, 10)
BEFORE = date(2026, 9, 21)  # of an earlier day, and judged by it
FOREIGNER = "6178060443"
CEDULAS = ["0912791803", "1710034065", FOREIGNER]
Place = tuple[str, str]
PLACES: list[Place] = [("0001", cedula) for cedula in CEDULAS] + [("0009", cedula) for cedula in CEDULAS[1:]]
OFTEN = ["ENT"] * 8 + ["SAL"] * 7 + ["MSU"] * 7 + ["MND"] * 2
MOVIMIENTOS = OFTEN + sorted(set(todas()) - set(OFTEN))
#: days before the business date: ends of months and their neighbours, the last that is not too late
BACK = [0, 1, 3, 8, 9, 10, 11, 20, 30, 38, 39, 40, 41]
SUELDOS = ["600.00", "700.00", "850.00", "1250.00", "250.00"]


@dataclass(frozen=True)
class Stay:
    """A worker in a sucursal, and the days that a line can speak of: there from the first to the last (None: still)."""

    place: Place
    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Scene:
    """What somebody who writes a file knows. `free`: who can be hired, and from when on; `leaving`: who can leave, and
    from when on; `registered`: movement and text of what is in the history."""

    ruc: str
    hoy: date
    stays: list[Stay]
    free: list[Stay]
    leaving: list[Stay]
    registered: list[tuple[str, str]]

    def fit(self, codigo: str) -> list[Stay]:
        """About whom a line can be: of those who left, too, unless it is another leave."""
        return {"ENT": self.free, "SAL": self.leaving}.get(codigo, self.leaving + self.stays)


class Writer:
    """Writes files as chance has it."""

    def __init__(self, chance: Random, scene: Scene) -> None:
        self.chance, self.scene = chance, scene

    def movimiento(self) -> str:
        """Rather one that somebody can be reported with."""
        codigo = self.chance.choice(MOVIMIENTOS)
        return codigo if self.scene.fit(codigo) else self.chance.choice(MOVIMIENTOS)

    def file(self, codigo: str) -> list[str]:
        """One to seven lines; some repeat one of the file, some are in the history already."""
        texts = [self.line(codigo, stay) for stay in self.about(codigo)]
        if self.chance.random() < 0.15:
            texts.append(self.chance.choice(texts))
        again = [text for movimiento, text in self.scene.registered if movimiento == codigo]
        if again and self.chance.random() < 0.35:
            texts.insert(self.chance.randint(0, len(texts)), self.chance.choice(again))
        return texts

    def about(self, codigo: str) -> list[Stay]:
        """Whom the lines are about: of hires and leaves one for each, of days that are added up rather the same."""
        fit, any_one = self.scene.fit(codigo), Stay(self.chance.choice(PLACES), date.min)
        fit = fit[:1] if codigo == "MND" else fit
        if codigo in ("ENT", "SAL"):
            stays = self.chance.sample(fit, k=self.chance.randint(0, len(fit)))
        else:
            stays = self.chance.choices(fit or [any_one], k=self.chance.randint(1, 4))
            stays += stays[:2] if codigo == "MSU" else []
            stays.sort(key=lambda stay: stay.place)  # so that one chunk has several lines of one worker
        return stays + [any_one] * (not stays or self.chance.random() < 0.15)

    def line(self, codigo: str, stay: Stay) -> str:
        changes = {"sucursal": stay.place[0], "cedula": stay.place[1], **self.own(codigo, stay)}
        changes |= self.chance.choice(ODD) if self.chance.random() < 0.1 else {}
        return ";".join(good_line(todas()[codigo], self.scene.hoy, self.scene.ruc, **changes))

    def own(self, codigo: str, stay: Stay) -> dict[str, str]:
        if codigo in VALUES:
            values = {name: self.chance.choice(texts) for name, texts in VALUES[codigo].items()}
            when = {DATED[codigo]: self.day(codigo, stay)} if codigo in DATED else self.month(stay)
            return {**values, **when}
        first, last = sorted(f"{m['anio']}-{m['mes']}" for m in (self.month(stay), self.month(stay)))
        return {"lapso": f"{first} A {last}"}

    def day(self, codigo: str, stay: Stay) -> str:
        """Of hires and leaves rather an early one: it leaves room for what comes after."""
        near = [self.scene.hoy - timedelta(n) for n in (BACK[:5] if codigo == "MND" else BACK)]
        some = [self.rather(stay.covers, near) for _ in range(3 if codigo in ("ENT", "SAL") else 1)]
        return f"{min(some, key=lambda day: (not stay.covers(day), day)):%Y%m%d}"

    def month(self, stay: Stay) -> dict[str, str]:
        """One on whose last day the worker is there, or any."""
        number = self.scene.hoy.year * 12 + self.scene.hoy.month - 1
        near = [date((n + 1) // 12, (n + 1) % 12 + 1, 1) - timedelta(1) for n in (number, number - 1, number - 2)]
        month = self.rather(stay.covers, near)
        return {"anio": f"{month:%Y}", "mes": f"{month:%m}"}

    def rather(self, fits: Callable[[date], bool], among: list[date]) -> date:
        """One that fits if there is one, and now and then any."""
        fit = [one for one in among if fits(one)] if self.chance.random() < 0.85 else []
        return self.chance.choice(fit or among)


DATED = {"ENT": "fecha_ingreso", "SAL": "fecha_salida", "MND": "fecha_inicio", "RRT": "fecha_cambio"}
DATED |= {"PRA": "fecha_suscripcion"}
VALUES = {
    "ENT": {"sueldo": SUELDOS, "jornada": "112", "sectorial": ["1507500000011"]},
    "SAL": {"causa": "VVT"},
    "MSU": {"sueldo": SUELDOS},
    "INS": {"valor": ["87.50", "10.00"]},
    "RHT": {"horas": ["96", "160"]},
    "MND": {"dias": ["1", "9", "17", "17"]},
    "RRT": {},
    "PRA": {"valor_incremento": ["45.00", "50.00"]},
}
#: another month than the line's own date says, a sucursal or a cédula that is none, no money
ODD = [{"anio": "2026", "mes": "10"}, {"sucursal": "0005"}, {"cedula": "0912791804"}, {"sueldo": "0.00"}]
