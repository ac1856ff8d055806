"""Who is behind a request: plain values, so that pages never hold a row of a closed session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from portal.cuentas.empleadores import representaciones
from portal.cuentas.mascara import oculta
from portal.modelos import Representacion, Sesion

STAFF = ("soporte", "supervisor")


@dataclass(frozen=True)
class EmpleadorActual:
    """The empleador a visit acts for."""

    id: int
    ruc: str
    nombre: str
    tipo: str


@dataclass(frozen=True)
class Usuario:
    """One signed-in visit. `movimientos` None: all of them; `empleador` None: staff, or none chosen yet.
    `llamada_id`: the call for help it has open, which may be over by now.

    The four names Flask-Login asks for are here too; the token is never printed.
    """

    cuenta_id: int
    rol: str
    nombre: str
    identificacion: str
    token: str = field(repr=False)
    empleador: EmpleadorActual | None = None
    titular: bool = False
    movimientos: frozenset[str] | None = None
    varios_ruc: bool = False
    llamada_id: int | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token

    @property
    def is_staff(self) -> bool:
        return self.rol in STAFF

    @property
    def inicio(self) -> str:
        """The address this visit works from."""
        return "/soporte/llamada" if self.is_staff else "/procesos"


def usuario_of(session: Session, sesion: Sesion, token: str, hoy: date) -> Usuario:
    """The visit as values. A representation that has ended meanwhile is no longer acted for."""
    cuenta = sesion.cuenta
    mine = [] if cuenta.rol in STAFF else representaciones(session, cuenta.id, hoy)
    current = next((one for one in mine if one.empleador_id == sesion.empleador_id), None)
    return Usuario(
        cuenta_id=cuenta.id,
        rol=cuenta.rol,
        nombre=cuenta.nombre,
        identificacion=oculta(cuenta.identificacion),
        token=token,
        empleador=_empleador(current),
        titular=current is not None and current.titular,
        movimientos=frozenset(current.movimientos) if current and current.movimientos is not None else None,
        varios_ruc=len(mine) > 1,
        llamada_id=sesion.llamada_id,
    )


def _empleador(current: Representacion | None) -> EmpleadorActual | None:
    if current is None:
        return None
    row = current.empleador
    return EmpleadorActual(id=row.id, ruc=row.ruc, nombre=row.nombre, tipo=row.tipo)
