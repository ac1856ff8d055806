"""`cuentas`: accounts of staff, and of the people who act for an empleador."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.cli.services import services
from portal.config import Config
from portal.cuentas.altas import save_cuenta, save_representacion
from portal.cuentas.segundo import code_at, factor_of, reset, secret_of
from portal.cuentas.signin import input_problems, normal_identificacion
from portal.cuentas.usuario import STAFF
from portal.files.columns import check_digit_holds
from portal.modelos import Cuenta, Empleador
from portal.modelos.cuenta import ROLES
from portal.padron import open_padron
from portal.web.seguridad import suceso

EMPLEADOR = "empleador"
SETS_UP = "Al ingresar la próxima vez, con su clave, activa el segundo paso en su teléfono."
HAS_FACTOR = "Conserva el segundo paso que tiene en su teléfono."


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
        before = session.scalar(select(Cuenta.clave_hash).where(Cuenta.identificacion == quien))
        cuenta = save_cuenta(session, quien, nombre, rol, clave)
        for empleador_id in _empleadores(session, rucs):
            save_representacion(session, cuenta.id, empleador_id)
        active = factor_of(session, cuenta.id) is not None
    _log(quien, known, rol, before, cuenta.clave_hash)
    click.echo("La cuenta está lista." if clave else "La cuenta está lista; conserva su clave.")
    if rol in STAFF:
        click.echo(HAS_FACTOR if active else SETS_UP)


@cuentas.command("segundo-factor")
@click.argument("identificacion")
def segundo_factor(identificacion: str) -> None:
    """Resets the second factor of a member of the staff who lost the telephone and the recovery codes."""
    database, _ = services()
    with database.writing() as session:
        cuenta = _staff(session, identificacion)
        reset(session, cuenta.id)
    suceso("segundo_reiniciado", cuenta.identificacion)
    click.echo(f"El segundo paso se reinició y sus visitas abiertas se cerraron. {SETS_UP}")


@cuentas.command()
@click.argument("identificacion")
def codigo(identificacion: str) -> None:
    """The code of the second step at this moment: for the demonstration, where nobody holds the telephone."""
    database, config = services()
    if config.produccion:
        raise click.ClickException("Con PORTAL_ENTORNO=produccion el código lo da solo el teléfono de la persona.")
    with database.reading() as session:
        factor = factor_of(session, _staff(session, identificacion).id)
    if factor is None:
        raise click.ClickException("Esa cuenta todavía no activó su segundo paso: ingrese con su clave y actívelo.")
    click.echo(code_at(secret_of(config.secret_key, factor.semilla), clock.now()))


def _log(quien: str, known: str | None, rol: str, before: str | None, clave_hash: str) -> None:
    """What of the account is other than before."""
    if known is None:
        suceso("cuenta_creada", quien, rol)
        return
    if before != clave_hash:
        suceso("clave_cambiada", quien)
    if known != rol:
        suceso("cuenta_cambiada", quien, rol)


def _staff(session: Session, identificacion: str) -> Cuenta:
    """Raises ClickException when it is no account of the staff."""
    quien = normal_identificacion(identificacion)
    cuenta = session.scalar(select(Cuenta).where(Cuenta.identificacion == quien))
    if cuenta is None or cuenta.rol not in STAFF:
        raise click.ClickException("No hay una cuenta de soporte o de supervisión con esa identificación.")
    return cuenta


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
