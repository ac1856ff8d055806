"""A lote in each state, brought there by the functions that do it in earnest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from pages.annulments import annulled
from pages.world import World, worker, wrong
from portal import clock
from portal.lotes.entrada.receive import mark_queued
from portal.lotes.trabajo import leases
from portal.lotes.trabajo.sweeper import give_up_undecided
from portal.modelos import Lote
from web import mundo

#: a worker who is hired before, another one, and a number that fails its check
ANA, LUIS, NADIE = worker(1), worker(2), wrong(worker(3))
WAITING = ("recibido", "en_cola", "revisando", "registrando", "fallido")


def _recibido(world: World) -> str:
    if not world.rows(Lote):
        world.hire(ANA, LUIS)
    return world.receive("INS", [world.line("INS", ANA), world.line("INS", NADIE)], "extras.txt")


def _en_cola(world: World) -> str:
    numero = _recibido(world)
    mark_queued(world.database, world.lote(numero).id, clock.now())
    return numero


def _revisando(world: World) -> str:
    numero = _en_cola(world)
    claim(world, numero, leases.claim_check)
    world.alter(numero, leidas=2000, revisadas=800, con_error=3, version=world.lote(numero).version + 1)
    return numero


def claim(world: World, numero: str, how: Callable[..., leases.Lease | None]) -> leases.Lease:
    """A worker takes the lote and does nothing more with it."""
    with world.database.writing() as session:
        lease = how(session, world.lote(numero).id, clock.now(), 30, 3)
    assert lease
    return lease


def _revisado(world: World) -> str:
    numero = _recibido(world)
    world.check(numero)
    return numero


def _registrando(world: World) -> str:
    numero = _revisado(world)
    world.decide(numero)
    return numero


def _registrado(world: World) -> str:
    numero = _registrando(world)
    world.register(numero)
    return numero


def _rechazado(world: World) -> str:
    return world.checked("MSU", world.line("INS", ANA))


def _desistido(world: World) -> str:
    numero = _revisado(world)
    world.decide(numero, "desistir")
    return numero


def _fallido(world: World) -> str:
    numero = _recibido(world)
    _break(world, claim(world, numero, leases.claim_check))
    return numero


def _break(world: World, lease: leases.Lease) -> None:
    with world.database.writing() as session:
        leases.fail(session, lease, clock.now(), "Falla del portal: de prueba")


def _anulado(world: World) -> str:
    numero = _registrado(world)
    annulled(world, numero)
    return numero


def _nothing_correct(world: World) -> str:
    return world.checked("INS", world.line("INS", NADIE))


def _nothing_new(world: World) -> str:
    numero = _registrado(world)
    assert world.lote(numero).registradas
    return world.checked("INS", [world.line("INS", ANA), world.line("INS", ANA)])


def _given_up_by_nobody(world: World) -> str:
    numero = _revisado(world)
    in_a_month = replace(world.config, hoy_fijo=mundo.HOY + timedelta(days=31))
    assert give_up_undecided(world.database, in_a_month, clock.now()) == 1
    return numero


def _broken_while_registering(world: World) -> str:
    numero = _registrando(world)
    _break(world, claim(world, numero, leases.claim_register))
    return numero


#: a name for the test → (the state, how a lote comes to it); each state of dominio 7 is among them
WAYS: dict[str, tuple[str, Callable[[World], str]]] = {
    "recibido": ("recibido", _recibido),
    "en_cola": ("en_cola", _en_cola),
    "revisando": ("revisando", _revisando),
    "revisado": ("revisado", _revisado),
    "registrando": ("registrando", _registrando),
    "registrado": ("registrado", _registrado),
    "rechazado": ("rechazado", _rechazado),
    "desistido": ("desistido", _desistido),
    "fallido": ("fallido", _fallido),
    "anulado": ("anulado", _anulado),
    "revisado, nothing correct": ("revisado", _nothing_correct),
    "revisado, nothing new": ("revisado", _nothing_new),
    "desistido by itself": ("desistido", _given_up_by_nobody),
    "fallido while registering": ("fallido", _broken_while_registering),
}


def bring_to(world: World, way: str) -> str:
    """A lote brought to a state; its number."""
    estado, how = WAYS[way]
    numero = how(world)
    assert world.lote(numero).estado == estado
    return numero
