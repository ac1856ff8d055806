"""The lines of a lote that need a look: filtered, fifty a page, each with its number, cause and fix; ids hidden."""

from __future__ import annotations

import re

import pytest

from pages.states import ANA, LUIS
from pages.world import World, worker, wrong
from portal.lotes.vista.lineas import page_with, registered_lines
from web.portal_client import Navegador

BAD = 120


def rows_of(browser: Navegador) -> list[str]:
    """The rows of the page's table."""
    assert browser.page is not None
    return [
        " ".join(" ".join(row.itertext()).split()) for body in browser.page.iter("tbody") for row in body.iter("tr")
    ]


@pytest.fixture
def long_lote(world: World) -> str:
    """A lote with 120 lines in error: 60 wrong numbers and 60 workers that nobody hired, and one good line."""
    world.hire(ANA)
    lines = [world.line("INS", ANA)]
    for n in range(BAD // 2):
        lines += [world.line("INS", wrong(worker(100 + n))), world.line("INS", worker(100 + n))]
    return world.checked("INS", lines)


def test_fifty_lines_a_page_in_the_order_of_the_file(de_a: Navegador, long_lote: str) -> None:
    numbers: list[int] = []
    for page, count in ((1, 50), (2, 50), (3, 20)):
        de_a.get(f"/lotes/{long_lote}/lineas?pagina={page}")
        found = [int(row.split()[0]) for row in rows_of(de_a)]
        assert len(found) == count and f"Página {page} de 3" in de_a.text
        numbers += found
    assert numbers == list(range(2, BAD + 2)), "original numbers, the good first line left out"


def test_the_pages_are_linked_with_their_filter(de_a: Navegador, long_lote: str) -> None:
    de_a.get(f"/lotes/{long_lote}/lineas?estado=error&codigo=INS-01")
    assert de_a.page is not None
    [following] = [str(a.get("href")) for a in de_a.page.iter("a") if a.get("rel") == "next"]
    de_a.get(following)
    assert "51 a 60 de 60" in de_a.text
    assert len(rows_of(de_a)) == 10 and all("INS-01" in row for row in rows_of(de_a))


@pytest.mark.parametrize("pagina", ["4", "99999", "999999999999999999999"])
def test_a_page_past_the_end_is_the_last_one(de_a: Navegador, long_lote: str, pagina: str) -> None:
    de_a.get(f"/lotes/{long_lote}/lineas?pagina={pagina}")
    assert "101 a 120 de 120" in de_a.text and "Página 3 de 3" in de_a.text
    assert len(rows_of(de_a)) == 20


@pytest.mark.parametrize("pagina", ["0", "-3", "abc", "", "1e9", "%00"])
def test_a_page_that_is_no_number_is_the_first_one(de_a: Navegador, long_lote: str, pagina: str) -> None:
    de_a.get(f"/lotes/{long_lote}/lineas?pagina={pagina}")
    assert "1 a 50 de 120" in de_a.text


def test_each_code_is_offered_with_its_number_of_lines(de_a: Navegador, long_lote: str) -> None:
    de_a.get(f"/lotes/{long_lote}/lineas")
    assert "IDE-01 (60)" in de_a.text and "INS-01 (60)" in de_a.text
    de_a.get(f"/lotes/{long_lote}/lineas?codigo=IDE-01")
    assert "60 líneas con error" in de_a.text and "INS-01 " not in " ".join(rows_of(de_a))


@pytest.mark.parametrize("codigo", ["XXX-99", "%00", "' or 1=1", "IDE-01%00"])
def test_a_code_that_is_none_is_not_there(de_a: Navegador, long_lote: str, codigo: str) -> None:
    de_a.get(f"/lotes/{long_lote}/lineas?codigo={codigo}", status=404)


@pytest.mark.parametrize("estado", ["otro", "Error", "%00"])
def test_a_filter_that_is_none_is_not_there(de_a: Navegador, long_lote: str, estado: str) -> None:
    de_a.get(f"/lotes/{long_lote}/lineas?estado={estado}", status=404)


def test_every_kind_of_line_has_its_filter(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS, worker(3), worker(4))
    world.registered("MSU", world.line("MSU", ANA, sueldo="650.00"))
    numero = world.checked(
        "MSU",
        [
            world.line("MSU", ANA, sueldo="650.00"),
            world.line("MSU", LUIS, sueldo="700.00"),
            world.line("MSU", LUIS, sueldo="700.00"),
            world.line("MSU", worker(3), sueldo="250.00"),
            world.line("MSU", wrong(worker(4))),
        ],
    )
    expected = {
        "ya_registrada": (1, "YA-01"),
        "repetida": (3, "DUP-01"),
        "aviso": (4, "MSU-02"),
        "error": (5, "IDE-01"),
    }
    for estado, (linea, codigo) in expected.items():
        de_a.get(f"/lotes/{numero}/lineas?estado={estado}")
        assert rows_of(de_a)[0].startswith(f"{linea} ") and codigo in rows_of(de_a)[0]
    world.decide(numero)
    world.register(numero)
    de_a.get(f"/lotes/{numero}/lineas?estado=registrada")
    assert [row.split()[0] for row in rows_of(de_a)] == ["2", "4"]
    assert "700,00" in rows_of(de_a)[0]


def test_an_empty_filter_says_so(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.checked("INS", world.line("INS", ANA))
    for estado in ("error", "aviso", "repetida", "ya_registrada", "registrada"):
        de_a.get(f"/lotes/{numero}/lineas?estado={estado}")
        assert "No hay líneas con ese estado en este lote" in de_a.text


def test_all_problems_of_a_line_are_told_at_once(world: World, de_a: Navegador) -> None:
    numero = world.checked("INS", world.line("INS", wrong(ANA), sucursal="0077", valor="-5", causa="Z"))
    de_a.get(f"/lotes/{numero}/lineas")
    codes = {code for row in rows_of(de_a) for code in re.findall(r"\b[A-Z]{3}-\d\d\b", row)}
    assert len(codes) >= 4 and {"IDE-01", "CAT-01"} <= codes


def test_the_lines_of_another_empleador_are_not_there(de_b: Navegador, long_lote: str) -> None:
    de_b.get(f"/lotes/{long_lote}/lineas", status=404)


def test_registered_lines_are_the_same_from_either_end(world: World) -> None:
    people = [worker(n) for n in range(1, 8)]
    world.hire(*people)
    lines = [world.line("INS", wrong(people[0])), *(world.line("INS", one) for one in people)]
    lote = world.lote(world.registered("INS", lines))
    with world.database.reading() as session:
        for limit in (1, 2, 3, 7, 50):
            pages = [registered_lines(session, lote, limit, at) for at in range(0, 7, limit)]
            assert [row.linea for page in pages for row in page] == list(range(2, 9)), limit
        assert registered_lines(session, lote, 50, 7) == registered_lines(session, lote, 50, 999) == []


def test_the_page_of_a_registered_line_is_the_same_counted_from_either_end(world: World) -> None:
    people = [worker(n) for n in range(1, 61)]
    world.hire(*people)
    lines = [world.line("INS", one) for one in people]
    lote = world.lote(world.registered("INS", [world.line("INS", wrong(people[0])), *lines, *lines[:40]]))
    with world.database.reading() as session:
        pages = [page_with(session, lote, "registrada", "", linea) for linea in range(1, 102)]
    assert pages == [1] * 51 + [2] * 50, "lines 2 to 61 are registered, 51 is the fiftieth"
