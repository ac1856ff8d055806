"""Putting people and empleadores in: for the demonstration and the commands. Saving the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.cuentas.keys import hash_key, key_matches
from portal.modelos import Cuenta, Empleador, Representacion, Sucursal

SAVE_AFILIADO = text(
    "insert into afiliado (cedula, extranjero, nombre) values (:cedula, :extranjero, :nombre) "
    "on conflict (cedula) do update set extranjero = excluded.extranjero, "
    "nombre = coalesce(excluded.nombre, afiliado.nombre)"
)


def save_cuenta(session: Session, identificacion: str, nombre: str, rol: str, clave: str | None = None) -> Cuenta:
    """The account with this number, made or brought up to date. `clave` None keeps the key there is.

    Raises ValueError when a new account comes without a key.
    """
    cuenta = session.scalar(select(Cuenta).where(Cuenta.identificacion == identificacion))
    if cuenta is None:
        if not clave:
            raise ValueError("Una cuenta nueva necesita una clave.")
        cuenta = Cuenta(identificacion=identificacion, clave_hash=hash_key(clave))
        session.add(cuenta)
    elif clave and not key_matches(cuenta.clave_hash, clave):
        cuenta.clave_hash = hash_key(clave)
    cuenta.nombre, cuenta.rol = nombre, rol
    session.flush()
    return cuenta


def save_empleador(
    session: Session, ruc: str, nombre: str, tipo: str, sucursales: Mapping[int, str | None] | None = None
) -> Empleador:
    """The empleador with this RUC and at least these sucursales (code → name); none is ever taken away."""
    empleador = session.scalar(select(Empleador).where(Empleador.ruc == ruc))
    if empleador is None:
        empleador = Empleador(ruc=ruc)
        session.add(empleador)
    empleador.nombre, empleador.tipo = nombre, tipo
    session.flush()
    for codigo, name in (sucursales or {}).items():
        save_sucursal(session, empleador.id, codigo, name)
    return empleador


def save_sucursal(session: Session, empleador_id: int, codigo: int, nombre: str | None = None) -> Sucursal:
    """The branch with this code (`0001` is 1); a name of None keeps the name there is."""
    mine = select(Sucursal).where(Sucursal.empleador_id == empleador_id, Sucursal.codigo == codigo)
    sucursal = session.scalar(mine)
    if sucursal is None:
        sucursal = Sucursal(empleador_id=empleador_id, codigo=codigo)
        session.add(sucursal)
    sucursal.nombre = nombre or sucursal.nombre
    session.flush()
    return sucursal


def save_representacion(
    session: Session,
    cuenta_id: int,
    empleador_id: int,
    *,
    titular: bool = True,
    movimientos: Collection[str] | None = None,
    hasta: date | None = None,
) -> Representacion:
    """That the account may act for the empleador: as its titular, or as a delegate with `movimientos` until `hasta`."""
    mine = select(Representacion).where(
        Representacion.cuenta_id == cuenta_id, Representacion.empleador_id == empleador_id
    )
    row = session.scalar(mine)
    if row is None:
        row = Representacion(cuenta_id=cuenta_id, empleador_id=empleador_id)
        session.add(row)
    row.titular, row.hasta = titular, hasta
    row.movimientos = None if movimientos is None else sorted(movimientos)
    session.flush()
    return row


def save_afiliados(session: Session, rows: Iterable[tuple[int, str | None, bool]], batch: int = 5_000) -> int:
    """Persons the institute knows: (cédula as a number, name or None, foreigner's code). Returns how many came."""
    total = 0
    waiting: list[dict[str, Any]] = []
    for cedula, nombre, extranjero in rows:
        waiting.append({"cedula": cedula, "nombre": nombre, "extranjero": extranjero})
        if len(waiting) >= batch:
            total += _flush_afiliados(session, waiting)
    return total + _flush_afiliados(session, waiting)


def _flush_afiliados(session: Session, waiting: list[dict[str, Any]]) -> int:
    count = len(waiting)
    if waiting:
        session.execute(SAVE_AFILIADO, waiting)
        waiting.clear()
    return count
