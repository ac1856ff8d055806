"""The code of a call: asked for, said, used once; wrong ones counted; its end by time, by the caller, by the agent."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from pages.calls import HX, ask_code, call, enter, only_call, poll
from pages.world import World, worker, wrong
from portal import clock
from portal.modelos import Atencion, Llamada, Rastro, Sesion
from portal.soporte.llamada import llamadas
from web import mundo
from web.portal_client import Navegador


def age(world: World, minutes: float) -> None:
    """Makes the calls that are open that much older."""
    with world.database.writing() as session:
        for row in session.query(Llamada).where(Llamada.terminada_en.is_(None)):
            row.vence_en -= timedelta(minutes=minutes)


def test_a_code_is_six_digits_and_the_one_that_finds_slips(world: World) -> None:
    seen = {llamadas.code("secreto", f"{n:032x}") for n in range(300)}
    assert len(seen) > 290
    for code in seen:
        assert llamadas.tidy(code) == code and len(code) == 8
        digits = code.replace("-", "")
        assert llamadas.tidy(f" {digits[:3]} {digits[3:6]} {digits[6]} ") == code
        for place in range(7):
            slip = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
            assert llamadas.tidy(slip) is None
    assert llamadas.tidy("") is None and llamadas.tidy("12345") is None and llamadas.tidy("abcdefg") is None


def test_the_code_is_made_when_asked_for_and_shown_on_every_page(world: World, de_a: Navegador) -> None:
    de_a.get("/procesos")
    assert "código de llamada" not in de_a.text and not world.rows(Llamada)
    code = ask_code(de_a)
    for page in ("/lotes", "/formatos", "/ayuda/errores", "/cargas/nueva", "/historia"):
        de_a.get(page)
        assert code.replace("-", " - ") in de_a.text
    stored = only_call(world.rows(Llamada))
    assert code[:6] not in f"{stored.semilla} {stored.huella}"


def test_a_code_serves_once_and_for_fifteen_minutes(world: World, de_a: Navegador, soporte: Navegador) -> None:
    code = ask_code(de_a)
    age(world, 14.9)
    enter(soporte, code)
    other = world.browser(mundo.SUPERVISOR)
    enter(other, code, status=422)
    assert "Ningún empleador espera con ese código" in other.text

    late = ask_code(world.browser(mundo.DE_B))
    age(world, 15.1)
    enter(other, late, status=422)
    assert len(world.rows(Atencion)) == 1


def test_another_code_takes_the_place_of_the_first(world: World, de_a: Navegador, soporte: Navegador) -> None:
    first = ask_code(de_a)
    de_a.post("/ayuda/llamada", {"accion": "pedir"})
    enter(soporte, first, status=422)
    assert [row.termino for row in world.rows(Llamada)] == ["otro_codigo", None]


def test_a_slip_is_told_and_wrong_codes_are_counted(world: World, de_a: Navegador, soporte: Navegador) -> None:
    code = ask_code(de_a)
    slip = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    enter(soporte, slip, status=422)
    assert "repita los seis dígitos y el verificador" in soporte.text
    assert not world.rows(Rastro, que="codigo_errado")
    # whatever is typed stays, to be mended
    assert f'value="{slip}"' in soporte.response.text  # type: ignore[union-attr]

    others = [one for n in range(200) if (one := llamadas.code("otro", f"{n}")) != code]
    for one in others[: llamadas.TRIES]:
        enter(soporte, one, status=422)
    assert len(world.rows(Rastro, que="codigo_errado")) == llamadas.TRIES
    enter(soporte, code, status=422)
    assert "espere 15 minutos" in soporte.text
    enter(world.browser(mundo.SUPERVISOR), code)  # each agent has tries of its own


@pytest.mark.both_databases
def test_of_two_agents_with_the_same_code_one_gets_the_call(world: World, de_a: Navegador) -> None:
    code, secret = ask_code(de_a), world.config.secret_key
    agents = [world.cuenta_id(mundo.SOPORTE), world.cuenta_id(mundo.SUPERVISOR)]
    got: list[int] = []
    ready = threading.Barrier(2)

    def take(agent: int) -> None:
        ready.wait()
        with world.database.writing() as session:
            if llamadas.take(session, secret, code, agent, clock.now()):
                got.append(agent)

    threads = [threading.Thread(target=take, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1 and len(world.rows(Atencion)) == 1


def test_the_caller_ends_it(world: World, de_a: Navegador, soporte: Navegador) -> None:
    call(de_a, soporte, "/procesos")
    page = soporte.response.text  # type: ignore[union-attr]
    de_a.post("/ayuda/llamada", {"accion": "cortar"})
    de_a.get("/procesos")
    assert "nadie más ve sus páginas" in de_a.text and "data-hx-get" not in de_a.response.text  # type: ignore[union-attr]
    status, said = poll(soporte, page)
    assert status == 200 and "La llamada guiada terminó" in said and "data-hx-get" not in said
    assert only_call(world.rows(Llamada)).termino == "empleador"


def test_the_agent_ends_it(world: World, de_a: Navegador, soporte: Navegador) -> None:
    call(de_a, soporte, "/procesos")
    page = de_a.get("/procesos").text
    soporte.post("/soporte/llamada/cortar")
    status, said = poll(de_a, page)
    assert status == 200 and "nadie más ve sus páginas" in said and "data-hx-get" not in said
    assert only_call(world.rows(Llamada)).termino == "agente"
    soporte.get("/soporte/llamada")
    assert "Falta cerrar la llamada" in soporte.text


def test_its_time_ends_it(world: World, de_a: Navegador, soporte: Navegador) -> None:
    call(de_a, soporte, "/procesos")
    page = soporte.response.text  # type: ignore[union-attr]
    age(world, 15.1)
    assert "La llamada guiada terminó" in poll(soporte, page)[1]
    de_a.get("/procesos")
    assert "está viendo" not in de_a.text
    assert llamadas.expire(world.database, clock.now()) == 1 and llamadas.expire(world.database, clock.now()) == 0
    assert only_call(world.rows(Llamada)).termino == "tiempo"
    assert not [row for row in world.rows(Sesion) if row.llamada_id]


@pytest.mark.parametrize("way", ["signs out", "is idle no more: its visit is over"])
def test_a_visit_that_is_over_is_watched_no_more(world: World, de_a: Navegador, soporte: Navegador, way: str) -> None:
    call(de_a, soporte, "/procesos")
    page = soporte.response.text  # type: ignore[union-attr]
    if way == "signs out":
        de_a.post("/salir")
    else:
        with world.database.writing() as session:
            session.execute(update(Sesion).values(creada_en=clock.now() - timedelta(hours=13)).where(
                Sesion.llamada_id.is_not(None)
            ))  # fmt: skip
    assert "La llamada guiada terminó" in poll(soporte, page)[1]
    assert llamadas.expire(world.database, clock.now()) == 1
    assert only_call(world.rows(Llamada)).termino == "salida"


def test_another_visit_of_the_same_account_is_not_in_the_call(world: World, de_a: Navegador) -> None:
    ask_code(de_a)
    elsewhere = world.browser()
    elsewhere.get("/procesos")
    assert "código de llamada:" not in elsewhere.text


def test_an_agent_has_one_call_at_a_time(world: World, de_a: Navegador, soporte: Navegador) -> None:
    call(de_a, soporte, "/procesos")
    other = ask_code(world.browser(mundo.DE_B))
    soporte.post("/soporte/llamada", {"codigo": other}, status=422)
    assert "córtela antes de abrir otra" in soporte.text


def test_a_page_open_since_before_the_call_hears_of_it(world: World, de_a: Navegador) -> None:
    """The quick answer of an unchanged poll is not given while a call is open."""
    world.hire(worker(1))
    numero = world.receive("MSU", world.line("MSU", worker(1)))
    page = de_a.get(f"/lotes/{numero}").text
    assert poll(de_a, page)[0] == 204
    ask_code(de_a)
    status, said = poll(de_a, page)
    assert status == 200 and "Su código de llamada" in said


def test_nobody_else_does_anything_with_it(world: World, de_a: Navegador, soporte: Navegador) -> None:
    call(de_a, soporte, "/procesos")
    de_b, other = world.browser(mundo.DE_B), world.browser(mundo.SUPERVISOR)
    de_b.get("/procesos")
    for accion in ("cortar", "permitir"):
        de_b.post("/ayuda/llamada", {"accion": accion})
    for address in ("cortar", "senalar", "lote"):
        other.post(f"/soporte/llamada/{address}", {"linea": "1"})
    found = only_call(world.rows(Llamada))
    assert (found.terminada_en, found.permiso_en, found.marca_linea) == (None, None, None)
    assert other.client.get("/soporte/llamada/avance?v=1-1-0", headers=HX).text.count("terminó") == 1
    de_a.post("/ayuda/llamada", {"accion": "otra cosa"}, status=404)


def test_what_is_wrong_never_reaches_the_log_or_the_address(world: World, de_a: Navegador, soporte: Navegador) -> None:
    code = ask_code(de_a)
    enter(soporte, wrong(code.replace("-", "")), status=422)
    assert soporte.response is not None and code[:6] not in soporte.response.request.url
