"""The stylesheet (estilo.py inlines it), and static files under names that carry their hash.

All of `portal/static` is read once at the start: a few files, 60 kB. whitenoise needs hashed names on the disk, so a
build step; these fifty lines need none. Scripts that pages always load together are one file.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache

import brotli  # type: ignore[import-untyped]  # ships no types
import rcssmin  # type: ignore[import-untyped]  # ships no types
import rjsmin  # type: ignore[import-untyped]  # ships no types
from flask import Flask, Response, abort, current_app, request

from portal.config import ROOT
from portal.web.respuesta.class_names import STYLESHEET, shorten_script

STATIC = ROOT / "portal" / "static"
FOREVER = "public, max-age=31536000, immutable"
#: files served as one, in this order: each request costs a slow line a round trip and 400 bytes of headers
JOINED = {"htmx.min.app.js": ("vendor/htmx.min.js", "app.js")}


@dataclass(frozen=True)
class Asset:
    """One file in three encodings."""

    address: str
    mimetype: str
    bodies: dict[str, bytes]


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The whole stylesheet, minified, its classes still words."""
    return str(rcssmin.cssmin(STYLESHEET.read_text("utf-8")))


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Path below `portal/static`, or name in JOINED → its file, for what pages fetch (the stylesheet is inlined)."""
    joined = {part for parts in JOINED.values() for part in parts}
    names = [path.relative_to(STATIC).as_posix() for path in sorted(STATIC.rglob("*"))]
    alone = {name: (name,) for name in names if name.endswith((".js", ".svg")) and name not in joined}
    return {name: _load(name, parts) for name, parts in {**alone, **JOINED}.items()}


def _load(name: str, parts: tuple[str, ...]) -> Asset:
    body = b"\n".join(_read(part) for part in parts)
    digest = hashlib.sha256(body).hexdigest()[:12]
    stem, dot, kind = name.rpartition(".")
    small = {"br": brotli.compress(body, quality=11), "gzip": gzip.compress(body, 9, mtime=0)}
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(f"/static/{stem}.{digest}{dot}{kind}", mimetype, {"": body, **small})


def _read(part: str) -> bytes:
    """A file as it goes out: our scripts without their comments and with short classes, another's as it came."""
    own = part.endswith(".js") and "/" not in part
    return shorten_script(script(part)).encode() if own else (STATIC / part).read_bytes()


def script(name: str) -> str:
    """One of our scripts without its comments, its classes still words."""
    return str(rjsmin.jsmin((STATIC / name).read_text("utf-8")))


def static_address(name: str) -> str:
    """The address of a static file for this version of its content; KeyError when there is none."""
    return assets()[name].address


def serve(name: str) -> Response:
    """A static file at its hashed address, cached for good."""
    found = next((asset for asset in assets().values() if asset.address == f"/static/{name}"), None)
    if found is None:
        abort(404)
    return asset_response(found, FOREVER)


def asset_response(asset: Asset, cache_control: str) -> Response:
    """The file in the smallest encoding the browser reads."""
    encoding = request.accept_encodings.best_match(["br", "gzip"]) or ""
    response = current_app.response_class(asset.bodies[encoding], mimetype=asset.mimetype)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = cache_control
    return response


def init_app(app: Flask) -> None:
    from portal.access import publico

    app.add_url_rule("/static/<path:name>", "static", publico(serve))
    app.jinja_env.globals["estatico"] = static_address
    assets()
