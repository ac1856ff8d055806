"""The latency of a small file in the running portal: from the first byte of the POST to the result on the page.

100 INS lines: with idle workers; with workers busy on a lote of a million lines of another empleador, being checked and
being registered; and behind many medium files of another empleador. `python -m bench.small [SENDS] [BIG LINES]`
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from bench.clients import Client, Seen
from bench.crowd import Crowd, Patron, crowd, send, state_on, version_on
from bench.ground import postgres
from bench.inputs import HIRED, HOY, RUC, cedulas, entries, extras
from portal.clock import now
from portal.cola import Cola
from portal.config import Config, embedded_queue_url
from portal.jobs import bell_in_turn
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo.decide import decide
from portal.modelos import Lote

PLAIN = {"Accept_Encoding": "identity"}
HX = {"HX_Request": "true", **PLAIN}
SMALL, PAUSE = 100, 0.15
MEDIUM_FILES, MEDIUM_LINES = 30, 35_000
QUICK = 0.05
MAX_BYTES = 200_000_000
CONFIG = Config(Path(), False, "", "", "")  # as it comes: only the size of a large file is asked of it
WHO = cedulas(1_000_000)
DESIGN = (
    "Two queues: a file over 2 MB waits in the second, and the first of the two workers never takes from there. Of one "
    "empleador only what is next stands in a queue."
)


@dataclass
class Ways:
    """Seconds until the result was seen: by our own page, and by a client that asks every 50 ms."""

    page: Seen = field(default_factory=Seen)
    quick: Seen = field(default_factory=Seen)

    def told(self) -> str:
        ways = [("as our page asks", self.page), ("asking every 50 ms", self.quick)]
        figures = [
            f"{name} p50 {seen.percentile(0.5) / 1000:.2f} s, p95 {seen.percentile(0.95) / 1000:.2f} s, slowest "
            f"{seen.percentile(1) / 1000:.2f} s"
            for name, seen in ways
        ]
        return f"{len(self.page.seconds)} and {len(self.quick.seconds)} sends: " + "; ".join(figures)


@dataclass
class Desk:
    """The portal, and its files sent without its pages: what is in the way of the small ones."""

    portal: Crowd
    cola: Cola

    def drop(self, patron: Patron, movimiento: str, content: bytes) -> int:
        """A file received and rung for, as the pages do it; the id of the lote."""
        envio = Envio(patron.id, patron.cuenta_id, movimiento, "a.txt", content)
        recibo = receive(self.portal.database, envio, date.fromisoformat(HOY), now(), MAX_BYTES)
        self.ring("check", recibo.lote_id, recibo.bytes)
        return recibo.lote_id

    def decide(self, patron: Patron, lote_id: int, size: int) -> None:
        decide(self.portal.database, lote_id, "registrar", patron.cuenta_id, now())
        self.ring("register", lote_id, size)

    def ring(self, job: str, lote_id: int, size: int) -> None:
        bell_in_turn(self.cola, CONFIG, self.portal.database)(job, lote_id, size)

    def state(self, lote_id: int) -> str:
        with self.portal.database.reading() as session:
            return str(session.scalar(select(Lote.estado).where(Lote.id == lote_id)))

    async def until(self, lote_id: int, state: str) -> None:
        while self.state(lote_id) != state:
            await asyncio.sleep(0.2)

    async def hire(self, patron: Patron, count: int) -> None:
        """That many workers of an empleador, registered."""
        content = of(patron, entries(WHO[:count]))
        envio = Envio(patron.id, patron.cuenta_id, "ENT", "a.txt", content)
        day = date.fromisoformat(f"{HIRED[:4]}-{HIRED[4:6]}-{HIRED[6:]}")
        lote_id = receive(self.portal.database, envio, day, now(), MAX_BYTES).lote_id
        self.ring("check", lote_id, len(content))
        await self.until(lote_id, "revisado")
        self.decide(patron, lote_id, len(content))
        await self.until(lote_id, "registrado")


class Sender:
    """An empleador with 100 workers who sends small files; no two are the same."""

    def __init__(self, portal: Crowd, patron: Patron) -> None:
        self._portal, self.patron, self._sent = portal, patron, 0

    async def sends(self, ways: Ways, goes_on: Callable[[], bool]) -> None:
        """One send after the other while `goes_on`, in both ways in turns."""
        while goes_on():
            for seen, pace in ((ways.page, 0.5), (ways.quick, QUICK)):
                seen.add(200, await self._once(pace))
                await asyncio.sleep(PAUSE)

    async def _once(self, pace: float) -> float:
        """Seconds from the POST until the result is seen, asked for every `pace` seconds."""
        client = Client(self._portal.port, self.patron.cookie)
        self._sent += 1
        content = of(self.patron, extras(WHO[:SMALL], bad=0, seed=self._sent))
        numero, start = await send(client, "INS", content)
        page = (await client.ask(client.request("GET", f"/lotes/{numero}", **PLAIN))).body
        while state_on(page) != "revisado":
            await asyncio.sleep(pace)
            path = f"/lotes/{numero}/avance?v={version_on(page)}"
            answer = await client.ask(client.request("GET", path, **HX))
            page = answer.body if answer.status == 200 else page
        client.close()
        return time.perf_counter() - start


def of(patron: Patron, content: bytes) -> bytes:
    """The file as this empleador's own."""
    return content.replace(RUC.encode(), patron.ruc.encode())


