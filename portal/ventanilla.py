"""The counter: what a file goes through from a request to its lotes, whether it comes by the form or in parts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, flash
from sqlalchemy import select

from portal import clock
from portal.access import mi_empleador, usuario
from portal.cuentas.empleadores import may_send
from portal.files.packed.allowance import Allowance
from portal.files.packed.bundles import unbundle
from portal.files.packed.containers import is_archive
from portal.files.problems import FileProblem
from portal.jobs import bell_in_turn
from portal.lotes.entrada.receive import Envio, Recibo, clean_name, mark_queued, receive, receive_again
from portal.lotes.redacciones import reword
from portal.modelos import Lote
from portal.novedades import todas
from portal.web import config, database, db, hoy
from portal.web.momento import wait_a_moment


@dataclass(frozen=True)
class Rechazo:
    """A file that was refused at the door: nothing of it was stored."""

    nombre: str
    causa: str
    arreglo: str


@dataclass(frozen=True)
class Entrega:
    """What is handed in at once, for one movement, and what became of each file of it."""

    movimiento: str
    registrar_automaticamente: bool
    taken: list[Recibo] = field(default_factory=list)
    refused: list[Rechazo] = field(default_factory=list)
    allowance: Allowance = field(default_factory=lambda: Allowance(config().max_bytes))


class Ocupado(Exception):
    """Too many archives are being unpacked at this moment: nothing of this request was stored."""


BUSY = (
    "El portal está abriendo otros archivos comprimidos y no pudo abrir los suyos. No guardamos nada de este envío: "
    "espere un minuto y vuelva a intentar."
)
#: requests of one web process that unpack at the same time: each may hold a whole file twice
UNPACKING = 2
WAIT_SECONDS = 5
_turns = threading.BoundedSemaphore(UNPACKING)


@contextmanager
def turn_to_unpack(contents: Iterable[bytes]) -> Iterator[None]:
    """The request's turn, when there is an archive among what was sent; plain files wait for nobody. Raises Ocupado."""
    if not any(map(is_archive, contents)):
        yield
        return
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Ocupado
    try:
        yield
    finally:
        _turns.release()


def name_of(given: str | None) -> str:
    """A file's name fit to show, also without the marks that turn its letters round."""
    return clean_name("".join(c for c in given or "" if c.isprintable()))


def cannot_send(movimiento: str) -> str:
    """That the visit may not send this movement, by name, and what it may send."""
    who = usuario()
    mine = [named(codigo) for codigo in todas() if may_send(who, codigo)]
    return (
        f"Su cuenta no puede enviar {named(movimiento)}. Puede enviar: {', '.join(mine)}. Lo demás lo envía el titular."
    )


def named(movimiento: str) -> str:
    """`Aviso de salida (SAL)`."""
    return f"{todas()[movimiento].nombre} ({movimiento})"


def hand_in(entrega: Entrega, nombre: str, contenido: bytes) -> None:
    """One file, or each file of a ZIP with several: to the ones taken or to the ones refused."""
    try:
        inside = unbundle(nombre, contenido, config().max_bytes, entrega.allowance.take)
    except FileProblem as problem:
        _refuse(entrega, nombre, problem)
        return
    for name, contents in inside:
        _take(entrega, name_of(name), contents)


def _take(entrega: Entrega, nombre: str, contenido: bytes) -> None:
    try:
        entrega.taken.append(_receive(entrega, nombre, contenido))
    except FileProblem as problem:
        _refuse(entrega, nombre, problem)


def _refuse(entrega: Entrega, nombre: str, problem: FileProblem) -> None:
    said = reword(db(), problem)
    entrega.refused.append(Rechazo(nombre, said.causa(), said.arreglo()))


def _receive(entrega: Entrega, nombre: str, contenido: bytes) -> Recibo:
    envio = Envio(
        mi_empleador().id,
        usuario().cuenta_id,
        entrega.movimiento,
        nombre,
        contenido,
        entrega.registrar_automaticamente,
    )
    recibo = receive(database(), envio, hoy(), clock.now(), config().max_bytes, entrega.allowance.take)
    if recibo.nuevo:
        _ring_for(recibo)
    return recibo


def _ring_for(recibo: Recibo) -> None:
    """After the commit: with the queue away the lote waits as `recibido`, and the sweeper rings later."""
    ring = bell_in_turn(current_app.extensions["portal_cola"], config(), database())
    if ring("check", recibo.lote_id, recibo.bytes):
        mark_queued(database(), recibo.lote_id, clock.now())


def check_again(lote: Lote, movimiento: str, lectura: dict[str, Any] | None = None) -> Recibo:
    """A new lote of the same stored file, also as another movement or with its columns read otherwise (`lectura`, as
    Lote.lectura)."""
    recibo = receive_again(database(), lote.id, usuario().cuenta_id, hoy(), clock.now(), movimiento, lectura)
    if recibo.nuevo:
        _ring_for(recibo)
    return recibo


def address_of(entrega: Entrega) -> str:
    """Where the person sees what was taken: the lote, or the list when there are several."""
    return f"/lotes/{entrega.taken[0].numero}" if len(entrega.taken) == 1 else "/lotes"


def tell(entrega: Entrega) -> None:
    """What the next page says about it. With one small file, after a moment: its result is often ready then."""
    for refusal in entrega.refused:
        flash(f"No recibimos «{refusal.nombre}». {refusal.causa} {refusal.arreglo}")
    if len(entrega.taken) > 1:
        _tell_of_several(entrega.taken)
        return
    [recibo] = entrega.taken
    if not recibo.nuevo:
        tell_of_standing()
    elif not entrega.refused:
        _wait_for_its_result(recibo)


def tell_of_standing() -> None:
    """The lote was there before."""
    flash("Este mismo archivo ya lo recibimos antes: este es el lote. Nada se registra dos veces.")


def _tell_of_several(taken: list[Recibo]) -> None:
    known = [r.numero for r in taken if not r.nuevo]
    flash(f"Recibimos {len(taken)} archivos: un lote por cada uno.")
    if known:
        flash("Ya teníamos el mismo contenido en: " + ", ".join(known) + ". Nada se registra dos veces.")


def _wait_for_its_result(recibo: Recibo) -> None:
    """It is ready, or nobody heard the bell."""
    estado = select(Lote.estado).where(Lote.id == recibo.lote_id)
    if recibo.bytes <= config().archivo_grande:
        wait_a_moment(lambda session: session.scalar(estado) not in ("en_cola", "revisando"))
