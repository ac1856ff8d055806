"""The size of a request and its answer in HTTP/1.1 as our server (Granian) reads and writes it: exact to the byte for
what browsers send. Header names arrive without their case, which does not change the size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

#: Granian passes the process's environment variables among the headers: HTTP_PROXY is no header
NO_HEADERS = frozenset(os.environ)
#: what the server puts into each answer that has none of its own
ADDED = {"server": len("server: granian\r\n"), "date": len("date: Sun, 22 Nov 2026 10:42:07 GMT\r\n")}


class Read:
    """A request's body that counts how much of it was read."""

    def __init__(self, stream: Any) -> None:
        self._stream, self.size = stream, 0

    def read(self, *size: int) -> bytes:
        return self._count(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        return self._count(self._stream.readline(*size))

    def readlines(self, *hint: int) -> list[bytes]:
        return [self._count(line) for line in self._stream.readlines(*hint)]

    def __iter__(self) -> Iterator[bytes]:
        return (self._count(line) for line in self._stream)

    def _count(self, part: bytes) -> bytes:
        self.size += len(part)
        return part


class Head:
    """What an answer weighs before its body, and whether it has one, of a length that the server is left to tell."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._bare = environ["REQUEST_METHOD"] == "HEAD"
        self._protocol = environ.get("SERVER_PROTOCOL", "HTTP/1.1")
        self._connection = environ.get("HTTP_CONNECTION", "").lower()
        self.size, self.body, self.lengthless = 0, False, False

    def begin(self, status: str, headers: list[tuple[str, str]]) -> None:
        names = {name.lower() for name, _ in headers}
        self.body = not self._bare and status[:3] not in ("204", "304")
        self.lengthless = self.body and "content-length" not in names
        self.size = len(f"{self._protocol} {status}\r\n\r\n")
        self.size += sum(len(name) + len(value) + 4 for name, value in headers)
        self.size += sum(size for name, size in ADDED.items() if name not in names)
        self.size += self._kept_open()

    def _kept_open(self) -> int:
        usual = "keep-alive" if self._protocol == "HTTP/1.1" else "close"
        return (
            len(f"connection: {self._connection}\r\n") if self._connection in {"keep-alive", "close"} - {usual} else 0
        )


class Answer:
    """An answer's body in transfer. `done` gets the size of the whole answer once it is sent or aborted."""

    def __init__(self, parts: Iterable[bytes], head: Head, done: Callable[[int], None]) -> None:
        self._parts, self._next = parts, iter(parts)
        self._head, self._done, self._sent, self._told = head, done, 0, False

    def __iter__(self) -> Answer:
        return self

    def __next__(self) -> bytes:
        try:
            part = next(self._next)
        except StopIteration:
            self._tell()
            raise
        if part and self._head.body:
            self._sent += len(part)
        return part

    def close(self) -> None:
        """The server calls it at the end, whatever happened."""
        getattr(self._parts, "close", lambda: None)()
        self._tell()

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            length = len(f"content-length: {self._sent}\r\n") if self._head.lengthless else 0
            self._done(self._head.size + length + self._sent)


def request_head(environ: dict[str, Any]) -> int:
    """Bytes of a request's first line and headers, but for what the proxy in front added."""
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    target = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~") + query
    size = len(f"{environ['REQUEST_METHOD']} {target} {environ.get('SERVER_PROTOCOL', 'HTTP/1.1')}\r\n\r\n")
    for key, value in environ.items():
        if key.startswith("HTTP_") and key not in NO_HEADERS and not key.startswith("HTTP_X_FORWARDED"):
            size += len(key) - len("HTTP_") + len(value) + len(": \r\n")
        elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            size += len(key) + len(value) + len(": \r\n")
    return size
