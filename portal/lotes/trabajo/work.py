"""The frame of all jobs: claim a lease, do the work, and record whose fault a failure was.

`apart`: the process does nothing else (running/work/apart.py, or a command). Only such a process takes up work whose
last holder vanished, because the work itself may have killed it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.lotes.trabajo import leases

Clock = Callable[[], datetime]


class Claim(Protocol):
    """As `leases.claim_check` and its sisters."""

    def __call__(
        self, session: Session, row_id: int, now: datetime, seconds: int, tries: int, /, *, apart: bool
    ) -> leases.Lease | None: ...


def heartbeat(
    database: Database, lease: leases.Lease, clock: Clock, monotonic: Callable[[], float] = time.monotonic
) -> Callable[[], None]:
    """A function for long work without transactions to call repeatedly. It renews the lease by one short transaction,
    at most once in a quarter of the lease's length. Raises LeaseLost."""
    every, last = lease.seconds / 4, monotonic()

    def beat() -> None:
        nonlocal last
        if monotonic() - last >= every:
            with database.writing(told=False) as session:
                leases.hold(session, lease, clock())
            last = monotonic()

    return beat


def under_lease(
    database: Database,
    config: Config,
    row_id: int,
    clock: Clock,
    claim: Claim,
    work: Callable[[leases.Lease], str],
    *,
    apart: bool,
) -> str | None:
    """The state in which `work` leaves the lote (or annulment). None when it could not be claimed, was not its turn, or
    was lost to another worker.

    Our own faults leave it `fallido`, to be retried, and raise.
    """
    with database.writing(told=False) as session:
        lease = claim(session, row_id, clock(), config.arriendo_segundos, config.reintentos, apart=apart)
    if lease is None:
        return None
    try:
        return work(lease)
    except leases.LeaseLost:
        return None
    except Exception as error:
        if not (apart and isinstance(error, MemoryError)):  # then the process that set the limit decides
            _say_why(database, lease, clock(), error)
        raise


def _say_why(database: Database, lease: leases.Lease, now: datetime, error: Exception) -> None:
    with database.writing() as session:
        if isinstance(error, MemoryError):
            leases.let_fall(session, lease, now)
        else:
            motivo = f"Falla del portal: {type(error).__name__}"
            leases.fail(session, lease, now, motivo, surroundings=of_the_surroundings(error))


def of_the_surroundings(error: Exception) -> bool:
    """Whether the error says nothing about the work: the database is away or restarts, the disk is full, a lock timed
    out…"""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, (OperationalError, InternalError, NoConnection, OSError))
