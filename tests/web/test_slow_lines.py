"""Slow lines on the real server: senders of forms and of parts of files, of heads, and readers. Pages come all the
while, nothing of it stays in memory, and who is too slow is told so or cut off. What is asserted is that an answer
came, never how soon."""

from __future__ import annotations

import os
import random
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests

from e2e.conftest import Portal, Visitor, running
from portal import clock
from portal.db import Database
from portal.lotes import storage
from portal.lotes.numeros import write
from portal.modelos import Archivo, Cuenta, Empleador, Lote

pytestmark = pytest.mark.slow

SLOW = 200
PATIENCE = 90  # seconds after which an answer is one that does not come
PAGES = ("/", "/ingresar", "/formatos/INS", "/procesos", "/lotes", "/cargas/nueva", "/historia")
BIG = 98_000_000


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("slow"), PORTAL_HOY="2026-11-22") as portal:
        yield portal


@pytest.fixture
def visitor(portal: Portal) -> Visitor:
    return portal.visitor()


def dial(portal: Portal) -> socket.socket:
    host, _, port = portal.base.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def head(line: str, cookie: str = "", **headers: str) -> bytes:
    told = {"Host": "portal", **({"Cookie": cookie} if cookie else {}), **headers}
    return (line + " HTTP/1.1\r\n" + "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in told.items())).encode()


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in visitor.browser.session.cookies)


def upload_of(portal: Portal, visitor: Visitor) -> str:
    """The address of an upload in parts that has begun."""
    told = {"Tus-Resumable": "1.0.0", "Upload-Length": "900000", "Upload-Metadata": "filename YS50eHQ=,movimiento SU5T"}
    answer = requests.post(portal.base + "/cargas/tus", headers=told | {"Cookie": cookie_of(visitor)}, timeout=PATIENCE)
    assert answer.status_code == 201
    return answer.headers["Location"]


KINDS = {
    "sign-in": lambda _p, _v: head("POST /ingresar", Content_Length="900"),
    "complaint": lambda _p, _v: head("POST /queja", Content_Length="9000"),
    "chunked": lambda _p, _v: head("POST /ingresar", Transfer_Encoding="chunked"),
    "file in a form": lambda _p, v: head(
        "POST /cargas/nueva", cookie_of(v), Content_Length="9000000", Content_Type="multipart/form-data; boundary=xx"
    ),
    "part of a file": lambda p, v: head(
        f"PATCH {upload_of(p, v)}",
        cookie_of(v),
        Tus_Resumable="1.0.0",
        Upload_Offset="0",
        Content_Type="application/offset+octet-stream",
        Content_Length="900000",
    ),
}


class Trickle:
    """A connection that began with `start` and sends `body` byte by byte, again and again."""

    def __init__(self, line: socket.socket, start: bytes, body: bytes) -> None:
        self.line, self._body, self._n = line, body, 0
        line.sendall(start + b"\r\n")

    def step(self) -> None:
        with suppress(OSError):  # it was ended
            self.line.send(self._body[self._n % len(self._body) :][:1])
        self._n += 1


