"""Lotes per second by the number of workers: real workers and a queue of their own, files sent before the first ring.
More workers than this machine has cores for are a model, based on the measured cost of one worker."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session

from bench.clients import below, cpu_of
from bench.ground import Ground, ground
from bench.inputs import HOY, RUC, cedulas, entries, extras
from bench.measuring import table
from portal.clock import now
from portal.cola import LARGE, SMALL, Cola, connect
from portal.config import ROOT, embedded_queue_url
from portal.db import Database
from portal.jobs import bell_in_turn
from portal.lotes.entrada.receive import Envio, receive
from portal.modelos import Lote
from portal.running.queue_server import command
from portal.running.supervisor import leashed
from portal.running.work.rq_worker import wait_for

EMPLEADORES, LINES, EACH, ROUNDS = 100, 50, 2, 5
LOTES = EMPLEADORES * EACH
WORKERS, MODELLED = (1, 2), (1, 2, 4, 8, 16)
HIRED = "20250103"
#: the months of the lotes of each round: every worker has one line a month
MONTHS = [(f"{year};{m:02d}", f"{year};{m + 1:02d}") for year in (2025, 2026) for m in range(1, 12, 2)][:-1]
DATABASE_CORES = (2, 4, 8)
MORE_CORES = {f"database, {n} cores" for n in DATABASE_CORES[1:]}
WARM = "2026;11"
SLOWEST = 90.0  # seconds, then the stuck states are reported


@dataclass(frozen=True)
class Crew:
    """What one round of so many workers gave: lotes a second, and processor seconds of each part a lote."""

    workers: int
    rate: float
    worker: float
    database: float
    queue: float


@dataclass(frozen=True)
class Cost:
    """The input of the model, in seconds per lote: one worker alone, its processor time, the database's and the
    queue's; and how long SQLite's write lock is held (0 on PostgreSQL)."""

    alone: float
    worker: float
    database: float
    queue: float
    lock: float


class Locking(Database):
    """A database that measures how long its writers held SQLite's write lock, in seconds."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.held = self._since = 0.0
        event.listen(self.engine, "begin", self._begun)  # after the portal's own, which waits for the write lock
        # once more: the first ones do not know this one
        self._writer = self.engine.execution_options(writes=True)
        self._piecemeal = self.engine.execution_options(writes=True, copies_log=False)

    def _begun(self, conn: Connection) -> None:
        if conn.get_execution_options().get("writes", False):
            self._since = time.perf_counter()

    @contextmanager
    def writing(self, *, piece: bool = False) -> Iterator[Session]:
        with super().writing(piece=piece) as session:
            yield session
        self.held += time.perf_counter() - self._since


@dataclass
class Firm:
    """A ground whose many empleadores have 50 workers each."""

    all: Ground
    each: list[Ground]
    rucs: list[bytes]
    who: list[Any]

    def send(self, n: int, periodo: str) -> tuple[int, int]:
        """A file of empleador `n`, received and not rung for: the id of its lote and its bytes."""
        content = extras(self.who[n], bad=0, seed=n, periodo=periodo).replace(RUC.encode(), self.rucs[n])
        envio = Envio(self.each[n].empleador_id, self.all.cuenta_id, "INS", "a.txt", content, True)
        day = date.fromisoformat(periodo.replace(";", "-") + "-20")
        return receive(self.all.database, envio, day, now(), self.all.config.max_bytes).lote_id, len(content)


def firm(url: str, folder: Path) -> Firm:
    """Everybody hired, by the portal's own functions."""
    there = ground(url, folder)
    rucs = [f"1790{n:06d}001" for n in range(EMPLEADORES)]
    who = cedulas(EMPLEADORES * LINES).reshape(EMPLEADORES, LINES)
    found = Firm(there, [there.other(ruc) for ruc in rucs], [ruc.encode() for ruc in rucs], list(who))
    for one, ruc, people in zip(found.each, found.rucs, found.who, strict=True):
        content = entries(people, HIRED).replace(RUC.encode(), ruc)
        one.register(one.check(one.send("ENT", content, f"{HIRED[:4]}-{HIRED[4:6]}-{HIRED[6:]}")).id)
    return found


