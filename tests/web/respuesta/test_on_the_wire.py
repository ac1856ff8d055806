"""On the real server, by hand: what the address of a lote weighs, and that the data meter counts to the byte."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator

import pytest

from e2e.conftest import RUC, Portal, Visitor, running
from portal.web.respuesta.assets import assets
from web.raw_http import Line

pytestmark = pytest.mark.slow

LIMIT = 400
POLL = {"HX_Request": "true"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("wire"), PORTAL_HOY="2026-11-22") as portal:
        yield portal


@pytest.fixture
def visitor(portal: Portal) -> Visitor:
    return portal.visitor()


@pytest.fixture
def line(portal: Portal, visitor: Visitor) -> Line:
    """A connection of the visitor's own, signed in."""
    cookies = {cookie.name: cookie.value for cookie in visitor.browser.session.cookies}
    return Line(int(portal.base.rpartition(":")[2]), cookies)


def lote_of(visitor: Visitor, valor: str) -> str:
    """A checked lote: one line is correct, one is not."""
    lines = [f"{RUC};0001;2026;11;INS;{cedula};{valor};O\r\n" for cedula in ("1710034065", "1710034066")]
    lote = visitor.send("INS", (f"extras-{valor}.txt", "".join(lines).encode()))
    visitor.wait(lote, "revisado")
    return lote


def followed(visitor: Visitor, lote: str) -> str:
    """The path of its plain text, as its page shows it."""
    visitor.open(lote)
    [link] = visitor.browser.page.select('a[rel="nofollow"]')
    assert link.get_text() == link["href"]
    return str(link["href"]).removeprefix(visitor.base)


def test_the_whole_answer_weighs_little_and_any_client_reads_it(portal: Portal, visitor: Visitor, line: Line) -> None:
    path, stranger = followed(visitor, lote_of(visitor, "10.00")), Line(line.port)
    answer = stranger.ask("GET", path)
    assert answer.status == 200 and answer.size <= LIMIT, answer.head
    assert "set-cookie" not in answer.head.lower() and b"con error" in answer.body
    head = stranger.ask("HEAD", path)
    assert head.size == answer.size - len(answer.body) and not head.body
    print(f"\n/e/<token>.txt: {answer.size} bytes, {len(answer.body)} of them words")


@pytest.mark.parametrize("request_line", ["GET {path} HTTP/1.0\r\n\r\n", "GET {path} HTTP/1.0\r\nAccept: */*\r\n\r\n"])
def test_http_1_0_without_a_host_is_enough(visitor: Visitor, line: Line, request_line: str) -> None:
    path = followed(visitor, lote_of(visitor, "11.00" if "Accept" in request_line else "12.00"))
    with socket.create_connection(("127.0.0.1", line.port), timeout=30) as connection:
        connection.sendall(request_line.format(path=path).encode())
        got = b""
        while part := connection.recv(4096):
            got += part
    assert got.startswith(b"HTTP/1.0 200 ") and len(got) <= LIMIT and b"hora de Ecuador" in got


def token_on(body: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', body)
    assert found
    return found[1].decode()


def form(**fields: str) -> bytes:
    return "&".join(f"{name}={value}" for name, value in fields.items()).encode()


FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def switch(line: Line, on: bool) -> None:
    token = token_on(line.ask("GET", "/datos").body)
    answer = line.ask("POST", "/datos", form(csrf_token=token, medir="si" if on else "no"), **FORM)
    assert answer.status == 303 and "location: /datos" in answer.head


def measured(line: Line) -> int:
    """What the page about it says, which is what went before that page."""
    time.sleep(0.3)  # a sum is written when the answer is out
    before = line.sent, line.received
    page = line.ask("GET", "/datos").body.decode()
    line.sent, line.received = before
    found = re.search(r"\(([0-9\u202f]+) bytes\)", page)
    assert found, page
    return int(found[1].replace("\u202f", ""))


def upload(line: Line, size: int) -> None:
    """A file of that many bytes through the form, as browsers send it."""
    token = token_on(line.ask("GET", "/cargas/nueva").body)
    contents = f"{RUC};0001;2026;11;INS;1710034065;9.00;O\r\n" * (size // 44)
    parts = {
        'name="csrf_token"': token,
        'name="movimiento"': "INS",
        f'name="archivo"; filename="datos-{size}.txt"': contents,
    }
    body = "".join(f"--xx\r\nContent-Disposition: form-data; {name}\r\n\r\n{text}\r\n" for name, text in parts.items())
    answer = line.ask(
        "POST", "/cargas/nueva", (body + "--xx--\r\n").encode(), Content_Type="multipart/form-data; boundary=xx"
    )
    assert answer.status == 303


def test_it_counts_to_the_byte_what_this_client_sent_and_received(visitor: Visitor, line: Line) -> None:
    lote = lote_of(visitor, "13.00")
    switch(line, on=True)
    line.sent = line.received = 0  # from the next request on
    script = assets()["htmx.min.app.js"].address
    for path in ("/procesos", "/nada", lote, f"{lote}/avance?v=0", f"{lote}/original", f"{lote}/errores.xlsx", script):
        line.ask("GET", path)
        line.ask("GET", path, Accept_Encoding="br, gzip", Connection="close")
    line.ask("HEAD", "/procesos")
    line.ask("GET", "/historia/sucursal.csv")
    line.ask("GET", "/ayuda/errores?q=c%C3%A9dula", Referer=f"http://127.0.0.1:{line.port}/ayuda/errores")
    version = re.search(rb'data-version="([^"]+)"', line.ask("GET", lote).body)
    assert version
    for _ in range(2):
        assert line.ask("GET", f"{lote}/avance?v={version[1].decode()}", **POLL).status == 204, "before Flask"
    for size in (10_000, 2_000_000):
        upload(line, size)
    counted = measured(line)
    assert counted == line.sent + line.received
    print(f"\ncounted {counted}, on the wire {line.sent + line.received}")


def test_nothing_is_counted_before_nor_after(line: Line) -> None:
    assert "Medir mis datos" in line.ask("GET", "/procesos").body.decode()
    switch(line, on=True)
    assert "medidor" in line.cookies
    assert "Datos de esta visita:" in line.ask("GET", "/procesos").body.decode()
    switch(line, on=False)
    assert "medidor" not in line.cookies
    assert "Medir mis datos" in line.ask("GET", "/procesos").body.decode()
