"""Which request is answered where, so that a slow line keeps nobody else from a page.

One of the server's threads answers a request without a body immediately. The event loop reads a body first; then one of
a few threads of its own takes the request. The event loop sends a large answer as fast as its reader takes it. So a
thread is busy for as long as the portal works, never for as long as a transfer takes. docs/adr/0002-running.md has the
reasons and the costs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from portal.running.web import gateway
from portal.running.web.bodies import FLOOR, Body, Gone, TooLarge, TooSlow
from portal.running.web.gateway import BODY, PIECE, Environ, Rest, Wsgi, ask, environ_of
from portal.web.puerta.entrada import CONTINUES, OF_STRANGERS, REFUSED, UNFINISHED

log = logging.getLogger(__name__)

THREADS = 8  # for requests that bring a body; the pages have their own
READERS = 2  # for the pieces of large answers: few, because each keeps the memory of its last read
SMALL_BODIES = 512  # in transfer at a time
LARGE_BODIES = 128  # in transfer too; only from visits that are signed in
LARGE_ANSWERS = 64  # in transfer at a time
READER_WAITS = PIECE / FLOOR  # seconds: a reader that has not taken a piece by then is gone
OCTETS = "application/offset+octet-stream"
MOST_DIGITS = 15  # of a place in a file; Python reads no number of thousands of digits


@dataclass(frozen=True)
class Portal:
    """The application: `wsgi`; whether a request is somebody's who is signed in; the bytes that a body may have."""

    wsgi: Wsgi
    knows: Callable[[Environ], bool]
    most: int


