"""An HTTP/2 client without TLS (h2c, prior knowledge) that counts every byte of every frame, both ways."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import brotli
from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)
#: what Chromium sends with each request of htmx, as it came from one; after the first poll each is a byte or two
CHROMIUM = [
    ("sec-ch-ua-platform", '"Windows"'),
    ("hx-request", "true"),
    ("user-agent", AGENT),
    ("sec-ch-ua", '"Chromium";v="156", "Not)A;Brand";v="24"'),
    ("hx-target", "avance"),
    ("sec-ch-ua-mobile", "?0"),
    ("accept", "*/*"),
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-mode", "cors"),
    ("sec-fetch-dest", "empty"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "es-EC,es;q=0.9"),
    ("priority", "u=1, i"),
]


@dataclass(frozen=True)
class Poll:
    """One poll: bytes up and down, frames and headers and all."""

    status: int
    text: str
    up: int
    down: int

    @property
    def size(self) -> int:
        return self.up + self.down


class Poller:
    """A page that watches: one connection, the same headers with every poll."""

    def __init__(self, base: str, page: str, cookie: str) -> None:
        self._host = urlsplit(base).netloc
        name, _, port = self._host.partition(":")
        self._socket = socket.create_connection((name, int(port)), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = H2Connection()
        self._always = [*CHROMIUM, ("hx-current-url", base + page), ("referer", base + page), ("cookie", cookie)]
        self._connection.initiate_connection()
        self._send()

    def close(self) -> None:
        self._socket.close()

    def poll(self, address: str) -> Poll:
        """Asks, and waits for the whole answer."""
        stream, body, status, down = self._connection.get_next_available_stream_id(), b"", 0, 0
        pseudo = [(":method", "GET"), (":authority", self._host), (":scheme", "http"), (":path", address)]
        self._connection.send_headers(stream, pseudo + self._always, end_stream=True)
        up, ended = self._send(), False
        while not ended:
            received = self._socket.recv(65_536)
            assert received, "the server closed the connection"
            down += len(received)
            for event in self._connection.receive_data(received):
                if isinstance(event, ResponseReceived):
                    status = int(dict(event.headers)[b":status"])
                elif isinstance(event, DataReceived):
                    body += event.data
                    self._connection.acknowledge_received_data(event.flow_controlled_length, stream)
                ended = ended or isinstance(event, StreamEnded)
            up += self._send()
        return Poll(status, brotli.decompress(body).decode() if body else "", up, down)

    def _send(self) -> int:
        waiting = self._connection.data_to_send()
        self._socket.sendall(waiting)
        return len(waiting)
