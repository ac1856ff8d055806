"""The labour history of one empleador as a plain list of facts: slow, obvious, the truth the portal is held to.

A registered line is a fact; an annulled one stays in the list and counts no more. Relaciones, sueldos, the summary by
month: everything is worked out again from the live facts each time it is asked for. The rules of a line are those of
`tests.revision.reference`; nothing here comes from portal.historia or portal.lotes.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.files.columns import Contexto
from tests.revision import reference
from tests.revision import reference_more as more
from tests.revision.reference import Answer, Problem, Reg, Rel
from tests.revision.reference_effects import WORTH

Lines = list[tuple[int, str]]


@dataclass(eq=False)
class Fact:
    """A registered line. `entrada`: the ENT of its relación (an ENT is its own)."""

    lote: int
    linea: int
    movimiento: str
    values: dict[str, Any]
    entrada: Fact | None = None
    anulacion: int | None = None

    @property
    def live(self) -> bool:
        return self.anulacion is None

    @property
    def opens(self) -> bool:
        return self.movimiento == "ENT"

    @property
    def ent(self) -> Fact:
        return self.entrada or self

    @property
    def place(self) -> tuple[int, int]:
        """The worker in the sucursal."""
        return self.values["sucursal"], self.values["cedula"]

    @property
    def own_date(self) -> str | None:
        """The field with a date of its own, inside the relación."""
        return more.DATED.get(self.movimiento)

    @property
    def periodo(self) -> int:
        return self.values["anio"] * 100 + self.values["mes"]

    @property
    def key(self) -> tuple[int, int, int, str]:
        return reference.key_of(self.movimiento, self.values)

    @property
    def datos(self) -> str:
        return reference.data_of(self.movimiento, self.values)

    @property
    def valor(self) -> int | None:
        return self.values[WORTH[self.movimiento]] if WORTH[self.movimiento] else None


@dataclass
class History:
    """Facts in the order they were registered."""

    facts: list[Fact] = field(default_factory=list)

    def live(self, *movimientos: str) -> list[Fact]:
        return [f for f in self.facts if f.live and (not movimientos or f.movimiento in movimientos)]

    def of(self, ent: Fact, *movimientos: str) -> list[Fact]:
        """What is live of that relación beside its ENT."""
        return [f for f in self.live(*movimientos) if f.entrada is ent]

    def salida(self, ent: Fact) -> Fact | None:
        return next(iter(self.of(ent, "SAL")), None)

    def last_raise(self, ent: Fact, until: int = 999912) -> Fact | None:
        return max((f for f in self.of(ent, "MSU") if f.periodo <= until), key=lambda f: f.periodo, default=None)

    def sueldo(self, ent: Fact, until: int = 999912) -> int:
        """The one in force at the end of a month; without one, the present one."""
        return (self.last_raise(ent, until) or ent).values["sueldo"]

    def payroll(self) -> int:
        """What those who are there earn together, in cents."""
        return sum(self.sueldo(ent) for ent in self.live("ENT") if self.salida(ent) is None)

    # --- for the rules of a line ---

    def rels(self) -> list[Rel]:
        """The relaciones as the reference wants them; their id is the place of their ENT in `facts`."""
        return [self.rel(ent) for ent in self.live("ENT")]

    def rel(self, ent: Fact) -> Rel:
        out, raised, v = self.salida(ent), self.last_raise(ent), ent.values
        return Rel(
            id=self.facts.index(ent),
            sucursal=v["sucursal"],
            cedula=v["cedula"],
            ingreso=v["fecha_ingreso"],
            salida=out.values["fecha_salida"] if out else None,
            jornada=v["jornada"],
            sectorial=v["sectorial"],
            sueldo=self.sueldo(ent),
            ultimo=max((f.periodo for f in self.of(ent)), default=None),
            desde=raised.periodo if raised else None,
            dia=max((f.values[f.own_date] for f in self.of(ent) if f.own_date), default=None),
        )

    def regs(self, movimiento: str) -> list[Reg]:
        return [Reg(*f.key, f.datos, f.lote) for f in self.live(movimiento)]

    def check(self, codigo: str, lines: Lines, ctx: Contexto) -> Answer:
        """What is said of a file."""
        return reference.check(codigo, lines, ctx, self.rels(), self.regs(codigo))

    # --- what changes it ---

    def register(self, lote: int, codigo: str, lines: Lines, ctx: Contexto) -> list[Problem]:
        """One line after the other, each judged against the history as it is then; gives what is said of them."""
        said: list[Problem] = []
        for line in lines:
            answer = self.check(codigo, [line], ctx)
            said += answer.problems
            if answer.totals[1]:
                self.facts.append(self.fact_of(lote, codigo, *line, ctx))
        return said

    def fact_of(self, lote: int, codigo: str, n: int, text: str, ctx: Contexto) -> Fact:
        values = reference.read_line(codigo, n, text, ctx, Counter()).values
        fact = Fact(lote, n, codigo, values)
        if not fact.opens:
            mine = [rel for rel in self.rels() if (rel.sucursal, rel.cedula) == fact.place]
            fact.entrada = self.facts[reference.about(codigo, values, mine).id]
        return fact

    def annul(self, facts: Iterable[Fact], anulacion: int) -> None:
        for fact in facts:
            fact.anulacion = anulacion

    def in_the_way(self, fact: Fact) -> list[Fact]:
        """What has to be annulled before this fact, by the rule: all else of a relación before its ENT, every later
        relación of the worker before a SAL."""
        if fact.opens:
            return self.of(fact)
        if fact.movimiento != "SAL":
            return []
        began = fact.ent.values["fecha_ingreso"]
        return [e for e in self.live("ENT") if e.place == fact.place and e.values["fecha_ingreso"] > began]

    # --- the summary by month ---

    def resumen(self, until: date) -> dict[tuple[int, int], tuple[int, int]]:
        """(sucursal, AAAAMM) → change of people and of payroll against the month before, where there is one."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for ent in self.live("ENT"):
            before = (0, 0)
            for last in months(ent.values["fecha_ingreso"], until):
                now = self.at_end_of(ent, last)
                key = ent.values["sucursal"], last.year * 100 + last.month
                personas, planilla = found.get(key, (0, 0))
                found[key] = personas + now[0] - before[0], planilla + now[1] - before[1]
                before = now
        return {key: change for key, change in found.items() if change != (0, 0)}

    def at_end_of(self, ent: Fact, last: date) -> tuple[int, int]:
        """One person and their sueldo, if they are there on the last day of the month."""
        out = self.salida(ent)
        if out and out.values["fecha_salida"] < last:
            return 0, 0
        return 1, self.sueldo(ent, last.year * 100 + last.month)