@dataclass
class Front:
    """Takes every request from Granian (`__call__`, in any of its threads); `loop` is the process's event loop."""

    portal: Portal
    loop: asyncio.AbstractEventLoop
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS))
    _readers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(READERS))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _small: int = 0
    _large: int = 0
    _answers: int = 0

    def __call__(self, watcher: Any) -> None:
        try:
            length = gateway.announced(watcher.scope)
            if length == 0:
                self._page(watcher, environ_of(watcher.scope))
            else:
                self._later(watcher, self._with_body(watcher, length))
        except Exception:
            _failed(watcher)

    def _later(self, watcher: Any, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                _failed(watcher)

        def begin() -> None:
            task = self.loop.create_task(guarded())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self.loop.call_soon_threadsafe(begin)

    def _page(self, watcher: Any, environ: Environ) -> None:
        """The answer to a request whose body is there; in a thread."""
        rest = ask(self.portal.wsgi, environ, watcher.proto)
        if rest is not None:
            self._later(watcher, self._given(watcher, rest))

    async def _in_thread(self, work: Callable[..., Any], *values: Any) -> Any:
        return await self.loop.run_in_executor(self._threads, work, *values)

    # --- bodies ----------------------------------------------------------------------------------------------------
    async def _with_body(self, watcher: Any, length: int | None) -> None:
        environ = environ_of(watcher.scope)
        limit = await self._limit(environ, length)
        small = limit <= OF_STRANGERS
        if refused := self._refusal(length, limit, small):
            await self._in_thread(self._page, watcher, _turned_away(environ, refused))
            return
        self._count(small, 1)
        try:
            await self._read(watcher, environ, length, Body(watcher.proto, limit))
        finally:
            self._count(small, -1)

    async def _limit(self, environ: Environ, length: int | None) -> int:
        """The most bytes of this body that are read. The visit is looked up only where it matters."""
        if length is not None and length <= OF_STRANGERS:
            return OF_STRANGERS
        return self.portal.most if await self._in_thread(self.portal.knows, environ) else OF_STRANGERS

    def _refusal(self, length: int | None, limit: int, small: bool) -> int:
        """Why nothing of a body is read, as a status; 0 when it is."""
        if length is not None and length > limit:
            return 413
        full = self._small >= SMALL_BODIES if small else self._large >= LARGE_BODIES
        return 503 if full else 0

    def _count(self, small: bool, by: int) -> None:
        if small:
            self._small += by
        else:
            self._large += by

    async def _read(self, watcher: Any, environ: Environ, length: int | None, body: Body) -> None:
        try:
            if _comes_in_parts(environ):
                await self._upload(watcher, environ, length, body)
            else:
                kept = await body.whole()
                await self._in_thread(self._page, watcher, gateway.of_body(environ, kept, body.size))
        except Gone:
            watcher.done()  # the sender is gone
        except (TooSlow, TooLarge) as error:
            status = 408 if isinstance(error, TooSlow) else 413
            await self._in_thread(self._page, watcher, _turned_away(environ, status))
        except OSError:
            log.exception("a body could not be kept")
            await self._in_thread(self._page, watcher, _turned_away(environ, 503))

    async def _upload(self, watcher: Any, environ: Environ, length: int | None, body: Body) -> None:
        """A part of a file, which may take hours. What has come is stored every few seconds, as if it had been sent in
        as many parts. The sender gets the answer to the last one, or to the first that is refused."""
        start, done = int(environ["HTTP_UPLOAD_OFFSET"]), 0
        async for step, last in body.steps():
            one = gateway.of_body(environ, BytesIO(step), len(step))
            one |= {"HTTP_UPLOAD_OFFSET": str(start + done), CONTINUES: done > 0}
            if last:
                await self._in_thread(self._page, watcher, one)
            elif not await self._in_thread(self._stored, watcher, one | {UNFINISHED: (length or 0) - done}):
                return
            done += len(step)

    def _stored(self, watcher: Any, environ: Environ) -> bool:
        """Whether a step was stored. If not, its sender gets the reason."""
        kept = gateway.Kept()
        ask(self.portal.wsgi, environ, kept)
        if kept.status == 204:
            return True
        kept.hand_on(watcher.proto)
        return False

    # --- large answers ---------------------------------------------------------------------------------------------
    async def _given(self, watcher: Any, rest: Rest) -> None:
        """The pieces of a large answer, as its reader takes them. A reader that takes none is disconnected, and sees
        that fewer bytes came than `Content-Length` announced."""
        self._answers += 1
        try:
            if self._answers > LARGE_ANSWERS:
                busy = [(b"retry-after", b"30"), (b"content-length", b"0")]
                watcher.proto.send({"type": gateway.START, "status": 503, "headers": busy})
                watcher.proto.send({"type": BODY, "body": b""})
            else:
                await self._pieces(watcher.proto, rest)
        except TimeoutError:
            log.info("a reader that took nothing for %.0f s was cut off", READER_WAITS)
        finally:
            self._answers -= 1
            await self.loop.run_in_executor(self._readers, rest.close)

    async def _pieces(self, proto: Any, rest: Rest) -> None:
        gone = self.loop.create_task(_until_gone(proto))
        try:
            proto.send(rest.head.message)
            while not gone.done() and (piece := await self.loop.run_in_executor(self._readers, rest.next)):
                async with asyncio.timeout(READER_WAITS):
                    await proto.send({"type": BODY, "body": piece, "more_body": True})
            proto.send({"type": BODY, "body": b""})
        finally:
            gone.cancel()


async def _until_gone(proto: Any) -> None:
    while (await proto.receive())["type"] != "http.disconnect":
        pass


def _comes_in_parts(environ: Environ) -> bool:
    """Whether it is a part of a file that may be stored in steps (docs/adr/0010-in-parts.md)."""
    offset = environ.get("HTTP_UPLOAD_OFFSET", "")
    return (
        environ.get("CONTENT_TYPE") == OCTETS
        and "HTTP_UPLOAD_CHECKSUM" not in environ
        and offset.isascii()
        and offset.isdigit()
        and len(offset) <= MOST_DIGITS
    )


def _turned_away(environ: Environ, status: int) -> Environ:
    """The same request without its body: the application words the reason why it was not read."""
    return gateway.of_body(environ, BytesIO(), 0) | {REFUSED: status}


def _failed(watcher: Any) -> None:
    log.exception("a request failed before its application, or after it")
    watcher.done()  # 500, when nothing was sent
