"""Error pages: what happened, why, what to do. Never a stack trace, never a reproach."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal import clock
from portal.access import is_local_path, signed_in
from portal.extensions import limiter
from portal.web.filters import cuenta, hora, peso
from portal.web.logs import log_failure
from portal.web.request import close_session, config


@dataclass(frozen=True)
class ErrorPage:
    """The words of one error page; `codigo` is what to say on the phone. `volver` offers the page one came from."""

    titulo: str
    parrafos: list[str]
    volver: bool = False
    headers: dict[str, str] = field(default_factory=dict)


PAGES = {
    400: ErrorPage(
        "No entendimos lo que llegó", ["Los datos llegaron incompletos. Vuelva a la página y envíe otra vez."]
    ),
    401: ErrorPage(
        "Su sesión terminó", ["Pasó mucho tiempo sin uso y esto último no se hizo. Ingrese otra vez y repítalo."]
    ),
    403: ErrorPage(
        "Su cuenta no puede hacer esto", ["El titular de la cuenta decide qué novedades envía cada delegado."]
    ),
    404: ErrorPage(
        "No encontramos esta página",
        [
            "La dirección puede estar incompleta, o el lote pertenece a otro empleador. "
            "Sus archivos y lotes no cambian por esto."
        ],
    ),
    405: ErrorPage(
        "Esta dirección no se abre directamente",
        ["Se usa desde un botón de otra página. Lo que ya envió está guardado."],
        volver=True,
    ),
    408: ErrorPage(
        "El envío llegó demasiado despacio",
        [
            "Su línea dejó de enviar, o casi, y el portal no esperó más. De este envío no se guardó nada.",
            "Vuelva a la página y envíe otra vez. Un archivo comprimido (.zip o .gz) llega antes.",
        ],
        volver=True,
    ),
    503: ErrorPage(
        "Hay muchos envíos al mismo tiempo",
        ["El portal no recibió este envío. Nada cambió. Vuelva a enviar en un minuto."],
        volver=True,
        headers={"Retry-After": "60"},
    ),
}
OTHER = ErrorPage("No pudimos mostrar esta página", ["Nada cambió. Vuelva a intentar desde la página de inicio."])


def too_large() -> ErrorPage:
    """413, with the limit and the ways round it."""
    return ErrorPage(
        "El archivo pesa demasiado",
        [
            f"Recibimos hasta {peso(config().max_bytes)} por envío. No guardamos nada de este envío.",
            "Comprima el archivo como .gz o .zip y envíelo así. O divídalo en dos archivos y envíe uno tras otro.",
        ],
        volver=True,
    )


def too_many() -> ErrorPage:
    """429, with the time from which the next try counts."""
    seconds = _seconds_to_wait()
    again = clock.now() + timedelta(seconds=seconds + 59)
    when = f"en {cuenta(seconds, 'segundo', 'segundos')}" if seconds <= 60 else f"a las {hora(again, False)}"
    return ErrorPage(
        "Espere antes de volver a ingresar",
        [
            f"Hubo varios intentos con datos que no coinciden. Vuelva a intentar {when}.",
            "Su clave no se perdió ni cambió: el portal solo espera, para que nadie la adivine.",
        ],
        volver=True,
        headers={"Retry-After": str(seconds)},
    )


def _seconds_to_wait() -> int:
    if freno := g.get("freno"):
        return int(freno.segundos)
    limit = limiter.current_limit
    return max(1, int(limit.reset_at - time.time())) if limit else 900


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Any error with a status of its own."""
    code = error.code or 500
    if code < 400:
        return error  # a redirect raised as an exception
    words: ErrorPage = PAGES.get(code, OTHER)
    if code == 413:
        words = too_large()
    elif code == 429:
        words = too_many()
    response = answer("errores/pagina.html", code, words.titulo, palabras=words, volver=_came_from(words))
    response.headers.update(words.headers)
    if code == 405 and (allow := dict(error.get_headers()).get("Allow")):
        response.headers["Allow"] = allow
    return response


def failure(_error: InternalServerError) -> ResponseReturnValue:
    """Our own fault, with the code that is also in the log. The page is rendered even when the database failed."""
    code = g.get("falla") or log_failure(None)
    close_session()
    try:
        signed_in()
    except SQLAlchemyError:
        g.without_user = True
    try:
        return answer("errores/falla.html", 500, "El portal tuvo una falla", falla=code, ahora=clock.now())
    except Exception as second:  # the page itself is broken: plain text is sent
        log_failure(second)
        return make_response(f"El portal tuvo una falla. Si llama, dé este código: {code}.", 500)


def answer(template: str, code: int, titulo: str, **context: Any) -> Response:
    """The page, or only its title when htmx asks: it does not show error answers."""
    if request.headers.get("HX-Request") == "true":
        return make_response(titulo, code)
    who = signed_in()
    looks_for = code == 404 and who is not None and not who.is_staff
    page = render_template(template, codigo=code, titulo=titulo, busca_un_lote=looks_for, **context)
    return make_response(page, code)


def _came_from(words: ErrorPage) -> str | None:
    before = request.referrer or ""
    path = before.removeprefix(request.host_url.rstrip("/"))
    return path if words.volver and path != before and is_local_path(path) else None


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(InternalServerError, failure)
