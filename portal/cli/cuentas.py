"""`cuentas`: accounts of staff, and of the people who act for an empleador."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli.services import services
from portal.config import Config
from portal.cuentas.altas import save_cuenta, save_representacion
from portal.cuentas.signin import input_problems, normal_identificacion
from portal.files.columns import check_digit_holds
from portal.modelos import Cuenta, Empleador
from portal.modelos.cuenta import ROLES
from portal.padron import open_padron

EMPLEADOR = "empleador"


@click.group()
def cuentas() -> None:
    """Cuentas de empleadores, de soporte y de supervisión."""


@cuentas.command()
@click.argument("identificacion")
@click.argument("nombre")
@click.option("--rol", type=click.Choice(ROLES), required=True)
@click.option("--ruc", "rucs", multiple=True, help="con --rol empleador: por quién actúa; puede repetirse")
@click.option("--clave", help="si no, se pregunta; la cuenta de un empleador que ya existe conserva la suya")
def crear(identificacion: str, nombre: str, rol: str, rucs: tuple[str, ...], clave: str | None) -> None:
    """Makes an account, or brings it up to date. An empleador's acts for each --ruc as its titular.

    RUCs are added and never taken away. A key is asked for when there is none; of staff, always."""
    database, config = services()
    quien = normal_identificacion(identificacion)
    with database.reading() as session:
        known = session.scalar(select(Cuenta.rol).where(Cuenta.identificacion == quien))
        _refuse(session, config, quien, rol, rucs)
    _confirm(known, rol)
    if clave is None and (known is None or rol != EMPLEADOR):
        clave = click.prompt("Clave", hide_input=True, confirmation_prompt="Otra vez la clave")
    with database.writing() as session:
        cuenta = save_cuenta(session, quien, nombre, rol, clave)
        for empleador_id in _empleadores(session, rucs):
            save_representacion(session, cuenta.id, empleador_id)
    click.echo("La cuenta está lista." if clave else "La cuenta está lista; conserva su clave.")


def _refuse(session: Session, config: Config, quien: str, rol: str, rucs: tuple[str, ...]) -> None:
    """Raises ClickException for what could not sign in, or would have nobody to act for."""
    for problem in input_problems(quien, "x"):
        raise click.ClickException(problem.long)
    if rucs and rol != EMPLEADOR:
        raise click.ClickException("--ruc va solo con --rol empleador.")
    if rol != EMPLEADOR:
        return
    if not rucs:
        raise click.ClickException("Con --rol empleador va al menos un --ruc.")
    if not check_digit_holds(quien) and not open_padron(config, session.connection()).extranjeros([int(quien)]):
        raise click.ClickException(
            "Ese número no es una cédula ni un código de extranjero registrado. Compárelo con el documento, o registre "
            "antes a la persona con «personas importar»."
        )
    _empleadores(session, rucs)


def _confirm(known: str | None, rol: str) -> None:
    """Staff does not become an empleador, nor an empleador staff, because a number was mistyped."""
    if known and known != rol and EMPLEADOR in (known, rol):
        click.confirm(f"Esa identificación ya tiene una cuenta de {known}. ¿Pasa a ser de {rol}?", abort=True)


def _empleadores(session: Session, rucs: tuple[str, ...]) -> list[int]:
    """The ids of these empleadores. Raises ClickException with the RUC that nobody has."""
    found = {e.ruc: e.id for e in session.scalars(select(Empleador).where(Empleador.ruc.in_(rucs)))}
    for ruc in rucs:
        if ruc not in found:
            raise click.ClickException(
                f"No hay un empleador con el RUC «{ruc}». Revíselo, o impórtelo antes con «empleadores importar»."
            )
    return list(found.values())
