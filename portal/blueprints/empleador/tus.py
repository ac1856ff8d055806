"""Files in parts by tus 1.0: creation, checksum, expiration, termination. Any tus client works.

A request with `Tus-Resumable` needs no CSRF token: a page of another site cannot set that header without CORS, which
nothing here allows. Without the header only one form is accepted, with its token: "Cancelar" of a page without
JavaScript. Answers are for programs on slow lines: few headers, refusals in a sentence or two.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from portal import clock
from portal.access import empleador, mi_ambito, mi_empleador, publico, signed_in, usuario
from portal.cuentas.empleadores import may_send
from portal.extensions import csrf
from portal.files.packed import signatures
from portal.files.packed.containers import door_check
from portal.files.problems import FileProblem
from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Anuncio, Conflicto, Danada
from portal.modelos import Subida
from portal.novedades import todas
from portal.ventanilla import (
    Entrega,
    Ocupado,
    address_of,
    cannot_send,
    hand_in,
    name_of,
    tell,
    tell_of_standing,
    turn_to_unpack,
)
from portal.web import config, database, db
from portal.web.errors import http_error
from portal.web.filters import peso
from portal.web.formularios.formularios import FIELD, words_for_other_ruc
from portal.web.request import close_session
from portal.web.seguridad import suceso
from portal.web.tus import peticion as said
from portal.web.tus.peticion import Refusal
from portal.web.tus.respuesta import answer, progress, refusals

blueprint = Blueprint("tus", __name__, url_prefix="/cargas/tus")
refusals(blueprint)
csrf.exempt(blueprint)  # `_only_tus` checks the token of requests that are not tus

EXTENSIONS = "creation,checksum,expiration,termination"


@blueprint.before_request
def _only_tus() -> None:
    if request.method == "OPTIONS":
        return
    version = request.headers.get("Tus-Resumable")
    if version is None:
        csrf.protect()
    if version != said.VERSION and not _is_form():
        raise Refusal(412, f"Este portal recibe partes por tus {said.VERSION}. Use un programa de esa versión.")


def _is_form() -> bool:
    return request.endpoint == "tus.como_formulario" and "Tus-Resumable" not in request.headers


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/<token>", methods=["OPTIONS"])
@publico
def opciones(token: str = "") -> ResponseReturnValue:
    """What this server can do."""
    response = answer(204)
    response.headers["Tus-Version"] = said.VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(config().max_bytes)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(said.ALGORITHMS)
    return response


@blueprint.post("")
@empleador
def crear() -> ResponseReturnValue:
    """A new upload, or the one of the same file that goes on or has ended."""
    anuncio = _announced()
    close_session()
    subida = subidas.begin(database(), anuncio, clock.now())
    if subida.destino:
        tell_of_standing()
    response = progress(201, subida.recibidos, subida.vence_en)
    response.headers["Location"] = url_for("tus.ver", token=subida.token)
    return response


def _announced() -> Anuncio:
    """What the request announces of the file. Raises Refusal, or FileProblem for what its name and size show."""
    length, told = said.number(request.headers, "Upload-Length"), said.metadata(request.headers)
    if words := words_for_other_ruc(told.get(FIELD, "")):
        raise Refusal(403, words)
    _refuse_at_once(length, told)
    return Anuncio(
        mi_empleador().id,
        usuario().cuenta_id,
        told["movimiento"],
        name_of(told["filename"]),
        length,
        said.sha256_of(told),
        said.is_packed(told),
        said.yes(told, "registrar_automaticamente"),
    )


def _refuse_at_once(length: int, told: dict[str, str]) -> None:
    movimiento, limit = told.get("movimiento", ""), config().max_bytes
    if movimiento in todas() and not may_send(usuario(), movimiento):
        suceso("negado", motivo="movimiento")
        raise Refusal(422, cannot_send(movimiento))
    if movimiento not in todas():
        raise Refusal(422, "Elija la novedad del archivo: el envío dice «movimiento» y su cuenta debe poder enviarla.")
    if not told.get("filename"):
        raise Refusal(422, "El envío no dice el nombre del archivo («filename»). Elija el archivo y envíelo otra vez.")
    if length > limit:
        words = f"El archivo pesa {peso(length)} y recibimos hasta {peso(limit)}."
        raise Refusal(413, f"{words} Comprímalo como .gz o .zip, o divídalo en dos archivos.")
    door_check(name_of(told["filename"]), b"", length)


@blueprint.route("/<token>", methods=["HEAD"])
@empleador
def ver(token: str) -> ResponseReturnValue:
    """The offset; the destination once it has ended."""
    return _seen(_find(token))


@blueprint.patch("/<token>")
@empleador
def seguir(token: str) -> ResponseReturnValue:
    """The next part."""
    return _continued(_find(token))


@blueprint.delete("/<token>")
@empleador
def cancelar(token: str) -> ResponseReturnValue:
    """Deletes all of it."""
    return _cancelled(_find(token))


@blueprint.post("/<token>")
@empleador
def como_formulario(token: str) -> ResponseReturnValue:
    """`X-HTTP-Method-Override`, for networks that block methods; and the form that cancels."""
    subida = _find(token)
    if _is_form():
        return _cancelled_by_form(subida)
    methods = {"HEAD": _seen, "PATCH": _continued, "DELETE": _cancelled}
    method = methods.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if method is None:
        raise Refusal(405, "Con POST debe venir X-HTTP-Method-Override: PATCH, HEAD o DELETE.")
    return method(subida)


def _find(token: str) -> Subida:
    """The upload, when it is this empleador's and of a movement that this account may send."""
    subida = subidas.find(db(), token, mi_ambito(), clock.now())
    close_session()  # a body may take minutes: no session stays open
    if subida is None:
        raise Refusal(404, "Este envío ya no está: se canceló o venció. Elija el archivo y envíelo otra vez.")
    return subida


