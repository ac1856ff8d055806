"""A clock that is put back makes nothing last longer: the proof of a key, the code of a call, tries of codes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal.cuentas.altas import save_cuenta, save_empleador
from portal.cuentas.sesiones import open_sesion
from portal.db import Database
from portal.modelos import Llamada
from portal.soporte.llamada import llamadas
from portal.soporte.motivos import GUIADA
from portal.soporte.rastro import rastro
from portal.web.puerta.visita import CODE_WITHIN, Prueba

NOW = datetime.fromisoformat("2026-11-22T15:00")
SECRET = "solo para pruebas"


@pytest.mark.parametrize(
    ("at", "holds"),
    [(timedelta(0), True), (timedelta(minutes=4), True), (timedelta(minutes=5), False), (-timedelta(seconds=3), True),
     (-timedelta(minutes=1), False), (-timedelta(days=9), False)],
)  # fmt: skip
def test_the_proof_of_a_key_holds_five_minutes_by_any_clock(at: timedelta, holds: bool) -> None:
    assert Prueba.begin(1, NOW, CODE_WITHIN, "semilla", "marca").holds(NOW + at) is holds


def call_from_the_future(database: Database, back: timedelta) -> int:
    with database.writing() as session:
        cuenta = save_cuenta(session, "0912791803", "PERSONA", "empleador", "clave").id
        empleador = save_empleador(session, "1799000004001", "EMPRESA", "privada", {1: None}).id
        token = open_sesion(session, cuenta, NOW + back, empleador)
        return llamadas.ask(session, SECRET, token, cuenta, empleador, NOW + back).id


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=3)])
def test_the_code_of_a_call_lasts_no_longer_than_a_code(database: Database, back: timedelta) -> None:
    number = call_from_the_future(database, back)
    llamadas.expire(database, NOW)
    with database.reading() as session:
        assert session.get_one(Llamada, number).vence_en == NOW + llamadas.CODE
    assert llamadas.expire(database, NOW + llamadas.CODE) == 1


def test_wrong_codes_of_a_future_do_not_count(database: Database) -> None:
    with database.writing() as session:
        agent = save_cuenta(session, "0912791803", "Agente 14", "soporte", "clave").id
        for _ in range(llamadas.TRIES):
            rastro.write(session, "codigo_errado", agent, GUIADA, NOW + timedelta(hours=2))
        assert llamadas.wrong_tries(session, agent, NOW) == 0
        rastro.write(session, "codigo_errado", agent, GUIADA, NOW)
        assert llamadas.wrong_tries(session, agent, NOW) == 1
