"""Finds workers that have gone silent, and kills them by pid.

A working job renews its lote's lease (`arriendo_hasta`) with each chunk. RQ's timeout interrupts Python only: a call
that hangs in native code (SQLite, polars) goes on for ever and holds its worker (docs/adr/0002-running.md). So a lease
that ended a minute ago, of a worker of this supervisor that still lives, costs that worker its life; the supervisor
starts another. The lote itself is free again when the lease ends, and another worker may have taken it long before the
minute is over: its row then names that one. So the leases are remembered here by the pid that held them.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text, union_all
from sqlalchemy.orm import Session

from portal.modelos import Anulacion, Lote
from portal.modelos.anulacion import POR_ANULAR

log = logging.getLogger(__name__)

SILENCE = timedelta(seconds=60)
# Word for word as in the partial index ix_lote_pendiente: SQLite uses the index for nothing else.
PENDING = text("estado in ('recibido','en_cola','revisando','registrando','fallido')")


class Watch:
    """Remembers until when the workers under the process `supervisor` held a lease. One per sweeper."""

    def __init__(self, supervisor: int, host: str | None = None) -> None:
        self._supervisor = supervisor
        self._host = host or socket.gethostname()
        self._until: dict[int, datetime] = {}

    def look(self, session: Session, now: datetime) -> list[int]:
        """Kill who has been silent for `SILENCE` at `now` (naive UTC); gives the pids killed."""
        held = self._leases(session)
        # Gone from the table before its end: given back in good order. Gone after it: another worker took the lote.
        given_back = [pid for pid, until in self._until.items() if pid not in held and until >= now]
        for pid in given_back:
            del self._until[pid]
        self._until.update(held)
        silent = sorted(pid for pid, until in self._until.items() if until < now - SILENCE)
        for pid in silent:
            del self._until[pid]
        return [pid for pid in silent if self._kill(pid)]

    def _leases(self, session: Session) -> dict[int, datetime]:
        """The end of the latest lease of each pid on this host; a lease names its holder "<host>:<pid>:<token>"."""
        lotes = select(Lote.arriendo_de, Lote.arriendo_hasta).where(PENDING, Lote.arriendo_de.is_not(None))
        annulments = select(Anulacion.arriendo_de, Anulacion.arriendo_hasta).where(POR_ANULAR)
        held = union_all(lotes, annulments.where(Anulacion.arriendo_de.is_not(None)))
        latest: dict[int, datetime] = {}
        for holder, until in session.execute(held):
            host, pid, _token = (str(holder).rsplit(":", 2) + ["", ""])[:3]
            if host == self._host and pid.isdigit() and until is not None:
                latest[int(pid)] = max(until, latest.get(int(pid), until))
        return latest

    def _kill(self, pid: int) -> bool:
        if pid == os.getpid() or parent_of(pid) != self._supervisor:
            return False
        log.warning("worker %d is silent past its lease and is killed", pid)
        os.kill(pid, signal.SIGKILL)
        return True


def parent_of(pid: int) -> int | None:
    """The parent of a living process; None when there is none, or no /proc to read it from."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state == "Z" else int(parent)