def months(first: date, until: date) -> Iterator[date]:
    """The last days of the months from one day's to the one after another's."""
    for number in range(first.year * 12 + first.month - 1, until.year * 12 + until.month + 1):
        anio, mes = number // 12, number % 12 + 1
        yield date(anio, mes, monthrange(anio, mes)[1])


# --- the brute-force law of annulment -------------------------------------------------------------------------------


def could_have_come_about(facts: Iterable[Fact]) -> bool:
    """Whether these facts, from nothing and in their order, each of its own relación, are each acceptable."""
    history = History()
    for fact in facts:
        if not acceptable(history, fact):
            return False
        history.facts.append(fact)
    return True


def acceptable(history: History, fact: Fact) -> bool:
    if any(f.key == fact.key for f in history.live(fact.movimiento)):
        return False
    if fact.opens:
        return all(ended_before(history, ent, fact) for ent in history.live("ENT") if ent.place == fact.place)
    if fact.ent not in history.live("ENT"):
        return False
    rel = history.rel(fact.ent)
    if reference.about(fact.movimiento, fact.values, [rel]) is None:
        return False
    said = reference.of_history(fact.movimiento, fact.values, rel)
    return not any(reference.level(codigo) == "error" for _, codigo in said) and within_the_month(history, fact)


def ended_before(history: History, ent: Fact, later: Fact) -> bool:
    out = history.salida(ent)
    return out is not None and out.values["fecha_salida"] < later.values["fecha_ingreso"]


def within_the_month(history: History, fact: Fact) -> bool:
    if fact.movimiento != "MND":
        return True
    month = [f for f in history.live("MND") if f.key[:3] == fact.key[:3]]
    return sum(f.values["dias"] for f in [*month, fact]) <= 30
