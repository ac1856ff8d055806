"""A file of 5 MB over 50 kbit/s, 400 ms, cut every 60 s: how long until it is there, against the time that its bytes
alone need; by the page's own script, by an independent tus client, and by the plain form.

`python -m bench.poor_line [TIMES AS FAST]`: 20 gives the same line in a twentieth of the time, where the machine's own
work weighs more. One run of each: the line is the same for all, and the cuts fall where they fall.
"""

from __future__ import annotations

import gzip
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Response, sync_playwright
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from bench.line import Line, poor_line
from bench.measuring import goal, table
from tests.browser.chromium import LAUNCH, SPANISH
from tests.e2e.conftest import RUC, Portal, Visitor, running

RATE, LATENCY, CUT_EVERY, AWAY = 6_250, 0.4, 60.0, 3.0
MEGABYTES = 5
PART = 32_768
FORM_TRIES = 3
#: gives the address of the lote, or ""; and the seconds from the press of the button, None for the whole call
Sender = Callable[[Portal, Line, bytes], tuple[str, float | None]]


def file(seed: int) -> bytes:
    """INS lines of many workers and amounts."""
    draw = random.Random(seed)
    pairs = ((draw.randrange(10**9, 25 * 10**8), draw.randrange(100, 10**6)) for _ in range(int(MEGABYTES * 1e6 / 51)))
    return "".join(f"{RUC};0001;2026;10;INS;{who:010d};{cents / 100:.2f};O\r\n" for who, cents in pairs).encode()


def by_the_page(portal: Portal, line: Line, contenido: bytes) -> tuple[str, float]:
    """Chromium, with the script of /cargas/nueva."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        page = browser.new_page(**SPANISH)
        account = portal.account()
        page.goto(portal.base + "/ingresar")
        page.fill("#identificacion", account["identificacion"])
        page.fill("#clave", account["clave"])
        page.click("main button")
        page.goto(_base(line) + "/cargas/nueva?movimiento=INS")
        page.set_input_files("#archivo", {"name": "extras.txt", "mimeType": "text/plain", "buffer": contenido})
        told: list[str] = []
        page.on("response", lambda r: told.append(r.headers["location"]) if _is_end(r) else None)
        begun = time.perf_counter()
        page.locator("#enviar form button").last.click(no_wait_after=True)
        while not told:
            page.wait_for_timeout(50)
        seconds = time.perf_counter() - begun
        browser.close()
    return told[0], seconds


def _is_end(response: Response) -> bool:
    """The answer that names the lote: whether its page can be opened over this line is another question."""
    return "/lotes/" in response.headers.get("location", "")


def by_tuspy(portal: Portal, line: Line, contenido: bytes) -> str:
    """The client of the protocol's authors, with the file compressed by hand, trying again without end."""
    session = Visitor(portal.base).sign_in(portal.account()).browser.session
    cookie = "; ".join(f"{c.name}={c.value}" for c in session.cookies)
    client = TusClient(_base(line) + "/cargas/tus", headers={"Cookie": cookie})
    told = {"filename": "extras.txt.gz", "movimiento": "INS"}
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(gzip.compress(contenido))
        kept.flush()
        uploader = client.uploader(kept.name, chunk_size=PART, metadata=told)
        _until_it_answers(lambda: uploader.set_url(uploader.create_url()))
        while uploader.offset < uploader.get_file_size():
            _until_it_answers(lambda: _go_on(uploader))
        return str(session.head(uploader.url.replace(_base(line), portal.base), headers=TUS).headers["Location"])


TUS = {"Tus-Resumable": "1.0.0"}


def _go_on(uploader: Any) -> None:
    uploader.offset = uploader.get_offset()
    uploader.upload()


def _until_it_answers(task: Callable[[], object]) -> None:
    while True:
        try:
            task()
            return
        except TusCommunicationError as cut:
            if cut.status_code and cut.status_code < 500 and cut.status_code != 409:
                raise
            time.sleep(0.5)
        except (requests.RequestException, OSError):
            time.sleep(0.5)


def by_the_form(portal: Portal, line: Line, contenido: bytes) -> str:
    """As a browser without script: all or nothing. Gives up after a few times."""
    visitor = Visitor(portal.base).sign_in(portal.account())
    visitor.base = _base(line)
    for _ in range(FORM_TRIES):
        try:
            return visitor.send("INS", ("extras.txt", contenido))
        except (requests.RequestException, OSError):
            time.sleep(line.away)
    return ""


def _base(line: Line) -> str:
    return f"http://127.0.0.1:{line.port}"


def measure(name: str, send: Sender, portal: Portal, faster: float, contenido: bytes, travels: int) -> list[str]:
    """One row: seconds, against what the bytes need."""
    port = int(portal.base.rsplit(":", 1)[1])
    with poor_line(Line(port, RATE * faster, LATENCY / faster, CUT_EVERY / faster, AWAY / faster)) as line:
        begun = time.perf_counter()
        lote, until = send(portal, line, contenido)
        seconds = time.perf_counter() - begun if until is None else until
    ideal = travels / line.rate
    there = lote and original(portal, lote)
    arrived = there in (contenido, gzip.compress(contenido)) or (there and gzip.decompress(there) == contenido)
    if lote and not arrived:
        raise SystemExit(f"{name}: what arrived is not what was sent")
    if name == "the page":
        goal("the page, against its bytes alone", seconds / ideal, most=297 / 221)
    end = f"{seconds:.0f} s" if lote else f"not there after {FORM_TRIES} tries, {seconds:.0f} s"
    return [name, end, f"{ideal:.0f} s", f"{seconds / ideal:.2f}", str(line.cuts), f"{line.up / 1e6:.2f} MB"]


def original(portal: Portal, lote: str) -> bytes:
    """What the portal keeps."""
    visitor = Visitor(portal.base).sign_in(portal.account())
    return visitor.open(f"{lote}/original").content


def _timed_whole(send: Callable[[Portal, Line, bytes], str]) -> Sender:
    return lambda portal, line, contenido: (send(portal, line, contenido), None)


def main(faster: float) -> None:
    """Measure and print."""
    senders: dict[str, Sender] = {
        "the page": by_the_page,
        "tuspy": _timed_whole(by_tuspy),
        "the form": _timed_whole(by_the_form),
    }
    with tempfile.TemporaryDirectory() as name, running(Path(name), PORTAL_HOY="2026-11-20") as portal:
        rows = []
        for seed, (sender, send) in enumerate(senders.items()):
            contenido = file(seed)
            travels = len(contenido if sender == "the form" else gzip.compress(contenido))
            rows.append(measure(sender, send, portal, faster, contenido, travels))
    kbits, ms, every = RATE * faster * 8 / 1000, LATENCY / faster * 1000, CUT_EVERY / faster
    print(f"{MEGABYTES} MB, {kbits:.0f} kbit/s, {ms:.0f} ms, cut every {every:.0f} s for {AWAY / faster:.1f} s")
    table(["sent by", "took", "its bytes alone", "ratio", "cuts", "sent up"], rows)


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 1)
