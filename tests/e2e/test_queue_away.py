"""The queue is only a bell: without it files are taken, and worked off when it is back."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
import redis

from portal.running.supervisor import leashed
from tests.conftest import free_port

from .conftest import SAMPLES, running

pytestmark = pytest.mark.slow


def start_queue(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A queue server on `port`; it answers when this returns."""
    process = subprocess.Popen(
        leashed(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]),
        stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        try:
            redis.Redis(port=port).ping()
            return process
        except redis.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the queue server did not start")


def test_a_file_sent_while_the_queue_is_away_is_taken_and_worked_off_later(tmp_path: Path) -> None:
    port = free_port()
    queue = start_queue(port, tmp_path)
    with running(tmp_path, PORTAL_HOY="2013-01-15", REDIS_URL=f"redis://127.0.0.1:{port}/0") as portal:
        visitor = portal.visitor()
        queue.kill()
        queue.wait()
        lote = visitor.send("INS", ("extras.txt", (SAMPLES / "INS_2013-01.txt").read_bytes()))
        assert lote.startswith("/lotes/")
        assert "El archivo está guardado" in visitor.wait(lote, "recibido")
        time.sleep(3)  # the sweeper has looked, and nothing rang
        visitor.wait(lote, "recibido")
        queue = start_queue(port, tmp_path)
        visitor.wait(lote, "revisado")
        queue.kill()
        queue.wait()
        visitor.decide(lote, "desistir")
        visitor.wait(lote, "desistido")
