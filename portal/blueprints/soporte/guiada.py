"""The guided call, as the agent has it: a code, the caller's lote, what to say, a pointer, the end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import personal, usuario
from portal.lotes.numeros import tidy
from portal.modelos import Llamada
from portal.revision.diccionario import entradas
from portal.soporte.atencion import atenciones, cola_atenciones
from portal.soporte.llamada import llamadas, pantalla
from portal.soporte.motivos import GUIADA, MOTIVOS
from portal.soporte.rastro import rastro
from portal.web import config, db, writing
from portal.web.puerta.mirada import only_for_a_look
from portal.web.request import LAST_LINE, whole
from portal.web.seguridad import suceso

blueprint = Blueprint("guiada", __name__)

HERE = "/soporte/llamada"
NO_CODE = "Ningún empleador espera con ese código: pídale que lo lea otra vez, o que pida uno nuevo"
OVER = "La llamada terminó antes: ya no ve las páginas del empleador."


@blueprint.get(HERE)
@personal
def llamada() -> ResponseReturnValue:
    only_for_a_look()
    call = _mine()
    return _form({}, "") if call is None else render_template("soporte/llamada.html", **_screen(call))


@blueprint.get(f"{HERE}/avance")
@personal
def avance() -> ResponseReturnValue:
    """The live fragment: 204 when nothing changed since `v`; once more when the call is over."""
    call = _mine()
    if call is None:
        return render_template("soporte/_terminada.html")
    if request.args.get("v") == pantalla.version(db(), call, clock.now()):
        return "", 204
    return render_template("soporte/_guiada.html", **_screen(call))


@blueprint.post(HERE)
@personal
def entrar() -> ResponseReturnValue:
    typed = "".join(c for c in request.form.get("codigo", "") if c.isprintable())[:20]
    try:
        with writing() as session:
            call = llamadas.take(session, config().secret_key, typed, usuario().cuenta_id, clock.now())
    except llamadas.CodigoMal as wrong:
        if isinstance(wrong, llamadas.DemasiadosCodigos):
            suceso("llamada_frenada")
        return Response(_form({"codigo": str(wrong)}, typed), 422)
    suceso("llamada_abierta" if call else "llamada_fallida")
    if call is None:
        return Response(_form({"codigo": NO_CODE}, typed), 422)
    return redirect(HERE, 303)


@blueprint.post(f"{HERE}/lote")
@personal
def mirar() -> ResponseReturnValue:
    """Another lote of the caller's empleador, beside the page that the caller has."""
    call = _mine()
    if call is None:
        return _over()
    with writing() as session:
        shown = llamadas.show(session, session.merge(call), tidy(request.form.get("numero", "")) or "")
    if not shown:
        flash("Ese número no es de un lote de este empleador.")
    return redirect(HERE, 303)


@blueprint.post(f"{HERE}/senalar")
@personal
def senalar() -> ResponseReturnValue:
    """Point at `linea` (and `campo`) on the caller's page; without a line, at nothing."""
    call = _mine()
    if call is None:
        return _over()
    linea = whole(request.form, "linea", most=LAST_LINE) if request.form.get("linea") else None
    campo = request.form.get("campo", "")[:40] or None
    with writing() as session:
        if not llamadas.point(session, session.merge(call), linea, campo, clock.now()):
            flash("De esa línea no hay nada que señalar en este lote.")
    return redirect(_again(), 303)


@blueprint.post(f"{HERE}/cortar")
@personal
def cortar() -> ResponseReturnValue:
    call, now = _mine(), clock.now()
    if call is None:
        return _over()
    with writing() as session:
        if llamadas.end(session, call.id, "agente", now):
            about: dict[str, Any] = {"empleador_id": call.empleador_id, "lote_id": call.lote_id, "llamada_id": call.id}
            rastro.write(session, "cierra_llamada", usuario().cuenta_id, GUIADA, now, **about)
    flash("La llamada terminó. Falta anotar en qué quedó.")
    return redirect(HERE, 303)


def _mine() -> Llamada | None:
    return llamadas.of_agent(db(), usuario().cuenta_id, clock.now())


def _over() -> ResponseReturnValue:
    flash(OVER)
    return redirect(HERE, 303)


def _again() -> str:
    """The screen with the problems that were chosen there."""
    codigo = request.form.get("ver", "")
    return f"{HERE}?codigo={codigo}" if codigo in entradas() else HERE


def _screen(call: Llamada) -> dict[str, Any]:
    """Everything on the agent's screen. The look is recorded first."""
    codigo, linea = request.args.get("codigo", ""), whole(request.args, "linea", most=LAST_LINE)
    with writing() as session:
        pantalla.write_down_look(session, session.merge(call), clock.now())
    seen = pantalla.screen(db(), call, codigo if codigo in entradas() else "", linea, clock.now())
    attention = atenciones.of_call(db(), call.id)
    return {
        "vista": seen,
        "codigo": codigo if codigo in entradas() else "",
        "pedida": linea,
        "atencion": attention.id if attention and attention.estado == "en_curso" else None,
    }


def _form(wrong: dict[str, str], typed: str) -> str:
    """The two ways into a call: a code, a number of a lote; and calls that ended and are not closed."""
    mine = cola_atenciones.queue(db(), "abiertas", usuario().cuenta_id, clock.now(), 1).filas
    return render_template(
        "soporte/entrada.html",
        errores=list(wrong.items()),
        fallas=wrong,
        typed=typed,
        motivos=list(MOTIVOS.items()),
        falta=next((one for one in mine if one.falta and one.cuenta_id == usuario().cuenta_id), None),
        abiertas=sum(one.cuenta_id == usuario().cuenta_id for one in mine),
    )
