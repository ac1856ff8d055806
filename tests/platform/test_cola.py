"""The queue is a bell: it may be away, it may ring twice, it never holds a request up."""

import json
import socket
import zlib

import pytest
import redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from portal.cola import LARGE, SMALL, Cola
from tests.conftest import QueueServer


def waiting(url: str, name: str) -> list[Job]:
    server = redis.Redis.from_url(url)
    return Queue(name, connection=server, serializer=JSONSerializer).jobs


def test_a_ring_puts_the_id_and_nothing_else(queue_url: str) -> None:
    assert Cola(queue_url).ring("check", 42)
    [job] = waiting(queue_url, SMALL)
    assert (job.func_name, list(job.args), job.kwargs) == ("portal.jobs.check", [42], {})
    stored = redis.Redis.from_url(queue_url).hget(job.key, "data")
    assert json.loads(zlib.decompress(stored)) == ["portal.jobs.check", None, [42], {}]


def test_every_job_has_a_limit_of_time_and_of_memory_of_it(queue_url: str) -> None:
    Cola(queue_url).ring("register", 42)
    [job] = waiting(queue_url, SMALL)
    assert 0 < job.timeout <= 3600
    assert 0 <= job.result_ttl <= 600
    assert 0 < job.failure_ttl <= 7 * 24 * 3600


def test_large_lotes_have_their_own_queue(queue_url: str) -> None:
    cola = Cola(queue_url)
    cola.ring("check", 1)
    cola.ring("check", 2, large=True)
    assert [job.args[0] for job in waiting(queue_url, SMALL)] == [1]
    assert [job.args[0] for job in waiting(queue_url, LARGE)] == [2]


def test_rings_for_what_already_waits_do_not_pile_up(queue_url: str) -> None:
    cola = Cola(queue_url)
    assert all(cola.ring(job, lote) for job in ("check", "register") for lote in (7, 7, 8, 7))
    asked = [(job.func_name, job.args[0]) for job in waiting(queue_url, SMALL)]
    assert sorted(asked) == [(f"portal.jobs.{job}", lote) for job in ("check", "register") for lote in (7, 8)]


def test_a_ring_during_the_job_is_kept_for_after_it_and_only_once(queue_url: str) -> None:
    cola, queue = Cola(queue_url), Queue(SMALL, connection=redis.Redis.from_url(queue_url), serializer=JSONSerializer)
    cola.ring("check", 7)
    [running] = queue.jobs
    queue.remove(running)
    running.set_status("started")
    assert cola.ring("check", 7)
    assert cola.ring("check", 7)
    [again] = queue.jobs
    running.delete()
    assert again.id != running.id
    assert [job.args for job in queue.jobs] == [[7]]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "rediss://127.0.0.1:1", "unix:///nowhere/cola.sock"])
def test_ringing_an_absent_server_is_false_and_no_error(url: str) -> None:
    assert Cola(url).ring("check", 1) is False


def test_ringing_a_server_that_never_answers_is_false() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert Cola(f"redis://127.0.0.1:{deaf.getsockname()[1]}").ring("check", 1) is False


def test_ringing_works_again_when_the_server_is_back_and_what_waited_is_kept(queue_server: QueueServer) -> None:
    cola = Cola(queue_server.url)
    assert cola.ring("check", 1)
    queue_server.stop()
    assert cola.ring("check", 2) is False
    queue_server.start()
    assert cola.ring("check", 3)
    assert [job.args[0] for job in waiting(queue_server.url, SMALL)] == [1, 3]


def test_the_server_starts_over_the_socket_of_a_killed_one(queue_server: QueueServer) -> None:
    queue_server.stop(kill=True)
    assert (queue_server.folder / "cola.sock").exists()
    queue_server.start()
    assert Cola(queue_server.url).ring("check", 1)
