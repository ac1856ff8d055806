"""Help by telephone, as the caller has it: a code, who looks, consent, the end."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import empleador, is_local_path, mi_empleador, usuario
from portal.soporte.llamada import llamadas
from portal.web import config, writing
from portal.web import guia as guided
from portal.web.guia import guia
from portal.web.seguridad import suceso

blueprint = Blueprint("ayuda_llamada", __name__)

HERE = "/ayuda/llamada"


@blueprint.get(HERE)
@empleador
def llamada() -> ResponseReturnValue:
    return render_template("llamada/llamada.html", desde=_page_before())


@blueprint.get(f"{HERE}/avance")
@empleador
def avance() -> ResponseReturnValue:
    """The band alone: 204 when nothing changed since `v`."""
    call = guia()
    if call and request.args.get("v") == call.version:
        return "", 204
    return render_template("llamada/_guia.html", completa=False)


@blueprint.post(HERE)
@empleador
def hacer() -> ResponseReturnValue:
    """`accion`: pedir (a code), cortar, permitir (that ids and pay are seen), cubrir. Back to the page it came from."""
    accion, who, now, call = request.form.get("accion", ""), usuario(), clock.now(), guia()
    if accion not in ("pedir", "cortar", "permitir", "cubrir"):
        abort(404)
    with writing() as session:
        if accion == "pedir":
            llamadas.ask(session, config().secret_key, who.token, who.cuenta_id, mi_empleador().id, now)
        elif call and accion == "cortar":
            llamadas.end(session, call.id, "empleador", now)
        elif call and call.agente:
            llamadas.permit(session, call.id, accion == "permitir", now)
    guided.forget()
    if accion == "pedir":
        suceso("llamada_pedida")
    if accion == "cortar":
        flash("La llamada terminó: nadie más ve sus páginas." if call and call.agente else "El código ya no sirve.")
    elif accion != "pedir" and not (call and call.agente):
        flash("La llamada ya había terminado.")
    return redirect(_back(), 303)


def _back() -> str:
    """The page that was asked from; the help page itself only when there is no other."""
    desde = request.form.get("desde", "")
    return desde if is_local_path(desde) and not desde.startswith(HERE) else _page_before() or HERE


def _page_before() -> str:
    """The page that led here, by its path and query; nothing when it was this one or of another place."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.host or came.path.startswith(HERE):
        return ""
    path = came.path + (f"?{came.query}" if came.query else "")
    return path if is_local_path(path) else ""
