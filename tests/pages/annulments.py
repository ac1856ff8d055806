"""Annulments asked for and carried out without their pages."""

from __future__ import annotations

from collections.abc import Sequence

from pages.world import World
from portal import clock
from portal.lotes.trabajo import annul as annulling
from portal.lotes.trabajo.annul import Pedido
from portal.modelos import Anulacion
from web import mundo

MOTIVO = "Se envió por error"


def ask(world: World, numero: str, lineas: Sequence[int] | None = None, motivo: str = MOTIVO) -> str:
    """An annulment of that lote, not carried out; its number."""
    lote = world.lote(numero)
    pedido = Pedido(lote.id, lote.cuenta_id, motivo, lineas)
    return annulling.ask(world.database, pedido, mundo.HOY, clock.now()).numero


def carry_out(world: World, anulacion: str) -> Anulacion:
    annulling.annul(world.database, world.config, annulment(world, anulacion).id, clock.now)
    return annulment(world, anulacion)


def annulled(world: World, numero: str, lineas: Sequence[int] | None = None, motivo: str = MOTIVO) -> str:
    """An annulment of that lote, done; its number."""
    anulacion = ask(world, numero, lineas, motivo)
    assert carry_out(world, anulacion).estado == "hecha"
    return anulacion


def annulment(world: World, numero: str) -> Anulacion:
    [found] = world.rows(Anulacion, numero=numero)
    assert isinstance(found, Anulacion)
    return found
