"""Support sees a lote by its number: state, times, counts, codes. Never ids, names, pay; and each look is kept."""

from __future__ import annotations

import re

import pytest

from pages.states import ANA, LUIS, NADIE, WAYS, bring_to
from pages.world import World, states_in
from portal.modelos import Bitacora
from web import mundo
from web.portal_client import Navegador

SECRETS = ("EMPRESA", mundo.RUC_A, "PERSONA UNO", ".txt", ANA, LUIS, NADIE, "87.50", "87,50", "Matriz")


def find(browser: Navegador, typed: str, status: int = 303) -> None:
    browser.get("/soporte")
    browser.post("/soporte", {"numero": typed}, status=status)


@pytest.mark.parametrize("way", WAYS)
def test_support_sees_the_state_and_never_who_or_how_much(world: World, soporte: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    html = soporte.get(f"/soporte/lotes/{numero}").text
    assert states_in(html) == [WAYS[way][0]] and numero in soporte.text
    main = html[html.index("<main") : html.index("</main>")]
    assert not [secret for secret in SECRETS if secret in main]
    assert not re.search(r"(?<![0-9a-f])[0-9]{9,10}(?![0-9a-f])", main)


def test_support_sees_counts_that_add_up_codes_and_what_to_say(world: World, soporte: Navegador) -> None:
    world.hire(ANA)
    lines = [world.line("INS", ANA), world.line("INS", NADIE), world.line("INS", LUIS)]
    numero = world.checked("INS", lines, nombre="extras-secretos.txt")
    soporte.get(f"/soporte/lotes/{numero}")
    assert "Correctas 1 Con error 2 Repetidas 0 Ya registradas 0 Líneas leídas 3" in soporte.text
    assert "IDE-01" in soporte.text and "INS-01" in soporte.text
    refused = world.checked("MSU", world.line("INS", ANA))
    soporte.get(f"/soporte/lotes/{refused}")
    assert "ARC-06" in soporte.text
    assert "«Usted eligió MSU, pero su archivo es de INS. ¿Lo quiere enviar como INS?»" in soporte.text


@pytest.mark.parametrize("how", ["{0}", "{1} {2} {3}", "{1}{2}{3}", " {0} ", "{1}-{2}-{3}", "{1} 1 {3}"])
def test_the_number_is_found_as_it_is_dictated(world: World, soporte: Navegador, how: str) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    find(soporte, how.format(numero, *numero.split("-")))
    assert soporte.response is not None and soporte.response.location == f"/soporte/lotes/{numero}"


@pytest.mark.parametrize("typed", ["", "x", "2026-000001-0", "2026-000001", "<b>", "\x00", "9" * 4000])
def test_a_number_misheard_is_told_so(world: World, soporte: Navegador, typed: str) -> None:
    world.receive("INS", world.line("INS", ANA))
    find(soporte, typed, status=422)
    assert "repita los dígitos y el verificador" in soporte.text


def test_a_number_of_no_lote_is_told_so(world: World, soporte: Navegador) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    from portal.lotes.numeros import write

    other = write(2026, 999)
    assert other != numero
    find(soporte, other, status=422)
    assert "No hay un lote con ese número" in soporte.text
    soporte.get(f"/soporte/lotes/{other}", status=404)


@pytest.mark.parametrize("who", [mundo.SOPORTE, mundo.SUPERVISOR])
def test_every_look_is_written_down_with_who_and_which(world: World, who: str) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    agent = world.browser(who)
    assert not world.rows(Bitacora)
    for looks in (1, 2):
        agent.get(f"/soporte/lotes/{numero}")
        rows = world.rows(Bitacora)
        assert len(rows) == looks
        assert (rows[-1].que, rows[-1].cuenta_id) == ("soporte_ve_lote", world.cuenta_id(who))
        assert (rows[-1].lote_id, rows[-1].empleador_id) == (world.lote(numero).id, world.empleador_id())


def test_looking_for_a_lote_that_is_not_there_writes_nothing(world: World, soporte: Navegador) -> None:
    soporte.get("/soporte/lotes/2026-000009-9", status=404)
    assert not world.rows(Bitacora)


def test_support_changes_nothing_and_opens_no_page_of_the_empleador(world: World, soporte: Navegador) -> None:
    numero = bring_to(world, "registrado")
    rest = ("", "/avance", "/lineas", "/original", "/errores.txt", "/errores.xlsx", "/comprobante")
    for address in ("/lotes", "/procesos", "/historia", "/cargas/nueva", *(f"/lotes/{numero}{one}" for one in rest)):
        soporte.get(address, status=404)
