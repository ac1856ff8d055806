"""Public pages: the trámite, the sign-in link, the icon; and the health check for operators."""

from __future__ import annotations

import redis
from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.access import publico
from portal.cola import connect
from portal.soporte.cifras.transparencia import official_series
from portal.web import config, db
from portal.web.respuesta.assets import asset_response, assets

blueprint = Blueprint("publico", __name__)


@blueprint.get("/")
@publico
def inicio() -> ResponseReturnValue:
    return render_template("publico/inicio.html", meses=official_series())


@blueprint.get("/empleadores/cargas-batch")
@publico
def cargas_batch() -> ResponseReturnValue:
    return render_template("publico/cargas_batch.html")


@blueprint.get("/favicon.svg")
@publico
def favicon() -> Response:
    return asset_response(assets()["favicon.svg"], "public, max-age=604800")


@blueprint.get("/salud")
@publico
def salud() -> ResponseReturnValue:
    """Health check: 200 when database and queue answer, else 503. The body names the one that does not."""
    parts = {"base_de_datos": _database_answers(), "cola": _queue_answers()}
    response = jsonify({name: "responde" if well else "no responde" for name, well in parts.items()})
    response.status_code = 200 if all(parts.values()) else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _database_answers() -> bool:
    try:
        return db().scalar(text("select 1")) == 1
    except SQLAlchemyError:
        return False


def _queue_answers() -> bool:
    server = connect(config().redis_url)
    try:
        return bool(server.ping())
    except redis.RedisError:
        return False
    finally:
        server.close()
