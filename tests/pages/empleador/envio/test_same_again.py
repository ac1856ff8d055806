"""The same file, and the same line, sent again: nothing is registered twice, and what registered nothing may return."""

from __future__ import annotations

import gzip

import pytest

from pages.world import World, send, states_in, worker, wrong
from portal.modelos import Archivo, Lote, Novedad
from web.portal_client import Navegador


@pytest.mark.parametrize("how", ["as it was", "another name", "compressed"])
def test_the_same_bytes_lead_to_the_earlier_lote(world: World, de_a: Navegador, how: str) -> None:
    world.hire(worker(1))
    contents = (world.line("INS", worker(1)) + "\r\n").encode()
    first = world.registered("INS", contents)
    name = {"as it was": "archivo.txt", "another name": "otro.csv", "compressed": "archivo.txt.gz"}[how]
    again = send(de_a, "INS", (name, gzip.compress(contents) if how == "compressed" else contents), auto=True)
    assert again == first
    page = de_a.follow().text
    assert "Este mismo archivo ya lo recibimos antes" in page and states_in(page) == ["registrado"]
    assert [lote.numero for lote in world.rows(Lote, movimiento="INS")] == [first]
    assert len(world.rows(Novedad, movimiento="INS")) == 1


def test_the_same_bytes_of_another_empleador_or_movement_are_another_file(world: World, de_b: Navegador) -> None:
    contents = world.line("INS", worker(1))
    first = world.receive("INS", contents)
    assert send(de_b, "INS", ("archivo.txt", contents)) != first
    assert world.receive("MSU", contents) != first


def test_the_form_sent_twice_by_going_back_gives_one_lote(world: World, de_a: Navegador) -> None:
    numbers = {send(de_a, "INS", ("extras.txt", world.line("INS", worker(1)))) for _ in range(3)}
    assert len(numbers) == len(world.rows(Lote)) == len(world.rows(Archivo)) == 1


def test_a_line_registered_before_is_told_with_its_lote_and_is_no_error(world: World, de_a: Navegador) -> None:
    world.hire(worker(1), worker(2))
    first = world.registered("INS", world.line("INS", worker(1)))
    numero = world.checked("INS", [world.line("INS", worker(1)), world.line("INS", worker(2))])
    lote = world.lote(numero)
    assert (lote.correctas, lote.con_error, lote.ya_registradas) == (1, 0, 1)
    page = de_a.get(f"/lotes/{numero}/lineas?estado=ya_registrada").text
    assert "YA-01" in page and first in page


def test_the_same_key_with_other_values_is_an_error_that_leads_to_the_earlier_lote(
    world: World, de_a: Navegador
) -> None:
    world.hire(worker(1))
    first = world.registered("INS", world.line("INS", worker(1)))
    numero = world.checked("INS", world.line("INS", worker(1), valor="99.00"))
    page = de_a.get(f"/lotes/{numero}").text
    assert "YA-02" in page and f'href="/lotes/{first}"' in page
    assert "No hay líneas que registrar" in page


def again(browser: Navegador, numero: str, **data: str) -> str:
    """Presses "revisar de nuevo", or "abrirlo como…"; the number of the lote it leads to."""
    browser.get(f"/lotes/{numero}")
    return str(browser.post(f"/lotes/{numero}/revisar", data).location).removeprefix("/lotes/")


def test_what_registered_nothing_can_be_checked_again_without_sending_it(world: World, de_a: Navegador) -> None:
    numero = world.checked("INS", world.line("INS", worker(1)))
    world.decide(numero, "desistir")
    assert "Revisar de nuevo" in de_a.get(f"/lotes/{numero}").text
    world.hire(worker(1))
    second = again(de_a, numero)
    assert second != numero and world.check(second).correctas == 1
    assert world.lote(second).archivo_id == world.lote(numero).archivo_id
    assert again(de_a, numero) == second, "a live lote of the same bytes stands in the way"
    assert "ya está en este lote" in de_a.follow().text


def test_what_is_live_or_registered_is_not_checked_again(world: World, de_a: Navegador) -> None:
    world.hire(worker(1))
    numero = world.registered("INS", world.line("INS", worker(1)))
    assert again(de_a, numero) == numero
    assert len(world.rows(Lote, movimiento="INS")) == 1


def test_a_lote_with_every_line_in_error_does_not_stand_in_the_way(world: World, de_a: Navegador) -> None:
    contents = world.line("INS", worker(1))
    numero = world.checked("INS", contents)
    assert world.lote(numero).correctas == 0
    world.hire(worker(1))
    second = send(de_a, "INS", ("archivo.txt", contents))
    assert second != numero and world.check(second).correctas == 1


def test_a_file_of_another_movement_opens_as_that_one_without_sending_it_again(world: World, de_a: Navegador) -> None:
    world.hire(worker(1))
    numero = world.checked("MSU", [world.line("INS", worker(1)), world.line("INS", wrong(worker(1)))])
    page = de_a.get(f"/lotes/{numero}").text
    assert states_in(page) == ["rechazado"]
    assert "Todas las líneas son de INS y usted eligió MSU" in page and "Abrirlo como" in page
    opened = again(de_a, numero, movimiento="INS")
    lote = world.check(opened)
    assert (lote.movimiento, lote.estado, lote.correctas) == ("INS", "revisado", 1)


@pytest.mark.parametrize("movimiento", ["XXX", "", "ins"])
def test_a_file_opens_as_no_movement_that_is_none(world: World, de_a: Navegador, movimiento: str) -> None:
    numero = world.checked("MSU", world.line("INS", worker(1)))
    de_a.get(f"/lotes/{numero}")
    de_a.post(f"/lotes/{numero}/revisar", {"movimiento": movimiento}, status=404)
    assert len(world.rows(Lote)) == 1


def test_a_lote_whose_lines_were_all_in_error_can_be_checked_again_when_the_history_has_changed(
    world: World, de_a: Navegador
) -> None:
    numero = world.checked("INS", world.line("INS", worker(7)))
    assert world.lote(numero).con_error == 1
    de_a.get(f"/lotes/{numero}")
    assert "Revisar de nuevo" in de_a.text
    world.hire(worker(7))
    de_a.get(f"/lotes/{numero}")
    de_a.post(f"/lotes/{numero}/revisar")
    assert de_a.response is not None
    again = de_a.response.location.rsplit("/", 1)[1]
    assert again != numero
    assert world.check(again).correctas == 1