async def scenarios(desk: Desk, sends: int, big: int) -> None:
    """All of them in turn, each printed when it is done."""
    me, medium, *others = desk.portal.patrons(0, 5)
    sender = Sender(desk.portal, me)
    await desk.hire(me, SMALL)
    await sender.sends(Ways(), count_to(1))  # what is loaded once is loaded now
    idle = Ways()
    await sender.sends(idle, count_to(sends // 2))
    print(f"  workers idle: {idle.told()}", flush=True)
    content = entries(WHO[:big], "20261118")
    checking, registering = Ways(), Ways()
    for patron in others:
        if len(registering.page.seconds) >= sends // 2:
            break
        lote_id = desk.drop(patron, "ENT", of(patron, content))
        await desk.until(lote_id, "revisando")
        await sender.sends(checking, lambda at=lote_id: desk.state(at) == "revisando")
        desk.decide(patron, lote_id, len(content))
        await sender.sends(registering, lambda at=lote_id: desk.state(at) == "registrando")
    print(f"  {big:,} lines of another being checked: {checking.told()}")
    print(f"  {big:,} lines of another being registered: {registering.told()}", flush=True)
    await desk.hire(medium, MEDIUM_LINES)
    for name, besides in (("", False), (f", and {big:,} lines of a third at once", True)):
        behind = Ways()
        blocker = desk.drop(others[-1], "ENT", of(others[-1], content)) if besides else None
        if blocker:
            await desk.until(blocker, "revisando")
        ids = [desk.drop(medium, "INS", of(medium, file)) for file in mediums(1 + 100 * besides)]
        await sender.sends(behind, lambda last=ids[-1]: desk.state(last) != "revisado")
        print(f"  behind {len(ids)} files of {MEDIUM_LINES:,} lines of another{name}: {behind.told()}", flush=True)
        if blocker:
            await desk.until(blocker, "revisado")


def mediums(seed: int) -> list[bytes]:
    """Files just too small for the large ones' queue."""
    files = [extras(WHO[:MEDIUM_LINES], bad=0, seed=seed + n) for n in range(MEDIUM_FILES)]
    assert all(len(file) < Config.archivo_grande for file in files)
    return files


def count_to(rounds: int) -> Callable[[], bool]:
    """True that many times."""
    left = iter(range(rounds))
    return lambda: next(left, None) is not None


def measure(name: str, folder: Path, url: str, sends: int, big: int) -> None:
    """All scenarios on one database."""
    print(name)
    with crowd(folder, url) as portal:
        asyncio.run(scenarios(Desk(portal, Cola(embedded_queue_url(folder / "datos"))), sends, big))


def main(sends: int, big: int) -> None:
    """Measure and print."""
    print(f"{SMALL} INS lines from the POST to the result; what the sender asks before is not counted.\n{DESIGN}")
    with tempfile.TemporaryDirectory() as name:
        measure("SQLite", Path(name) / "lite", f"sqlite:///{name}/portal.db", sends, big)
        with postgres(Path(name) / "pg") as url:
            measure("PostgreSQL", Path(name) / "post", url("small"), sends, big)


if __name__ == "__main__":
    main(*([int(one) for one in sys.argv[1:]] + [80, 1_000_000][len(sys.argv) - 1 :]))
