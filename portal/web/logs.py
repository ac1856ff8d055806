"""The log: one line per request and one per failure, with a request id and without personal data.

Routes are logged as templates (`/lotes/<numero>`) without query strings, failures as their type and place: an
exception's text may quote a row of somebody's data.
"""

from __future__ import annotations

import re
import secrets
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request

from portal.web.request import config

log = structlog.get_logger("portal.web")

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
NUMERO = re.compile(r"\d{4}-\d{6,}-\d")


def configure(json_lines: bool) -> None:
    """JSON lines in production, readable lines elsewhere, both on stderr."""
    renderer: Any = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def log_failure(error: BaseException | None) -> str:
    """Logs a failure. Returns the code (`F-48213`) that the page shows and that finds the line."""
    code = f"F-{secrets.randbelow(100_000):05d}"
    log.error("failure", code=code, chain=failure_chain(error))
    return code


def failure_chain(error: BaseException | None) -> list[dict[str, Any]]:
    """The exception and its causes: types and places, no texts."""
    chain: list[dict[str, Any]] = []
    while error is not None and len(chain) < 5:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"kind": f"{type(error).__module__}.{type(error).__qualname__}", "at": places})
        error = error.__cause__ or error.__context__
    return chain


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        request=given if REQUEST_ID.fullmatch(given) else secrets.token_hex(6),
    )
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    if request.endpoint == "static" or response.status_code == 204:
        return response  # unchanged polls would be most of the log
    route = request.url_rule.rule if request.url_rule else None
    lote = str((request.view_args or {}).get("numero", ""))
    ms = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
    extra = {"lote": lote} if NUMERO.fullmatch(lote) else {}
    log.info("request", method=request.method, route=route, status=response.status_code, ms=ms, **extra)
    return response


def init_app(app: Flask) -> None:
    with app.app_context():
        configure(json_lines=config().produccion)
    app.before_request_funcs.setdefault(None, [])[:0] = [_begin]  # first of all: a refusal has its own request id too
    app.after_request(_end)
