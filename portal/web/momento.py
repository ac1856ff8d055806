"""A moment before an answer that leads to work just asked for: what is small is often done within it, and then the
first page already says so. A page that need not watch loads no script: 15 kB that a whole visit may do without."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.web.request import database

WAIT_SECONDS = 0.3
_FIRST_STEP = 0.03


def wait_a_moment(done: Callable[[Session], bool]) -> None:
    """Until it is done, or the moment is over."""
    end, step = time.monotonic() + WAIT_SECONDS, _FIRST_STEP
    while time.monotonic() < end:
        with database().reading() as session:
            if done(session):
                return
        time.sleep(step)
        step *= 1.5  # when workers are behind, each sender would ask ten times for nothing
