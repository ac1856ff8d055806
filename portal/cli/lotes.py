"""`lotes`: lotes that need a hand."""

from __future__ import annotations

import click
from sqlalchemy import select

from portal import clock
from portal.cli.services import services
from portal.lotes.consulta import find
from portal.lotes.numeros import tidy
from portal.lotes.sweeper import requeue, requeue_annulment
from portal.modelos import Anulacion


@click.group()
def lotes() -> None:
    """Lotes que necesitan una mano."""


@lotes.command()
@click.argument("numero")
def reencolar(numero: str) -> None:
    """Gives a `fallido` lote, or a `fallida` annulment, its tries back; the sweeper rings for it."""
    database, _ = services()
    written = tidy(numero) or ""
    with database.reading() as session:
        lote = find(session, written, None)
        anulacion = session.scalar(select(Anulacion).where(Anulacion.numero == written))
    if lote is not None:
        _must_have_failed(f"El lote {written}", lote.estado)
        requeue(database, lote.id, clock.now())
    elif anulacion is not None:
        _must_have_failed(f"La anulación {written}", anulacion.estado)
        requeue_annulment(database, anulacion.id)
    else:
        raise click.ClickException(f"No hay un lote ni una anulación con el número «{numero}».")
    click.echo(f"{'El lote' if lote else 'La anulación'} {written} vuelve a intentarse.")


def _must_have_failed(what: str, estado: str) -> None:
    if estado not in ("fallido", "fallida"):
        raise click.ClickException(f"{what} está «{estado}»: solo se reencola lo que falló.")
