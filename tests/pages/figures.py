"""Rows to count: copies of a lote with other times, calls, and what is kept of their months."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from pages.states import NADIE
from pages.world import World
from portal.modelos import Atencion, CifraMensual, Lote
from web import mundo

NUMBERS = itertools.count(1)


def at(text: str) -> datetime:
    """An instant as stored: naive UTC."""
    return datetime.fromisoformat(text)


NOV, NOON = at("2026-11-20 15:00"), at("2026-11-23 17:00")


def an_old_lote(world: World) -> Lote:
    """One that was checked, of August; copies are made of it."""
    numero = world.checked("INS", [world.line("INS", NADIE)])
    old = at("2026-08-03 15:00")
    world.alter(numero, recibido_en=old, revisado_en=old, estado="desistido", cambiado_en=old, por_codigo={})
    return world.lote(numero)


def made(world: World, like: Lote, count: int, **values: Any) -> list[int]:
    """Copies of a lote's row with other values; those that are functions get the number of the copy."""
    kept = {c.name: getattr(like, c.name) for c in Lote.__table__.columns if c.name not in ("id", "seguimiento")}
    with world.database.writing() as session:
        lotes = []
        for n in range(count):
            now = {name: value(n) if callable(value) else value for name, value in values.items()}
            lotes.append(Lote(**kept | {"numero": f"copia-{next(NUMBERS)}", "vigente": False} | now))
        session.add_all(lotes)
        session.flush()
        return [lote.id for lote in lotes]


def called(world: World, *when: datetime) -> None:
    with world.database.writing() as session:
        who = world.cuenta_id(mundo.SOPORTE)
        session.add_all(Atencion(cuenta_id=who, empezada_en=one, estado="resuelta") for one in when)


def datos(world: World, period: int) -> dict[str, Any]:
    with world.database.reading() as session:
        return dict(session.get_one(CifraMensual, period).datos)
