"""A guided call beside the pages of the caller: its band on each of them, and where the caller is, for the agent."""

from __future__ import annotations

import structlog
from flask import Flask, g, request
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.access import signed_in
from portal.soporte.llamada import llamadas
from portal.soporte.llamada.guiada import Guiada, guiada
from portal.soporte.llamada.paginas import PAGINAS
from portal.web.request import config, db, writing

log = structlog.get_logger("portal.web")

#: addresses of these pages name a lote
OF_A_LOTE = "/lotes/<numero>"
#: how often a page of the caller asks for news of the call
PACE = "3s"


def guia() -> Guiada | None:
    """The call that this visit has open; queried once per request, and not at all when there is none."""
    if "guia" not in g:
        g.guia = _guia()
    found: Guiada | None = g.guia
    return found


def forget() -> None:
    """Drops the request's cached call: it has changed."""
    g.pop("guia", None)


def _guia() -> Guiada | None:
    if g.get("without_user"):
        return None
    who = signed_in()
    if who is None or who.llamada_id is None or who.empleador is None:
        return None
    llamada = llamadas.of_visit(db(), who.llamada_id, who.empleador.id, clock.now())
    return guiada(db(), llamada, config().secret_key) if llamada else None


def follow() -> None:
    """Records which page the caller opens, for the agent's screen, before the page is rendered: its band then names
    what both look at. A failure here breaks no page."""
    if request.method != "GET" or request.headers.get("HX-Request") == "true" or request.endpoint not in PAGINAS:
        return
    if guia() is None:
        return
    of_a_lote = request.url_rule is not None and request.url_rule.rule.startswith(OF_A_LOTE)
    numero = (request.view_args or {})["numero"] if of_a_lote else None
    try:
        with writing() as session:
            llamadas.moved(session, g.guia.id, str(request.endpoint), numero, clock.now())
    except OperationalError:
        log.warning("page of a guided call not followed")
    forget()


def init_app(app: Flask) -> None:
    app.before_request(follow)
    app.jinja_env.globals["guia"] = guia
    app.jinja_env.globals["paso_de_guia"] = PACE
