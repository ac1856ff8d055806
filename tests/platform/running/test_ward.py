"""Work that took a worker down is done apart, by real processes: what it does there takes down nobody else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from portal import clock
from portal.cola import SMALL, Cola
from portal.config import ROOT
from portal.lotes import momentos
from portal.lotes.trabajo import leases, sweeper
from portal.lotes.trabajo.decide import decide
from portal.modelos import Lote, LoteCambio
from portal.running.work.apart import NO_MEMORY
from portal.running.work.ward import Ward
from tests.lotes.conftest import CEDULAS, Office, make_config

pytestmark = pytest.mark.slow
WAIT = 600.0  # seconds at the most, on a very busy machine
TOO_LITTLE = 240  # MB: the programs of a job take some 200
HUNGRY = 60_000_000  # bytes of a file that is in memory more than once while it is opened
GONE = 4_000_000  # no process has such a number


@pytest.fixture
def office(database, database_url, queue_url, tmp_path, monkeypatch):
    for name, value in (("DATABASE_URL", database_url), ("REDIS_URL", queue_url), ("PORTAL_DATOS", str(tmp_path))):
        monkeypatch.setenv(name, value)
    return Office(database, make_config(tmp_path, redis_url=queue_url))


@pytest.fixture
def ward(office) -> Iterator[Callable[..., Ward]]:
    made: list[Ward] = []

    def make(**settings: int) -> Ward:
        made.append(Ward(office.database, replace(office.config, **settings)))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def taken_down(office, lote_id):
    """As left by a worker that died with it, a lease ago."""
    with office.database.writing() as s:
        lote = s.get_one(Lote, lote_id)
        lote.estado = "revisando" if lote.decidido_en is None else "registrando"
        lote.arriendo_de, lote.arriendo_hasta = f"{leases.holder(GONE)}x", None


def until(true: Callable[[], bool], step: Callable[[], object] = lambda: None) -> None:
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        step()
        time.sleep(0.1)


def at_rest(office, lote_id, ward):
    """The state it comes to when the sweeper looks after it."""
    active = ("recibido", "en_cola", "revisando", "registrando")
    until(lambda: office.lote(lote_id).estado not in active, lambda: ward.look(clock.now()))
    return office.lote(lote_id)


def test_what_a_worker_died_over_is_checked_and_registered_apart(office, ward):
    lote_id, one = office.send("ENT", [office.line("ENT", c) for c in CEDULAS]).lote_id, ward()
    taken_down(office, lote_id)
    assert at_rest(office, lote_id, one).estado == "revisado"
    decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
    taken_down(office, lote_id)
    lote = at_rest(office, lote_id, one)
    assert (lote.estado, lote.registradas, lote.caidas, lote.intentos) == ("registrado", len(CEDULAS), 0, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_refused_memory_while_it_is_opened_is_refused(office, ward, monkeypatch):
    monkeypatch.setenv("PORTAL_MEMORIA_APARTE_MB", str(TOO_LITTLE))
    line = (office.line("ENT") + "\r\n").encode()
    lote_id = office.send("ENT", line * (HUNGRY // len(line))).lote_id
    taken_down(office, lote_id)
    lote = at_rest(office, lote_id, ward(memoria_aparte_mb=TOO_LITTLE))
    assert (lote.estado, lote.falla) == ("rechazado", {"codigo": "ARC-17", "maximo": TOO_LITTLE})


@contextmanager
def worker(queue_url) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "portal.running.work.rq_worker", SMALL], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


def test_small_files_of_others_keep_their_worker_meanwhile(office, ward, queue_url):
    """One lote is stopped apart in the middle of its work; another one goes all the way through the queue."""
    held = office.send("ENT", [office.line("ENT")]).lote_id
    taken_down(office, held)
    one, cola = ward(), Cola(queue_url)
    one.look(clock.now())
    assert one.pid is not None
    os.kill(one.pid, signal.SIGSTOP)
    try:
        other = _other_empleador(office)
        with worker(queue_url):
            lote_id = other.send("ENT", [other.line("ENT")]).lote_id
            assert cola.ring("check", held) and cola.ring("check", lote_id)
            until(lambda: other.lote(lote_id).estado == "revisado" or office.lote(lote_id).estado == "rechazado")
        assert office.lote(held).estado == "revisando"
        one.look(clock.now())
        assert one.pid is not None  # still the same one: one at a time
    finally:
        os.kill(one.pid, signal.SIGCONT)
    assert at_rest(office, held, one).estado == "revisado"


def _other_empleador(office):
    from portal.modelos import Empleador, Sucursal

    with office.database.writing() as s:
        empleador = Empleador(ruc="1790012345001", nombre="OTRA S.A.", tipo="privada")
        s.add(empleador)
        s.flush()
        s.add(Sucursal(empleador_id=empleador.id, codigo=1))
        other = object.__new__(Office)
        other.database, other.config = office.database, office.config
        other.empleador_id, other.cuenta_id = empleador.id, office.cuenta_id
    return other


REFUSED = {"codigo": "ARC-17", "maximo": 1500}
CLAIMS = """
import os, sys
from portal import clock
from portal.db import Database
from portal.lotes import momentos; from portal.lotes.trabajo import leases, sweeper
with Database(sys.argv[1]).writing() as session:
    assert leases.claim_check(session, int(sys.argv[2]), clock.now(), 30, 8)
"""


@pytest.mark.parametrize(
    "end, estado, falla",
    [
        (f"sys.exit({NO_MEMORY})", "rechazado", REFUSED),  # refused memory in Python
        ("os.abort()", "rechazado", REFUSED),  # in native code
        ("os.kill(os.getpid(), 9)", "revisando", None),  # by somebody, or by the kernel
        ("sys.exit(1)", "revisando", None),  # a panic of native code
    ],
)
def test_how_it_ends_says_whose_fault_it_was(office, ward, database_url, end, estado, falla):
    lote_id, one = office.send("ENT", [office.line("ENT")]).lote_id, ward()
    taken_down(office, lote_id)
    process = subprocess.Popen([sys.executable, "-c", CLAIMS + end, database_url, str(lote_id)], cwd=ROOT)
    process.wait(WAIT)
    one._process, one._job, one._row_id = process, "check", lote_id
    one._start_next = lambda _now: None
    one.look(clock.now())
    lote = office.lote(lote_id)
    assert (lote.estado, lote.falla, lote.arriendo_hasta) == (estado, falla, None)
    if falla is None:  # tried again, apart, when its pause is over
        assert lote.intentos == 1 and not [c for c in office.rows(LoteCambio) if c.a == "fallido"]
        soon = clock.now() + momentos.FIRST_PAUSE
        assert sweeper.waiting_apart(office.database, office.config, clock.now()) == []
        assert [call[:2] for call in sweeper.waiting_apart(office.database, office.config, soon)] == [
            ("check", lote_id)
        ]
