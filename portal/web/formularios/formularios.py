"""A form that was refused loses nothing of what was typed.

Forms carry for whom they were opened: the account and the empleador, signed. A form does nothing when its visit is
over, when the visit acts for another RUC by then, or without the CSRF token of its visit. What was typed is stored in
the database for that account (`cuentas/escritos.py`), and shown again on the form's page. Nothing is submitted
automatically, and nothing typed is in an address, a cookie or a log.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal import clock
from portal.access import decision_of, is_local_path, signed_in, to_sign_in
from portal.cuentas import escritos
from portal.cuentas.empleadores import representaciones
from portal.cuentas.sesiones import sesion_of
from portal.cuentas.usuario import Usuario
from portal.web.errors import ErrorPage, answer
from portal.web.formularios.formas import FORMAS, PAGINAS
from portal.web.formularios.relleno import filled
from portal.web.request import business_date, close_session, config, database, db, writing
from portal.web.seguridad import suceso

FIELD = "de"
MARK = "escrito"  # in the cookie: the account with a stored form
FREE = ("login.elegir", "login.entrar", "login.salir", "segundo.probar", "datos.medir")  # the same for every RUC
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
BACK = "Esto todavía no se envió. Lo que escribió sigue aquí: revíselo y envíelo."
GONE = "Esto no se envió y su formulario ya no está en esta página. Usted escribió:"


@dataclass(frozen=True)
class Abierto:
    """For whom a form was opened; `empleador_id` 0: for none."""

    cuenta_id: int
    empleador_id: int


def opened_by(who: Usuario | None) -> str:
    """What a form carries in its field `de`; nothing when nobody is signed in."""
    if who is None:
        return ""
    said = f"{who.cuenta_id}.{who.empleador.id if who.empleador else 0}"
    return f"{said}.{_seal(said)}"


def read_opened(text: str) -> Abierto | None:
    """The same, verified and parsed; None when it is missing or its signature is not ours."""
    said, _, seal = text.rpartition(".")
    if not said or not text.isascii() or not hmac.compare_digest(_seal(said), seal):
        return None
    cuenta_id, _, empleador_id = said.partition(".")
    return Abierto(int(cuenta_id), int(empleador_id))


def _seal(said: str) -> str:
    key = f"formulario:{config().secret_key}".encode()
    return hmac.new(key, said.encode(), "sha256").hexdigest()[:20]


def _opened() -> Abierto | None:
    return read_opened(request.form.get(FIELD, "")) if is_form() else None


def is_form() -> bool:
    """Whether a page's form comes, not a program's request."""
    return request.method == "POST" and request.mimetype in FORMS and "Tus-Resumable" not in request.headers


def other_ruc(opened: Abierto | None, who: Usuario | None) -> bool:
    """Whether a form that was opened for one RUC comes when the visit acts for another. A form without the field is
    accepted, and a visit that acts for none has to choose first."""
    if opened is None or who is None or who.empleador is None:
        return False
    return opened != Abierto(who.cuenta_id, who.empleador.id)


def words_for_other_ruc(text: str) -> str:
    """Why a file in parts is refused that a page opened for another RUC sends; "" when it is not. `text`: its field."""
    who = signed_in()
    if who is None or who.empleador is None or not other_ruc(read_opened(text), who):
        return ""
    suceso("formulario_ajeno")
    return (
        f"No se envió: usted abrió esta página para otro empleador y ahora actúa por {who.empleador.nombre}. "
        "Elija el empleador con «Cambiar» y envíe otra vez."
    )


def interrupted(token: str | None, because: str, then: str) -> str:
    """The form of this request is refused `because`: stores what was typed, says so on the next page with what to do
    `then`, and returns the page to come back to. `token`: the visit that is over."""
    opened = _opened()
    row = sesion_of(db(), token) if opened is None and token else None
    page = page_of_form()
    kept = _keep(opened.cuenta_id if opened else row.cuenta_id if row else None, page)
    forma = FORMAS.get(str(request.endpoint))
    back = " y volverá a la misma página" + (", con lo que escribió" if kept else "") if page else ""
    flash(f"{because}: {forma.no_hecho if forma else 'no se hizo nada'}. {then}{back}.")
    return page


def page_of_form() -> str:
    """The page of this request's form: the one it came from, or the nearest parent of its address."""
    movimiento = request.form.get("movimiento", "")
    if request.endpoint == "cargas.enviar" and movimiento:  # of a form whose body was not read only the page is known
        plain = movimiento.isascii() and movimiento.isalpha() and len(movimiento) == 3
        return "/cargas/nueva" + (f"?movimiento={movimiento}" if plain else "")
    came = urlsplit(request.headers.get("Referer", ""))
    before = came.path + (f"?{came.query}" if came.query else "")
    if came.netloc == request.host and is_local_path(before) and _is_page(came.path):
        return before
    return PAGINAS.get(str(request.endpoint)) or _page_above(request.path)


def _page_above(path: str) -> str:
    while path and not _is_page(path):
        path = path.rpartition("/")[0]
    return path


def _is_page(path: str) -> bool:
    """Whether it is a page that somebody may come back to."""
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, "GET")
    except (HTTPException, RequestRedirect):
        return False
    return _has_forms(endpoint)


