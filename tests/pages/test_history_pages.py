"""The labour history of one's own workers: asked by POST, shown under an opaque id, never another's."""

from __future__ import annotations

import pytest

from pages.states import ANA, LUIS
from pages.world import World, worker
from web import mundo
from web.portal_client import Navegador


def look_up(browser: Navegador, cedula: str, status: int = 303) -> str:
    browser.get("/historia")
    return str(browser.post("/historia", {"cedula": cedula}, status=status).location or "")


def test_each_registered_fact_is_there_with_its_lote_and_line(world: World, de_a: Navegador) -> None:
    hired = world.hire(LUIS, ANA)
    raised = world.registered("MSU", world.line("MSU", ANA, sueldo="1650.00"))
    extra = world.registered("INS", [world.line("INS", LUIS), world.line("INS", ANA)])
    look_up(de_a, ANA)
    de_a.follow()
    for sentence in (
        "Relación abierta",
        "USD 1 650,00",
        "USD 87,50",
        f"Lote {extra} , línea 2",
        f"Lote {raised} , línea 1",
    ):
        assert sentence in de_a.text
    assert f"Lote {hired} , línea" in de_a.text and LUIS not in de_a.text


@pytest.mark.parametrize("typed", ["1700000019", "170000001-9", " 1700 000 019 "])
def test_the_number_may_be_typed_as_people_write_it(world: World, de_a: Navegador, typed: str) -> None:
    world.hire(ANA)
    assert look_up(de_a, typed) == look_up(de_a, ANA)


def test_a_leading_zero_that_was_lost_is_put_back(world: World, de_a: Navegador) -> None:
    world.hire("0912791803")
    assert look_up(de_a, "912791803") == look_up(de_a, "0912791803")


@pytest.mark.parametrize("typed", ["", "12", "no sé", "1799000004001", "１７０００００１９９", "\x00" * 10])
def test_what_is_no_number_of_a_person_is_told_so(world: World, de_a: Navegador, typed: str) -> None:
    look_up(de_a, typed, status=422)
    assert "La cédula debe tener 10 dígitos" in de_a.text


def test_anothers_worker_is_unknown_whether_it_exists_or_not(world: World, de_a: Navegador, de_b: Navegador) -> None:
    world.hire(ANA)
    where = look_up(de_a, ANA)
    look_up(de_b, ANA, status=422)
    known = de_b.text
    look_up(de_b, worker(77), status=422)
    assert de_b.text == known
    de_b.get(where, status=404)


@pytest.mark.parametrize("opaque", ["0", "99", "9223372036854775807", "9223372036854775808", "9" * 30])
def test_an_address_that_was_guessed_is_not_there(world: World, de_a: Navegador, opaque: str) -> None:
    de_a.get(f"/historia/{opaque}", status=404)


def test_what_two_empleadores_registered_of_one_worker_stays_apart(
    world: World, de_a: Navegador, de_b: Navegador
) -> None:
    world.hire(ANA)
    theirs = world.hire(ANA, ruc=mundo.RUC_B, sueldo="999.00")
    look_up(de_a, ANA)
    de_a.follow()
    assert "999,00" not in de_a.text and theirs not in de_a.text
    look_up(de_b, ANA)
    de_b.follow()
    assert "999,00" in de_b.text and theirs in de_b.text
