"""Complaints, for whoever files one: the form, and the page that follows it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from portal import clock
from portal.access import publico, signed_in
from portal.cuentas.signin import Problem
from portal.extensions import limiter
from portal.soporte import quejas
from portal.soporte.quejas import Escrito, Quien
from portal.web import config, database, db, hoy
from portal.web.errors import ErrorPage, answer
from portal.web.filters import cuenta, momento
from portal.web.formularios import formularios
from portal.web.formularios.formularios import from_here
from portal.web.seguridad import suceso

blueprint = Blueprint("quejas", __name__)

FILED = "5 per hour;20 per day"
#: wrong addresses from one place, as for a lote's state
TRIES = "600 per 15 minutes"
TRIED_OFTEN = ErrorPage(
    "Espere antes de abrir otra dirección",
    ["Se abrieron muchas direcciones equivocadas desde su conexión. Vuelva a intentar en 15 minutos."],
)


def was_filed(_response: Response) -> bool:
    """Only filed complaints count for the limit: neither corrections nor repeated submissions."""
    return bool(g.get("queja_filed"))


def filed_before() -> bool:
    """Sent twice: the second request leads to the first complaint, whatever the limit says."""
    return request.method == "POST" and quejas.followed(db(), _token()) is not None


def was_wrong(response: Response) -> bool:
    return response.status_code == 404


@blueprint.get("/queja")
@publico
def presentar() -> ResponseReturnValue:
    return _form(Escrito(""), [])


@blueprint.post("/queja")
@publico
@limiter.limit(FILED, deduct_when=was_filed, exempt_when=filed_before)
def enviar() -> ResponseReturnValue:
    escrito, token = _written(), _token()
    if problems := quejas.problems(escrito):
        return Response(_form(escrito, problems), 422)
    known = quejas.followed(db(), token)
    if known is None:
        quejas.file(database(), token, escrito, _quien(), hoy(), config().queja_habiles, clock.now())
        g.queja_filed = True
    return redirect(f"/queja/{token}", 303)


@blueprint.get("/queja/<token>")
@publico
@limiter.limit(TRIES, deduct_when=was_wrong)
def seguir(token: str) -> ResponseReturnValue:
    queja = quejas.followed(db(), token)
    if queja is None:
        abort(404)
    page = render_template("quejas/queja.html", queja=queja, numero=quejas.numero(queja), hoy=hoy())
    response = Response(page)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the right to read
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.errorhandler(429)
def too_many(_error: Exception) -> Response:
    if request.method != "POST":
        return answer("errores/pagina.html", 429, TRIED_OFTEN.titulo, palabras=TRIED_OFTEN, volver=None)
    limit = limiter.current_limit
    seconds = max(1, int(limit.reset_at - time.time())) if limit else 3600
    again = datetime.fromtimestamp(time.time() + seconds + 59, UTC).replace(tzinfo=None)
    response = Response(_form(_written(), [], momento(again, False)), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


@blueprint.errorhandler(CSRFError)
def without_token(error: CSRFError) -> ResponseReturnValue:
    """The form again, with what was typed: it came without the CSRF token of this visit."""
    if not from_here():
        return formularios.without_token(error)
    suceso("formulario_sin_prueba")
    return Response(_form(_written(), [], vieja=True), 400)


def _form(escrito: Escrito, problems: list[Problem], espera: str = "", vieja: bool = False) -> str:
    """The form with what was typed; `espera`: from when on another complaint is taken; `vieja`: the page it was typed
    into was open for too long."""
    who = signed_in()
    mine = quejas.own(db(), who.cuenta_id) if who is not None and not who.is_staff else []
    return render_template(
        "quejas/presentar.html",
        escrito=escrito,
        formulario=request.form.get("formulario", "")[:40] or quejas.form_token(),
        errores=[(problem.field, problem.short) for problem in problems],
        detalles={problem.field: problem.long for problem in problems},
        espera=espera,
        vieja=vieja,
        habiles=cuenta(config().queja_habiles, "día laborable", "días laborables"),
        mias=[(quejas.numero(one), one) for one in mine],
    )


def _written() -> Escrito:
    return Escrito(*(request.form.get(name, "")[:20_000] for name in ("texto", "lote", "contacto"))).tidy()


def _token() -> str:
    if "queja_token" not in g:
        formulario = request.form.get("formulario", "")[:40]
        g.queja_token = quejas.token_of(config().secret_key, formulario, _written())
    return str(g.queja_token)


def _quien() -> Quien:
    who = signed_in()
    if who is None or who.is_staff:
        return Quien()
    return Quien(who.cuenta_id, who.empleador.id if who.empleador else None)