def _seen(subida: Subida) -> Response:
    response = progress(200, subida.recibidos, subida.vence_en, subida.destino)
    response.headers["Upload-Length"] = str(subida.bytes)
    response.headers["Upload-Metadata"] = said.encoded(_told(subida))
    return response


def _told(subida: Subida) -> dict[str, str]:
    return {
        "filename": subida.nombre,
        "movimiento": subida.movimiento,
        **({"registrar_automaticamente": ""} if subida.registrar_automaticamente else {}),
        **({"sha256": subida.sha256} if subida.sha256 else {}),
        **({"comprimida": "gzip"} if subida.comprimida else {}),
    }


def _cancelled(subida: Subida) -> Response:
    subidas.cancel(database(), subida.id)
    return answer(204)


def _cancelled_by_form(subida: Subida) -> ResponseReturnValue:
    if subida.destino:
        flash("El archivo ya había llegado entero: este es su lote.")
        return redirect(subida.destino, 303)
    if request.form.get("accion") == "cancelar":
        subidas.cancel(database(), subida.id)
        flash(f"Canceló el envío de «{subida.nombre}». No guardamos nada de él.")
    return redirect(url_for("cargas.nueva"), 303)


def _continued(subida: Subida) -> Response:
    if request.mimetype != said.OCTETS:
        raise Refusal(415, f"Cada parte debe venir como {said.OCTETS}.")
    offset, vence = said.number(request.headers, "Upload-Offset"), subida.vence_en
    if offset != subida.recibidos:
        raise Conflicto
    for piece in said.body(request, subida.bytes - offset):
        if offset == 0:
            _look_at_the_door(subida, piece)
        if offset + len(piece) == subida.bytes:
            return _ended(subida, offset, piece)
        vence = subidas.append(database(), subida.id, offset, piece, clock.now())
        offset += len(piece)
    return progress(204, offset, vence, subida.destino)


def _look_at_the_door(subida: Subida, first: bytes) -> None:
    try:
        subidas.look_at_the_door(subida, first)
    except (FileProblem, Danada):
        subidas.cancel(database(), subida.id)
        raise


def _ended(subida: Subida, offset: int, last: bytes) -> Response:
    """Turns the whole file into its lotes; then the upload is marked as ended."""
    entrega = Entrega(subida.movimiento, subida.registrar_automaticamente)
    with turn_to_unpack([signatures.GZIP if subida.comprimida else _first_bytes(subida, offset, last)]):
        hand_in(entrega, subida.nombre, _whole(subida, offset, last))
    if not entrega.taken:
        subidas.cancel(database(), subida.id)
        raise Refusal(422, " ".join(f"{r.causa} {r.arreglo}" for r in entrega.refused[:2]))
    vence = subidas.finish(database(), subida, offset, address_of(entrega), clock.now())
    tell(entrega)
    return progress(204, subida.bytes, vence, address_of(entrega))


def _first_bytes(subida: Subida, offset: int, last: bytes) -> bytes:
    if not offset:
        return last
    with database().reading() as session:
        return subidas.first_part(session, subida)


def _whole(subida: Subida, offset: int, last: bytes) -> bytes:
    try:
        with database().reading() as session:
            return subidas.whole(session, subida, offset, last, config().max_bytes)
    except (FileProblem, Danada):
        subidas.cancel(database(), subida.id)
        raise


@blueprint.errorhandler(Ocupado)
def _busy(_error: Ocupado) -> Response:
    """The last part was not stored, the parts before are: the program sends it again."""
    words = "El portal está abriendo otros archivos. Lo que llegó antes está guardado: vuelva a intentar en un minuto."
    return answer(503, words)


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> ResponseReturnValue:
    if "Tus-Resumable" not in request.headers:
        return http_error(error)
    if error.code == 401:
        if signed_in():
            return answer(401, "Elija primero el empleador por el que actúa: el envío sigue cuando lo elija.")
        return answer(401, "Su sesión terminó y esta parte no se guardó. Ingrese otra vez: sigue donde quedó.")
    return answer(error.code or 500, "El portal no pudo recibir esta parte. Lo que llegó antes está guardado.")
