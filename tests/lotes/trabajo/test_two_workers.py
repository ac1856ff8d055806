"""Two real workers on a real queue leave the history that one worker gives that takes the lotes in their order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from random import Random

import pytest

from portal import clock
from portal.cola import SMALL, Cola
from portal.config import ROOT
from portal.lotes.trabajo import sweeper
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.register import register
from portal.modelos import Cuenta
from tests.columns.test_columns_law import with_check_digit
from tests.laws import LONG
from tests.lotes.burst import LOTES, Empleadores, burst
from tests.lotes.conftest import make_config

RUNS = 40 if LONG else 6
PATIENCE = 300  # seconds for twenty small lotes, on a busy machine


class TwoWorkers:
    """Processes like the portal's own; one that leaves after its five hundred jobs is replaced."""

    def __init__(self, database_url: str, queue_url: str, datos) -> None:
        self.env = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": queue_url, "PORTAL_DATOS": str(datos)}
        self.processes = [self.start(), self.start()]

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "portal.running.work.rq_worker", SMALL], cwd=ROOT, env=self.env)

    def keep_on(self) -> None:
        self.processes = [self.start() if one.poll() is not None else one for one in self.processes]

    def stop(self) -> None:
        for one in self.processes:
            one.kill()
            one.wait(30)


@pytest.fixture
def workers(database_url, queue_url, tmp_path):
    both = TwoWorkers(database_url, queue_url, tmp_path)
    yield both
    both.stop()


@pytest.fixture
def config(tmp_path):
    return make_config(tmp_path)


@pytest.fixture
def newcomers(database) -> Callable[[int], Empleadores]:
    """Three new empleadores each time."""
    with database.writing() as s:
        cuenta = Cuenta(identificacion="1712345674", nombre="Ana", rol="empleador", clave_hash="x")
        s.add(cuenta)
        s.flush()
        cuenta_id = cuenta.id

    def three(number: int) -> Empleadores:
        rucs = [with_check_digit(f"17{number * 3 + n:07d}") + "001" for n in range(3)]
        return Empleadores(database, rucs, cuenta_id)

    return three


def one_after_the_other(three: Empleadores, config, files) -> None:
    for file in files:
        lote_id = three.send(*file)
        if check(three.database, config, lote_id, clock.now) == "registrando":
            assert register(three.database, config, lote_id, clock.now) == "registrado"
    for lote_id in three.decide_all():
        assert register(three.database, config, lote_id, clock.now) == "registrado"


def at_the_same_time(three: Empleadores, config, files, cola: Cola, workers: TwoWorkers, chance: Random) -> None:
    """The bell for a lote comes late, or twice, and before or after that of the ones sent earlier."""
    silent: list[int] = []
    for file in files:
        silent.append(three.send(*file))
        for lote_id in chance.sample(silent, k=chance.randint(0, min(2, len(silent)))):
            cola.ring("check", lote_id)
    for lote_id in chance.sample(silent, k=len(silent)):
        cola.ring("check", lote_id)
    wait(three, config, cola, workers)
    decided = three.decide_all()
    for lote_id in chance.sample(decided, k=len(decided)):
        cola.ring("register", lote_id)
    wait(three, config, cola, workers)


def wait(three: Empleadores, config, cola: Cola, workers: TwoWorkers) -> None:
    """Until nothing goes on without a person; the sweeper sweeps as it always does."""
    ring = lambda job, row_id, _size: cola.ring(job, row_id)  # noqa: E731
    until = time.monotonic() + PATIENCE
    while any(x.estado not in ("revisado", "registrado") for x in three.lotes()):
        assert time.monotonic() < until, [(x.id, x.estado) for x in three.lotes()]
        workers.keep_on()
        sweeper.sweep(three.database, config, ring, clock.now())
        time.sleep(0.05)


@pytest.mark.slow
def test_two_workers_leave_the_history_that_one_leaves(newcomers, config, queue_url, workers):
    cola, registered = Cola(queue_url), 0
    for seed in range(RUNS):
        files, alone, both = burst(seed), newcomers(2 * seed), newcomers(2 * seed + 1)
        one_after_the_other(alone, config, files)
        at_the_same_time(both, config, files, cola, workers, Random(seed))
        expected, found = alone.left_behind(), both.left_behind()
        for what in expected:
            assert found[what] == expected[what], (seed, what)
        registered += sum(x.registradas > 0 for x in both.lotes())
    assert RUNS * LOTES / 2 < registered < RUNS * LOTES  # some lotes stood against what others had said
