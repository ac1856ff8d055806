"""The security log: one line each time that somebody signs in, is refused, or changes who may sign in.

A line says what happened (`suceso`, one of SUCESOS), whose account it was by a keyed pseudonym, from which address, and
why. Never a cédula, a name, a RUC, nor what was typed. `docs/operations.md` explains each to the operator; a test holds
both lists together.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import structlog
from flask import Flask, Response, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from portal.config import Config
from portal.modelos import Cuenta
from portal.web.request import config, db

log = structlog.get_logger("portal.seguridad")

SUCESOS = {
    "ingreso": "a visit was opened",
    "ingreso_fallido": "nobody came in: a wrong key, an unknown or a blocked account (clave, desconocida, bloqueada)",
    "clave_correcta": "a member of the staff gave the right key; the second step is still to come",
    "clave_frenada": "a key was not looked at: too many wrong ones (par, direccion, ritmo)",
    "segundo_correcto": "the code of the telephone was right",
    "segundo_fallido": "a code of the telephone or a recovery code was wrong or used",
    "segundo_frenada": "a code was not looked at: too many wrong ones (par, direccion, ritmo)",
    "segundo_activado": "a second step was set up",
    "segundo_reiniciado": "a second step was taken away, to be set up anew",
    "segundo_perdido": "the proof of the right key ran out, or the account changed before the second step",
    "recuperacion_usada": "a recovery code was used up",
    "recuperacion_nueva": "new recovery codes were made",
    "salida": "a visit was ended by its person",
    "visita_terminada": "a request came with a visit that is over (vencida, cerrada, bloqueada, desconocida)",
    "empleador_elegido": "a visit acts for another RUC from now on",
    "empleador_ajeno": "a RUC was chosen that the account may not act for",
    "formulario_ajeno": "a form opened for one RUC came when the visit acted for another; it was not done",
    "formulario_sin_prueba": "a form came without the token of its visit; it was not done",
    "negado_por_rol": "a page of another role was asked for",
    "negado_por_objeto": "a lote, worker, receipt … was asked for that is not there, or not this visit's",
    "negado": "an act was refused that the account may not do, or not so often",
    "limite_publico": "a public page was asked for too often, with wrong addresses or too many complaints",
    "clave_cambiada": "an account has another key; its open visits ended",
    "cuenta_creada": "an account was made",
    "cuenta_cambiada": "the role of an account changed; its open visits ended",
    "cuenta_bloqueada": "a supervisor blocked an account",
    "cuenta_desbloqueada": "a supervisor opened an account again",
    "intentos_olvidados": "a supervisor took the wait after wrong tries away",
    "visitas_cerradas": "a supervisor ended the visits of an account",
    "llamada_pedida": "a person asked for a code of a guided call",
    "llamada_abierta": "an agent opened a guided call by its code",
    "llamada_fallida": "an agent typed a code of no call",
    "llamada_frenada": "an agent typed too many codes of no call",
}
CONSOLE = "consola"


def suceso(que: str, cuenta: str | int | None = None, motivo: str = "") -> None:
    """Writes a line. `que`: one of SUCESOS; `cuenta`: the number that was typed, the id of an account, or None for
    whoever is signed in; `motivo`: a word or two of ours, never of anybody else; of a form, its route."""
    if que not in SUCESOS:
        raise KeyError(que)
    if has_request_context():
        if g.get("callado"):
            return
        if que.startswith("formulario_") and request.url_rule:
            motivo = motivo or str(request.url_rule.rule)
    address = request.remote_addr if has_request_context() else CONSOLE
    log.info("security", suceso=que, cuenta=_whose(cuenta), direccion=address, motivo=motivo)


def pseudonym(identificacion: str, settings: Config) -> str:
    """16 letters that are the same for one account on every line: an HMAC under a key of its own, derived from the
    portal's secret. Whoever has the log and not the secret cannot find an account by trying all cédulas."""
    key = hmac.new(settings.secret_key.encode(), b"registro de seguridad", hashlib.sha256).digest()
    return hmac.new(key, identificacion.encode(), hashlib.sha256).hexdigest()[:16]


def seconds_of(instant: datetime) -> float:
    """A naive UTC instant as seconds since 1970."""
    return instant.replace(tzinfo=UTC).timestamp()


def _whose(cuenta: str | int | None) -> str | None:
    if isinstance(cuenta, str):
        return pseudonym(cuenta, config()) if cuenta else None
    cuenta_id = cuenta if cuenta is not None else _present()
    if cuenta_id is None:
        return None
    try:
        row = db().get(Cuenta, cuenta_id)
    except SQLAlchemyError:
        return None  # the page matters more than whose line it is
    return pseudonym(row.identificacion, config()) if row else None


def _present() -> int | None:
    """The account of this request's visit, if it is loaded already."""
    known = g.get("_login_user") if has_request_context() else None
    return getattr(known, "cuenta_id", None)


def denied(response: Response) -> Response:
    """A line for each refusal of an address that exists. A wrong address is no secret, and would fill the log."""
    if request.url_rule is None or request.endpoint == "static" or response.status_code not in (403, 404, 429):
        return response
    rule = str(request.url_rule.rule)
    if response.status_code == 404:
        suceso("negado_por_rol" if g.get("otro_rol") else "negado_por_objeto", motivo=rule)
    elif not g.get("freno"):  # logged where it was decided
        suceso("negado" if response.status_code == 403 or _present() else "limite_publico", motivo=rule)
    return response


def init_app(app: Flask) -> None:
    app.after_request(denied)
