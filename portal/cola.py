"""The queue as a bell: it tells a worker that a lote waits. The database is the truth; a lost ring is rung again.

Jobs are named, never imported (`portal.jobs.check`, `portal.jobs.register`), carry one id as JSON, and may run twice.
"""

from __future__ import annotations

import logging

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

SMALL = "lotes"
LARGE = "lotes-grandes"
JOB_SECONDS = 3600
RESULT_SECONDS = 60
FAILURE_SECONDS = 24 * 3600
SOCKET_SECONDS = 0.5  # a request waits for the queue server no longer than this, twice at the worst


def connect(url: str, seconds: float = SOCKET_SECONDS) -> redis.Redis:
    """A client of the queue server at `url` (redis://, rediss:// or unix://) that gives up after `seconds`."""
    return redis.Redis.from_url(
        url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=Retry(NoBackoff(), 0)
    )


class Cola:
    """Rings for lotes. One object serves all threads of a process; it connects when first used."""

    def __init__(self, redis_url: str) -> None:
        self._server = connect(redis_url)
        self._queues = {
            name: Queue(name, connection=self._server, serializer=JSONSerializer) for name in (SMALL, LARGE)
        }

    def ring(self, job: str, lote_id: int, *, large: bool = False) -> bool:
        """Ask for `job` ("check" or "register") on a lote. True: a job of this name is in the queue.

        False: the queue server is away. The caller continues and the sweeper rings later. Never raises.
        """
        queue = self._queues[LARGE if large else SMALL]
        try:
            self._put_unless_waiting(queue, job, lote_id)
        except redis.RedisError as error:
            log.warning("queue away: %s of lote %s not rung (%s)", job, lote_id, type(error).__name__)
            return False
        return True

    def _put_unless_waiting(self, queue: Queue, job: str, lote_id: int) -> None:
        # Two ids are enough: the first may be of a job that runs now (or ran in a worker that was killed), and RQ
        # would let the running job's end wipe out the new one of the same id.
        ids = [f"{job}-{lote_id}", f"{job}-{lote_id}-next"]
        if any(queue.get_job_position(job_id) is not None for job_id in ids):
            return
        queue.enqueue_call(
            f"portal.jobs.{job}",
            args=(lote_id,),
            job_id=ids[1] if self._started(ids[0]) else ids[0],
            timeout=JOB_SECONDS,
            result_ttl=RESULT_SECONDS,
            failure_ttl=FAILURE_SECONDS,
        )

    def _started(self, job_id: str) -> bool:
        return self._server.hget(f"rq:job:{job_id}", "status") == b"started"

    def close(self) -> None:
        """Closes the connections."""
        self._server.close()
