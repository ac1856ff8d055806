"""Compresses error pages: Flask-Compress compresses only 2xx, and an error page has 8 kB."""

from __future__ import annotations

import brotli  # type: ignore[import-untyped]  # ships no types
from flask import Flask, Response, request

from portal.extensions import compress

QUALITY = 5
WORTH_IT = 500  # bytes


def compress_refusal(response: Response) -> Response:
    """Brotli for error pages, where the browser accepts it."""
    if response.status_code < 400 or response.mimetype != "text/html" or response.is_streamed:
        return response
    if "br" in request.accept_encodings and len(response.get_data()) >= WORTH_IT:
        response.set_data(brotli.compress(response.get_data(), quality=QUALITY))
        response.headers["Content-Encoding"] = "br"
    response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask) -> None:
    compress.init_app(app)
    app.after_request(compress_refusal)
