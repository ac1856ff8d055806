"""The plan of a check: what a novedad needs from the engine, derived once from its own expressions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl

from portal.catalogos import earliest_in_time, encabezados
from portal.files.columns import Contexto
from portal.files.tables.headings import Formato
from portal.novedades import Campo, Novedad, Regla, todas
from portal.novedades.comunes import DERIVADAS, HISTORIA, HISTORIA_PIDE, SIN_VER, cabecera, reglas_comunes


@dataclass(frozen=True, eq=False)
class Pregunta:
    """A rule with the fields it needs and whether it looks beyond the line itself (history or time limits)."""

    regla: Regla
    campos: frozenset[str]
    historica: bool
    usa_historia: bool


@dataclass(frozen=True, eq=False)
class Plan:
    """Fields of the whole line, the rules as questions, and which history columns anybody reads."""

    nov: Novedad
    campos: tuple[Campo, ...]
    preguntas: tuple[Pregunta, ...]
    columnas_historia: frozenset[str]

    @property
    def nombres(self) -> tuple[str, ...]:
        return tuple(c.nombre for c in self.campos)


@cache
def plan(nov: Novedad) -> Plan:
    """The plan of a movement."""
    campos = cabecera(nov.codigo) + nov.campos
    nombres = frozenset(c.nombre for c in campos)
    about = frozenset(nov.relacion.meta.root_names())
    preguntas = tuple(_ask(regla, nombres, about) for regla in reglas_comunes(nov) + nov.reglas)
    exprs = [p.regla.cuando for p in preguntas] + ([nov.planilla] if nov.planilla is not None else [])
    exprs += [SIN_VER] if nov.efecto != "abre_relacion" else []
    read = {name for expr in exprs for name in expr.meta.root_names()}
    return Plan(nov, campos, preguntas, frozenset(read & HISTORIA.keys()))


def _ask(regla: Regla, nombres: frozenset[str], about: frozenset[str]) -> Pregunta:
    """`about`: what says which relación a line is about; unreadable, nothing can be asked of the history."""
    roots = set(regla.cuando.meta.root_names())
    usa_historia = bool(roots & HISTORIA.keys())
    needs = roots & nombres
    for root in roots & DERIVADAS.keys():
        needs |= set(DERIVADAS[root][0])
    if usa_historia:
        needs |= set(HISTORIA_PIDE) | (about & nombres)
    return Pregunta(regla, frozenset(needs), usa_historia or regla.plazo, usa_historia)


def formato(nov: Novedad) -> Formato:
    """The header spellings of a movement: each field's name, its label, and what offices write above it."""
    spellings = tuple((c.nombre, c.etiqueta, *encabezados().get(c.nombre, ())) for c in plan(nov).campos)
    return Formato(spellings, nov.opcionales, frozenset(todas()))


def columnas_del_dia(nov: Novedad, ctx: Contexto) -> dict[str, pl.Expr]:
    """The scalars of the business date that rules read as columns."""
    return {
        "hoy": pl.lit(ctx.hoy),
        "a_tiempo_desde": pl.lit(_first_in_time(nov, ctx, ctx.hoy)),
        "a_tiempo_manana": pl.lit(_first_in_time(nov, ctx, ctx.hoy + timedelta(days=1))),
        "limite": pl.lit(ctx.hoy - timedelta(days=ctx.extemporanea)),
    }


def _first_in_time(nov: Novedad, ctx: Contexto, hoy: date) -> date:
    if nov.plazo == "entrada":
        return hoy - timedelta(days=ctx.plazo_entrada)
    return earliest_in_time(hoy, ctx.plazo_habiles)
