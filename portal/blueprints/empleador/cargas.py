"""Sending files: one form, one lote for each file."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import empleador, mi_ambito, usuario
from portal.cuentas.empleadores import may_send
from portal.lotes.entrada.subidas import EnCurso, under_way
from portal.novedades import todas
from portal.ventanilla import (
    BUSY,
    Entrega,
    Ocupado,
    Rechazo,
    address_of,
    cannot_send,
    hand_in,
    name_of,
    tell,
    turn_to_unpack,
)
from portal.web import config, db
from portal.web.seguridad import suceso

blueprint = Blueprint("cargas", __name__)
SHOWN = 5


@blueprint.get("/cargas/nueva")
@empleador
def nueva() -> ResponseReturnValue:
    movimiento = request.args.get("movimiento", "").upper()
    return _refused(movimiento, 403) if _not_given(movimiento) else _form(movimiento)


@blueprint.post("/cargas/nueva")
@empleador
def enviar() -> ResponseReturnValue:
    movimiento = request.form.get("movimiento", "")
    files = [f for f in request.files.getlist("archivo") if f.filename]
    if _not_given(movimiento):
        return _refused(movimiento, 422)
    if movimiento not in todas():
        return _form("", [("movimiento", "Elija la novedad del archivo")], status=422)
    if not files:
        return _form(movimiento, [("archivo", "Elija el archivo que va a enviar")], status=422)
    entrega = Entrega(movimiento, "registrar_automaticamente" in request.form)
    sent = [(name_of(file.filename), file.read()) for file in files]
    try:
        with turn_to_unpack(contenido for _, contenido in sent):
            for nombre, contenido in sent:
                hand_in(entrega, nombre, contenido)
    except Ocupado:
        return _form(movimiento, [("archivo", BUSY)], status=503)
    if not entrega.taken:
        refused = entrega.refused
        return _form(movimiento, [("archivo", f"{r.nombre}: {r.causa}") for r in refused], refused, status=422)
    tell(entrega)
    return redirect(address_of(entrega), 303)


def _not_given(movimiento: str) -> bool:
    """Whether there is such a movement, and this account may not send it."""
    return movimiento in todas() and not may_send(usuario(), movimiento)


def _refused(movimiento: str, status: int) -> ResponseReturnValue:
    """Never another movement in its place: the form with none chosen, and why."""
    if status != 403:  # of that the line is written anyway
        suceso("negado", motivo="movimiento")
    return _form("", [("movimiento", cannot_send(movimiento).rstrip("."))], status=status)


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
    codes = [nov.codigo for nov in mine]
    page = render_template(
        "cargas/nueva.html",
        en_camino=_under_way([movimiento] if movimiento in codes else codes),
        novedades=mine,
        elegida=movimiento if movimiento in codes else "",
        errores=errores or [],
        rechazos=rechazos or [],
        max_bytes=config().max_bytes,
        marcada="registrar_automaticamente" in request.form,
    )
    return Response(page, status)


def _under_way(codes: Iterable[str]) -> list[EnCurso]:
    """What of these movements has come in part; more than a few would hide the form."""
    mine = under_way(db(), mi_ambito(), clock.now())
    return [una for una in mine if una.recibidos and una.movimiento in codes][:SHOWN]
