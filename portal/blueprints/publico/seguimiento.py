"""A lote's state without signing in: one sentence for whoever has its address, also without a browser."""

from __future__ import annotations

from flask import Blueprint, Response, g

from portal import clock
from portal.access import publico
from portal.extensions import limiter
from portal.lotes.vista.consulta import followed
from portal.lotes.vista.estado_dicho import sentence
from portal.web import db
from portal.web.filters import fecha, hora
from portal.web.logs import log_failure
from portal.web.request import close_session

blueprint = Blueprint("seguimiento", __name__)

#: wrong addresses from one client: many offices share one address, and 128 random bits cannot be found by trying
TRIES = "600 per 15 minutes"


def _was_wrong(response: Response) -> bool:
    return response.status_code == 404


@blueprint.get("/e/<token>.txt")
@publico
@limiter.limit(TRIES, deduct_when=_was_wrong)
def estado(token: str) -> Response:
    lote, now = followed(db(), token), clock.now()
    if lote is None:
        return _plain("No hay un lote en esta dirección. Cópiela completa de la página del lote.", 404)
    return _plain(f"{sentence(lote)}\nAl {fecha(now)} {hora(now)}, hora de Ecuador.")


@blueprint.errorhandler(429)
def too_many(_error: Exception) -> Response:
    return _plain("Demasiadas direcciones equivocadas desde su conexión. Vuelva a intentar en 15 minutos.", 429)


@blueprint.errorhandler(500)
def failure(_error: Exception) -> Response:
    code = g.get("falla") or log_failure(None)
    close_session()
    return _plain(f"El portal tuvo una falla. El lote no cambia por esto. Si llama, dé este código: {code}.", 500)


def _plain(text: str, status: int = 200) -> Response:
    response = Response(text + "\n", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
