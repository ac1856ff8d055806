"""Request bodies, read by the event loop: no thread waits for a slow line, and a body that is too slow is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

FLOOR = 500  # bytes a second; the slowest line this portal is made for brings twelve times as many
SPAN = 20.0  # seconds over which they are counted
IN_MEMORY = 1 << 16  # bytes of a body, more is on the disk
STEP = 1 << 20  # bytes of a long upload after which the received part is handed on
SOON = 2.0  # seconds: or after these


class TooSlow(Exception):
    """The body came slower than the floor."""


class TooLarge(Exception):
    """The body is longer than may be sent here."""


class Gone(Exception):
    """The sender closed the connection."""


class Body:
    """The body of one request. Raises TooSlow; Gone when its sender disconnects; TooLarge after `limit` bytes."""

    def __init__(self, proto: Any, limit: int) -> None:
        self._proto, self._limit, self.size, self._more = proto, limit, 0, True
        self._loop = asyncio.get_running_loop()
        self._coming: asyncio.Task[dict[str, Any]] | None = None
        self._new_span()

    def _new_span(self) -> None:
        self._owed, self._due = FLOOR * SPAN, self._loop.time() + SPAN

    async def whole(self) -> IO[bytes]:
        """All of it, to be read from its beginning."""
        kept = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - its reader lets go of it
        while self._more:
            kept.write(await self._chunk())
        kept.seek(0)
        return kept

    async def steps(self) -> AsyncIterator[tuple[bytes, bool]]:
        """The received bytes from time to time, and whether they are the last. What came before the sender
        disconnected, or was too slow, is yielded before the exception is raised."""
        kept, since = bytearray(), self._loop.time()
        while self._more:
            try:
                kept += await self._chunk(since + SOON if kept else inf)
            except TimeoutError:
                pass
            except (Gone, TooSlow):
                if kept:
                    yield bytes(kept), False
                raise
            if self._more and kept and (len(kept) >= STEP or self._loop.time() >= since + SOON):
                yield bytes(kept), False
                kept, since = bytearray(), self._loop.time()
        yield bytes(kept), True

    async def _chunk(self, until: float = inf) -> bytes:
        """The next chunk. Raises TimeoutError at the moment `until`, when that is before the floor's. A chunk that
        comes a moment later is not lost: the same read is awaited again."""
        if self._coming is None:
            self._coming = self._loop.create_task(_received(self._proto))
        coming, left = self._coming, min(until, self._due) - self._loop.time()
        if not coming.done() and not (await asyncio.wait({coming}, timeout=max(0.0, left)))[0]:
            if self._loop.time() < self._due:
                raise TimeoutError
            coming.cancel()
            raise TooSlow
        self._coming = None
        message = coming.result()
        if message["type"] == "http.disconnect":
            raise Gone
        return self._counted(message)

    def _counted(self, message: dict[str, Any]) -> bytes:
        chunk: bytes = message["body"]
        self._more = message["more_body"]
        self.size += len(chunk)
        self._owed -= len(chunk)
        if self.size > self._limit:
            raise TooLarge
        if self._owed <= 0:
            self._new_span()
        return chunk


async def _received(proto: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", await proto.receive())
