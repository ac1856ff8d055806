"""The frame of all jobs: claim, do the work, and say whose fault it was when it could not be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.lotes import leases

Clock = Callable[[], datetime]
Claim = Callable[[Session, int, datetime, int, int], leases.Lease | None]


def under_lease(
    database: Database, config: Config, row_id: int, clock: Clock, claim: Claim, work: Callable[[leases.Lease], str]
) -> str | None:
    """The state that `work` leaves the lote (or annulment) in; None when it is not to be had, not its turn, or was
    lost to another worker.

    Our own faults leave it `fallido`, to be retried, and raise.
    """
    with database.writing() as session:
        lease = claim(session, row_id, clock(), config.arriendo_segundos, config.reintentos)
    if lease is None:
        return None
    try:
        return work(lease)
    except leases.LeaseLost:
        return None
    except Exception as error:
        with database.writing() as session:
            leases.fail(session, lease, clock(), f"Falla del portal: {type(error).__name__}")
        raise
