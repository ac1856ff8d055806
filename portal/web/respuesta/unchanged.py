"""Answers an unchanged poll before Flask: on a busy day most requests are pages that ask whether there is news.

Nothing is refused here and nothing is shown. The answer is a bare 204, or the request goes the long way through Flask,
which decides. So every request that is not allowed, odd, new or broken goes the long way. A poll is nobody's act: it
does not prolong a visit. docs/adr/0008-many-at-once.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.http import parse_cookie

from portal import clock
from portal.config import Config
from portal.lotes.vista.sondeo import Sondeo, Sondeos
from portal.web.respuesta.headers import NOTHING, STRICT_TRANSPORT

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
ADDRESS = re.compile(r"/lotes/([0-9]{4}-[0-9]+-[0-9])/avance")
REMEMBERED = 10_000  # cookies whose signature was checked
VERSION = re.compile(r"v=([0-9a-z-]+)")


class Unchanged:
    """Answers what `unchanged` is sure of; hands everything else to `app`."""

    def __init__(self, flask: Flask, app: Wsgi) -> None:
        self._app = app
        self._config: Config = flask.config["PORTAL"]
        self._sondeos = Sondeos(flask.extensions["portal_database"].engine)
        self._cookie: str = flask.config["SESSION_COOKIE_NAME"]
        self._token = lru_cache(REMEMBERED)(_reader(flask))
        self._headers = [
            ("Cache-Control", "private, no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", NOTHING),
        ]
        if self._config.produccion:
            self._headers.append(("Strict-Transport-Security", STRICT_TRANSPORT))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_HX_REQUEST") == "true" and environ["REQUEST_METHOD"] == "GET" and self._holds(environ):
            start_response("204 NO CONTENT", list(self._headers))
            return ()
        return self._app(environ, start_response)

    def _holds(self, environ: dict[str, Any]) -> bool:
        address = ADDRESS.fullmatch(environ["PATH_INFO"])
        version = VERSION.fullmatch(environ["QUERY_STRING"])
        if not (address and version):
            return False
        idle = timedelta(minutes=self._config.sesion_minutos)
        try:
            token = self._token(parse_cookie(environ)[self._cookie])
            return self._sondeos.unchanged(Sondeo(token, address[1], version[1]), clock.now(), self._config.hoy(), idle)
        except Exception:  # no cookie, a forged one, no database: the long way handles it
            return False


def _reader(flask: Flask) -> Callable[[str], str]:
    """Flask's signed cookie → token of the visit. Raises when the signature is not ours or there is no token. The age
    of the signature is not checked: a visit ends long before."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(flask)
    return lambda signed: str(serializer.loads(signed)["_user_id"])  # type: ignore[union-attr]  # there is a secret key


def init_app(app: Flask) -> None:
    app.wsgi_app = Unchanged(app, app.wsgi_app)  # type: ignore[method-assign]  # as Flask's own docs do it