@contextmanager
def crew(url: str, folder: Path, workers: int) -> Iterator[dict[str, list[int]]]:
    """A queue server and workers as `make run` starts them; part → its processes."""
    queues = [(SMALL,), (SMALL, LARGE)][:workers]
    kept = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "PORTAL_ENTORNO")}
    env = {**kept, "PORTAL_DATOS": str(folder), "DATABASE_URL": url, "PORTAL_HOY": HOY, "SECRET_KEY": "measured"}
    running = [subprocess.Popen(leashed(command(folder)))]
    try:
        _wait_for(folder)
        for names in queues:
            words = leashed([sys.executable, "-m", "portal.running.work.rq_worker", *names])
            running.append(subprocess.Popen(words, cwd=ROOT, env=env))
        yield {"queue": [running[0].pid], "worker": [one.pid for one in running[1:]]}
    finally:
        for one in reversed(running):
            one.terminate()
            one.wait(30)


def round_of(firm: Firm, url: str, folder: Path, workers: int, months: tuple[str, str], warm: int) -> Crew:
    """All lotes sent; then the clock runs from the first bell until the last one is registered."""
    warming = [firm.send(n, WARM) for n in range(warm, warm + 4)]
    sent = [firm.send(n, month) for month in months for n in range(EMPLEADORES)]
    cola = Cola(embedded_queue_url(folder))
    ring = bell_in_turn(cola, firm.all.config, firm.all.database)
    with crew(url, folder, workers) as parts:
        ring_all(ring, warming)
        until_registered(firm.all.database, [lote for lote, _ in warming])
        parts["database"] = _postgres_now()
        before = {part: cpu_of(pids) for part, pids in parts.items()}
        began = now()
        ring_all(ring, sent)
        ended = until_registered(firm.all.database, [lote for lote, _ in sent])
        used = {part: (cpu_of(pids) - before[part]) / LOTES for part, pids in parts.items()}
    cola.close()
    return Crew(workers, LOTES / (ended - began).total_seconds(), used["worker"], used["database"], used["queue"])


def ring_all(ring: Any, sent: list[tuple[int, int]]) -> None:
    for lote, size in sent:
        ring("check", lote, size)


def until_registered(database: Database, lotes: list[int]) -> datetime:
    """When the last of them was. Raises with the states they are in when that takes too long."""
    among, end = Lote.id.between(lotes[0], lotes[-1]), time.monotonic() + SLOWEST
    while True:
        with database.reading() as session:
            states = dict(session.execute(select(Lote.estado, func.count()).where(among).group_by(Lote.estado)).all())
            if states == {"registrado": len(lotes)}:
                return session.scalars(select(func.max(Lote.registrado_en)).where(among)).one()
        if time.monotonic() > end:
            raise AssertionError(f"not registered after {SLOWEST:.0f} s: {states}")
        time.sleep(0.1)


def _postgres_now() -> list[int]:
    """The server and its backends, those of the workers too; none when it is not measured."""
    return [pid for pid, said in below(os.getpid()).items() if said.startswith("postgres:") or "/bin/postgres" in said]


def _wait_for(folder: Path) -> None:
    """Waits until the queue server answers: it loads its append-only file first."""
    while not (folder / "cola.sock").exists():
        time.sleep(0.05)
    server = connect(embedded_queue_url(folder))
    wait_for(server)
    server.close()


def lock_time(firm: Firm, url: str, months: tuple[str, str]) -> float:
    """Seconds a lote holds SQLite's write lock when nobody else works: check and register in this process."""
    database, lotes = Locking(url), range(20)
    sent = [firm.send(n, months[0])[0] for n in lotes]
    alone = replace(firm.all, database=database)
    for lote in sent:
        work_through(alone, lote)
    database.engine.dispose()
    return database.held / len(lotes)


def work_through(there: Ground, lote: int) -> None:
    """Check and automatic registration, as the jobs do it."""
    from portal.lotes.trabajo import check, register

    check.check(there.database, there.config, lote, now)
    register.register(there.database, there.config, lote, now)
    there.lote(lote, "registrado")


