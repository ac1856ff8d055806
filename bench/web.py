"""The web tier on this machine: the cost of one unchanged poll, and 1,000 watchers with 200 senders beside them.

Each sender sends one file within a minute, or within ten seconds. The latter is more than two cores hold, and nothing
may break by it.

`make run`'s own web server (two processes), workers and queue, on SQLite and on PostgreSQL. The load comes from this
process, on the same cores. `python -m bench.web [SECONDS]`
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.clients import HOST, Client, Seen, cpu_of, own_cpu
from bench.crowd import Crowd, Patron, crowd, send, state_on, version_on
from bench.ground import postgres
from bench.inputs import RUC, cedulas, entries
from bench.measuring import goal

WATCHERS, EVERY = 1_000, 2.0
SENDERS, LINES, DAY = 200, 50, "20261118"
MINUTE, RUSH = 60.0, 10.0  # seconds in which all of them send
PER_SECOND, WAIT_MS = 3_000, 10  # goals: unchanged polls a second at least, p99 of 1,000 watchers at most
CONNECTIONS = 64
PLAIN = {"Accept_Encoding": "identity"}
HX = {"HX_Request": "true", **PLAIN}
PEOPLE = cedulas(SENDERS * LINES)


class Hammer(asyncio.Protocol):
    """A connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes, seen: Seen) -> None:
        self._request, self._seen = request, seen
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):  # 204 has no body: the answer ends with its head
            self._seen.add(int(data[9:12]), time.perf_counter() - self._sent)
            self._ask()


@dataclass
class Spent:
    """Processor time between two moments, in cores (1.0: one core all the time)."""

    portal: Crowd
    began: float = field(default_factory=time.perf_counter)
    before: dict[int, float] = field(default_factory=dict)
    own: float = field(default_factory=own_cpu)

    def __post_init__(self) -> None:
        self.before = {pid: cpu_of([pid]) for pid in self.portal.processes()}

    def seconds(self, part: str) -> float:
        """What the processes of that part used."""
        pids = [pid for pid, name in self.portal.processes().items() if name == part]
        return sum(cpu_of([pid]) - self.before.get(pid, 0.0) for pid in pids)

    def told(self) -> str:
        past = time.perf_counter() - self.began
        parts = {name: self.seconds(name) / past for name in ("web", "worker", "queue")}
        cores = ", ".join(f"{name} {cores:.2f}" for name, cores in parts.items())
        return f"cores used: {cores}, load generator {(own_cpu() - self.own) / past:.2f}"


async def version_shown(portal: Crowd, patron: Patron, numero: str) -> str:
    """The version of a lote whose page asks; all lotes of `lotes_at_work` have the same."""
    client = Client(portal.port, patron.cookie)
    page = await client.ask(client.request("GET", f"/lotes/{numero}/avance", **HX))
    client.close()
    return version_on(page.body)


async def poll_cost(portal: Crowd, patron: Patron, numero: str, seconds: float) -> tuple[float, str]:
    """As many unchanged polls as go through in `seconds`; how many a second."""
    version = await version_shown(portal, patron, numero)
    request = Client(portal.port, patron.cookie).request("GET", f"/lotes/{numero}/avance?v={version}", **HX)
    seen, spent = Seen(), Spent(portal)
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Hammer(request, seen), HOST, portal.port) for _ in range(CONNECTIONS)]
    await asyncio.sleep(seconds)
    told, web, count = spent.told(), spent.seconds("web"), len(seen.seconds)
    for transport, _ in made:
        transport.close()
    return count / seconds, (
        f"{count / seconds:,.0f} polls/s over {CONNECTIONS} connections, answers {seen.statuses}; "
        f"{web / count * 1e6:.0f} µs of a web process each\n    {told}"
    )


async def watch(portal: Crowd, page: tuple[Patron, str], version: str, start: float, end: float, seen: Seen) -> None:
    """A page that asks every two seconds, from `start` (when it connects) until `end`."""
    client = Client(portal.port, page[0].cookie)
    request = client.request("GET", f"/lotes/{page[1]}/avance?v={version}", **HX)
    due, counted = start, Seen()
    while due < end:
        await asyncio.sleep(due - time.perf_counter())
        await client.timed(request, counted)
        due, counted = due + EVERY, seen  # the answer that came with the connection is not counted
    client.close()


