"""A lote registered in part waits for its other lines to be mended: among what is pending, amber, with the way on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pages.world import World, send, worker, wrong
from tests.classes import spelled
from web import mundo
from web.portal_client import Navegador

ANA, LUIS, EVA, LEO = (worker(n) for n in range(1, 5))
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def in_part(world: World) -> str:
    """A lote of which two lines were registered and two are to be mended."""
    world.hire(ANA, LUIS, EVA, LEO)
    lines = [world.line("INS", one) for one in (ANA, LUIS, wrong(EVA), wrong(LEO))]
    return world.registered("INS", lines)


def mend(world: World, browser: Navegador, numero: str, *good: str) -> str:
    """The file of errors of that lote sent back, with the lines of these workers put right and no other lines;
    registered."""
    text = browser.get(f"/lotes/{numero}/errores.txt").data.decode()
    head, *rows = text.splitlines()
    wanted = {wrong(one): one for one in good}
    kept = [row.replace(bad, right) for row in rows for bad, right in wanted.items() if bad in row]
    found = send(browser, "INS", ("errores.txt", [head, *kept]))
    return register(world, found)


def register(world: World, numero: str) -> str:
    world.check(numero)
    world.decide(numero)
    assert world.register(numero).estado == "registrado"
    return numero


def pending(browser: Navegador, numero: str) -> str:
    """What the menu says of that lote, "" when it is not among what is pending."""
    browser.get("/procesos")
    assert browser.page is not None
    rows = [" ".join(" ".join(dl.itertext()).split()) for dl in browser.page.iter("div")]
    return next((row for row in rows if row.startswith("Registrado en parte") and numero in row), "")


def test_it_stays_pending_amber_with_the_way_to_send_the_mended_lines(
    world: World, de_a: Navegador, in_part: str
) -> None:
    assert "2 registradas, 2 por corregir" in pending(de_a, in_part)
    html = de_a.response.text  # type: ignore[union-attr]
    assert f'aria-label="Enviar las líneas corregidas del lote {in_part}"' in html
    assert 'href="/cargas/nueva?movimiento=INS"' in html
    page = de_a.get(f"/lotes/{in_part}").text
    page = spelled(page)
    assert 'class="warning">Registrado en parte' in page and "2 registradas, 2 por corregir" in de_a.text
    assert '<a class="button" href="/cargas/nueva?movimiento=INS">Enviar las líneas corregidas</a>' in page
    assert f"/lotes/{in_part}/errores.xlsx" in page
    de_a.get("/lotes")
    assert "Registrado en parte 2 registradas, 2 por corregir" in de_a.text


@SQLITE
def test_files_with_nothing_to_register_do_not_push_it_out(world: World, de_a: Navegador, in_part: str) -> None:
    for n in range(20):
        world.checked("INS", world.line("INS", wrong(ANA), valor=f"{100 + n}.00"))
    assert pending(de_a, in_part)


@SQLITE
def test_it_is_done_when_the_lines_came_back_and_were_registered(world: World, de_a: Navegador, in_part: str) -> None:
    mend(world, de_a, in_part, EVA)
    assert "2 registradas, 1 por corregir" in pending(de_a, in_part)
    mend(world, de_a, in_part, LEO)
    assert pending(de_a, in_part) == ""
    page = de_a.get(f"/lotes/{in_part}").text
    assert "por corregir" not in page and "Quedó registrado" in page and "Enviar las líneas corregidas" not in page


@SQLITE
def test_what_is_wrong_again_is_to_be_mended_where_it_is_now(world: World, de_a: Navegador, in_part: str) -> None:
    text = de_a.get(f"/lotes/{in_part}/errores.txt").data.decode()
    again = register(world, send(de_a, "INS", ("errores.txt", text.replace(wrong(EVA), EVA).splitlines())))
    assert pending(de_a, in_part) == "" and "1 registrada, 1 por corregir" in pending(de_a, again)


@SQLITE
def test_a_file_that_was_sent_and_not_registered_mends_nothing(world: World, de_a: Navegador, in_part: str) -> None:
    text = de_a.get(f"/lotes/{in_part}/errores.txt").data.decode().replace(wrong(EVA), EVA).replace(wrong(LEO), LEO)
    numero = send(de_a, "INS", ("errores.txt", text.splitlines()))
    assert world.check(numero).correctas == 2
    assert "2 por corregir" in pending(de_a, in_part)
    world.decide(numero, "desistir")
    assert "2 por corregir" in pending(de_a, in_part)


@SQLITE
@pytest.mark.parametrize(("days", "stays"), [(45, True), (46, False)])
def test_what_can_be_mended_here_no_more_leaves_the_menu(
    world: World, de_a: Navegador, in_part: str, days: int, stays: bool
) -> None:
    world.alter(in_part, fecha_negocio=mundo.HOY - timedelta(days))
    assert bool(pending(de_a, in_part)) == stays
    assert "2 por corregir" in de_a.get("/lotes").text


@SQLITE
def test_what_has_to_be_decided_comes_first(world: World, de_a: Navegador, in_part: str) -> None:
    waits = world.checked("INS", world.line("INS", EVA))
    html = de_a.get("/procesos").text
    assert html.index(waits) < html.index(in_part)


@SQLITE
def test_a_whole_lote_and_one_that_was_annulled_are_not_pending(world: World, de_a: Navegador, in_part: str) -> None:
    world.alter(in_part, estado="anulado")
    assert pending(de_a, in_part) == "" and "Sus pendientes" not in de_a.text
