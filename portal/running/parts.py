"""The lists of parts: what `python worker.py` keeps alive, and what `make run` does."""

from __future__ import annotations

import sys
from pathlib import Path

from portal.cola import LARGE, SMALL
from portal.running import queue_server
from portal.running.supervisor import Part


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"portal.running.{name}", *arguments]


def workers() -> list[Part]:
    """Two workers and the sweeper. The first worker never takes a large file, so a small one never waits for one."""
    return [
        Part("worker-1", _module("work.rq_worker", SMALL)),
        Part("worker-2", _module("work.rq_worker", SMALL, LARGE)),
        Part("sweeper", _module("work.sweeper"), grace=1.0),
    ]


def queue(datos: Path) -> Part:
    """The embedded queue server: starts before the others and ends after them."""
    return Part("queue", queue_server.command(datos), stage=0, grace=2.0)


def web(port: int) -> list[Part]:
    """The web server on 127.0.0.1:`port`: processes that share it. One that dies takes no other with it. The restart
    pause stays short: even a server that keeps failing at its start is wanted again within seconds."""
    return [Part(f"web-{n}", _module("web", str(port)), grace=2.0, longest_pause=0.5) for n in (1, 2)]
