"""`lotes`: lotes that need a hand."""

from __future__ import annotations

import click
from sqlalchemy import select

from portal.cli.services import services
from portal.db import Database
from portal.lotes.numeros import tidy
from portal.lotes.trabajo.sweeper import requeue, requeue_all
from portal.lotes.vista.consulta import find
from portal.modelos import Anulacion


@click.group()
def lotes() -> None:
    """Lotes que necesitan una mano."""


@lotes.command()
@click.argument("numero", required=False)
@click.option("--todos", is_flag=True, help="Todo lo que falló.")
def reencolar(numero: str | None, todos: bool) -> None:
    """Gives a `fallido` lote, or a `fallida` annulment, its tries back (all of them with --todos); the sweeper rings
    for it."""
    database, _ = services()
    if todos == (numero is not None):
        raise click.ClickException("Diga un número, o --todos.")
    if numero is None:
        _all_again(database)
    else:
        _one_again(database, numero)


def _all_again(database: Database) -> None:
    numbers = requeue_all(database)
    for one in numbers:
        click.echo(one)
    click.echo(f"Vuelven a intentarse: {len(numbers)}." if numbers else "No hay lotes ni anulaciones con falla.")


def _one_again(database: Database, numero: str) -> None:
    written = tidy(numero) or ""
    with database.reading() as session:
        lote = find(session, written, None)
        anulacion = session.scalar(select(Anulacion).where(Anulacion.numero == written))
    row = lote or anulacion
    if row is None:
        raise click.ClickException(f"No hay un lote ni una anulación con el número «{numero}».")
    what = f"{'El lote' if lote else 'La anulación'} {written}"
    if not requeue(database, type(row), row.id):
        raise click.ClickException(f"{what} está «{row.estado}»: solo se reencola lo que falló.")
    click.echo(f"{what} vuelve a intentarse.")
