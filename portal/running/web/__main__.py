"""`python -m portal.running.web PORT`: one process of the web server, Granian, on 127.0.0.1; several share the port.

Granian reads HTTP and passes each request to one of its threads, where our own front (front.py) takes it. Granian's
WSGI interface blocks a thread while a body comes, however slowly, without a timeout. Its ASGI and RSGI interfaces are a
fifth slower for the most frequent request, the poll. So its worker is started here without its command line, with
another scheduler. This module is the only one that knows Granian's internals, and its version is pinned.
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
PAGES = 22  # threads for requests without a body: with those of the front as many as database connections
WAITING = 1024  # connections that a process accepts at a time; others wait in the kernel's backlog
HEADERS_WITHIN = 20_000  # milliseconds
LAST_ANSWERS = 0.5  # seconds for requests in progress when the process has to end


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
    os._exit(0)  # Granian's threads may still call Python, which they must not during finalization


def _worker(port: int) -> Any:
    make: Any = ASGIWorker  # its stub omits parameters that have a default
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
