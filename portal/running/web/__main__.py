"""`python -m portal.running.web PORT`: one process of the web server, Granian, on 127.0.0.1; several share the port.

Granian reads HTTP and hands each request to one of its threads; there our own front (front.py) takes it. Granian's own
ways to a WSGI application hold a thread while a body comes, however slowly, and have no end for it; its ways to an
ASGI application are a fifth slower for what is asked most, the polls. So its worker is started here without its command
line, with another scheduler: this module is the only one that knows its inside, and its version is pinned.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from granian._granian import ASGIWorker, CallbackScheduler
from granian._signals import set_loop_signals
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels, configure_logging
from granian.net import SocketSpec

from portal.running import tuned
from portal.running.web.front import Front, Portal

HOST = "127.0.0.1"
PAGES = 22  # threads for requests without a body: with those of the front as many as the database has connections for
WAITING = 1024  # connections that a process takes at a time; the others wait in the kernel's line
HEADERS_WITHIN = 20_000  # milliseconds
LAST_ANSWERS = 0.5  # seconds for what is being answered when the process is told to go


class Scheduler(CallbackScheduler):
    """Granian's, but each request goes straight to the front, in the thread that has it."""

    def __init__(self, *_given: Any) -> None:
        super().__init__()
        front = _given[1]
        self._schedule_fn = front


def load() -> Portal:
    """The application of this process."""
    tuned.switch_soon()
    from portal.web.puerta.entrada import knows
    from wsgi import app

    return Portal(app.wsgi_app, knows(app), app.config["MAX_CONTENT_LENGTH"])


def serve(port: int) -> None:
    """Until SIGINT or SIGTERM."""
    tuned.give_back_soon()
    configure_logging(LogLevels.error)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    stopped, asked = asyncio.Event(), set_loop_signals(loop)
    asked.add_cb(lambda: loop.call_soon_threadsafe(stopped.set))
    front = Front(load(), loop)
    _worker(port).serve_mtr(Scheduler(loop, front, None, None, None), loop, asked)
    loop.run_until_complete(stopped.wait())
    loop.run_until_complete(asyncio.sleep(LAST_ANSWERS))
    os._exit(0)  # Granian's threads may still call Python, which they must not while it is taken down


def _worker(port: int) -> Any:
    make: Any = ASGIWorker  # its stub leaves out what has a value anyway
    return make(
        1,
        (SocketSpec(HOST, port, 2 * WAITING), None),
        None,
        py_threads=PAGES,
        backpressure=WAITING,
        http_mode="auto",
        http1_opts=HTTP1Settings(header_read_timeout=HEADERS_WITHIN),
        http2_opts=HTTP2Settings(),
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]))
