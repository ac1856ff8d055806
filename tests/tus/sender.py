"""Raw tus requests of somebody who has signed in; each answer is held to what every answer must be."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any

from werkzeug.test import TestResponse

from portal.web.tus.peticion import OCTETS
from web.portal_client import Navegador

TUS = {"Tus-Resumable": "1.0.0"}


def encoded(told: dict[str, str | None]) -> str:
    """Upload-Metadata; None is a key without a value."""
    pairs = ((key, base64.b64encode((value or "").encode()).decode()) for key, value in told.items())
    return ",".join(f"{key} {value}".strip() for key, value in pairs)


def sha256(contenido: bytes) -> str:
    return hashlib.sha256(contenido).hexdigest()


def packed(contenido: bytes) -> bytes:
    return gzip.compress(contenido, mtime=0)


class Sender:
    """One visitor's tus client. `url` is the upload that was begun last."""

    def __init__(self, browser: Navegador) -> None:
        self.browser = browser
        self.url = ""

    def ask(self, method: str, url: str, status: int | None = None, **how: Any) -> TestResponse:
        """One request with the version, and `headers` and `data` of its own."""
        headers = TUS | how.pop("headers", {})
        response = self.browser.client.open(url, method=method, headers=headers, **how)
        if status is not None:
            assert response.status_code == status, f"{method} {url}: {response.status} {response.text}"
        check_answer(response)
        return response

    def begin(self, size: int, status: int = 201, **told: str | None) -> TestResponse:
        """Creates an upload, of INS and of extras.txt unless told otherwise."""
        metadata = {"filename": "extras.txt", "movimiento": "INS", **told}
        headers = {"Upload-Length": str(size), "Upload-Metadata": encoded(metadata)}
        response = self.ask("POST", "/cargas/tus", status, headers=headers)
        if response.location:
            self.url = response.location
        return response

    def patch(self, offset: int, datos: bytes, status: int = 204, **headers: str) -> TestResponse:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        own = {"Upload-Offset": str(offset), "Content-Type": OCTETS} | more
        return self.ask("PATCH", self.url, status, headers=own, data=datos)

    def head(self, status: int = 200) -> TestResponse:
        return self.ask("HEAD", self.url, status)

    def offset(self) -> int:
        return int(self.head().headers["Upload-Offset"])

    def send(self, contenido: bytes, part: int = 1 << 20, **told: str | None) -> str:
        """A file all the way, from where it is; where it leads to."""
        begun = self.begin(len(contenido), **told)
        offset, where = int(begun.headers["Upload-Offset"]), None
        while offset < len(contenido):
            response = self.patch(offset, contenido[offset : offset + part])
            offset, where = int(response.headers["Upload-Offset"]), response.location
        return str(where or self.head().location)


def check_answer(response: TestResponse) -> None:
    """Every answer: the version, few headers, and words only when it refuses; they are a sentence, and no page."""
    assert response.headers["Tus-Resumable"] == "1.0.0"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"
    for name in ("Referrer-Policy", "Access-Control-Allow-Origin"):
        assert name not in response.headers
    if response.request.method == "HEAD":
        assert response.headers["Cache-Control"] == "no-store"
        return
    if response.status_code < 400:
        assert not response.data and "Content-Type" not in response.headers
        return
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.endswith(".\n") and "<" not in response.text and len(response.text) < 600
