"""`rastro`: whether the trail of the staff is whole, and the trail as a table."""

from __future__ import annotations

import csv
import re
import sys

import click
from sqlalchemy import select

from portal.cli.services import services
from portal.modelos import Rastro
from portal.soporte.rastro.rastro import AT_ONCE, FIRST, verify

COLUMNS = tuple(column.name for column in Rastro.__table__.columns)


@click.group()
def rastro() -> None:
    """Lo que vio e hizo el personal de soporte."""


@rastro.command()
@click.option("--hasta", "noted", metavar="HUELLA", default=FIRST, help="La huella que anotó la vez anterior.")
def verificar(noted: str) -> None:
    """Recomputes the chain from its first row. Exit 1 with the first row that does not hold."""
    noted = noted.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", noted):
        raise click.ClickException("Esa huella no está completa: son 64 letras y números.")
    database, _ = services()
    with database.reading() as session:
        found = verify(session, noted)
    if found.rotura:
        raise click.ClickException(f"El rastro está roto en la fila {found.rotura.fila}: {found.rotura.porque}.")
    if not found.consta:
        raise click.ClickException(
            f"La huella que anotó no está en el rastro: alguien quitó filas del final o lo escribió de nuevo. "
            f"Quedan {found.filas} filas."
        )
    click.echo(f"El rastro está completo: {found.filas} filas.")
    if noted != FIRST:
        click.echo("La huella que anotó sigue en él.")
    if found.filas:
        click.echo(f"Última huella: {found.huella}")
        click.echo("Anótela fuera de este equipo: la próxima vez, con --hasta, dirá si falta algo del final.")


@rastro.command()
def exportar() -> None:
    """The whole trail as CSV on standard output, times in UTC: ids and keys only, nobody's name or number."""
    database, _ = services()
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(COLUMNS)
    with database.reading() as session:
        rows = select(*Rastro.__table__.columns).order_by(Rastro.id).execution_options(yield_per=AT_ONCE)
        table.writerows(session.execute(rows))
