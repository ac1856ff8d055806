"""`personas`: the register of persons in the portal's own table."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from portal.cli.services import services
from portal.cli.tabla_csv import Fila, Hecho, TablaCsv, judge, rows
from portal.cuentas.altas import save_afiliados
from portal.files.columns import Cedula, Contexto, check_digit_holds

CEDULA, NADIE = Cedula(), Contexto("", date.min)  # no foreigner is known to it: what is read is a cédula or nothing
ANSWERS = {"si": True, "sí": True, "no": False}
NOT_TEN = "Escriba los 10 dígitos, sin guion ni letras."
NOT_A_CEDULA = (
    "El último dígito no corresponde a los otros: compárela con el documento. "
    "Si es un código de extranjero, en «extranjero» va si."
)


class Persona(NamedTuple):
    """A line of the file, as the table keeps it."""

    cedula: int
    nombre: str | None
    extranjero: bool


HECHO = Hecho[Persona](
    "de la misma identificación",
    lambda persona: persona.cedula,
    lambda persona: {"nombre": persona.nombre or "", "extranjero": "si" if persona.extranjero else "no"},
)


@click.group()
def personas() -> None:
    """Personas que el instituto conoce."""


@personas.command()
@click.argument("archivo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def importar(archivo: Path) -> None:
    """Imports a CSV with the columns identificacion, extranjero (si or no) and, optionally, nombre: all or nothing.

    Doing it again changes nothing."""
    database, _ = services()
    tabla = TablaCsv(archivo, ("identificacion", "extranjero"), ("nombre",))
    [total] = judge(tabla, _persona, [HECHO])
    with database.writing() as session:
        save_afiliados(session, (persona for _, persona in rows(tabla, _persona)))
    click.echo(f"Personas importadas: {total}.")


def _persona(fila: Fila) -> Persona:
    """Raises Wrong."""
    foreign = ANSWERS.get(fila.text("extranjero").lower())
    if foreign is None:
        raise fila.wrong("extranjero", "Escriba si o no.")
    return Persona(_cedula(fila, foreign), fila.name("nombre") or None, foreign)


def _cedula(fila: Fila, foreign: bool) -> int:
    """A foreigner's code is any ten digits; of a cédula a lost leading zero is put back, as in batch files."""
    text = fila.text("identificacion")
    whole = re.fullmatch("[0-9]{10}", text)
    if whole and (foreign or check_digit_holds(text)):
        return int(text)
    leida = CEDULA.read(text, NADIE)
    if foreign or leida.codigo:
        raise fila.wrong("identificacion", NOT_A_CEDULA if whole else NOT_TEN)
    return int(leida.valor)
