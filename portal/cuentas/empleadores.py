"""Which RUCs an account may act for on a day, and with which movements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.modelos import Ambito, Empleador, Representacion


class Acting(Protocol):
    """Whoever acts for an empleador: a Representacion, or the Usuario of a visit."""

    @property
    def movimientos(self) -> Collection[str] | None: ...


def representaciones(session: Session, cuenta_id: int, hoy: date) -> list[Representacion]:
    """What the account may act for on `hoy`, by name of the empleador; the last day of a delegate counts."""
    alive = or_(Representacion.hasta.is_(None), Representacion.hasta >= hoy)
    found = select(Representacion).join(Representacion.empleador).where(Representacion.cuenta_id == cuenta_id, alive)
    return list(session.scalars(found.order_by(Empleador.nombre, Empleador.ruc)))


def may_send(who: Acting, movimiento: str) -> bool:
    """Whether this movement is among those given; None gives all."""
    return who.movimientos is None or movimiento in who.movimientos


def ambito_of(session: Session, cuenta_id: int, empleador_id: int) -> Ambito:
    """What an account may read of an empleador; of one it does not act for, or no longer, nothing."""
    mine = select(Representacion.movimientos).where(
        Representacion.cuenta_id == cuenta_id, Representacion.empleador_id == empleador_id
    )
    row = session.execute(mine).first()
    if row is None:
        return Ambito(empleador_id, frozenset())
    return Ambito(empleador_id, None if row.movimientos is None else frozenset(row.movimientos))
