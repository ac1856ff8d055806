"""Moments of wrong tries, under any name: in the queue server, or in this process while that is away.

A moment is written before the comparison and removed when the try was right: of many concurrent tries none slips
through. The clock that writes them may be set back: a moment in the future does not count, so that nobody waits for the
size of the step.
"""

from __future__ import annotations

import secrets
from collections import deque
from threading import Lock
from typing import cast

import redis
import structlog

from portal.cola import connect

WITHIN = 15 * 60  # seconds that a try counts
SKEW = 5  # seconds by which the clocks of two machines may differ
MOST_NAMES = 20_000  # in this process, while the queue server is away
log = structlog.get_logger("portal.web")


class Intentos:
    """Lists of moments, newest first. One object serves all threads of a process."""

    def __init__(self, redis_url: str) -> None:
        self._server = connect(redis_url)
        self._here: dict[str, deque[str]] = {}
        self._lock = Lock()

    def begin(self, names: dict[str, int], now: float) -> tuple[str, dict[str, list[float]]]:
        """Records a try under each name, keeping so many moments each. Returns its mark and, by name, the ages of the
        others in seconds."""
        mark = f"{int(now * 1000)}:{secrets.token_hex(4)}"
        try:
            kept = self._write(names, mark)
        except redis.RedisError:
            kept = self._write_here(names, mark)
        return mark, {name: _ago(kept[name], mark, now) for name in names}

    def take_back(self, names: dict[str, int], mark: str) -> None:
        """Removes a try that was right, or was not compared."""
        with self._lock:
            for name in names:
                if mark in self._here.get(name, ()):
                    self._here[name].remove(mark)
        try:
            pipe = self._server.pipeline(transaction=False)
            for name in names:
                pipe.lrem(name, 1, mark)
            pipe.execute()
        except redis.RedisError:
            return  # it was recorded in this process; or it counts for a quarter of an hour, one of eight

    def forget(self, beginning: str) -> None:
        """All moments of the names that begin so; a name has no letter that a pattern would read otherwise."""
        with self._lock:
            for name in [one for one in self._here if one.startswith(beginning)]:
                del self._here[name]
        try:
            for found in self._server.scan_iter(match=f"{beginning}*", count=1000):
                self._server.delete(found)
        except redis.RedisError:
            log.warning("tries not forgotten in the queue server")

    def _write(self, names: dict[str, int], mark: str) -> dict[str, list[str]]:
        pipe = self._server.pipeline(transaction=False)
        for name, most in names.items():
            pipe.lpush(name, mark)
            pipe.ltrim(name, 0, most)
            pipe.expire(name, WITHIN)
            pipe.lrange(name, 0, -1)
        found = cast("list[list[bytes]]", pipe.execute()[3::4])
        return {name: [one.decode() for one in kept] for name, kept in zip(names, found, strict=True)}

    def _write_here(self, names: dict[str, int], mark: str) -> dict[str, list[str]]:
        with self._lock:
            if len(self._here) > MOST_NAMES:
                self._here.clear()
            for name, most in names.items():
                self._here.setdefault(name, deque(maxlen=most + 1)).appendleft(mark)
            return {name: list(self._here[name]) for name in names}


def _ago(kept: list[str], mark: str, now: float) -> list[float]:
    ages = [(int(now * 1000) - int(one.partition(":")[0])) / 1000 for one in kept if one != mark]
    return sorted(max(age, 0.0) for age in ages if -SKEW <= age < WITHIN)