@dataclass
class Sending:
    """What came of the senders: their requests, the seconds until each result, how many never saw theirs."""

    requests: Seen = field(default_factory=Seen)
    results: Seen = field(default_factory=Seen)

    async def one(self, portal: Crowd, patron: Patron, content: bytes, start: float) -> None:
        """One empleador sends a file and looks at it, as its page does, until the result is there."""
        await asyncio.sleep(max(0.0, start - time.perf_counter()))
        client, begun = Client(portal.port, patron.cookie), time.perf_counter()
        try:
            numero, _ = await send(client, "ENT", content)
            answer = await client.timed(client.request("GET", f"/lotes/{numero}", **PLAIN), self.requests)
            version = ""
            while answer and state_on(answer.body or b'data-estado="?"') != "revisado":
                version = version_on(answer.body) or version
                await asyncio.sleep(0.5)
                path = f"/lotes/{numero}/avance?v={version}"
                answer = await client.timed(client.request("GET", path, **HX), self.requests)
            self.results.add(200 if answer else 500, time.perf_counter() - begun)
        except (OSError, EOFError, AssertionError):
            self.results.broken += 1
        client.close()


async def together(
    portal: Crowd, pages: list[tuple[Patron, str]], senders: list[Patron], seconds: float
) -> tuple[Seen, str]:
    """All watchers, and senders spread evenly over the time; the polls of the watchers."""
    polls, sending = Seen(), Sending()
    version = await version_shown(portal, *pages[0])
    start = time.perf_counter() + 0.5
    begin = start + EVERY
    tasks = [
        asyncio.create_task(watch(portal, page, version, start + n * EVERY / len(pages), begin + seconds, polls))
        for n, page in enumerate(pages)
    ]
    for n, patron in enumerate(senders):
        content = hires(patron.ruc, n)
        at = begin + n * seconds / len(senders)
        tasks.append(asyncio.create_task(sending.one(portal, patron, content, at)))
    await asyncio.sleep(begin - time.perf_counter())
    spent = Spent(portal)
    await asyncio.sleep(seconds)
    told = spent.told()
    await asyncio.gather(*tasks)
    lines = [
        f"{len(polls.seconds) / seconds:,.0f} polls/s, p50 {polls.percentile(0.5):.1f} ms, "
        f"p99 {polls.percentile(0.99):.1f} ms, slowest {polls.percentile(1):.0f} ms, {polls.errors} errors "
        f"(answers {polls.statuses})"
    ]
    if senders:
        lines.append(
            f"    {len(senders)} files of {LINES} lines, {len(senders) / seconds:.1f}/s: result seen after p50 "
            f"{sending.results.percentile(0.5) / 1000:.2f} s, p99 {sending.results.percentile(0.99) / 1000:.2f} s; "
            f"{sending.results.errors + sending.requests.errors} errors"
        )
    return polls, "\n".join([*lines, f"    {told}"])


def hires(ruc: str, n: int) -> bytes:
    """A file of hires of an empleador: its own people, no two files the same."""
    return entries(PEOPLE[n * LINES : (n + 1) * LINES], DAY).replace(RUC.encode(), ruc.encode())


def measure(name: str, folder: Path, url: str, seconds: float) -> None:
    """All figures on one database."""
    with crowd(folder, url) as portal:
        watching = portal.patrons(0, WATCHERS // 5)
        pages = portal.lotes_at_work(watching, 5)
        rate, told = asyncio.run(poll_cost(portal, *pages[0], seconds / 3))
        print(f"{name}\n  one page asking: {told}", flush=True)
        alone, told = asyncio.run(together(portal, pages, [], seconds))
        print(f"  {WATCHERS:,} watchers: {told}", flush=True)
        goal(f"{name}, unchanged polls", rate, least=PER_SECOND, unit="a second")
        goal(f"{name}, p99 of {WATCHERS:,} watchers", alone.percentile(0.99), most=WAIT_MS, unit="ms")
        for place, within in enumerate((MINUTE, RUSH), start=1):
            senders = portal.patrons(place * WATCHERS, SENDERS)
            polls, told = asyncio.run(together(portal, pages, senders, within))
            print(f"  and {SENDERS} senders within {within:.0f} s: {told}", flush=True)
            if within == MINUTE:
                goal(f"{name}, p99 with these senders", polls.percentile(0.99), most=WAIT_MS, unit="ms")


def main(seconds: float) -> None:
    """Measure and print."""
    print(f"{WATCHERS:,} watchers each ask every {EVERY:.0f} s on a kept connection, for {seconds:.0f} s")
    with tempfile.TemporaryDirectory() as name:
        measure("SQLite", Path(name) / "lite", f"sqlite:///{name}/portal.db", seconds)
        with postgres(Path(name) / "pg") as url:
            measure("PostgreSQL", Path(name) / "post", url("web"), seconds)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
