"""HTTP/1.1 by hand: what goes over the socket is counted to the byte."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field


@dataclass
class Answer:
    """An answer as it came: `size` bytes in all."""

    status: int
    head: str
    body: bytes
    size: int


@dataclass
class Line:
    """One connection after the other to a server of 127.0.0.1; `cookies` are sent, and kept as answers set them."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    received: int = 0

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request on a connection of its own, which the client closes."""
        fields = {"Host": f"127.0.0.1:{self.port}", **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self.cookies:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            fields["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in fields.items())]
        return self.say(("\r\n".join(lines) + "\r\n\r\n").encode() + body, bodiless=method == "HEAD")

    def say(self, request: bytes, bodiless: bool = False) -> Answer:
        """Bytes as they are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            answer = _read(connection, bodiless)
        self.sent, self.received = self.sent + len(request), self.received + answer.size
        for name, value in re.findall(r"(?im)^set-cookie: ([^=]+)=([^;\r]*)", answer.head):
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer


def _read(connection: socket.socket, bodiless: bool) -> Answer:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    status, length = int(text.split()[1]), re.search(r"(?im)^content-length: (\d+)", text)
    chunked = "transfer-encoding: chunked" in text.lower()
    while not bodiless and status not in (204, 304) and not _complete(body, chunked, length):
        body += _more(connection)
    return Answer(status, text, body, len(head) + 4 + len(body))


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    assert part, "the server closed too early"
    return part


def _complete(body: bytes, chunked: bool, length: re.Match[str] | None) -> bool:
    if chunked:
        return body.endswith(b"0\r\n\r\n")
    assert length, "neither a length nor chunks"
    return len(body) >= int(length[1])
