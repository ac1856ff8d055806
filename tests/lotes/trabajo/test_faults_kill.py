"""Jobs killed (kill -9) at any moment and taken up again end exactly as unbroken ones, on both databases."""

import time
from random import Random

import pytest

from portal import clock
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.register import register
from tests.lotes.conftest import HOY
from tests.lotes.faults import adds_up, later, left_behind, make_office, ready, run, started, twin

HOUR = 3600


@pytest.fixture
def office(database, tmp_path):
    return make_office(database, tmp_path)


def unbroken(office, url, job, lote_id):
    """What a run without faults makes of the same database."""
    with twin(office.database, url) as copy:
        {"check": check, "register": register, "annul": annul}[job](copy, office.config, lote_id, later(0))
        return left_behind(copy)


@pytest.mark.slow
@pytest.mark.parametrize("movimiento", ["ENT", "MSU", "SAL"])
def test_a_register_killed_again_and_again_ends_as_an_unbroken_one(office, database_url, movimiento):
    lote_id = ready(office, movimiento)
    expected = unbroken(office, database_url, "register", lote_id)
    random = Random(movimiento)
    moments = [random.randint(1, 40), *(random.randint(20, 80) for _ in range(3))]
    for n, moment in enumerate(moments):
        assert run("register", office, database_url, lote_id, n * HOUR, moment) == -9, moments
    assert 0 < office.lote(lote_id).hasta < office.lote(lote_id).leidas, moments
    assert register(office.database, office.config, lote_id, later(9 * HOUR)) == "registrado"
    assert left_behind(office.database) == expected, moments
    assert adds_up(office.lote(lote_id)) and office.lote(lote_id).registradas > 40


@pytest.mark.slow
def test_a_check_killed_again_and_again_ends_as_an_unbroken_one(office, database_url):
    lote_id = ready(office, "MSU", decided=False)
    expected = unbroken(office, database_url, "check", lote_id)
    moments = [3, 21, 44, 70]  # claiming, the first chunks, later ones
    for n, moment in enumerate(moments):
        assert run("check", office, database_url, lote_id, n * HOUR, moment) == -9, moments
    assert office.lote(lote_id).estado == "revisando"
    assert check(office.database, office.config, lote_id, later(9 * HOUR)) == "revisado"
    assert left_behind(office.database) == expected


@pytest.mark.slow
def test_a_register_killed_from_outside_ends_as_an_unbroken_one(office, database_url):
    lote_id = ready(office, "ENT")
    expected = unbroken(office, database_url, "register", lote_id)
    with started("register", office, database_url, lote_id) as process:
        while not office.lote(lote_id).hasta and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        process.wait(30)
    register(office.database, office.config, lote_id, later(HOUR))
    assert left_behind(office.database) == expected


@pytest.mark.slow
def test_nobody_takes_a_lote_before_the_lease_of_the_dead_one_runs_out(office, database_url):
    lote_id = ready(office, "MSU")
    assert run("register", office, database_url, lote_id, 0, 60) == -9
    before = left_behind(office.database)
    assert register(office.database, office.config, lote_id, later(0)) is None
    assert left_behind(office.database) == before
    assert register(office.database, office.config, lote_id, later(HOUR)) == "registrado"


@pytest.mark.slow
@pytest.mark.parametrize("movimiento", ["ENT", "MSU", "SAL"])
def test_an_annulment_killed_again_and_again_ends_as_an_unbroken_one(office, database_url, movimiento):
    lote_id = ready(office, movimiento)
    assert register(office.database, office.config, lote_id, later(0)) == "registrado"
    asked = ask(office.database, Pedido(lote_id, office.cuenta_id, "Se envió por error", None), HOY, clock.now())
    expected = unbroken(office, database_url, "annul", asked.id)
    random = Random(movimiento)
    moments = [random.randint(1, 12), *(random.randint(60, 120) for _ in range(3))]
    for n, moment in enumerate(moments):
        assert run("annul", office, database_url, asked.id, n * HOUR, moment) == -9, moments
    assert 0 < office.lote(lote_id).anuladas < office.lote(lote_id).registradas, moments
    assert annul(office.database, office.config, asked.id, later(9 * HOUR)) == "hecha"
    assert left_behind(office.database) == expected, moments
    assert office.lote(lote_id).estado == "anulado"
