"""Security and caching headers. flask-talisman is passed over: these lines are all it would do here."""

from __future__ import annotations

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user

from portal.web.request import config

FILES = ("static", "publico.favicon")  # our own: their views say how long they are kept
NOTHING = "default-src 'none'"  # the policy of what is no page: short, for a page's weighs more than the icon
PLAIN = "seguimiento.estado"  # has 400 bytes for all it says; it sets its own caching
REDIRECTS = (301, 302, 303, 307, 308)
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def content_security_policy() -> str:
    """What a page may do: the stylesheet it carries, its forms to us, our icon; on pages with a script our scripts and
    our addresses. Nothing else."""
    style = f"style-src {g.style_source}; " if "style_source" in g else ""
    scripts = "script-src 'self'; connect-src 'self'; " if g.get("has_script") else ""
    return (
        f"default-src 'none'; {style}{scripts}img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def add_headers(response: Response) -> Response:
    """Security headers of every answer, and caching where its view has not set it. The body of a redirect is dropped,
    because nobody sees it: 200 bytes of English."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    if config().produccion:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if request.endpoint == PLAIN and response.mimetype == "text/plain":  # no document: `nosniff` is all it needs
        response.headers.pop("Vary", None)  # too short to be compressed, so it does not vary
        return response
    page = _is_page(response)
    response.headers["Content-Security-Policy"] = content_security_policy() if page else NOTHING
    if page:
        response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint not in FILES and "Tus-Resumable" not in response.headers:
        add_caching(response)
    if response.status_code in REDIRECTS:
        response.set_data(b"")
    return response


def _is_page(response: Response) -> bool:
    """A fragment is under the policy of the page it is swapped into; opened by itself it may do nothing."""
    fragment = request.headers.get("HX-Request") == "true" or response.status_code in REDIRECTS
    return response.mimetype == "text/html" and not fragment and "Tus-Resumable" not in response.headers


def add_caching(response: Response) -> None:
    """Signed in, or about to set a cookie: `no-store`. A public page: cached, and revalidated by its ETag."""
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


class SessionOfPages(SecureCookieSessionInterface):
    """Flask's own, without `Vary` on an answer that is not cached: 33 bytes of each page of a visit."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        if response.cache_control.no_store:
            response.headers.pop("Vary", None)


def init_app(app: Flask) -> None:
    app.after_request(add_headers)
    app.session_interface = SessionOfPages()
