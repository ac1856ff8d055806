"""What time it is, for the law and for the log: Ecuador's calendar day, and instants in UTC.

Instants are stored as naive UTC datetimes (the same text on SQLite and PostgreSQL) and shown in America/Guayaquil,
which has had no daylight saving since 1993.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ECUADOR = ZoneInfo("America/Guayaquil")


def now() -> datetime:
    """This instant, naive UTC, as stored."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The calendar day in Ecuador (mainland)."""
    return datetime.now(ECUADOR).date()


def local(instant: datetime) -> datetime:
    """A stored instant as Ecuador's wall clock shows it."""
    return instant.replace(tzinfo=UTC).astimezone(ECUADOR)


def written(instant: datetime, segundos: bool = True) -> str:
    """A stored instant on Ecuador's wall clock: `10:42:07`, or `10:42`."""
    return local(instant).strftime("%H:%M:%S" if segundos else "%H:%M")


class Steady:
    """Whether the wall clock has run evenly for `HOUR`, as seen by one process that samples it every few seconds. What
    cannot be undone and is due by the clock waits for that. By then a clock that was set forward by mistake is
    corrected, or it was meant."""

    HOUR = 3600.0  # seconds
    STEP = timedelta(seconds=60)

    def __init__(self) -> None:
        self._ahead: datetime | None = None
        self._since = 0.0

    def look(self, moment: datetime, ticks: float) -> bool:
        """`moment` as `now()` gives it; `ticks` as `time.monotonic()`, which nobody can set."""
        ahead = moment - timedelta(seconds=ticks)
        if self._ahead is None or abs(ahead - self._ahead) > self.STEP:
            self._since = ticks
        self._ahead = ahead
        return ticks - self._since >= self.HOUR
