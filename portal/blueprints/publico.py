"""What anyone sees: the trámite, the way in, the icon; and whether the portal is well, for operators."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import redis
from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import portal.catalogos
from portal.access import publico
from portal.cola import connect
from portal.web import config, db
from portal.web.assets import asset_response, assets

blueprint = Blueprint("publico", __name__)

OFFICIAL = Path(portal.catalogos.__path__[0]) / "data" / "atenciones_oficiales.csv"


@dataclass(frozen=True)
class Mes:
    """One month of the official series. `periodo` is AAAAMM."""

    periodo: int
    quejas: int
    atenciones: int


@lru_cache(maxsize=1)
def official_series() -> tuple[Mes, ...]:
    """Complaints and attentions by month as the institute publishes them, newest first."""
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        months = [
            Mes(int(row["anio"]) * 100 + int(row["mes"]), int(row["quejas"]), int(row["atenciones"]))
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(months, key=lambda mes: -mes.periodo))


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
    """For operators: 200 when database and queue answer, else 503. Which one does not is the answer's body."""
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
