"""Accounts as supervisors help with them: found by their number, shown without it, blocked and opened again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cuentas import segundo
from portal.cuentas.mascara import oculta
from portal.cuentas.sesiones import ABSOLUTE, close_all
from portal.cuentas.signin import normal_identificacion
from portal.cuentas.usuario import STAFF
from portal.modelos import Cuenta, Representacion, Sesion
from portal.soporte.rastro import rastro


class NoASuPropia(ValueError):
    """Nobody opens or resets the own account: another supervisor does."""


@dataclass(frozen=True)
class Acceso:
    """An account without whose it is: its number is masked."""

    id: int
    oculta: str
    rol: str
    bloqueada_en: datetime | None
    visitas: int
    personal: bool
    segundo: bool


def find(session: Session, identificacion: str) -> int | None:
    """The id of the account of this number, as people write it."""
    return session.scalar(select(Cuenta.id).where(Cuenta.identificacion == normal_identificacion(identificacion)))


def shown(session: Session, cuenta_id: int, now: datetime) -> Acceso | None:
    """What a supervisor sees of an account."""
    row = session.get(Cuenta, cuenta_id)
    if row is None:
        return None
    alive = Sesion.cuenta_id == cuenta_id, Sesion.cerrada_en.is_(None), Sesion.creada_en > now - ABSOLUTE
    visits = session.scalar(select(func.count(Sesion.id)).where(*alive)) or 0
    staff = row.rol in STAFF
    factor = staff and segundo.factor_of(session, cuenta_id) is not None
    return Acceso(row.id, oculta(row.identificacion), row.rol, row.bloqueada_en, visits, staff, factor)


def act(session: Session, accion: str, cuenta_id: int, quien: int, porque: str, now: datetime) -> str:
    """Does one of ACCIONES to the account, in the trail; gives its number, for what is counted elsewhere.

    Raises NoASuPropia, and ValueError for what is not done to such an account."""
    row = session.get_one(Cuenta, cuenta_id, with_for_update=True)
    if cuenta_id == quien:
        raise NoASuPropia
    if accion == "segundo" and row.rol not in STAFF:
        raise ValueError("solo el personal tiene segundo paso")
    que, do = ACCIONES[accion]
    do(session, row, now)
    firms = session.scalars(select(Representacion.empleador_id).where(Representacion.cuenta_id == cuenta_id).limit(2))
    of = firms.all()
    about = {"empleador_id": of[0] if len(of) == 1 else None}
    rastro.write(session, que, quien, "acceso", now, **about, detalle=f"Cuenta {cuenta_id}: {porque}")
    return row.identificacion


def _block(session: Session, row: Cuenta, now: datetime) -> None:
    row.bloqueada_en = row.bloqueada_en or now
    close_all(session, row.id, now)


def _unblock(_session: Session, row: Cuenta, _now: datetime) -> None:
    row.bloqueada_en = None


def _nothing(_session: Session, _row: Cuenta, _now: datetime) -> None:
    """Wrong tries are counted outside the database."""


def _close(session: Session, row: Cuenta, now: datetime) -> None:
    close_all(session, row.id, now)


def _reset(session: Session, row: Cuenta, _now: datetime) -> None:
    segundo.reset(session, row.id)


#: action → (`rastro_dicho.QUE` key, what it does)
ACCIONES: dict[str, tuple[str, Callable[[Session, Cuenta, datetime], None]]] = {
    "bloquear": ("bloquea", _block),
    "desbloquear": ("desbloquea", _unblock),
    "intentos": ("olvida_intentos", _nothing),
    "visitas": ("cierra_visitas", _close),
    "segundo": ("reinicia_segundo", _reset),
}
