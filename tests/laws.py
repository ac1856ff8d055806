"""Property tests: the same few examples in every run of the suite, other and many more in `make test-long`."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

LONG = bool(os.environ.get("PORTAL_LARGAS"))
_MORE = 20  # times as many examples


def law(examples: int, **more: Any) -> settings:
    """How a law is tried: with so many examples, the same each time, so that no run fails by chance; in
    `make test-long` with other ones and twenty times as many. No clock: a slow machine is no failure."""
    examples *= _MORE if LONG else 1
    checks = list(HealthCheck)
    return settings(
        max_examples=examples, derandomize=not LONG, deadline=None, database=None, suppress_health_check=checks, **more
    )
