"""What changed after the check: lines that were correct and no longer are, and lotes whose decision came too late."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pages.states import ANA, LUIS
from pages.world import SOLO_INS, World, states_in, worker, wrong
from portal.modelos import Lote, LoteCambio
from web.portal_client import Navegador


def late(world: World, lines: int = 2) -> str:
    """A registered lote of three lines; the first ones were registered by another while it waited."""
    people = [worker(n) for n in (1, 2, 3)]
    world.hire(*people)
    slow = world.checked("INS", [world.line("INS", one) for one in people])
    world.registered("INS", [world.line("INS", one) for one in people[:lines]])
    world.decide(slow)
    assert world.register(slow).cambiadas == lines
    return slow


@pytest.mark.parametrize(
    ("lines", "sentence", "link"),
    [
        (1, "1 línea estaba correcta al revisar y ya no lo estaba al registrar", "Ver la línea"),
        (2, "2 líneas estaban correctas al revisar y ya no lo estaban al registrar", "Ver las 2 líneas"),
    ],
)
def test_what_was_correct_and_no_longer_is_stands_on_the_page_and_on_the_receipt(
    world: World, de_a: Navegador, lines: int, sentence: str, link: str
) -> None:
    numero = late(world, lines)
    for page in ("", "/comprobante"):
        html = de_a.get(f"/lotes/{numero}{page}").text
        assert f"{sentence}: la historia cambió mientras tanto. {link}" in de_a.text
        assert f'href="/lotes/{numero}/lineas?estado=cambiada"' in html


def test_each_such_line_says_why(world: World, de_a: Navegador) -> None:
    numero = late(world)
    de_a.get(f"/lotes/{numero}/lineas?estado=cambiada")
    assert "2 líneas que dejaron de estar correctas" in de_a.text
    assert de_a.text.count("ya consta en el lote") == 2
    assert "Entre la revisión y el registro cambió la historia laboral" in de_a.text


def test_where_nothing_changed_nothing_is_said(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.registered("INS", [world.line("INS", ANA), world.line("INS", wrong(LUIS))])
    for page in ("", "/comprobante"):
        de_a.get(f"/lotes/{numero}{page}")
        assert "la historia cambió" not in de_a.text
    de_a.get(f"/lotes/{numero}/lineas?estado=cambiada")
    assert "No hay líneas con ese estado" in de_a.text


def waiting_hire(world: World, *people: str) -> str:
    return world.checked("ENT", [world.line("ENT", one) for one in people])


WAITS = "de avisos de entrada, enviado antes, espera su decisión"
SINCE = "de avisos de entrada, enviado antes, esperaba su decisión cuando se revisó este"


def test_errors_that_an_undecided_hire_would_put_right_are_told_with_the_way_out(world: World, de_a: Navegador) -> None:
    hire = waiting_hire(world, ANA)
    numero = world.checked("INS", world.line("INS", ANA))
    html = de_a.get(f"/lotes/{numero}").text
    assert f"El lote {hire} {WAITS}. Si estas líneas dependen de él, decídalo primero y luego revise este" in de_a.text
    assert f'href="/lotes/{hire}"' in html and html.count("Revisar de nuevo</button>") == 1
    world.decide(hire)
    de_a.get(f"/lotes/{numero}")
    assert f"El lote {hire} {SINCE}. Si estas líneas dependen de él, revise este de nuevo." in de_a.text
    world.register(hire)
    de_a.get(f"/lotes/{numero}")
    assert SINCE in de_a.text


def test_two_that_wait_are_both_named(world: World, de_a: Navegador) -> None:
    first, second = waiting_hire(world, ANA), waiting_hire(world, LUIS)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", LUIS)])
    de_a.get(f"/lotes/{numero}")
    assert f"El lote {first} {WAITS}. El lote {second} {WAITS}. Si estas líneas dependen de ellos" in de_a.text


@pytest.mark.parametrize(
    "why", ["decided before", "given up", "nothing correct in it", "sent later", "not the history"]
)
def test_what_could_not_help_is_not_blamed(world: World, de_a: Navegador, why: str) -> None:
    lines = [world.line("INS", wrong(ANA))] if why == "not the history" else [world.line("INS", LUIS)]
    earlier = world.checked("INS", lines) if why == "sent later" else ""
    hire = waiting_hire(world, wrong(ANA) if why == "nothing correct in it" else ANA)
    if why == "decided before":
        world.decide(hire)
        world.register(hire)
    numero = earlier or world.checked("INS", lines)
    if why == "given up":
        world.decide(hire, "desistir")
    assert states_in(de_a.get(f"/lotes/{numero}").text) == ["revisado"]
    assert "enviado antes" not in de_a.text


def test_a_sample_that_nobody_can_decide_is_not_waited_for(world: World, de_a: Navegador) -> None:
    hire = waiting_hire(world, ANA)
    with world.database.writing() as session:
        lote = session.scalars(select(Lote).where(Lote.numero == hire)).one()
        lote.a_mano = [{"motivo": "muestra", "impide": True}]
    numero = world.checked("INS", world.line("INS", ANA))
    de_a.get(f"/lotes/{numero}")
    assert "enviado antes" not in de_a.text


def test_a_lote_without_errors_is_left_alone(world: World, de_a: Navegador) -> None:
    world.hire(LUIS)
    waiting_hire(world, ANA)
    numero = world.checked("INS", world.line("INS", LUIS))
    de_a.get(f"/lotes/{numero}")
    assert "enviado antes" not in de_a.text


def again(browser: Navegador, numero: str) -> str:
    browser.get(f"/lotes/{numero}")
    return str(browser.post(f"/lotes/{numero}/revisar").location).removeprefix("/lotes/")


def test_an_undecided_lote_is_checked_again_as_another_and_given_up(world: World, de_a: Navegador) -> None:
    world.hire(LUIS)
    hire = waiting_hire(world, ANA)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", LUIS)])
    assert (world.lote(numero).correctas, world.lote(numero).con_error) == (1, 1)
    world.decide(hire)
    world.register(hire)
    second = again(de_a, numero)
    old, new = world.lote(numero), world.lote(second)
    assert (old.estado, old.vigente, old.decidido_por) == ("desistido", False, world.cuenta_id()) and old.decidido_en
    assert (new.estado, new.vigente, new.archivo_id) == ("recibido", True, old.archivo_id)
    [moved] = [c for c in world.rows(LoteCambio, lote_id=old.id) if c.a == "desistido"]
    assert moved.motivo == f"Se revisa de nuevo como lote {second}" and moved.cuenta_id == world.cuenta_id()
    assert world.check(second).correctas == 2
    html = de_a.get(f"/lotes/{numero}").text
    assert f"Se revisa de nuevo como lote {second}" in de_a.text and "Revisar de nuevo</button>" not in html


def test_pressed_twice_it_is_checked_again_once(world: World, de_a: Navegador) -> None:
    world.hire(LUIS)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", LUIS)])
    second = again(de_a, numero)
    assert again(de_a, numero) == second
    assert len(world.rows(Lote, movimiento="INS")) == 2


def test_a_decision_that_was_faster_stands(world: World, de_a: Navegador) -> None:
    world.hire(LUIS)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", LUIS)])
    de_a.get(f"/lotes/{numero}")
    world.decide(numero)
    assert str(de_a.post(f"/lotes/{numero}/revisar").location) == f"/lotes/{numero}"
    assert world.lote(numero).estado == "registrando" and len(world.rows(Lote, movimiento="INS")) == 1


def test_as_another_movement_the_undecided_one_keeps_waiting(world: World, de_a: Navegador) -> None:
    world.hire(LUIS)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", LUIS)])
    de_a.get(f"/lotes/{numero}")
    de_a.post(f"/lotes/{numero}/revisar", {"movimiento": "MSU"})
    assert world.lote(numero).estado == "revisado"


def test_a_delegate_is_not_told_of_lotes_that_it_does_not_see(world: World) -> None:
    waiting = waiting_hire(world, ANA)
    numero = world.checked("INS", world.line("INS", ANA))
    html = world.browser(SOLO_INS).get(f"/lotes/{numero}").text
    assert WAITS not in html and str(waiting) not in html and "Revisar de nuevo</button>" in html
    world.browser(SOLO_INS).post(f"/lotes/{world.checked('MSU', world.line('MSU', ANA))}/revisar", status=404)
