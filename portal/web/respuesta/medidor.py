"""The data meter: the bytes of a visit whose person asked for it, counted here over its requests and answers.

It is the outermost layer, so that polls answered before Flask, downloads and static files count too. A visit that did
not ask pays one look at the cookies. HTTP/1.1 is counted as our server speaks it: first line, headers and body, both
ways; not TLS and TCP, nor what a proxy in front changes. The sum is in the queue server for a day. A forged cookie
starts no sum.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any, cast

import redis
from flask import Flask, current_app, request
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as BaseResponse

from portal.cola import connect
from portal.web.filters import peso
from portal.web.puerta.entrada import CONTINUES, UNFINISHED
from portal.web.request import config
from portal.web.respuesta.wire import Answer, Head, Read, request_head

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
IDENT = re.compile(r"[A-Za-z0-9_-]{22}")
KEPT_SECONDS = 24 * 3600
PATIENCE = 0.2  # seconds: a page does not wait long for a figure in its footer


class Contador:
    """The sums. While the queue server is away nothing is counted and nothing fails."""

    def __init__(self, redis_url: str) -> None:
        self._server = connect(redis_url, PATIENCE)

    def begin(self) -> str | None:
        """The name of a new sum; None when it cannot be stored now."""
        ident = secrets.token_urlsafe(16)
        try:
            self._server.set(_key(ident), 0, ex=KEPT_SECONDS)
        except redis.RedisError:
            return None
        return ident

    def add(self, ident: str, size: int) -> None:
        """Adds to a sum that was begun, and renews its day."""
        try:
            if self._server.expire(_key(ident), KEPT_SECONDS):
                self._server.incrby(_key(ident), size)
        except redis.RedisError:
            pass

    def total(self, ident: str) -> int | None:
        """Bytes so far; None when there is no such sum, or none to be had now."""
        try:
            found = cast("bytes | None", self._server.get(_key(ident)))
        except redis.RedisError:
            return None
        return int(found) if found is not None else None


def _key(ident: str) -> str:
    return f"medidor:{ident}"


class Medidor:
    """Counts what comes and goes for visits that carry the cookie; leaves everything to `app`."""

    def __init__(self, app: Wsgi, contador: Contador, cookie: str) -> None:
        self._app, self._contador, self._cookie = app, contador, cookie

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._cookie not in environ.get("HTTP_COOKIE", ""):
            return self._app(environ, start_response)
        ident = parse_cookie(environ).get(self._cookie, "")
        if not IDENT.fullmatch(ident):
            return self._app(environ, start_response)
        return self._counted(ident, environ, start_response)

    def _counted(self, ident: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = 0 if environ.get(CONTINUES) else request_head(environ)  # now: what is inside changes the environment
        answered = UNFINISHED not in environ
        body = environ["wsgi.input"] = Read(environ["wsgi.input"])
        head = Head(environ)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            head.begin(status, headers)
            return start_response(status, headers, *rest)

        parts = self._app(environ, start)
        return Answer(parts, head, lambda sent: self._contador.add(ident, asked + body.size + sent * answered))


def cookie_name() -> str:
    """As the visit's own cookie: bound to this host where there is TLS."""
    return "__Host-medidor" if config().produccion else "medidor"


def contador() -> Contador:
    """The sums of the running application."""
    return cast(Contador, current_app.extensions["portal_medidor"])


def measures() -> bool:
    """Whether the person of this request has its data counted."""
    return cookie_name() in request.cookies


def total() -> int | None:
    """Bytes of this visit before this answer; None when they could not be counted."""
    ident = request.cookies.get(cookie_name(), "")
    return contador().total(ident) if IDENT.fullmatch(ident) else None


def remember(response: BaseResponse, ident: str) -> BaseResponse:
    """From the next request on, it counts; until the browser is closed."""
    secure = config().produccion
    response.set_cookie(cookie_name(), ident, httponly=True, samesite="Lax", secure=secure)
    return response


def forget(response: BaseResponse) -> BaseResponse:
    """It counts no more."""
    if measures():
        response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=config().produccion)
    return response


def in_footer() -> str:
    """What the foot of a page says of it."""
    if not measures():
        return "Medir mis datos"
    size = total()
    said = peso(size) if size is not None else "no se pudo medir"
    return f"Datos de esta visita: {said} · dejar de medir"


def init_app(app: Flask) -> None:
    settings = app.config["PORTAL"]
    app.extensions["portal_medidor"] = Contador(settings.redis_url)
    app.jinja_env.globals["medidor_al_pie"] = in_footer
    with app.app_context():
        name = cookie_name()
    app.wsgi_app = Medidor(app.wsgi_app, app.extensions["portal_medidor"], name)  # type: ignore[method-assign]  # as Flask's own docs do it
