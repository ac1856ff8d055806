"""Headers of security and caching. flask-talisman is passed over: these lines are all it would do here."""

from __future__ import annotations

from flask import Flask, Response, g, request, session
from flask_login import current_user

from portal.web.assets import stylesheet_hash
from portal.web.request import config

FILES = ("static", "publico.favicon")  # our own, no documents: 400 bytes of policy would weigh more than the icon
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def content_security_policy() -> str:
    """What a page may do: our one stylesheet, our own scripts, our own addresses, nothing else."""
    return (
        f"default-src 'none'; style-src {stylesheet_hash()}; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def add_headers(response: Response) -> Response:
    """Every answer: caching; every page besides: what it may do. A fragment lives by the page it is put into."""
    if request.endpoint in FILES:
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    add_caching(response)
    if config().produccion:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if request.headers.get("HX-Request") != "true":
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Content-Security-Policy"] = content_security_policy()
    return response


def add_caching(response: Response) -> None:
    """Signed in, or about to set a cookie: never kept. Anyone's page: kept, and asked for again with its ETag."""
    if g.get("varies_by_htmx"):
        response.vary.add("HX-Request")
    if "Cache-Control" in response.headers:
        return
    if _is_personal(response):
        response.headers["Cache-Control"] = "private, no-store"
        return
    response.headers["Cache-Control"] = "no-cache"
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)


def _is_personal(response: Response) -> bool:
    # A form carries a token of this visit: such a page is nobody else's either.
    if g.get("without_user") or g.get("csrf_token") or session.modified:
        return True
    return bool(current_user.is_authenticated) or response.status_code >= 400


def init_app(app: Flask) -> None:
    app.after_request(add_headers)
