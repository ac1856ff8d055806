"""`empleadores`: who employs, and the branches."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from portal.cli.services import services
from portal.cli.tabla_csv import Fila, Hecho, TablaCsv, judge, rows
from portal.cuentas.altas import save_empleadores
from portal.files.columns import Contexto, RucAnterior, Sucursal
from portal.modelos.empleador import TIPOS

RUC, SUCURSAL = RucAnterior(), Sucursal()  # as batch files are read: thirteen digits, whatever their check digit
ALL = Contexto("", date.min)  # any sucursal will do
COLUMNAS = ("ruc", "nombre", "tipo", "sucursal")


class Rama(NamedTuple):
    """A line of the file: a sucursal and its empleador."""

    ruc: str
    nombre: str
    tipo: str
    sucursal: int
    nombre_sucursal: str | None


EMPLEADOR = Hecho[Rama](
    "del mismo RUC", lambda rama: int(rama.ruc), lambda rama: {"nombre": rama.nombre, "tipo": rama.tipo}
)
RAMA = Hecho[Rama](
    "de la misma sucursal",
    lambda rama: int(rama.ruc) * 10_000 + rama.sucursal,
    lambda rama: {"nombre_sucursal": rama.nombre_sucursal or ""},
)


@click.group()
def empleadores() -> None:
    """Empleadores y sus sucursales."""


@empleadores.command()
@click.argument("archivo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def importar(archivo: Path) -> None:
    """Imports a CSV with the columns ruc, nombre, tipo, sucursal and, optionally, nombre_sucursal: all or nothing.

    One line a sucursal. None is ever taken away; doing it again changes nothing."""
    database, _ = services()
    tabla = TablaCsv(archivo, COLUMNAS, ("nombre_sucursal",))
    total, ramas = judge(tabla, _rama, [EMPLEADOR, RAMA])
    with database.writing() as session:
        save_empleadores(session, (rama for _, rama in rows(tabla, _rama)))
    click.echo(f"Empleadores importados: {total}, con {ramas} sucursales.")


def _rama(fila: Fila) -> Rama:
    """Raises Wrong."""
    nombre, tipo = fila.name("nombre"), fila.text("tipo").lower()
    if not nombre:
        raise fila.wrong("nombre", "Escriba la razón social.")
    if tipo not in TIPOS:
        raise fila.wrong("tipo", f"Escriba uno de estos: {', '.join(TIPOS)}.")
    return Rama(_ruc(fila), nombre, tipo, _sucursal(fila), fila.name("nombre_sucursal") or None)


def _ruc(fila: Fila) -> str:
    leido = RUC.understand(fila.text("ruc"), ALL)
    if leido.codigo:
        raise fila.wrong("ruc", "Escriba los 13 dígitos, que no terminan en 000. Si Excel los cambió, use texto.")
    return str(leido.valor)


def _sucursal(fila: Fila) -> int:
    leida = SUCURSAL.understand(fila.text("sucursal"), ALL)
    if leida.codigo:
        raise fila.wrong("sucursal", "Escriba 4 dígitos entre 0001 y 9999; la matriz es 0001.")
    return int(leida.valor)
