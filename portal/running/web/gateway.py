"""Between Granian's ASGI messages and the WSGI application: the request's environment, and the answer.

An answer up to `AT_ONCE` is handed over in one piece and its thread is free: the server buffers it until it is read. A
larger one is read from its application, or from an unnamed file, only as fast as its reader takes it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO, Any, Final
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Message = dict[str, Any]

AT_ONCE = 1 << 18  # bytes of an answer that are handed to the server whole
PIECE = 1 << 16  # bytes of a larger one that are buffered for their reader at a time
ONE_PART = 1 << 21  # bytes: an application that yields more at once holds all of it in memory
EMPTY: Final = b""
BODY, START = "http.response.body", "http.response.start"

_ALWAYS: Final[Environ] = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def environ_of(scope: Message) -> Environ:
    """The WSGI environment of a request (PEP 3333). Its body is empty until somebody puts one there."""
    host, port = scope["server"]
    environ = {
        **_ALWAYS,
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope["client"][0],
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(),
    }
    for name, value in scope["headers"]:
        key = _key(name)
        if not key:
            continue
        text = value.decode("latin-1")
        environ[key] = text if key not in environ else environ[key] + _between(key) + text
    return environ


@lru_cache(512)
def _key(name: bytes) -> str:
    """`accept-encoding` → `HTTP_ACCEPT_ENCODING`. None for a name with `_`: `x_forwarded_for` would pass for the
    proxy's own `x-forwarded-for`."""
    if b"_" in name:
        return ""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key


def _between(key: str) -> str:
    return "; " if key == "HTTP_COOKIE" else ","


def announced(scope: Message) -> int | None:
    """The length of the body that a request announces; None when it has a body of unknown length."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return 0  # a body that comes nevertheless is not read
    told = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
    if b"content-length" in told:
        return int(told[b"content-length"])
    return None if told or scope["http_version"] == "2" else 0


class Head:
    """The WSGI application's `start_response`, and what it said."""

    status = 500
    headers: list[tuple[bytes, bytes]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    @property
    def message(self) -> Message:
        return {"type": START, "status": self.status, "headers": self.headers}

    @property
    def has_length(self) -> bool:
        return any(name == b"content-length" for name, _ in self.headers)


class Rest:
    """The part of a large answer that its reader has not taken yet, in pieces. `close` releases all resources."""

    def __init__(self, head: Head, first: list[bytes], parts: Iterator[bytes], close: Callable[[], None]) -> None:
        self.head, self._close = head, close
        lazy = head.has_length and max(map(len, first)) <= ONE_PART
        self._pieces = _sliced(_after(first, parts)) if lazy else self._from_file(first, parts)

    def _from_file(self, first: list[bytes], parts: Iterator[bytes]) -> Iterator[bytes]:
        """Spooled to a file now. So it is not held in memory, an early end is a failure, and its length is known."""
        file = TemporaryFile()  # noqa: SIM115 - open until its reader is done
        before, self._close = self._close, lambda: None
        try:
            for part in _after(first, parts):
                file.write(part)
            first.clear()
        finally:
            before()
        if not self.head.has_length:
            self.head.headers.append((b"content-length", str(file.tell()).encode()))
        file.seek(0)
        self._close = file.close
        return iter(lambda: file.read(PIECE), EMPTY)

    def next(self) -> bytes:
        """The next piece; nothing at the end."""
        return next(self._pieces, EMPTY)

    def close(self) -> None:
        self._close()


def _after(first: list[bytes], parts: Iterator[bytes]) -> Iterator[bytes]:
    yield from first
    first.clear()
    yield from parts


def _sliced(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield from (part[start : start + PIECE] for start in range(0, len(part), PIECE))


def ask(app: Wsgi, environ: Environ, proto: Any) -> Rest | None:
    """The application's answer, sent. Of a large one nothing is sent yet; the rest of it is returned."""
    head = Head()
    parts = app(environ, head)
    close = getattr(parts, "close", lambda: None)
    taken: list[bytes] = []
    size, following = 0, iter(parts)
    for part in following:
        taken.append(part)
        size += len(part)
        if size > AT_ONCE:
            return Rest(head, taken, following, close)
    close()
    proto.send(head.message)
    proto.send({"type": BODY, "body": b"".join(taken)})
    return None


def of_body(environ: Environ, body: IO[bytes], size: int) -> Environ:
    """The environment of a request whose body has come."""
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ | {"wsgi.input": body, "CONTENT_LENGTH": str(size)}


class Kept:
    """Stands in for the server where an answer may not be the sender's."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    def send(self, message: Message) -> None:
        self._messages.append(message)

    @property
    def status(self) -> int:
        return int(self._messages[0]["status"]) if self._messages else 500

    def hand_on(self, proto: Any) -> None:
        for message in self._messages:
            proto.send(message)
