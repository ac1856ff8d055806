"""A short wait before the redirect after a request for work. Small work is often done within it, and then the first
page already shows the result. A page that does not poll loads no script: 15 kB that a whole visit may save."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.web.request import database

WAIT_SECONDS = 0.3
_FIRST_STEP = 0.03


def wait_a_moment(done: Callable[[Session], bool]) -> None:
    """Waits until it is done, or the time is over."""
    end, step = time.monotonic() + WAIT_SECONDS, _FIRST_STEP
    while time.monotonic() < end:
        with database().reading() as session:
            if done(session):
                return
        time.sleep(step)
        step *= 1.5  # when workers are behind, each sender would query ten times for nothing
