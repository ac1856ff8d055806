"""`lotes`: lotes that need a hand."""

from __future__ import annotations

import click

from portal import clock
from portal.cli.services import services
from portal.lotes.consulta import find
from portal.lotes.numeros import tidy
from portal.lotes.sweeper import requeue


@click.group()
def lotes() -> None:
    """Lotes que necesitan una mano."""


@lotes.command()
@click.argument("numero")
def reencolar(numero: str) -> None:
    """Gives a `fallido` lote its tries back; the sweeper rings for it."""
    database, _ = services()
    written = tidy(numero)
    with database.reading() as session:
        lote = find(session, written, None) if written else None
    if lote is None:
        raise click.ClickException(f"No hay un lote con el número «{numero}».")
    if lote.estado != "fallido":
        raise click.ClickException(f"El lote {lote.numero} está «{lote.estado}»: solo se reencola uno «fallido».")
    requeue(database, lote.id, clock.now())
    click.echo(f"El lote {lote.numero} vuelve a intentarse.")
