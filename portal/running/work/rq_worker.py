"""`python -m portal.running.work.rq_worker QUEUE…`: one RQ worker that runs its jobs in its own process, one at a time.

SimpleWorker, never the forking one: a process forked from a parent that has used polars hangs for ever (measured, 3 of
3; see docs/adr/0002-running.md). RQ's timeout interrupts Python only, so a silent worker is killed from outside
(portal/running/work/watch.py).
"""

from __future__ import annotations

import logging
import os
import resource
import sys
import time

import redis
from rq import SimpleWorker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from portal import config
from portal.cola import connect
from portal.running import logs, tuned

log = logging.getLogger(__name__)

JOBS = 500  # then a new process: slow leaks start over
BYTES = 500_000_000
RECONNECT_SECONDS = 2
NICE = 10  # when cores are scarce, pages go first: a poll takes a tenth of a millisecond, a check seconds


class LoteWorker(SimpleWorker):
    """Exits after a job that grew it past `BYTES`. Reconnects to a lost queue server every two seconds, for ever."""

    max_connection_wait_time = RECONNECT_SECONDS

    def execute_job(self, job: Job, queue: Queue) -> None:
        super().execute_job(job, queue)
        if resident_bytes() > BYTES:
            log.info("worker past %d MB leaves after its job", BYTES // 1_000_000)
            self._stop_requested = True


def resident_bytes() -> int:
    """The resident set size of this process now; its peak where there is no /proc."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts it in bytes


def wait_for(server: redis.Redis) -> None:
    """Waits until the queue server answers. Logs once that it does not."""
    told = False
    while True:
        try:
            server.ping()
            return
        except redis.RedisError as error:
            if not told:
                log.warning("queue server away (%s); waiting", type(error).__name__)
            told = True
            time.sleep(RECONNECT_SECONDS)


def work(queues: list[str], redis_url: str) -> int:
    """Works until told to stop, or until a fresh process is due. Status 1 when the queue server was lost."""
    server = connect(redis_url)
    wait_for(server)
    try:
        worker = LoteWorker(queues, connection=server, serializer=JSONSerializer, log_job_description=False)
        worker.work(max_jobs=JOBS, logging_level="WARNING")
    except redis.RedisError as error:
        log.warning("queue server lost (%s); this worker leaves", type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    logs.to_stderr()
    os.nice(NICE)
    tuned.switch_soon()
    sys.exit(work(sys.argv[1:], config.from_environment().redis_url))
