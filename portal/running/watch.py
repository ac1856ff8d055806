"""Finds workers that have gone silent, and kills them by pid.

A working job renews its lote's lease (`arriendo_hasta`) with each chunk. RQ's timeout interrupts Python only: a call
that hangs in native code (SQLite, polars) goes on for ever and holds its worker (docs/adr/0002-running.md). So a lease
that is over by a minute, held by a worker of this supervisor that still lives, costs that worker its life; the
supervisor starts another and the sweeper returns the lote.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.modelos import Lote

log = logging.getLogger(__name__)

SILENCE = timedelta(seconds=60)


def silent_holders(session: Session, now: datetime, host: str) -> set[int]:
    """The pids on `host` that hold a lease which ended more than `SILENCE` before `now` (naive UTC).

    A lease names its holder as "<host>:<pid>:<token>".
    """
    over = select(Lote.arriendo_de).where(Lote.arriendo_de.is_not(None), Lote.arriendo_hasta < now - SILENCE)
    holders = (str(holder).rsplit(":", 2) for holder in session.scalars(over.distinct()))
    return {int(parts[1]) for parts in holders if len(parts) == 3 and parts[0] == host and parts[1].isdigit()}


def parent_of(pid: int) -> int | None:
    """The parent of a living process; None when there is none, or no /proc to read it from."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state == "Z" else int(parent)


def kill_silent(session: Session, now: datetime, supervisor: int) -> list[int]:
    """Kill the silent workers among the children of the process `supervisor`; gives the pids killed."""
    holders = silent_holders(session, now, socket.gethostname())
    victims = [pid for pid in sorted(holders) if pid != os.getpid() and parent_of(pid) == supervisor]
    for pid in victims:
        log.warning("worker %d is silent past its lease and is killed", pid)
        os.kill(pid, signal.SIGKILL)
    return victims
