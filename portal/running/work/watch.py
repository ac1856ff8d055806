"""Watches the workers that hold a lease, by pid: it ends a dead one's lease, extends a busy one's, kills a silent one.

A working job renews its lease with each chunk, and while it reads. But a call into native code (SQLite, polars, a
workbook) may take longer than a lease, and RQ's timeout interrupts Python only: such a call may also hang for ever
(docs/adr/0002-running.md). From outside the two differ: work takes processor time.

- A worker seen alive with its lease and gone now is dead: its lease ends immediately.
- One that took a tenth of the time or more has its lease renewed from here, for at most `NATIVE_SECONDS` after its own
  last sign of life.
- One whose lease ended `SILENCE` seconds ago, and that lives, is killed; its supervisor starts another. The lote is
  free again when the lease ends. Another worker may have taken it long before, and then its row names that one. So the
  leases are remembered here by the pid that held them.

Time is measured by the monotonic clock.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.db import Database
from portal.lotes.momentos import Tabla
from portal.lotes.trabajo import leases
from portal.modelos import Anulacion, Lote
from portal.modelos.anulacion import POR_ANULAR

log = logging.getLogger(__name__)

SILENCE = 60.0
NATIVE_SECONDS = 600.0
BUSY = 0.1  # of the elapsed time, on the processor
TICKS = os.sysconf("SC_CLK_TCK")
# Word for word as in the partial index ix_lote_pendiente: SQLite uses the index for nothing else.
PENDING = text("estado in ('recibido','en_cola','revisando','registrando','fallido')")


@dataclass(frozen=True)
class Held:
    """A lease as it stands in its row."""

    tabla: Tabla
    row_id: int
    token: str
    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        return (self.until - self.since).total_seconds()


@dataclass
class Worker:
    """What is remembered of a pid: its lease, when that ends, when the worker last renewed it itself, and its processor
    time at the last look (all in seconds of the monotonic clock)."""

    held: Held
    ends: float
    spoke: float
    looked: float
    busy: float


class Watch:
    """Of the workers under the process `supervisor`, and the one that this process itself started. One per sweeper."""

    def __init__(self, supervisor: int, host: str | None = None) -> None:
        self._parents = {supervisor, os.getpid()}
        self._host = host or socket.gethostname()
        self._workers: dict[int, Worker] = {}

    def look(self, database: Database, now: datetime, ticks: float) -> list[int]:
        """Ends leases, renews, kills. Returns the pids killed. `now` is naive UTC, `ticks` time.monotonic()."""
        with database.reading() as session:
            held = self._leases(session)
        self._remember(held, now, ticks)
        killed = [pid for pid in self._silent(ticks) if self._kill(pid)]
        for pid, one in held.items():
            if not self._mine(pid) and pid in self._workers:
                self._bury(database, self._workers.pop(pid).held, pid)
            elif self._works(pid, one, ticks):
                self._renew(database, one, now)
        return killed

    def _remember(self, held: Mapping[int, Held], now: datetime, ticks: float) -> None:
        # Gone from the table before its end: released properly. Gone after it: another worker took the lote.
        for pid in [p for p, worker in self._workers.items() if p not in held and worker.ends >= ticks]:
            del self._workers[pid]
        for pid, one in held.items():
            known = self._workers.get(pid)
            if known is not None and known.held == one:
                continue
            if known is None and not self._mine(pid):
                continue  # dead before it was ever seen, or another's child: its lease ends by itself
            left = min(max((one.until - now).total_seconds(), 0.0), one.seconds)
            looked, busy = (known.looked, known.busy) if known else (ticks, processor_seconds(pid))
            self._workers[pid] = Worker(one, ticks + left, ticks, looked, busy)

    def _silent(self, ticks: float) -> list[int]:
        silent = sorted(pid for pid, worker in self._workers.items() if worker.ends < ticks - SILENCE)
        for pid in silent:
            del self._workers[pid]
        return silent

    def _works(self, pid: int, one: Held, ticks: float) -> bool:
        """Whether its lease is to be renewed: it runs out soon, and its worker is busy."""
        worker = self._workers.get(pid)
        if worker is None:
            return False
        busy, passed = processor_seconds(pid), ticks - worker.looked
        works = busy - worker.busy >= BUSY * passed > 0
        worker.busy, worker.looked = busy, ticks
        soon = worker.ends - ticks < one.seconds / 2
        return works and soon and 0 < ticks - worker.spoke < NATIVE_SECONDS

    def _renew(self, database: Database, one: Held, now: datetime) -> None:
        renewed = Held(one.tabla, one.row_id, one.token, now, now + timedelta(seconds=one.seconds))
        with database.writing(told=False) as session:
            row = leases.locked(session, one.tabla, one.row_id, wait=False)
            if row is None or row.arriendo_de != one.token or row.arriendo_desde != one.since:
                return  # it renews its lease itself at this moment
            row.arriendo_desde, row.arriendo_hasta = renewed.since, renewed.until
        worker = self._workers[_pid(one.token, self._host)]
        worker.held, worker.ends = renewed, worker.looked + one.seconds

    def _bury(self, database: Database, one: Held, pid: int) -> None:
        with database.writing(told=False) as session:
            if leases.bury(session, one.tabla, one.row_id, one.token) is not None:
                log.warning("worker %d died over its work: its lease is over", pid)

    def _leases(self, session: Session) -> dict[int, Held]:
        """The latest lease of each pid on this host; a lease names its holder "<host>:<pid>:<token>"."""
        latest: dict[int, Held] = {}
        for tabla, which in ((Lote, PENDING), (Anulacion, POR_ANULAR)):
            columns = (tabla.id, tabla.arriendo_de, tabla.arriendo_desde, tabla.arriendo_hasta)
            for row_id, token, since, until in session.execute(
                select(*columns).where(which, tabla.arriendo_de.is_not(None))
            ):
                pid = _pid(str(token), self._host)
                if not pid or since is None or until is None:
                    continue
                one = Held(tabla, row_id, str(token), since, until)
                latest[pid] = max(one, latest.get(pid, one), key=lambda held: held.until)
        return latest

    def _mine(self, pid: int) -> bool:
        return pid != os.getpid() and parent_of(pid) in self._parents

    def _kill(self, pid: int) -> bool:
        if not self._mine(pid):
            return False
        log.warning("worker %d is silent past its lease and is killed", pid)
        os.kill(pid, signal.SIGKILL)
        return True


def _pid(token: str, host: str) -> int:
    """The process that a token names, 0 when that is not of this host."""
    where, pid, _random = (token.rsplit(":", 2) + ["", ""])[:3]
    return int(pid) if where == host and pid.isdigit() else 0


def parent_of(pid: int) -> int | None:
    """The parent of a living process; None when there is none, or no /proc to read it from."""
    stat = _stat(pid)
    return int(stat[1]) if stat and stat[0] not in ("Z", "X") else None


def processor_seconds(pid: int) -> float:
    """Processor time that a process has taken, 0 when there is none."""
    stat = _stat(pid)
    return (int(stat[11]) + int(stat[12])) / TICKS if stat else 0.0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from its state on; [] when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
