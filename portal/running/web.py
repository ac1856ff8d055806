"""`python -m portal.running.web PORT`: the web server, Granian, two processes, on 127.0.0.1.

32 threads a process, because a thread is held for as long as a slow line takes to send its file: 20 slow senders must
leave threads for the pages. Requests past the threads wait in line (backpressure), they are not refused.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from portal.running import tuned
from portal.running.leash import die_with_parent

PROCESSES = 2
THREADS = 32
WAITING = 1024
KILL_SECONDS = 2


def load(_target: str) -> Callable[..., Any]:
    """The application, in each process of the server; that process dies with the server's first one."""
    die_with_parent()
    tuned.switch_soon()
    from wsgi import app  # after the fork: nothing of the portal is used in the server's first process

    return app


def server(port: int) -> MPServer:
    """Granian on 127.0.0.1:`port`, not yet started."""
    return MPServer(
        "wsgi:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=PROCESSES,
        blocking_threads=THREADS,
        backlog=2 * WAITING,
        backpressure=WAITING,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        log_level=LogLevels.error,  # its warning about the number of threads is answered above
    )


if __name__ == "__main__":
    server(int(sys.argv[1])).serve(target_loader=load)
