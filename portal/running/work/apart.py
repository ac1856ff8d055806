"""`python -m portal.running.work.apart JOB ID`: one job in a process of its own, under a memory limit.

For work whose last holder vanished: it may have taken it down, and would take the next one down too. Here it takes down
nobody else, and memory that it may not have is refused to it before the machine runs short (RLIMIT_DATA, Linux 4.7 and
later: what a process may write to; RLIMIT_AS would count what polars' allocator only reserves). Started by the sweeper
(ward.py). A process of its own from the start, never a fork: see docs/adr/0002-running.md.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Final

from portal import config
from portal.running import logs, tuned
from portal.running.work.rq_worker import NICE

#: status of a process that was refused memory in Python; native code ends it by SIGABRT
NO_MEMORY: Final = 77
MEGABYTE: Final = 1_000_000


def limit_memory(megabytes: int) -> None:
    """For this process, for good."""
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE,) * 2)


def main(job: str, row_id: int) -> int:
    """Do it; the exit status."""
    from portal import jobs  # late: what starts this process needs its status only

    try:
        jobs.JOBS[job](row_id, apart=True)
    except MemoryError:
        return NO_MEMORY
    return 0


if __name__ == "__main__":
    logs.to_stderr()
    os.nice(NICE)
    tuned.switch_soon()
    limit_memory(config.from_environment().memoria_aparte_mb)
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