def _has_forms(endpoint: str) -> bool:
    """Whether it is a page of a visit that may hold a form. On others the cookie is not read: they would get `Vary:
    Cookie`, and be fetched again after signing in."""
    return decision_of(current_app, endpoint) != "publico" or endpoint == "quejas.presentar"


def _keep(cuenta_id: int | None, page: str) -> bool:
    forma = FORMAS.get(str(request.endpoint))
    if cuenta_id is None or forma is None or not page:
        return False
    campos = {name: request.form.getlist(name) for name in forma.campos if request.form.get(name)}
    close_session()
    try:
        kept = escritos.keep(database(), cuenta_id, request.path, urlsplit(page).path, campos, clock.now())
    except SQLAlchemyError:
        return False  # the database is busy or away: the page does not claim that it was stored
    if kept:
        session[MARK] = cuenta_id
    return kept


def refuse_other_ruc() -> ResponseReturnValue | None:
    """Before every view: the form of one RUC does nothing for another."""
    if not is_form() or request.endpoint in FREE:
        return None
    who, opened = signed_in(), _opened()
    if other_ruc(opened, who) and opened and who:
        return _ask_which(opened, who)
    if who is not None and session.get(MARK) == who.cuenta_id:
        with writing() as transaction:
            escritos.drop(transaction, who.cuenta_id, request.path)
    return None


def _ask_which(opened: Abierto, who: Usuario) -> Response:
    suceso("formulario_ajeno")
    page = page_of_form()
    kept = _keep(who.cuenta_id, page)
    mine = representaciones(db(), who.cuenta_id, business_date())
    before = next((one.empleador for one in mine if one.empleador_id == opened.empleador_id), None)
    forma = FORMAS.get(str(request.endpoint))
    return answer(
        "errores/otro_ruc.html",
        409,
        "No se envió: usted actúa por otro empleador",
        no_hecho=forma.no_hecho if forma else "no se hizo nada",
        antes=before if opened.cuenta_id == who.cuenta_id else None,
        ahora=who.empleador,
        pagina=page,
        guardado=kept,
        escrito=typed_here(),
    )


def without_token(error: CSRFError) -> ResponseReturnValue:
    """A form without the CSRF token of its visit, because another visit began since, or because another site sent
    it."""
    who, opened = signed_in(), _opened()
    suceso("formulario_sin_prueba")
    guarded = decision_of(current_app, str(request.endpoint)) != "publico"
    if who is None and opened is not None and guarded and from_here():
        return to_sign_in()
    page = page_of_form() if guarded else request.path if _is_page(request.path) else ""
    kept = who is not None and from_here() and _keep(opened.cuenta_id if opened else who.cuenta_id, page)
    words = ErrorPage(
        "Vuelva a enviar",
        [
            "La página estuvo abierta mucho tiempo y no pudimos comprobar que el envío es suyo. Nada cambió. "
            + ("Lo que escribió está en la página: revíselo y envíe otra vez." if kept else "Envíe otra vez.")
        ],
    )
    typed = typed_here() if from_here() else {}
    where = page or _before()
    return answer("errores/pagina.html", 400, words.titulo, palabras=words, volver=where, escrito=typed, guardado=kept)


def typed_here() -> dict[str, str]:
    """What was typed, for whoever sent it: name of the field → text."""
    forma = FORMAS.get(str(request.endpoint))
    return {name: request.form.get(name, "") for name in (forma.textos if forma else ()) if request.form.get(name)}


def from_here() -> bool:
    """Whether a form comes from a page of ours, as far as the browser says: foreign input is not shown as typed."""
    said = request.headers.get("Origin") or request.referrer
    fetch = request.headers.get("Sec-Fetch-Site", "same-origin")
    return fetch == "same-origin" and (not said or urlsplit(said).netloc == request.host)


def _before() -> str | None:
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if came.netloc == request.host and is_local_path(came.path) else None


def look_for_typed() -> None:
    """Before a page is rendered: whether its person has a stored form for it."""
    if request.method != "GET" or request.headers.get("HX-Request") == "true" or not request.endpoint:
        return
    if not _has_forms(request.endpoint) or MARK not in session:
        return
    who = signed_in()
    if who is not None and session[MARK] == who.cuenta_id:
        g.escrito = escritos.kept_for(db(), who.cuenta_id, request.path, clock.now())


def give_back(response: Response) -> Response:
    """Fills what was typed into its form, and says so above it."""
    row = g.get("escrito")
    if row is None or response.status_code != 200 or response.mimetype != "text/html" or response.is_streamed:
        return response
    html = response.get_data(as_text=True)
    page = filled(html, row.ruta, row.campos)
    left = [] if page else [one for values in row.campos.values() for one in values]
    response.set_data(_with_notice(page or html, BACK if page else GONE, left))
    return response


def _with_notice(html: str, words: str, texts: list[str]) -> str:
    typed = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in texts)
    notice = f'<div class="notice warning" role="status"><p><b class="warning">{escape(words)}</b></p>{typed}</div>\n'
    at = html.find("<h1")
    return html[:at] + notice + html[at:] if at >= 0 else html


def init_app(app: Flask) -> None:
    """After the extensions: the CSRF token is checked first."""
    app.before_request(refuse_other_ruc)
    app.before_request(look_for_typed)
    app.after_request(give_back)
    app.register_error_handler(CSRFError, without_token)
    app.jinja_env.globals["abierto_para"] = lambda: opened_by(signed_in())
