"""Supervision: counts that need a hand, the agents' month, problems behind calls, failed lotes, accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pages.annulments import ask
from pages.states import ANA
from pages.test_query_counts import asked
from pages.world import World
from portal import clock
from portal.lotes.trabajo import sweeper
from portal.modelos import Anulacion, Atencion, CifraMensual, Cuenta, Llamada, Lote, Rastro, Sesion
from portal.soporte.cifras.cifras import period_of
from portal.soporte.numeros import written
from portal.soporte.rastro import rastro
from web import mundo
from web.portal_client import Navegador

REASON = {"porque": "Se corrigió la causa"}


@pytest.fixture
def boss(world: World) -> Navegador:
    """A supervisor, signed in."""
    return world.browser(mundo.SUPERVISOR)


def attention(world: World, minutes: float | None = None, who: str = mundo.SOPORTE, **values: Any) -> int:
    """An attention of now; with `minutes` it had a call of that length."""
    now = clock.now()
    row = Atencion(cuenta_id=world.cuenta_id(who), empezada_en=now, estado="resuelta", motivo="ceros")
    for name, value in values.items():
        setattr(row, name, value)
    with world.database.writing() as session:
        if minutes is not None:
            call = Llamada(cuenta_id=world.cuenta_id(), empleador_id=world.empleador_id(), semilla="x")
            call.pedida_en = call.vence_en = call.terminada_en = now
            call.termino = "agente"
            session.add(call)
            session.flush()
            row.llamada_id, row.colgada_en = call.id, now + timedelta(minutes=minutes)
        session.add(row)
        session.flush()
        return row.id


def failed_lote(world: World) -> str:
    numero = world.receive("INS", world.line("INS", ANA))
    world.alter(
        numero, estado="fallido", intentos=world.config.reintentos, cambiado_en=clock.now() - timedelta(hours=1)
    )
    return numero


def test_the_start_page_counts_what_needs_a_hand(world: World, boss: Navegador) -> None:
    boss.get("/supervision")
    assert boss.text.count("Nada") == 4
    attention(world, estado="escalada")
    attention(world, estado="escalada")
    failed_lote(world)
    with world.database.writing() as session:
        session.get_one(Cuenta, world.cuenta_id(mundo.DE_B)).bloqueada_en = clock.now()
    boss.get("/supervision")
    for said in ("2 escaladas", "1 con falla del portal", "1 bloqueada"):
        assert said in boss.text


def test_an_agents_month_is_counted(world: World, boss: Navegador) -> None:
    for minutes in (1, 2, 3, 4, 20):
        attention(world, minutes)
    attention(world, estado="abierta")
    attention(world, estado="abierta", empezada_en=clock.now() - timedelta(days=70))
    with world.database.writing() as session:
        for que in ("ve_lote", "ve_lote", "escala_atencion"):
            rastro.write(session, que, world.cuenta_id(mundo.SOPORTE), "otra", clock.now())
    boss.get("/supervision/agentes")
    assert "Agente 14 6 83 % 3 20 2 1 2" in boss.text.replace("\xa0", " ")
    assert "Agente 2 0 – – – 0 0 0" in boss.text
    then = clock.local(clock.now() - timedelta(days=70))
    boss.get(f"/supervision/agentes?mes={then:%Y-%m}")
    assert "Agente 14 1 0 % – – 2 0 0" in boss.text.replace("\xa0", " ")


@pytest.mark.parametrize("mes", ["2026-13", "noviembre", "2026-1", "1999-01", "2026-01-01"])
def test_what_is_no_month_is_not_there(world: World, boss: Navegador, mes: str) -> None:
    for page in ("agentes", "problemas"):
        boss.get(f"/supervision/{page}?mes={mes}", status=404)


def test_problems_are_told_with_calls_per_thousand_lotes(world: World, boss: Navegador) -> None:
    for codigo in ("SAL-02", "SAL-02", "IDE-01", None):
        attention(world, codigo=codigo)
    boss.get("/supervision/problemas")
    assert "todavía no se contaron" in boss.text
    with world.database.writing() as session:
        datos = {"codigos": {"SAL-02": [40, 8]}}
        session.add(CifraMensual(periodo=period_of(clock.now()), calculada_en=clock.now(), datos=datos))
    boss.get("/supervision/problemas")
    assert boss.page is not None
    rows = [" ".join("".join(one.itertext()).split()) for one in boss.page.iter("tr")][1:]
    assert rows[0].startswith("SAL-02") and rows[0].endswith("240250"), rows
    assert rows[1].startswith("IDE-01") and rows[1].endswith("10–"), rows


def test_a_failed_lote_is_rung_for_again(world: World, boss: Navegador) -> None:
    numero = failed_lote(world)
    rung: list[tuple[str, int, int]] = []

    def ring(*call: Any) -> bool:
        rung.append(call)
        return True

    assert sweeper.sweep(world.database, world.config, ring, clock.now()) == 0
    boss.get("/supervision/lotes")
    assert numero in boss.text and "ya no lo intenta" in boss.text
    boss.post(f"/supervision/lotes/{numero}/reencolar", REASON)
    assert sweeper.sweep(world.database, world.config, ring, clock.now()) == 1
    assert rung[0][:2] == ("check", world.lote(numero).id)
    [trail] = world.rows(Rastro, que="reencola")
    assert (trail.detalle, trail.lote_id) == (f"{numero}: {REASON['porque']}", world.lote(numero).id)
    assert trail.cuenta_id == world.cuenta_id(mundo.SUPERVISOR) and trail.empleador_id == world.empleador_id()


def test_a_failed_annulment_gets_its_tries_back(world: World, boss: Navegador) -> None:
    numero = ask(world, world.hire(ANA))
    with world.database.writing() as session:
        row = session.query(Anulacion).filter_by(numero=numero).one()
        row.estado, row.intentos = "fallida", world.config.reintentos
    boss.get("/supervision/lotes")
    assert f"Anulación {numero}" in boss.text
    boss.post(f"/supervision/lotes/{numero}/reencolar", REASON)
    assert world.rows(Anulacion)[0].intentos == 0


def test_what_did_not_fail_is_not_requeued(world: World, boss: Navegador) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    boss.get("/supervision/lotes")
    boss.post(f"/supervision/lotes/{numero}/reencolar", REASON)
    boss.follow()
    assert "ya no está fallido" in boss.text and not world.rows(Rastro, que="reencola")


@pytest.mark.parametrize("porque", ["", "ya", "la cédula 0912791803", "x" * 121])
def test_a_reason_is_asked_for(world: World, boss: Navegador, porque: str) -> None:
    numero = failed_lote(world)
    boss.get("/supervision/lotes")
    boss.post(f"/supervision/lotes/{numero}/reencolar", {"porque": porque}, status=422)
    other = world.cuenta_id(mundo.DE_A)
    boss.post(f"/supervision/cuentas/{other}/bloquear", {"porque": porque}, status=422)
    assert (
        world.rows(Lote)[0].intentos == world.config.reintentos and world.rows(Cuenta, id=other)[0].bloqueada_en is None
    )
    assert not world.rows(Rastro, que="reencola") and not world.rows(Rastro, que="bloquea")


def test_an_account_is_found_without_its_number_in_the_address(world: World, boss: Navegador) -> None:
    boss.get("/supervision/cuentas")
    response = boss.post("/supervision/cuentas", {"identificacion": "091279180-3"})
    assert response.location == f"/supervision/cuentas/{world.cuenta_id(mundo.DE_A)}"
    html = boss.follow().text
    assert mundo.DE_A not in html and "PERSONA" not in html and "09••••1803" in html
    for typed in ("", "12", "1799000004001", "0100000009"):
        boss.get("/supervision/cuentas")
        boss.post("/supervision/cuentas", {"identificacion": typed}, status=422)


def test_blocking_closes_the_visits_and_unblocking_lets_in(world: World, boss: Navegador, de_a: Navegador) -> None:
    whose = world.cuenta_id(mundo.DE_A)
    address = f"/supervision/cuentas/{whose}"
    boss.get(address)
    boss.post(f"{address}/bloquear", REASON)
    de_a.get("/procesos", status=302)
    boss.follow()
    assert "Bloqueada desde" in boss.text
    boss.post(f"{address}/desbloquear", REASON)
    world.browser(mundo.DE_A).get("/procesos")
    boss.get(address)
    assert "Visitas abiertas 1" in boss.text
    boss.post(f"{address}/visitas", REASON)
    assert all(one.cerrada_en for one in world.rows(Sesion, cuenta_id=whose))
    written_down = [(one.que, one.detalle, one.empleador_id) for one in world.rows(Rastro, motivo="acceso")]
    said = f"Cuenta {whose}: {REASON['porque']}"
    assert written_down == [(que, said, world.empleador_id()) for que in ("bloquea", "desbloquea", "cierra_visitas")]


def test_wrong_tries_are_forgotten(world: World, boss: Navegador) -> None:
    visitor = Navegador(world.app)
    bad = {"identificacion": mundo.DE_A, "clave": "no es esta"}
    visitor.get("/ingresar")
    statuses = [visitor.post("/ingresar", bad, status=None).status_code for _ in range(9)]
    assert statuses[-1] == 429
    address = f"/supervision/cuentas/{world.cuenta_id(mundo.DE_A)}"
    boss.get(address)
    boss.post(f"{address}/intentos", REASON)
    world.browser(mundo.DE_A).get("/procesos")


def test_the_second_factor_of_staff_is_reset_and_of_nobody_else(world: World, boss: Navegador) -> None:
    agent = world.browser(mundo.SOPORTE)
    address = f"/supervision/cuentas/{world.cuenta_id(mundo.SOPORTE)}"
    boss.get(address)
    assert "Segundo paso Activado" in boss.text
    boss.post(f"{address}/segundo", REASON)
    boss.follow()
    assert "Segundo paso Sin activar" in boss.text
    agent.get("/soporte", status=302)
    boss.post(f"/supervision/cuentas/{world.cuenta_id(mundo.DE_A)}/segundo", REASON, status=404)


@pytest.mark.parametrize("what", ["bloquear", "desbloquear", "intentos", "visitas", "segundo"])
def test_nobody_does_it_to_the_own_account(world: World, boss: Navegador, what: str) -> None:
    address = f"/supervision/cuentas/{world.cuenta_id(mundo.SUPERVISOR)}"
    boss.get(address)
    boss.post(f"{address}/{what}", REASON)
    boss.follow()
    assert "otra persona de supervisión" in boss.text and "Segundo paso Activado" in boss.text
    assert not world.rows(Rastro, motivo="acceso")


def test_more_of_everything_asks_no_more(world: World, boss: Navegador) -> None:
    pages = ("", "/agentes", "/problemas", "/lotes")

    def ask_all() -> list[int]:
        return [asked(world, boss, f"/supervision{page}") for page in pages]

    attention(world, 3, codigo="SAL-02")
    failed_lote(world)
    few = ask_all()
    for codigo in ("SAL-01", "SAL-02", "IDE-01", "IDE-02") * 5:
        attention(world, 3, codigo=codigo)
    for n in range(5):
        world.alter(world.receive("INS", world.line("INS", ANA, valor=f"{n + 1}.50")), estado="fallido")
    assert ask_all() == few
    assert written("A", 1) not in boss.text
