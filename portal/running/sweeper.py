"""`python -m portal.running.sweeper`: every two seconds, ring again for what waits and kill workers gone silent."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from portal import clock, config
from portal.db import Database
from portal.running import logs
from portal.running.watch import Watch

log = logging.getLogger(__name__)

PERIOD_SECONDS = 2.0


def attempt(task: Callable[[], object]) -> bool:
    """Do `task`; a failure is logged and does not end the loop. True when it went well."""
    try:
        task()
    except Exception:
        log.exception("the sweeper goes on after a failure")
        return False
    return True


def look(database: Database, watch: Watch) -> None:
    """Kill the workers beside this sweeper that have gone silent."""
    with database.reading() as session:
        watch.look(session, clock.now())


def main() -> None:
    """Until a signal ends the process."""
    from portal import jobs  # late: importing this module for its parts needs no jobs

    logs.to_stderr()
    database, watch = Database(config.from_environment().database_url), Watch(supervisor=os.getppid())
    while True:
        attempt(lambda: look(database, watch))
        attempt(jobs.sweep)
        time.sleep(PERIOD_SECONDS)


if __name__ == "__main__":
    main()
