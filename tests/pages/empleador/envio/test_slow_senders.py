"""Twenty people on slow lines: while their files trickle in, everybody else's pages answer; and nothing is lost."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from e2e.conftest import RUC, Portal, Visitor, running

pytestmark = pytest.mark.slow

SENDERS = 20
PIECE, PAUSE = 500, 0.25  # bytes and seconds: slow, but four times what is taken for too slow
LINES = 5_000  # long enough to be still on its way when the test is done
PAGES = ("/", "/ingresar", "/formatos/INS", "/procesos", "/lotes", "/cargas/nueva", "/historia")
PATIENCE = 30  # seconds after which a page that has not come is one that does not come


class Sender:
    """One file on its way over a socket of its own: head at once, body a few bytes at a time."""

    def __init__(self, portal: Portal, visitor: Visitor, n: int, lines: int = 1) -> None:
        host, _, port = portal.base.removeprefix("http://").partition(":")
        self.rest = self._body(visitor, n, lines)
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.socket.sendall(self._head(visitor, f"{host}:{port}", len(self.rest)))

    def _body(self, visitor: Visitor, n: int, lines: int) -> bytes:
        contents = f"{RUC};0001;2026;11;INS;1710034065;{n + 1}.00;O\r\n" * lines
        parts = {
            'name="csrf_token"': str(visitor.browser.page.select_one("input[name=csrf_token]")["value"]),
            'name="movimiento"': "INS",
            f'name="archivo"; filename="lento-{n}.txt"': contents,
        }
        body = "".join(
            f"--xx\r\nContent-Disposition: form-data; {name}\r\n\r\n{text}\r\n" for name, text in parts.items()
        )
        return (body + "--xx--\r\n").encode()

    def _head(self, visitor: Visitor, host: str, length: int) -> bytes:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.browser.session.cookies)
        lines = ["POST /cargas/nueva HTTP/1.1", f"Host: {host}", f"Cookie: {cookies}", f"Content-Length: {length}"]
        lines += ["Content-Type: multipart/form-data; boundary=xx", "Connection: close", "", ""]
        return "\r\n".join(lines).encode()

    def trickle(self, size: int = PIECE) -> None:
        self.socket.sendall(self.rest[:size])
        self.rest = self.rest[size:]

    def finish(self) -> str:
        """Sends what is left; where the answer leads to."""
        self.socket.sendall(self.rest)
        answer = b""
        while b"\r\n\r\n" not in answer and (more := self.socket.recv(65_536)):
            answer += more
        self.socket.close()
        head = answer.decode("latin-1")
        found = re.search(r"(?im)^location: (\S+)", head)
        assert head.startswith("HTTP/1.1 303") and found, head[:300]
        return found[1]

    def break_off(self) -> None:
        self.socket.close()


@contextmanager
def trickling(senders: list[Sender]) -> Iterator[None]:
    """All of them send a few bytes now and then, until the block ends; their bodies are long enough never to end."""
    stop = threading.Event()

    def go() -> None:
        while not stop.wait(PAUSE):
            for sender in senders:
                if len(sender.rest) > 2 * PIECE:
                    sender.trickle()

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def pages_answer(portal: Portal, visitor: Visitor, rounds: int) -> None:
    """Each page in turn, each on a connection of its own, as many people do."""
    for _ in range(rounds):
        for path in PAGES:
            cookies = visitor.browser.session.cookies
            answer = requests.get(portal.base + path, cookies=cookies, timeout=PATIENCE)
            assert answer.status_code == 200, path


def lotes_of(visitor: Visitor) -> int:
    visitor.open("/lotes")
    found = re.search(r"(\d+) lotes?, el más reciente primero", visitor.text)
    return int(found[1]) if found else 0


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """The real server and workers, with a folder of their own for what is spooled."""
    (tmp_path / "spool").mkdir()
    with running(tmp_path, PORTAL_HOY="2026-11-22", TMPDIR=str(tmp_path / "spool")) as portal:
        yield portal


def test_slow_senders_stop_no_page_and_lose_no_file(portal: Portal) -> None:
    visitor = portal.visitor()
    before = lotes_of(visitor)
    visitor.open("/cargas/nueva?movimiento=INS")
    senders = [Sender(portal, visitor, n, LINES) for n in range(SENDERS)]
    with trickling(senders):
        pages_answer(portal, visitor, rounds=6)
        quick = portal.visitor()
        lote = quick.send("INS", ("rapido.txt", f"{RUC};0001;2026;11;INS;1710034065;99.00;O\r\n".encode()))
        quick.wait(lote, "revisado")
        assert all(len(sender.rest) > PIECE for sender in senders), "all of them are still sending"
    places = {sender.finish() for sender in senders}
    assert len(places) == SENDERS and all(place.startswith("/lotes/") for place in places)
    assert lotes_of(visitor) == before + SENDERS + 1


def test_a_sender_that_breaks_off_leaves_nothing_behind(portal: Portal, tmp_path: Path) -> None:
    visitor = portal.visitor()
    before = lotes_of(visitor)
    kept = sorted(os.listdir(tmp_path / "spool"))
    visitor.open("/cargas/nueva?movimiento=INS")
    for n, sent in enumerate((10, 200, 400_000, 700_000, 900_000)):  # werkzeug spools above 500 kB
        sender = Sender(portal, visitor, n, lines=20_000)
        sender.trickle(sent)
        sender.break_off()
    pages_answer(portal, visitor, rounds=1)
    assert lotes_of(visitor) == before
    assert sorted(os.listdir(tmp_path / "spool")) == kept
    visitor.open("/cargas/nueva?movimiento=INS")
    place = Sender(portal, visitor, 0).finish()
    visitor.wait(place, "revisado")
