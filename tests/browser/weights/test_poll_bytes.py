"""What a poll costs over HTTP/2, up and down together (pantallas.md, Weights): the portal's own server, without TLS,
asked by a client that has been watching, so that both ends know the headers of before.

The worst of a few is taken: a new version in the address, and a second that changed in the `date` of the answer. The
limit of a change is for those that come again and again; the last one brings what the page shows from then on, once.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from browser.budgets import CHANGED, UNCHANGED, Cell, Record, Row
from browser.hold import until
from browser.http2 import Poll, Poller
from browser.scenes import VISITORS
from browser.world import HOY, World, standing
from e2e.conftest import Visitor
from portal.config import ROOT
from portal.modelos import Anulacion, Lote
from portal.running.supervisor import leashed
from tests.conftest import free_port

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: a page that waits → one as it becomes
WAITING = {
    "recibido": "revisado",
    "en_cola": "revisado",
    "revisando": "con-errores",
    "registrando": "registrado",
    "fallido": "registrado",
    "anulacion-pedida": "anulacion-anulado",
}
SECOND = 1.05


@dataclass(frozen=True)
class Watched:
    """The world, served by the portal's own server, and the cookie of its empleador."""

    world: World
    base: str
    cookie: str


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("polls")
    with standing(folder) as world, _granian(folder) as base:
        clave = next(a["clave"] for a in world.accounts if a["identificacion"] == VISITORS["empleador"])
        visitor = Visitor(base).sign_in({"identificacion": VISITORS["empleador"], "clave": clave})
        [cookie] = visitor.browser.session.cookies
        yield Watched(world, base, f"{cookie.name}={cookie.value}")


@contextmanager
def _granian(folder: Path) -> Iterator[str]:
    port = free_port()
    queue = {"REDIS_URL": f"unix://{folder / 'nobody.sock'}", "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}"}
    env = {**os.environ, **queue, "PORTAL_DATOS": str(folder), "PORTAL_HOY": HOY.isoformat()}
    server = subprocess.Popen(leashed([sys.executable, "-m", "portal.running.web", str(port)]), cwd=ROOT, env=env)
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(base))
        yield base
    finally:
        server.terminate()
        server.wait(30)


def _answers(base: str) -> bool:
    try:
        return requests.get(base + "/ingresar", timeout=2).ok
    except requests.RequestException:
        return False


@pytest.mark.parametrize("name", WAITING)
def test_a_poll_costs_little(watched: Watched, name: str, record_property: Record) -> None:
    page = _page(watched.world, name)
    poller = Poller(watched.base, page, watched.cookie)
    try:
        version = _version(poller.poll(f"{page}/avance?v=0").text)
        changed, version = _changes(watched.world, poller, name, page, version)
        unchanged = _unchanged(poller, page, version)
        last = poller.poll(f"{_page(watched.world, WAITING[name])}/avance?v=0")
    finally:
        poller.close()
    cells = (
        Cell("unchanged", max(poll.size for poll in unchanged), UNCHANGED),
        Cell("changed", max(poll.size for poll in changed), CHANGED),
        Cell("the last one", last.size),
    )
    Row("polls", name, cells).hold(record_property)


def _unchanged(poller: Poller, page: str, version: str) -> list[Poll]:
    polls = [poller.poll(f"{page}/avance?v={version}") for _ in _each_second(3)]
    assert [poll.status for poll in polls] == [204] * 3
    return polls


def _changes(world: World, poller: Poller, name: str, page: str, version: str) -> tuple[list[Poll], str]:
    polls = []
    for _ in _each_second(3):
        _move(world, name)
        poll = poller.poll(f"{page}/avance?v={version}")
        assert poll.status == 200 and 'id="avance"' in poll.text and "data-hx-get" in poll.text
        version = _version(poll.text)
        polls.append(poll)
    return polls, version


def _each_second(times: int) -> Iterator[int]:
    for n in range(times):
        time.sleep(SECOND)
        yield n


def _move(world: World, name: str) -> None:
    """As a worker would: some more lines, or only a new version; now, so that the page asks often."""
    table, moved = (Anulacion, "cambiada_en") if name.startswith("anulacion") else (Lote, "cambiado_en")
    lines = {
        "revisando": {"leidas": 1_000_000, "revisadas": Lote.revisadas + 131_072, "con_error": Lote.con_error + 12_345},
        "registrando": {"correctas": 1_000_000, "registradas": Lote.registradas + 131_072},
        "anulacion-pedida": {"pedidas": 1_000_000, "anuladas": Anulacion.anuladas + 131_072},
    }
    now = datetime.now(UTC).replace(tzinfo=None)  # the server's clock; the world's stands still
    values = {"version": table.version + 1, moved: now, **lines.get(name, {})}
    with world.database.writing() as session:
        session.execute(update(table).where(table.numero == world.lotes[name]).values(values))


def _page(world: World, name: str) -> str:
    return f"/{'anulaciones' if name.startswith('anulacion') else 'lotes'}/{world.lotes[name]}"


def _version(html: str) -> str:
    found = re.search(r'data-version="([^"]+)"', html)
    assert found, html
    return found[1]
