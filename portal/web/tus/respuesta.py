"""Answers to tus requests: few headers, and for a refusal a sentence or two, for programs on slow lines."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import InternalServerError
from werkzeug.http import http_date

from portal.files.problems import FileProblem
from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Conflicto, Danada, Demasiadas
from portal.lotes.redacciones import reword
from portal.web.errors import failure
from portal.web.logs import log_failure
from portal.web.request import db
from portal.web.tus.peticion import VERSION, Refusal


def refusals(blueprint: Blueprint) -> None:
    """Registers the error texts of an upload on its blueprint."""
    for what, words in ((Refusal, _refused), (FileProblem, _turned_away), (Conflicto, _elsewhere), (Danada, _damaged)):
        blueprint.register_error_handler(what, words)
    blueprint.register_error_handler(Demasiadas, _too_many)
    blueprint.register_error_handler(500, _failed)


def progress(status: int, offset: int, vence: datetime, destino: str | None = None) -> Response:
    """The offset of an upload (bytes), its expiry, and its destination once it is complete."""
    response = answer(status)
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Expires"] = http_date(vence)
    if destino:
        response.headers["Location"] = destino
    return response


def answer(status: int, words: str = "") -> Response:
    """An answer for a program; without words also without a type."""
    response = Response(words and words + "\n", status, mimetype="text/plain")
    response.headers["Tus-Resumable"] = VERSION
    if not words:
        del response.headers["Content-Type"]
    if request.method == "HEAD" or request.headers.get("X-HTTP-Method-Override", "").upper() == "HEAD":
        response.headers["Cache-Control"] = "no-store"
    return response


def _refused(refusal: Refusal) -> Response:
    response = answer(refusal.status, refusal.words)
    if refusal.status == 412:
        response.headers["Tus-Version"] = VERSION
    return response


def _turned_away(problem: FileProblem) -> Response:
    reword(db(), problem)
    return answer(422, f"{problem.causa()} {problem.arreglo()}")


def _elsewhere(_error: Conflicto) -> Response:
    return answer(409, "El envío va por otro punto: quizá lo continúa otra ventana. Siga desde donde el portal dice.")


def _damaged(_error: Danada) -> Response:
    return answer(460, "El archivo se dañó en el camino y no guardamos nada de él. Envíelo otra vez.")


def _too_many(_error: Demasiadas) -> Response:
    words = f"Hay {subidas.MOST} envíos sin terminar, que es el máximo. Termine o cancele alguno y envíe otra vez."
    return answer(429, words)


def _failed(error: InternalServerError) -> ResponseReturnValue:
    if "Tus-Resumable" not in request.headers:
        return failure(error)
    code = g.get("falla") or log_failure(None)
    return answer(500, f"El portal tuvo una falla ({code}). Lo que llegó está guardado: intente otra vez.")