@contextmanager
def trickling(portal: Portal, starts: list[bytes]) -> Iterator[list[Trickle]]:
    """`SLOW` connections that send a byte every two seconds until the block ends."""
    stop = threading.Event()
    with ExitStack() as open_:
        made = []
        for n in range(SLOW):
            start = starts[n % len(starts)]
            body = b"1\r\na\r\n" if b"chunked" in start else b"a"
            made.append(Trickle(open_.enter_context(dial(portal)), start, body))

        def go() -> None:
            while not stop.wait(2):
                for one in made:
                    one.step()

        thread = threading.Thread(target=go, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            stop.set()
            thread.join()


def pages_answer(portal: Portal, visitor: Visitor, rounds: int) -> None:
    """Each page, on a connection of its own; with what is sent in between: a sign-in and a file."""
    for _ in range(rounds):
        for path in PAGES:
            answer = requests.get(portal.base + path, cookies=visitor.browser.session.cookies, timeout=PATIENCE)
            assert answer.status_code == 200, path
    assert portal.visitor().url == "/procesos"


def first_line(line: socket.socket) -> str:
    """Of the answer; empty when the connection was ended without one."""
    got = b""
    try:
        while b"\r\n" not in got and (more := line.recv(4096)):
            got += more
    except ConnectionError:
        pass
    return got.partition(b"\r\n")[0].decode()


def test_pages_come_beside_slow_senders_of_every_kind_and_these_are_told_that_they_are_too_slow(
    portal: Portal, visitor: Visitor
) -> None:
    starts = [start(portal, visitor) for start in KINDS.values()]
    with trickling(portal, starts) as made:
        pages_answer(portal, visitor, rounds=3)
        told = Counter(first_line(one.line) for one in made)
        # of those that send parts of one file at the same time, one at a time may go on
        assert told.keys() <= {"HTTP/1.1 408 Request Timeout", "HTTP/1.1 409 Conflict"}
        assert told["HTTP/1.1 409 Conflict"] < SLOW // len(KINDS)
        pages_answer(portal, visitor, rounds=1)


def test_pages_come_beside_slow_heads_and_these_are_ended(portal: Portal, visitor: Visitor) -> None:
    with trickling(portal, [head("GET /ingresar")[:-2]]) as made:
        pages_answer(portal, visitor, rounds=3)
        assert all(first_line(one.line) in ("", "HTTP/1.1 408 Request Timeout") for one in made[:20])


def test_a_part_that_came_too_slowly_is_kept_as_far_as_it_came(portal: Portal, visitor: Visitor) -> None:
    where = upload_of(portal, visitor)
    told = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    with dial(portal) as line:
        line.sendall(
            head(f"PATCH {where}", cookie_of(visitor), Content_Length="900000", **told) + b"\r\n" + b"7" * 3000
        )
        assert first_line(line).startswith("HTTP/1.1 408 ")
    asked = {"Tus-Resumable": "1.0.0", "Cookie": cookie_of(visitor)}
    answer = requests.head(portal.base + where, headers=asked, timeout=PATIENCE)
    assert answer.headers["Upload-Offset"] == "3000"


@pytest.mark.parametrize("path", ["/ingresar", "/queja", "/nada"])
@pytest.mark.parametrize("long", [{"Content_Length": "90000000"}, {"Content_Length": "40000"}])
def test_a_long_form_of_a_stranger_is_refused_unread(portal: Portal, path: str, long: dict[str, str]) -> None:
    with dial(portal) as line:
        line.sendall(head(f"POST {path}", Expect="100-continue", **long) + b"\r\n")
        assert first_line(line) == "HTTP/1.1 413 Payload Too Large"


def test_a_file_of_who_is_no_longer_signed_in_leads_to_the_sign_in_unread(portal: Portal) -> None:
    with dial(portal) as line:
        line.sendall(head("POST /cargas/nueva", "portal=x", Content_Length="90000000") + b"\r\n")
        assert first_line(line) == "HTTP/1.1 303 See Other"


def test_a_stranger_that_does_not_say_how_long_its_form_is_is_stopped_at_the_same_length(portal: Portal) -> None:
    with dial(portal) as line:
        line.sendall(head("POST /ingresar", Transfer_Encoding="chunked") + b"\r\n")
        try:
            for _ in range(100):
                line.sendall(b"3e8\r\n" + b"a" * 1000 + b"\r\n")
        except ConnectionError:
            pass
        assert first_line(line) in ("HTTP/1.1 413 Payload Too Large", "")


# --- readers -------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def big(portal: Portal) -> tuple[str, bytes]:
    """The address of an original of 98 MB that no compression makes smaller, and its bytes."""
    contents = random.Random(17).randbytes(BIG)
    now = clock.now()
    database = Database(f"sqlite:///{portal.env['PORTAL_DATOS']}/portal.db")
    ruc, sha = portal.account()["rucs"][0], storage.digest(contents)
    parts = storage.pack(contents)
    with database.writing() as session:
        empleador = session.query(Empleador).filter_by(ruc=ruc).one()
        cuenta = session.query(Cuenta).filter_by(identificacion=portal.account()["identificacion"]).one()
        archivo = Archivo(
            empleador_id=empleador.id, nombre="a.txt", bytes=BIG, sha256=sha, sha256_contenido=sha, creado_en=now
        )
        storage.store(session, archivo, parts)
        lote = Lote(
            numero=write(2019, 1), empleador_id=empleador.id, cuenta_id=cuenta.id, archivo_id=archivo.id,
            movimiento="INS", fecha_negocio=now.date(), recibido_en=now, estado="rechazado", cambiado_en=now,
            sha256_contenido=sha, vigente=False,
        )  # fmt: skip
        session.add(lote)
    database.engine.dispose()
    return f"/lotes/{write(2019, 1)}/original", contents


def web_memory(portal: Portal) -> int:
    """Bytes that the web processes of this portal hold."""
    mine, found = f"PORTAL_DATOS={portal.env['PORTAL_DATOS']}".encode(), 0
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (proc / "cmdline").read_bytes(), (proc / "environ").read_bytes()
            if b"portal.running.web" in command and mine in environment.split(b"\0"):
                found += int((proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
        except OSError:
            continue
    return found


def test_an_original_comes_whole(portal: Portal, visitor: Visitor, big: tuple[str, bytes]) -> None:
    path, contents = big
    answer = requests.get(portal.base + path, cookies=visitor.browser.session.cookies, timeout=PATIENCE)
    assert answer.content == contents and answer.headers["Content-Length"] == str(BIG)


def test_readers_that_take_nothing_hold_neither_memory_nor_pages(
    portal: Portal, visitor: Visitor, big: tuple[str, bytes]
) -> None:
    path, contents = big
    pages_answer(portal, visitor, rounds=1)
    before = web_memory(portal)
    assert before
    with ExitStack() as open_:
        lines = []
        for _ in range(60):
            line = open_.enter_context(dial(portal))
            if lines:  # the first one will read in the end
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(head(f"GET {path}", cookie_of(visitor)) + b"\r\n")
            lines.append(line)
            if len(lines) == 12:
                assert all(one.recv(1) for one in lines), "their answers have begun"
                pages_answer(portal, visitor, rounds=1)
                assert web_memory(portal) - before < 100_000_000
        pages_answer(portal, visitor, rounds=2)
        assert len(read_all(lines[0])) + 1 == BIG, "who reads in the end gets all of it"


def read_all(line: socket.socket) -> bytes:
    """What of the answer's body comes, its head and the byte read before taken away."""
    got = bytearray()
    while b"\r\n\r\n" not in got:
        got += line.recv(65_536)
    length = int(re.search(rb"(?i)content-length: (\d+)", got)[1])
    start = got.index(b"\r\n\r\n") + 4
    while len(got) - start < length:
        got += line.recv(1 << 20)
    return bytes(got[start + 1 :])
