"""`python -m portal.running.work.sweeper`: every two seconds, watches the workers (watch.py), does apart what killed
one (ward.py), and rings again for waiting work."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from portal import clock, config
from portal.db import Database
from portal.running import logs
from portal.running.work.watch import Watch

log = logging.getLogger(__name__)

PERIOD_SECONDS = 2.0


def attempt(task: Callable[[], object]) -> bool:
    """Runs `task`. A failure is logged and does not end the loop. True when it succeeded."""
    try:
        task()
    except Exception:
        log.exception("the sweeper goes on after a failure")
        return False
    return True


def main() -> None:
    """Until a signal ends the process."""
    from portal import jobs  # late: importing this module for its parts needs no jobs
    from portal.running.work.ward import Ward

    logs.to_stderr()
    settings = config.from_environment()
    database, watch = Database(settings.database_url), Watch(supervisor=os.getppid())
    ward = Ward(database, settings)
    while True:
        attempt(lambda: watch.look(database, clock.now(), time.monotonic()))
        attempt(lambda: ward.look(clock.now()))
        attempt(jobs.sweep)
        time.sleep(PERIOD_SECONDS)


if __name__ == "__main__":
    main()
