"""The lotes and annulments of one empleador as the model keeps them: their states, whose turn it is, what is counted.

Moments are numbers that grow. What a lote says of its lines is kept as the reference says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.files.columns import Contexto
from tests.historia.model import Fact, History, could_have_come_about
from tests.revision.reference import Problem

TO_DO = ("recibido", "registrando")


@dataclass
class Lote:
    id: int
    movimiento: str
    texts: tuple[str, ...]
    hoy: date
    auto: bool
    sent: int
    estado: str = "recibido"
    decided: int = 0
    problems: list[Problem] = field(default_factory=list)
    correct: int = 0
    changed: int = 0
    payroll: int = 0

    @property
    def lines(self) -> list[tuple[int, str]]:
        return list(enumerate(self.texts, 1))

    def ending(self, n: int) -> str:
        """How a line stands."""
        mine = [p for p in self.problems if p.linea == n]
        if any(p.nivel == "error" for p in mine):
            return "error"
        codes = {p.codigo for p in mine}
        return "repetida" if "DUP-01" in codes else "ya" if "YA-01" in codes else "good"

    def good(self) -> set[int]:
        return {n for n, _ in self.lines if self.ending(n) == "good"}


@dataclass
class Anulacion:
    id: int
    lote: Lote
    lineas: list[int] | None
    asked: int
    estado: str = "pedida"
    anuladas: int = 0
    payroll: int = 0


@dataclass
class Book:
    context: Callable[[date], Contexto]
    history: History = field(default_factory=History)
    lotes: dict[int, Lote] = field(default_factory=dict)
    anulaciones: dict[int, Anulacion] = field(default_factory=dict)

    # --- sending and deciding ---

    def standing(self, movimiento: str, texts: Sequence[str]) -> Lote | None:
        """The lote that the same bytes lead to."""
        same = [x for x in self.lotes.values() if (x.movimiento, x.texts) == (movimiento, tuple(texts))]
        return next((x for x in same if self.stands(x)), None)

    def stands(self, lote: Lote) -> bool:
        """It is still to be worked on or decided, or has registered lines."""
        if lote.estado in TO_DO:
            return True
        return lote.estado in ("revisado", "registrado") and lote.correct > 0

    def decide(self, lote: Lote, decision: str, now: int) -> None:
        lote.estado, lote.decided = "registrando" if decision == "registrar" else "desistido", now

    # --- whose turn it is ---

    def may_check(self, lote: Lote) -> bool:
        """All that was sent or asked for before it and goes on by itself is done."""
        sent = any(x.id < lote.id and x.estado in TO_DO for x in self.lotes.values())
        return not sent and not any(a.asked < lote.sent for a in self.waiting())

    def may_change(self, moment: int) -> bool:
        """All changes of the history that were decided or asked for before are done."""
        decided = any(x.estado == "registrando" and x.decided < moment for x in self.lotes.values())
        return not decided and not any(a.asked < moment for a in self.waiting())

    def waiting(self) -> list[Anulacion]:
        return [a for a in self.anulaciones.values() if a.estado == "pedida"]

    # --- the jobs ---

    def check(self, lote: Lote, now: int) -> str:
        answer = self.history.check(lote.movimiento, lote.lines, self.context(lote.hoy))
        lote.problems, lote.estado = answer.problems, "revisado"
        lote.correct = answer.totals[1]
        if lote.auto and lote.correct and not answer.totals[2]:
            self.decide(lote, "registrar", now)
        return lote.estado

    def register(self, lote: Lote) -> str:
        """Lines in error or repeated at the check stay so; the others are judged again, one by one."""
        before, good = self.history.payroll(), lote.good()
        sealed = [p for p in lote.problems if p.nivel == "error" or p.codigo == "DUP-01"]
        numbers = {p.linea for p in sealed}
        kept = [p for p in lote.problems if p.linea in numbers]
        again = [line for line in lote.lines if line[0] not in numbers]
        said = self.history.register(lote.id, lote.movimiento, again, self.context(lote.hoy))
        lote.problems, lote.estado = kept + said, "registrado"
        lote.correct, lote.changed = len(self.registered(lote)), len(good - lote.good())
        lote.payroll = self.history.payroll() - before
        return lote.estado

    # --- going back ---

    def registered(self, lote: Lote) -> list[Fact]:
        return [f for f in self.history.facts if f.lote == lote.id]

    def chosen(self, lote: Lote, lineas: Sequence[int] | None) -> list[Fact]:
        """The live facts of a lote, of these lines or all."""
        return [f for f in self.registered(lote) if f.live and (lineas is None or f.linea in lineas)]

    def refusal(self, lote: Lote, lineas: Sequence[int] | None) -> str:
        """Why these lines can't be annulled; empty when they can."""
        facts = self.chosen(lote, lineas)
        if lote.estado != "registrado":
            return "estado"
        if lineas is not None and set(lineas) != {f.linea for f in facts}:
            return "lineas"
        if not facts:
            return "vacio"
        return "antes" if self.held_back(facts) else ""

    def held_back(self, facts: Sequence[Fact]) -> bool:
        """By the rule, which the brute force has to confirm: what would be left has come about, or not."""
        held = any(self.history.in_the_way(fact) for fact in facts)
        left = [f for f in self.history.live() if f not in facts]
        assert could_have_come_about(left) is not held, [(f.movimiento, f.lote, f.linea) for f in left]
        return held

    def annul(self, anulacion: Anulacion) -> str:
        """All of it or nothing."""
        lote, facts = anulacion.lote, self.chosen(anulacion.lote, anulacion.lineas)
        if self.held_back(facts):
            anulacion.estado = "negada"
            return anulacion.estado
        before = self.history.payroll()
        self.history.annul(facts, anulacion.id)
        anulacion.estado, anulacion.anuladas = "hecha", len(facts)
        anulacion.payroll = self.history.payroll() - before
        if not self.chosen(lote, None):
            lote.estado = "anulado"
        return anulacion.estado
