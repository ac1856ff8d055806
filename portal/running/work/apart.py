"""`python -m portal.running.work.apart JOB ID`: one job in a process of its own, under a memory limit.

For work whose last holder vanished: the work may have killed it, and would kill the next one too. Here it affects no
other process, and an allocation over the limit fails before the machine runs out of memory (RLIMIT_DATA, Linux 4.7 and
later: writable memory; RLIMIT_AS would count what polars' allocator only reserves). The sweeper starts it (ward.py). It
is a new process, never a fork: see docs/adr/0002-running.md.
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