def measure(url: str, folder: Path) -> tuple[dict[int, Crew], Cost]:
    """Medians by number of workers, and what a lote costs."""
    folder.mkdir()
    found = firm(url, folder)
    runs: dict[int, list[Crew]] = {workers: [] for workers in WORKERS}
    months = iter(MONTHS)
    for number in range(ROUNDS):
        for workers in WORKERS:
            warm = 4 * (number * len(WORKERS) + workers - 1)
            runs[workers].append(round_of(found, url, folder, workers, next(months), warm))
    lock = lock_time(found, url, next(months)) if found.all.database.is_sqlite else 0.0
    found.all.database.engine.dispose()
    crews = {workers: median(several) for workers, several in runs.items()}
    one = crews[1]
    return crews, Cost(1 / one.rate, one.worker, one.database, one.queue, lock)


def median(runs: list[Crew]) -> Crew:
    def of(name: str) -> float:
        return statistics.median(getattr(run, name) for run in runs)

    return Crew(runs[0].workers, of("rate"), of("worker"), of("database"), of("queue"))


def modelled(workers: int, alone: float, shared: float) -> float:
    """Lotes a second (mean value analysis): `shared` of the `alone` seconds of a lote are spent where only one can be,
    who comes there waits for those that came before, and everything else has cores enough."""
    rate = waiting = 0.0
    for n in range(1, workers + 1):
        there = shared * (1 + waiting)
        rate = n / (alone - shared + there)
        waiting = rate * there
    return rate


def show(found: dict[str, tuple[dict[int, Crew], Cost]]) -> None:
    """What was measured, and the model."""
    rows = [
        (f"{name}, {c.workers} worker{'s' * (c.workers > 1)}", f"{c.rate:.1f}", f"{c.rate * LINES:,.0f}")
        + tuple(f"{1000 * s:.1f}" for s in (c.worker, c.database, c.queue))
        + (f"{c.rate * (c.worker + c.database + c.queue):.2f}",)
        for name, (crews, _) in found.items()
        for c in crews.values()
    ]
    print("Measured; processor time in ms a lote (SQLite's is its worker's)\n")
    table(("", "lotes/s", "lines/s", "worker", "database", "queue", "cores used"), rows)
    for name, (crews, cost) in found.items():
        gain = crews[2].rate / crews[1].rate
        print(f"{name}: two workers do {gain:.2f} times what one does, with everything on {os.cpu_count()} cores")
        _show_model(name, crews, cost)


def _show_model(name: str, crews: dict[int, Crew], cost: Cost) -> None:
    shared = _shared(cost)
    print(f"\nA MODEL, not measured: {name}, each worker on a core of its own. From the measured")
    print(f"{1000 * cost.alone:.1f} ms a lote of one worker, of them where workers wait for each other:", end=" ")
    print(", ".join(f"{1000 * s:.2f} ms {what}" for what, s in shared.items()) + ".\n")
    rows = [
        (
            n,
            f"{crews[n].rate:.0f}" if n in crews else "",
            *(f"{modelled(n, cost.alone, s):.0f}" for s in shared.values()),
        )
        for n in MODELLED
    ]
    ceilings = ("never more than", "", *(f"{1 / s:.0f}" for s in shared.values()))
    table(("workers: lotes/s", "measured", *shared), [*rows, ceilings])
    what, most = max(((what, s) for what, s in shared.items() if what not in MORE_CORES), key=lambda one: one[1])
    print(f"The ceiling is set by the {what}: {1 / most:.0f} lotes a second, {LINES / most:,.0f} lines a second.")


def _shared(cost: Cost) -> dict[str, float]:
    """What only one worker can use at a time → seconds a lote; a part with many cores counts as one faster core."""
    if cost.lock:
        return {"SQLite's write lock": cost.lock, "queue server": cost.queue}
    return {f"database, {n} cores": cost.database / n for n in DATABASE_CORES} | {"queue server": cost.queue}
