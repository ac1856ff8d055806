"""What is refused before its body is read, and in which words.

The web server (portal/running/web/front.py) reads bodies before it uses a thread for them. What it does not read it
passes on without its body, with the status of the refusal. Behind another server the same limit is enforced here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import SecurityError

#: bytes of a form without a signed-in visit; a complaint's 2,000 letters may take twelve bytes each when encoded
OF_STRANGERS = 32_000
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
WITH_WORDS_OF_ITS_OWN = ("seguimiento.estado",)  # says in plain text that there is no such lote
REFUSED = "portal.refused"  # in the environment: the status with which the server refused a body
CONTINUES = "portal.continues"  # the request continues an upload whose head was counted before
UNFINISHED = "portal.unfinished"  # more of the same upload comes: the bytes that it announced from here on, 0 for none


def knows(app: Flask) -> Callable[[dict[str, Any]], bool]:
    """Whether a request (its WSGI environment) belongs to a signed-in visit. Its body is not read."""
    from portal.access import signed_in

    def known(environ: dict[str, Any]) -> bool:
        with app.request_context(environ):
            g.callado = True  # what is to be said of the visit is said by the request itself
            return signed_in() is not None

    return known


def turn_away() -> ResponseReturnValue | None:
    """First handler of a request: nothing reads a body that is missing or must not be read."""
    from portal.access import decision_of, signed_in, to_sign_in

    status = request.environ.get(REFUSED) or (413 if _is_long() and signed_in() is None else None)
    if status is None:
        return None
    guarded = request.endpoint is not None and decision_of(current_app, request.endpoint) != "publico"
    if status == 413 and guarded and signed_in() is None:
        return to_sign_in()
    abort(int(status))


def _is_long() -> bool:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    if request.content_length is None:
        return "chunked" in request.headers.get("Transfer-Encoding", "")
    return request.content_length > OF_STRANGERS


def refuse_other_names() -> Response | None:
    """A request for another host name gets no page, because a page builds its addresses from that name."""
    if isinstance(request.routing_exception, SecurityError):
        return Response("Este portal no atiende con ese nombre.\n", 400, mimetype="text/plain")
    return None


def without_nul() -> None:
    """An address with NUL is refused, and in input a blank replaces it: PostgreSQL stores no text with NUL."""
    if "\0" in request.path and request.endpoint not in WITH_WORDS_OF_ITS_OWN:
        abort(404)
    request.args = _tidy(request.args)
    if request.mimetype in FORMS:
        request.form = _tidy(request.form)


def _tidy(told: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    pairs = [(name.replace("\0", " "), one.replace("\0", " ")) for name, one in told.items(multi=True)]
    return ImmutableMultiDict(pairs)


def init_app(app: Flask) -> None:
    # right behind the beginning of the request's log
    app.before_request_funcs.setdefault(None, [])[1:1] = [refuse_other_names, turn_away, without_nul]
