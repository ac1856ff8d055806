"""The decision: once, by those who may, over lines there are; and its later ones are answered with the first."""

from __future__ import annotations

import pytest

from pages.states import ANA, LUIS, bring_to
from pages.world import World, states_in
from portal.modelos import LoteCambio, Novedad
from web.portal_client import Navegador


def choose(browser: Navegador, numero: str, decision: str) -> str:
    """Decides by the form of the lote's page; the text of the page it leads to."""
    browser.get(f"/lotes/{numero}")
    browser.post(f"/lotes/{numero}/decision", {"decision": decision})
    browser.follow()
    return browser.text


def test_registering_takes_the_good_lines_and_says_who_decided(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "revisado")
    assert "0 de 1 línea registrada" in choose(de_a, numero, "registrar")
    lote = world.lote(numero)
    assert (lote.estado, lote.decidido_por) == ("registrando", world.cuenta_id()) and lote.decidido_en
    assert world.register(numero).registradas == 1
    moved = [(c.de, c.a, c.cuenta_id) for c in world.rows(LoteCambio, lote_id=lote.id)]
    assert ("revisado", "registrando", world.cuenta_id()) in moved


def test_giving_up_registers_nothing_and_keeps_the_file(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "revisado")
    assert "desistido. Nada se registró" in choose(de_a, numero, "desistir")
    assert world.register(numero).estado == "desistido"
    assert not world.rows(Novedad, lote_id=world.lote(numero).id)
    assert de_a.get(f"/lotes/{numero}/original").data


@pytest.mark.parametrize(("first", "second"), [("registrar", "desistir"), ("desistir", "registrar")])
def test_a_second_decision_is_answered_with_the_first(world: World, de_a: Navegador, first: str, second: str) -> None:
    numero = bring_to(world, "revisado")
    choose(de_a, numero, first)
    decided = world.lote(numero).decidido_en
    assert "Este lote ya estaba decidido. Esto es lo que quedó." in choose(de_a, numero, second)
    lote = world.lote(numero)
    assert (lote.estado, lote.decidido_en) == ({"registrar": "registrando", "desistir": "desistido"}[first], decided)


def test_a_stranger_decides_nothing(world: World, de_b: Navegador, soporte: Navegador) -> None:
    numero = bring_to(world, "revisado")
    for browser in (de_b, soporte):
        browser.post(f"/lotes/{numero}/decision", {"decision": "registrar"}, status=404)
        browser.post(f"/lotes/{numero}/revisar", status=404)
    assert world.lote(numero).estado == "revisado"


@pytest.mark.parametrize("word", ["", "Registrar", "anular", "registrar\x00"])
def test_another_word_decides_nothing_and_says_what_to_choose(world: World, de_a: Navegador, word: str) -> None:
    numero = bring_to(world, "revisado")
    assert "Elija registrar las líneas correctas o desistir del lote." in choose(de_a, numero, word)
    assert world.lote(numero).estado == "revisado"


def test_with_no_correct_line_there_is_nothing_to_register_and_it_says_why(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "revisado, nothing correct")
    html = de_a.get(f"/lotes/{numero}").text
    assert 'value="registrar"' not in html and 'value="desistir"' in html
    page = choose(de_a, numero, "registrar")
    assert "Este lote no tiene líneas correctas: no hay nada que registrar." in page
    assert world.lote(numero).estado == "revisado"
    assert "desistido. Nada se registró" in choose(de_a, numero, "desistir")


@pytest.mark.parametrize("way", ["recibido", "revisando", "rechazado", "registrado", "fallido"])
def test_what_is_not_waiting_for_a_decision_takes_none(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    estado = world.lote(numero).estado
    assert states_in(de_a.get(f"/lotes/{numero}").text) == [estado] and 'value="registrar"' not in de_a.text
    choose(de_a, numero, "registrar")
    assert world.lote(numero).estado == estado


def test_what_would_happen_and_what_happened_are_told_alike(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS)
    numero = world.checked("MSU", [world.line("MSU", ANA, sueldo="650.00"), world.line("MSU", LUIS, sueldo="500.00")])
    before = de_a.get(f"/lotes/{numero}") and de_a.text
    for sentence in ("Sube 1 sueldo.", "Baja 1 sueldo.", "La planilla baja USD 50,00 al mes."):
        assert sentence in before
    choose(de_a, numero, "registrar")
    world.register(numero)
    de_a.get(f"/lotes/{numero}/comprobante")
    assert "La planilla bajó USD 50,00 al mes." in de_a.text
