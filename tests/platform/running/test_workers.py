"""A real worker, in its own process, on a real queue server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from portal.cola import LARGE, SMALL
from portal.config import ROOT
from tests.conftest import QueueServer

HERE = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture
def worker(queue_url: str, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a worker that listens on the given queues."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*queues: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "REDIS_URL": queue_url, "PORTAL_DATOS": str(tmp_path), "PYTHONPATH": str(HERE)}
        command = [sys.executable, "-m", "portal.running.work.rq_worker", *queues]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def put(url: str, queue: str, function: str, *arguments: object) -> None:
    """A job by name, as the portal's own are."""
    server = redis.Redis.from_url(url)
    Queue(queue, connection=server, serializer=JSONSerializer).enqueue_call(function, args=arguments, timeout=60)


def eventually(true: Callable[[], bool]) -> bool:
    for _ in range(600):
        if true():
            return True
        time.sleep(0.05)
    return False


def idle(url: str) -> bool:
    """Whether the one worker there is waits for a job."""
    return [one.get_state() for one in Worker.all(connection=redis.Redis.from_url(url))] == [WorkerStatus.IDLE]


def test_a_worker_runs_jobs_by_name_from_each_of_its_queues(
    queue_url: str, worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    worker(SMALL, LARGE)
    for queue in (LARGE, SMALL):
        put(queue_url, queue, "os.mkdir", str(tmp_path / queue))
    assert eventually(lambda: (tmp_path / SMALL).exists() and (tmp_path / LARGE).exists())


def test_a_small_lote_is_served_while_a_large_one_keeps_the_other_worker(
    queue_url: str, worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    put(queue_url, LARGE, "time.sleep", 1000)
    put(queue_url, LARGE, "os.mkdir", str(tmp_path / "large"))
    worker(SMALL, LARGE)
    server = redis.Redis.from_url(queue_url)
    assert eventually(lambda: server.llen(f"rq:queue:{LARGE}") == 1)
    worker(SMALL)
    put(queue_url, SMALL, "os.mkdir", str(tmp_path / "small"))
    assert eventually((tmp_path / "small").exists)
    assert not (tmp_path / "large").exists()


def test_a_worker_outlives_the_absence_of_the_queue_server(
    queue_server: QueueServer, worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    queue_server.stop()
    process = worker(SMALL)
    queue_server.start()
    put(queue_server.url, SMALL, "os.mkdir", str(tmp_path / "first"))
    assert eventually((tmp_path / "first").exists)
    assert eventually(lambda: idle(queue_server.url))  # a worker cut off in the middle of a job ends, and is replaced
    queue_server.stop(kill=True)
    time.sleep(3)  # long enough for the worker to find out
    queue_server.start()
    put(queue_server.url, SMALL, "os.mkdir", str(tmp_path / "second"))
    assert eventually((tmp_path / "second").exists)
    assert process.poll() is None


def test_a_job_that_fails_takes_no_worker_with_it(
    queue_url: str, worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    process = worker(SMALL)
    put(queue_url, SMALL, "os.mkdir", str(tmp_path / "no" / "such" / "folder"))
    put(queue_url, SMALL, "os.mkdir", str(tmp_path / "next"))
    assert eventually((tmp_path / "next").exists)
    assert process.poll() is None


def test_a_worker_that_grew_leaves_after_its_job(
    queue_url: str, worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    process = worker(SMALL)
    put(queue_url, SMALL, "platform_jobs.grow", str(tmp_path / "grown"))
    assert eventually((tmp_path / "grown").exists)
    assert process.wait(60) == 0


def test_an_idle_worker_leaves_when_told(queue_url: str, worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    process, server = worker(SMALL), redis.Redis.from_url(queue_url)
    assert eventually(lambda: idle(queue_url))  # it is known to the server before it listens to signals
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert server.scard("rq:workers") == 0
