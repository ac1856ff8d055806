"""An institute's registry in the place of the table: what it says counts, what it costs when it is away."""

import os
import subprocess
import sys
import traceback

import pytest

from portal import clock
from portal.config import ROOT, ConfigError, from_environment
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.lotes.trabajo.sweeper import sweep
from portal.modelos import LoteCambio
from portal.padron import PadronAway, open_padron
from tests.lotes.conftest import Office, make_config
from tests.lotes.faults import later
from tests.padron import registro

HERE = "tests.padron.registro:fabrica"
CODE = str(registro.FOREIGNER)
MINUTE = 60


@pytest.fixture
def office(database, tmp_path):
    registro.ASKED.clear()
    registro.AWAY[0] = 0
    return Office(database, make_config(tmp_path, padron=HERE))


def calls(office, seconds):
    """What the sweeper rings for so many seconds from now."""
    rung = []
    sweep(office.database, office.config, lambda job, lote_id, size: rung.append(job) or True, later(seconds)())
    return rung


def test_the_registry_says_which_codes_count_and_the_table_says_nothing(office):
    lines = [office.line("ENT", CODE), office.line("ENT", "6112345678"), office.line("ENT")]
    lote = office.all_the_way("ENT", lines)
    assert office.problems(lote.id) == [(2, "IDE-03")]
    assert (lote.registradas, lote.con_error) == (2, 1)


def test_it_is_asked_only_for_what_is_no_cedula(office):
    office.all_the_way("ENT", [office.line("ENT")])
    assert registro.ASKED == []
    office.check(office.send("ENT", [office.line("ENT"), office.line("ENT", CODE), office.line("ENT", CODE)]).lote_id)
    assert registro.ASKED == [[registro.FOREIGNER]]


def test_a_check_waits_for_a_registry_that_is_away_and_blames_nobody(office):
    lote_id = office.send("ENT", [office.line("ENT", CODE)]).lote_id
    registro.AWAY[0] = 2
    for n in range(2):
        assert calls(office, (n + 1) * MINUTE) == ["check"]
        with pytest.raises(PadronAway):
            check(office.database, office.config, lote_id, later((n + 1) * MINUTE))
        assert (office.lote(lote_id).estado, office.lote(lote_id).intentos) == ("fallido", n + 1)
        assert office.problems(lote_id) == []
    assert calls(office, 3 * MINUTE) == ["check"]
    assert check(office.database, office.config, lote_id, later(3 * MINUTE)) == "revisado"
    assert office.lote(lote_id).correctas == 1
    reasons = [c.motivo for c in office.rows(LoteCambio) if c.a == "fallido"]
    assert reasons == ["Falla del portal: PadronAway"] * 2


def test_a_register_waits_too_and_nothing_is_registered_meanwhile(office):
    lote = office.check(office.send("ENT", [office.line("ENT", CODE)]).lote_id)
    decide(office.database, lote.id, "registrar", office.cuenta_id, clock.now())
    registro.AWAY[0] = 1
    with pytest.raises(PadronAway):
        register(office.database, office.config, lote.id, clock.now)
    assert (office.lote(lote.id).estado, office.lote(lote.id).registradas) == ("fallido", 0)
    assert calls(office, MINUTE) == ["register"]
    assert register(office.database, office.config, lote.id, later(MINUTE)) == "registrado"
    assert office.lote(lote.id).registradas == 1


def test_what_a_registry_says_when_it_fails_comes_into_no_log(office):
    registro.AWAY[0] = 1
    with office.database.engine.connect() as conn, pytest.raises(PadronAway) as told:
        open_padron(office.config, conn).extranjeros([registro.FOREIGNER])
    logged = "".join(traceback.format_exception(told.value))
    assert "RegistryAway" in logged and "registro.py:" in logged and CODE not in logged


def test_names_come_from_the_registry_too(office):
    with office.database.engine.connect() as conn:
        padron = open_padron(office.config, conn)
        assert padron.nombres([registro.FOREIGNER, 912791803]) == {registro.FOREIGNER: "PERSONA DE PRUEBA"}


WRONG = {
    "registro": "debe ser paquete.modulo:fabrica",
    "tests.padron.registro": "debe ser paquete.modulo:fabrica",
    "tests.padron.registro.fabrica()": "debe ser paquete.modulo:fabrica",
    "tests.padron.nadie:fabrica": "no se puede cargar (ModuleNotFoundError",
    "tests.padron.roto:fabrica": "no se puede cargar (KeyError: 'REGISTRO_URL')",
    "tests.padron.registro:otra": "«tests.padron.registro» no tiene una función «otra»",
    "tests.padron.registro:not_a_function": "no tiene una función «not_a_function»",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_name_is_told_before_anything_starts(tmp_path, text):
    with pytest.raises(ConfigError) as told:
        from_environment({"PORTAL_DATOS": str(tmp_path), "PORTAL_PADRON": text})
    assert f"PORTAL_PADRON dice «{text}»" in str(told.value) and WRONG[text] in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", ["", "  ", HERE, f" {HERE} "])
def test_a_right_name_or_none_starts(tmp_path, text):
    config = from_environment({"PORTAL_DATOS": str(tmp_path), "PORTAL_PADRON": text})
    assert config.padron == text.strip()


@pytest.mark.parametrize("program", [["worker.py"], ["-m", "portal.running"], ["-c", "import wsgi"]])
def test_web_and_workers_refuse_to_start_with_a_wrong_name(tmp_path, program):
    env = {**os.environ, "PORTAL_DATOS": str(tmp_path / "d"), "PORTAL_PADRON": "instituto.nadie:fabrica", "PORT": "1"}
    done = subprocess.run(
        [sys.executable, *program], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "PORTAL_PADRON dice «instituto.nadie:fabrica»" in done.stderr.splitlines()[-1]
