"""Uploads to the portal as an operator starts it: by clients of others' making, and over lines that break."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed

from e2e.conftest import RUC, SAMPLES, Portal, Visitor, hires, running
from portal.web.tus.peticion import OCTETS
from tus.sender import TUS, encoded, packed, sha256

pytestmark = pytest.mark.slow
INS = (SAMPLES / "INS_2013-01.txt").read_bytes()
MSU = (SAMPLES / "MSU_2007-01.txt").read_bytes()
SCRIPT = Path(__file__).with_name("subir.cjs")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all of them."""
    with running(tmp_path_factory.mktemp("tus"), PORTAL_HOY="2013-01-15") as portal:
        yield portal


@pytest.fixture
def visitor(portal: Portal) -> Visitor:
    return portal.visitor()


def cookie(visitor: Visitor) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in visitor.browser.session.cookies)


def big(seed: int, size: int = 600_000) -> bytes:
    """Lines that are no other test's."""
    line = f"{RUC};0001;2013;01;INS;1710034065;{seed}."
    lines = (f"{line}{n % 100:02d};O\r\n" for n in range(size // (len(line) + 6)))
    return "".join(lines).encode()


def original(visitor: Visitor, where: str) -> bytes:
    answer = visitor.open(f"{where}/original")
    assert where.startswith("/lotes/2013-") and answer.status_code == 200
    return answer.content


class Line:
    """Tus requests of a visitor by hand."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.url = ""

    def ask(self, method: str, url: str, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.visitor.browser.session.request(method, self.visitor.base + url, headers=TUS | named, timeout=30)

    def begin(self, size: int, **told: str | None) -> None:
        metadata = encoded({"filename": "extras.txt", "movimiento": "INS", **told})
        answer = self.ask("POST", "/cargas/tus", Upload_Length=str(size), Upload_Metadata=metadata)
        assert answer.status_code == 201, answer.text
        self.url = answer.headers["Location"]

    def offset(self) -> int:
        answer = self.ask("HEAD", self.url)
        assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
        return int(answer.headers["Upload-Offset"])

    def open(self, offset: int, length: int) -> socket.socket:
        """The head of a PATCH on a connection of its own; whoever calls sends the body, or some of it."""
        host, _, port = self.visitor.base.removeprefix("http://").partition(":")
        sock = socket.create_connection((host, int(port)), timeout=30)
        lines = [f"PATCH {self.url} HTTP/1.1", f"Host: {host}:{port}", f"Cookie: {cookie(self.visitor)}"]
        lines += ["Tus-Resumable: 1.0.0", f"Upload-Offset: {offset}", f"Content-Length: {length}"]
        sock.sendall("\r\n".join([*lines, f"Content-Type: {OCTETS}", "", ""]).encode())
        return sock

    def finish(self, contenido: bytes) -> str:
        """The rest, from where it is; where it leads to."""
        offset = self.offset()
        answer = self.visitor.browser.session.patch(
            self.visitor.base + self.url,
            data=contenido[offset:],
            headers=TUS | {"Upload-Offset": str(offset), "Content-Type": OCTETS},
            timeout=60,
        )
        assert answer.status_code == 204, answer.text
        return answer.headers["Location"]


def eventually(value: Callable[[], Any], expected: Any) -> None:
    end = time.monotonic() + 30
    while (seen := value()) != expected:
        assert time.monotonic() < end, f"{seen}, not {expected}"
        time.sleep(0.1)


# --- lines that break ----------------------------------------------------------------------------------------------
def test_what_came_before_the_line_broke_is_kept(visitor: Visitor) -> None:
    contenido, line, came = big(1), Line(visitor), 0
    line.begin(len(contenido), sha256=sha256(contenido))
    for sent in (10, 5_000, 300_000):
        sock = line.open(came, len(contenido) - came)
        sock.sendall(contenido[came : came + sent])
        time.sleep(0.3)
        sock.close()
        came += sent
        eventually(line.offset, came)
    where = line.finish(contenido)
    assert original(visitor, where) == contenido
    assert line.ask("HEAD", line.url).headers["Location"] == where


def test_a_line_that_is_slow_and_then_silent_loses_little(visitor: Visitor) -> None:
    contenido, line = big(2), Line(visitor)
    line.begin(len(contenido))
    sock = line.open(0, len(contenido))
    for start in range(0, 160_000, 20_000):
        sock.sendall(contenido[start : start + 20_000])
        time.sleep(0.4)
    assert line.offset() >= 80_000, "though its sender is still there, as far as anybody knows"
    where = line.finish(contenido)
    sock.close()
    assert original(visitor, where) == contenido


def test_what_the_first_bytes_give_away_is_told_while_the_rest_is_on_its_way(visitor: Visitor) -> None:
    line = Line(visitor)
    line.begin(5_000_000)
    with line.open(0, 5_000_000) as sock:
        sock.sendall(b"%PDF-1.7\n" + bytes(300_000))
        answer = ""
        while "PDF" not in answer and (more := sock.recv(65_536)):
            answer += more.decode()
    assert answer.startswith("HTTP/1.1 422") and "parece un documento PDF" in answer
    assert line.ask("HEAD", line.url).status_code == 404


def test_a_body_of_unknown_length_is_read_to_its_end(visitor: Visitor) -> None:
    contenido, line = big(3, 100_000), Line(visitor)
    line.begin(len(contenido))
    pieces = (contenido[start : start + 7_000] for start in range(0, len(contenido), 7_000))
    headers = TUS | {"Upload-Offset": "0", "Content-Type": OCTETS}
    answer = visitor.browser.session.patch(visitor.base + line.url, data=pieces, headers=headers, timeout=30)
    assert answer.status_code == 204
    assert original(visitor, answer.headers["Location"]) == contenido


def test_web_processes_killed_under_a_part_lose_nothing_that_was_counted(portal: Portal, visitor: Visitor) -> None:
    contenido, line = big(4), Line(visitor)
    line.begin(len(contenido), sha256=sha256(contenido))
    sock = line.open(0, len(contenido))
    sock.sendall(contenido[:400_000])
    eventually(lambda: line.offset() >= 262_144, True)
    kept = line.offset()
    kill_the_web(portal)
    sock.close()
    eventually(lambda: answers(portal), True)
    assert line.offset() == kept
    assert original(visitor, line.finish(contenido)) == contenido


def kill_the_web(portal: Portal) -> None:
    """The server's processes of this portal and of no other, at once."""
    mine = f"PORTAL_DATOS={portal.env['PORTAL_DATOS']}".encode()
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (proc / "cmdline").read_bytes(), (proc / "environ").read_bytes()
        except OSError:
            continue
        if b"portal.running.web" in command and mine in environment.split(b"\0"):
            os.kill(int(proc.name), signal.SIGKILL)


def answers(portal: Portal) -> bool:
    try:
        return requests.get(portal.base + "/ingresar", timeout=2).status_code == 200
    except requests.RequestException:
        return False


# --- tuspy ---------------------------------------------------------------------------------------------------------
def tuspy(visitor: Visitor) -> TusClient:
    return TusClient(visitor.base + "/cargas/tus", headers={"Cookie": cookie(visitor)})


@pytest.mark.parametrize(
    ("movimiento", "contenido", "part", "checked"),
    [("INS", INS, 1 << 62, False), ("INS", big(5), 100_000, True), ("MSU", MSU, 700, False), ("MSU", MSU, 701, True)],
)
def test_tuspy_sends_in_one_and_in_parts(
    visitor: Visitor, movimiento: str, contenido: bytes, part: int, checked: bool
) -> None:
    metadata = {"filename": "año.txt", "movimiento": movimiento}
    uploader = tuspy(visitor).uploader(
        file_stream=io.BytesIO(contenido), chunk_size=part, metadata=metadata, upload_checksum=checked
    )
    uploader.upload()
    where = uploader.request.response_headers["location"]
    assert original(visitor, where) == contenido
    visitor.wait(where, "revisado", "rechazado")
    assert sha256(contenido) in visitor.text


def test_tuspy_goes_on_after_it_was_interrupted(visitor: Visitor) -> None:
    contenido = big(6)
    metadata = {"filename": "extras.txt", "movimiento": "INS", "comprimida": "gzip", "sha256": sha256(contenido)}
    way = packed(contenido)
    part = len(way) // 5
    first = tuspy(visitor).uploader(file_stream=io.BytesIO(way), chunk_size=part, metadata=metadata)
    first.upload_chunk()
    first.upload_chunk()
    again = tuspy(portal_later(visitor)).uploader(file_stream=io.BytesIO(way), chunk_size=part, url=first.url)
    assert again.offset == 2 * part
    again.upload()
    assert original(visitor, again.request.response_headers["location"]) == contenido


def portal_later(visitor: Visitor) -> Visitor:
    """The same visit in a program that was started again."""
    later = Visitor(visitor.base)
    later.browser.session.cookies.update(visitor.browser.session.cookies)
    return later


def test_tuspy_is_told_why_in_words(visitor: Visitor) -> None:
    uploader = tuspy(visitor).uploader(
        file_stream=io.BytesIO(b"%PDF-1.7" + bytes(99)), metadata={"filename": "a.txt", "movimiento": "INS"}
    )
    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload()
    assert refused.value.status_code == 422 and "documento PDF" in refused.value.response_content.decode()


# --- tus-js-client -------------------------------------------------------------------------------------------------
def tus_js(visitor: Visitor, contenido: bytes, **told: Any) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "node is missing: tools/debian-packages installs it, as root"
    order = {"endpoint": visitor.base + "/cargas/tus", "cookie": cookie(visitor)}
    order |= {"metadata": {"filename": "nómina.txt", "movimiento": "INS"} | told.pop("metadata", {})}
    order |= {"base64": base64.b64encode(contenido).decode(), **told}
    done = subprocess.run([node, str(SCRIPT)], input=json.dumps(order), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_tus_js_client_sends_in_one_and_in_parts(visitor: Visitor) -> None:
    for contenido, part, parts in ((big(7), None, 1), (big(8), 150_000, 4)):
        said = tus_js(visitor, contenido, chunkSize=part)
        assert not said["error"] and said["asked"] == ["POST 201"] + ["PATCH 204"] * parts
        assert original(visitor, said["where"]) == contenido


def test_tus_js_client_goes_on_after_it_was_interrupted(visitor: Visitor) -> None:
    contenido = big(9)
    first = tus_js(visitor, contenido, chunkSize=100_000, stopAt=200_000)
    assert first["where"] is None
    again = tus_js(visitor, contenido, chunkSize=100_000, url=first["url"])
    assert again["asked"][0] == "HEAD 200" and len(again["asked"]) < 7
    assert original(visitor, again["where"]) == contenido


def test_tus_js_client_finds_what_was_begun_elsewhere_by_its_digest(visitor: Visitor) -> None:
    """It begins at 0 whatever it is told, is told 409, asks, and goes on."""
    contenido = hires(INS, "20130102", "318.00")
    told = {"movimiento": "ENT", "sha256": sha256(contenido)}
    tus_js(visitor, contenido, metadata=told, chunkSize=1000, stopAt=2000)
    again = tus_js(visitor, contenido, metadata=told, chunkSize=1000)
    assert "PATCH 409" in again["asked"] and not again["error"]
    assert original(visitor, again["where"]) == contenido
    third = tus_js(visitor, contenido, metadata=told)
    assert third["asked"] == ["POST 201", "PATCH 409", "HEAD 200"], "all of it is here already"
    assert third["where"] == again["where"] and not third["error"]


def test_tus_js_client_goes_round_networks_that_stop_patch(visitor: Visitor) -> None:
    contenido = big(11, 50_000)
    said = tus_js(visitor, contenido, override=True)
    assert "PATCH 204" not in said["asked"] and original(visitor, said["where"]) == contenido


def test_a_place_of_thousands_of_digits_is_refused_in_words(portal: Portal) -> None:
    headers = {**TUS, "Content-Type": OCTETS, "Upload-Offset": "9" * 5000}
    answer = requests.patch(f"{portal.base}/cargas/tus/abc", data=b"x", headers=headers, timeout=20)
    assert answer.status_code == 401 and "Content-Security-Policy" in answer.headers
