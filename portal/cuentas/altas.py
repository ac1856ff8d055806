"""Inserts people and empleadores, for the demonstration and the commands. Saving the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal import bulk, clock
from portal.cuentas.keys import change_key, hash_key, key_matches
from portal.cuentas.sesiones import close_all
from portal.modelos import Cuenta, Empleador, Representacion, Sucursal

#: upserts of many rows `given`: an existing row is updated only where it changes
SAVE_AFILIADO = (
    "insert into afiliado (cedula, nombre, extranjero) select cedula, nombre, extranjero from given where true "
    "on conflict (cedula) do update set extranjero = excluded.extranjero, "
    "nombre = coalesce(excluded.nombre, afiliado.nombre) "
    "where excluded.extranjero <> afiliado.extranjero or excluded.nombre <> coalesce(afiliado.nombre, '')"
)
SAVE_EMPLEADOR = (
    "insert into empleador (ruc, nombre, tipo) select ruc, nombre, tipo from given where true "
    "on conflict (ruc) do update set nombre = excluded.nombre, tipo = excluded.tipo "
    "where excluded.nombre <> empleador.nombre or excluded.tipo <> empleador.tipo"
)
SAVE_SUCURSAL = (
    "insert into sucursal (empleador_id, codigo, nombre) select e.id, given.codigo, given.nombre "
    "from given join empleador e on e.ruc = given.ruc where true "
    "on conflict (empleador_id, codigo) do update set nombre = excluded.nombre "
    "where excluded.nombre <> coalesce(sucursal.nombre, '')"
)
BATCH = 5_000
Row = TypeVar("Row")


def save_cuenta(session: Session, identificacion: str, nombre: str, rol: str, clave: str | None = None) -> Cuenta:
    """The account with this number, created or updated. `clave` None keeps the present key. Where `rol` or the key
    changes, open visits end: nobody joins the staff without a second factor, and a visit opened with the key before is
    over.

    Raises ValueError when a new account comes without a key.
    """
    cuenta = session.scalar(select(Cuenta).where(Cuenta.identificacion == identificacion))
    if cuenta is None:
        if not clave:
            raise ValueError("Una cuenta nueva necesita una clave.")
        cuenta = Cuenta(identificacion=identificacion, clave_hash=hash_key(clave))
        session.add(cuenta)
    elif clave and not key_matches(cuenta.clave_hash, clave):
        change_key(session, cuenta, clave)
    if cuenta.id is not None and cuenta.rol != rol:
        close_all(session, cuenta.id, clock.now())
    cuenta.nombre, cuenta.rol = nombre, rol
    session.flush()
    return cuenta


def save_empleador(
    session: Session, ruc: str, nombre: str, tipo: str, sucursales: Mapping[int, str | None] | None = None
) -> Empleador:
    """The empleador with this RUC and at least these sucursales (code → name); none is ever deleted."""
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
    """The branch with this code (`0001` is 1); a name of None keeps the present name."""
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


def save_afiliados(session: Session, rows: Iterable[tuple[int, str | None, bool]], batch: int = BATCH) -> int:
    """Persons the institute knows: (cédula as a number, name or None, foreigner's code). Returns how many came.

    A name of None keeps the name there is."""
    types, total = {"cedula": "bigint", "nombre": "text", "extranjero": "boolean"}, 0
    for some in _batches(rows, batch):
        _save(session, SAVE_AFILIADO, types, {cedula: (cedula, *rest) for cedula, *rest in some})
        total += len(some)
    return total


def save_empleadores(
    session: Session, rows: Iterable[tuple[str, str, str, int, str | None]], batch: int = BATCH
) -> None:
    """Many sucursales with their empleadores: (ruc, nombre, tipo, sucursal, its name or None). None is deleted."""
    owner = {"ruc": "text", "nombre": "text", "tipo": "text"}
    branch = {"ruc": "text", "codigo": "integer", "nombre": "text"}
    for some in _batches(rows, batch):
        _save(session, SAVE_EMPLEADOR, owner, {ruc: (ruc, nombre, tipo) for ruc, nombre, tipo, _, _ in some})
        _save(session, SAVE_SUCURSAL, branch, {(ruc, c): (ruc, c, name) for ruc, _, _, c, name in some})


def _save(session: Session, sql: str, types: Mapping[str, str], rows: Mapping[Hashable, tuple[Any, ...]]) -> None:
    """Runs `sql` on the rows `given`, deduplicated by key: PostgreSQL refuses to upsert one row twice in a
    statement."""
    conn, columns = session.connection(), ", ".join(types)
    if bulk.is_sqlite(conn):
        values = ", ".join("?" * len(types))
        conn.exec_driver_sql(f"with given({columns}) as (values ({values})) {sql}", list(rows.values()))
        return
    arrays = ", ".join(f"cast(:{name} as {kind}[])" for name, kind in types.items())
    given = dict(zip(types, map(list, zip(*rows.values(), strict=True)), strict=True))
    conn.execute(text(f"with given({columns}) as (select * from unnest({arrays})) {sql}"), given)


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
