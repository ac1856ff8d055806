"""One job in a process of its own, to be killed: the arguments come as JSON. With `dies_at` it kills itself, kill -9,
at that event of its database connection (before and after each statement, before each commit)."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from portal import clock
from portal.config import Config
from portal.db import Database
from portal.lotes.trabajo.annul import annul
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.register import register


def main(job: str, url: str, datos: str, lote_id: int, later: int, dies_at: int, settings: dict[str, int]) -> None:
    """`later`: seconds that its clock is ahead, so that the lease of the one before has run out."""
    database = Database(url)
    config = Config(Path(datos), False, "x", url, "", **settings)
    if dies_at:
        arm(database, dies_at)
    {"check": check, "register": register, "annul": annul}[job](
        database, config, lote_id, lambda: clock.now() + timedelta(seconds=later)
    )


def arm(database: Database, dies_at: int) -> None:
    left = dies_at

    def step(*_args: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(database.engine, name, step)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
