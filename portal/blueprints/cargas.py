"""Sending files: one form, one lote for each file."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.access import empleador, mi_empleador, usuario
from portal.cuentas.empleadores import may_send
from portal.files.bundles import unbundle
from portal.files.problems import FileProblem
from portal.jobs import bell_in_turn
from portal.lotes.muestras import is_sample
from portal.lotes.receive import Envio, Recibo, clean_name, mark_queued, receive
from portal.modelos import Lote
from portal.novedades import todas
from portal.web import config, database, db, hoy

blueprint = Blueprint("cargas", __name__)

#: a small file is often ready within this time: then the first page already shows its result
WAIT_SECONDS = 0.3
_FIRST_STEP = 0.03


@dataclass(frozen=True)
class Rechazo:
    """A file that was turned away at the door: nothing of it was kept."""

    nombre: str
    causa: str
    arreglo: str


@blueprint.get("/cargas/nueva")
@empleador
def nueva() -> ResponseReturnValue:
    return _form(request.args.get("movimiento", ""))


@blueprint.post("/cargas/nueva")
@empleador
def enviar() -> ResponseReturnValue:
    movimiento = request.form.get("movimiento", "")
    files = [f for f in request.files.getlist("archivo") if f.filename]
    if movimiento not in todas() or not may_send(usuario(), movimiento):
        return _form("", [("movimiento", "Elija la novedad del archivo")], status=422)
    if not files:
        return _form(movimiento, [("archivo", "Elija el archivo que va a enviar")], status=422)
    taken, refused = _receive_all(movimiento, files)
    if not taken:
        return _form(movimiento, [("archivo", f"{r.nombre}: {r.causa}") for r in refused], refused, status=422)
    return _answer(taken, refused)


def _receive_all(movimiento: str, files: list[FileStorage]) -> tuple[list[Recibo], list[Rechazo]]:
    taken: list[Recibo] = []
    refused: list[Rechazo] = []
    for file in files:
        try:
            inside = unbundle(_name(file.filename), file.read(), config().max_bytes)
        except FileProblem as problem:
            refused.append(Rechazo(_name(file.filename), problem.causa(), problem.arreglo()))
            continue
        for nombre, contenido in inside:
            _take(movimiento, _name(nombre), contenido, taken, refused)
    return taken, refused


def _name(given: str | None) -> str:
    """A file's name fit to show, also without the marks that turn its letters round."""
    return clean_name("".join(c for c in given or "" if c.isprintable()))


def _take(movimiento: str, nombre: str, contenido: bytes, taken: list[Recibo], refused: list[Rechazo]) -> None:
    """One file, to the ones taken or to the ones refused."""
    try:
        taken.append(_receive_one(movimiento, nombre, contenido))
    except FileProblem as problem:
        refused.append(Rechazo(nombre, problem.causa(), problem.arreglo()))


def _receive_one(movimiento: str, nombre: str, contenido: bytes) -> Recibo:
    who = usuario()
    auto = "registrar_automaticamente" in request.form
    if auto and is_sample(db(), mi_empleador(), todas()[movimiento], hoy(), contenido):
        flash("El archivo es el ejemplo del portal: lo revisamos y esperamos su decisión antes de registrar.")
        auto = False
    envio = Envio(mi_empleador().id, who.cuenta_id, movimiento, nombre, contenido, auto)
    recibo = receive(database(), envio, hoy(), clock.now(), config().max_bytes)
    if recibo.nuevo:
        ring_for(recibo)
    return recibo


def ring_for(recibo: Recibo) -> None:
    """After the commit: with the queue away the lote waits as `recibido`, and the sweeper rings later."""
    ring = bell_in_turn(current_app.extensions["portal_cola"], config(), database())
    if ring("check", recibo.lote_id, recibo.bytes):
        mark_queued(database(), recibo.lote_id, clock.now())


def _answer(taken: list[Recibo], refused: list[Rechazo]) -> ResponseReturnValue:
    for refusal in refused:
        flash(f"No recibimos «{refusal.nombre}». {refusal.causa} {refusal.arreglo}")
    if len(taken) == 1:
        [recibo] = taken
        if not recibo.nuevo:
            flash("Este mismo archivo ya lo recibimos antes: este es el lote. Nada se registra dos veces.")
        elif not refused:
            _wait_a_moment(recibo)
        return redirect(f"/lotes/{recibo.numero}", 303)
    known = [r.numero for r in taken if not r.nuevo]
    flash(f"Recibimos {len(taken)} archivos: un lote por cada uno.")
    if known:
        flash("Ya teníamos el mismo contenido en: " + ", ".join(known) + ". Nada se registra dos veces.")
    return redirect("/lotes", 303)


def _wait_a_moment(recibo: Recibo) -> None:
    if recibo.bytes > config().archivo_grande:
        return
    end, step = time.monotonic() + WAIT_SECONDS, _FIRST_STEP
    while time.monotonic() < end:
        with database().reading() as session:
            estado = session.scalar(select(Lote.estado).where(Lote.id == recibo.lote_id))
        if estado not in ("en_cola", "revisando"):
            return  # it is ready, or nobody heard the bell
        time.sleep(step)
        step *= 1.5  # when workers are behind, each sender would ask ten times for nothing


def _form(
    movimiento: str,
    errores: list[tuple[str, str]] | None = None,
    rechazos: list[Rechazo] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    who = usuario()
    mine = [nov for nov in todas().values() if may_send(who, nov.codigo)]
    if not mine:
        abort(404)
    page = render_template(
        "cargas/nueva.html",
        novedades=mine,
        elegida=movimiento.upper() if movimiento.upper() in todas() else "",
        errores=errores or [],
        rechazos=rechazos or [],
        max_bytes=config().max_bytes,
        marcada="registrar_automaticamente" in request.form,
    )
    return Response(page, status)
