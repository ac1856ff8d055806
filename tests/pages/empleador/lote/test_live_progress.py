"""Polling: nothing when nothing changed, the fragment when something did or when it is time for another pace."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from pages.states import ANA, bring_to, claim
from pages.world import World, states_in
from portal import clock
from portal.lotes.trabajo import leases
from web.portal_client import Navegador

HTMX = {"HX-Request": "true"}


def version_on(html: str) -> str:
    found = re.search(r'data-version="([^"]+)"', html)
    assert found
    return found[1]


def trigger_on(html: str) -> str | None:
    found = re.search(r'data-hx-trigger="([^"]+)"', html)
    return found and found[1]


def poll(browser: Navegador, numero: str, version: str) -> tuple[int, str]:
    response = browser.get(f"/lotes/{numero}/avance?v={version}", status=None, headers=HTMX)
    assert "Set-Cookie" not in response.headers
    return response.status_code, response.text


def age(world: World, numero: str, seconds: float) -> None:
    """The lote came to its state `seconds` ago."""
    world.alter(numero, cambiado_en=clock.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize("way", ["recibido", "revisando", "registrando", "fallido", "revisado", "registrado"])
def test_nothing_changed_is_204_without_a_word(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    version = version_on(de_a.get(f"/lotes/{numero}").text)
    assert poll(de_a, numero, version) == (204, "")
    assert poll(de_a, numero, version) == (204, "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("version", ["", "0", "1", "abc", "%00", "9" * 400])
def test_any_other_version_gets_the_fragment(world: World, de_a: Navegador, version: str) -> None:
    status, html = poll(de_a, bring_to(world, "revisando"), version)
    assert status == 200 and states_in(html) == ["revisando"]


def test_lines_that_were_checked_meanwhile_are_a_change(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "revisando")
    version = version_on(de_a.get(f"/lotes/{numero}").text)
    world.alter(numero, revisadas=1600, con_error=4, version=world.lote(numero).version + 1)
    status, html = poll(de_a, numero, version)
    assert status == 200 and "1\u202f600 de 2\u202f000 líneas revisadas" in html
    assert poll(de_a, numero, version_on(html)) == (204, "")


def test_the_way_of_a_file_is_seen_by_polling_alone(world: World, de_a: Navegador) -> None:
    """Each answer is asked for with the version of the one before, as the page does it."""
    world.hire(ANA)
    numero = world.receive("INS", world.line("INS", ANA))
    html = de_a.get(f"/lotes/{numero}").text
    seen = states_in(html)
    for step in (lambda: world.check(numero), lambda: world.decide(numero), lambda: world.register(numero)):
        step()
        status, html = poll(de_a, numero, version_on(html))
        assert status == 200
        seen += states_in(html)
    assert seen == ["recibido", "revisado", "registrando", "registrado"]
    assert trigger_on(html) is None and poll(de_a, numero, version_on(html)) == (204, "")


PACES = [(0, "500ms"), (6, "1s"), (21, "3s"), (61, "10s"), (601, "30s"), (86_400, "30s")]


def test_the_pace_slows_with_the_age_of_the_lote_and_each_step_is_a_change(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "en_cola")
    html, seen = de_a.get(f"/lotes/{numero}").text, []
    for seconds, every in PACES:
        age(world, numero, seconds)
        status, text = poll(de_a, numero, version_on(html))
        assert status == (204 if seen[-1:] == [every] or (not seen and trigger_on(html) == f"every {every}") else 200)
        html = text or html
        assert trigger_on(html) == f"every {every}"
        seen.append(every)
    assert poll(de_a, numero, version_on(html)) == (204, "")


def test_a_move_makes_it_quick_again(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "en_cola")
    age(world, numero, 3600)
    html = de_a.get(f"/lotes/{numero}").text
    assert trigger_on(html) == "every 30s"
    claim(world, numero, leases.claim_check)
    assert trigger_on(poll(de_a, numero, version_on(html))[1]) == "every 500ms"


@pytest.mark.parametrize("way", ["revisado", "registrado", "rechazado", "desistido"])
def test_a_finished_lote_has_no_pace_and_never_changes_by_age(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    html = de_a.get(f"/lotes/{numero}").text
    age(world, numero, 3600)
    assert trigger_on(html) is None
    assert poll(de_a, numero, version_on(html)) == (204, "")


def test_the_place_in_the_queue_counts_down_while_one_looks(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    first = world.receive("INS", world.line("INS", ANA))
    second = world.receive("INS", world.line("INS", ANA, valor="9.00"))
    html = de_a.get(f"/lotes/{second}").text
    assert "Antes que el suyo hay 1 archivo." in html
    world.check(first)
    status, html = poll(de_a, second, version_on(html))
    assert status == 200 and "Es el siguiente." in html
    assert poll(de_a, second, version_on(html)) == (204, "")


def test_polling_another_ones_lote_finds_nothing(world: World, de_b: Navegador) -> None:
    assert poll(de_b, bring_to(world, "revisando"), "0")[0] == 404


def test_a_session_that_ended_sends_the_whole_page_to_sign_in(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "revisando")
    de_a.get("/procesos")
    de_a.post("/salir")
    response = de_a.get(f"/lotes/{numero}/avance?v=0", status=401, headers=HTMX)
    assert response.headers["HX-Redirect"] == "/ingresar" and response.data == b""


def test_a_failure_under_htmx_is_no_page_inside_the_panel(world: World, de_a: Navegador) -> None:
    response = de_a.get("/lotes/2026-999999-9/avance", status=404, headers=HTMX)
    assert "<" not in response.text
