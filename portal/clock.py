"""What time it is, for the law and for the log: Ecuador's calendar day, and instants in UTC.

Instants are stored as naive UTC datetimes (the same text on SQLite and PostgreSQL) and shown in America/Guayaquil,
which has had no daylight saving since 1993.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
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
