"""The receipt: it is there once the lote is registered, and its figures add up."""

from __future__ import annotations

import hashlib
import re

import pytest

from pages.states import ANA, LUIS, NADIE, WAYS, bring_to
from pages.world import World, worker
from web import mundo
from web.portal_client import Navegador

FIGURES = ("Registradas", "Con error", "Repetidas", "Ya registradas", "Líneas leídas")


def figures(browser: Navegador) -> list[int]:
    """The figures of the sum, in the order of FIGURES; thousands are read whole."""
    assert browser.page is not None
    found = {}
    for div in browser.page.iter("div"):
        terms, values = list(div.iter("dt")), list(div.iter("dd"))
        if len(terms) == len(values) == 1:
            found["".join(terms[0].itertext()).strip()] = "".join(values[0].itertext())
    return [int(re.sub(r"\s", "", found[name])) for name in FIGURES]


def test_the_receipt_adds_up_and_names_what_was_done_by_whom(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS, worker(3))
    world.registered("INS", world.line("INS", worker(3)))
    lines = [world.line("INS", ANA), world.line("INS", LUIS, valor="1200.50"), world.line("INS", ANA)]
    lines += [world.line("INS", NADIE), world.line("INS", worker(3)), "x;y"]
    numero = world.registered("INS", lines, nombre="extras de octubre.txt")
    de_a.get(f"/lotes/{numero}/comprobante")
    *parts, total = figures(de_a)
    assert parts == [2, 2, 1, 1] and sum(parts) == total == len(lines)
    sha = hashlib.sha256("".join(line + "\r\n" for line in lines).encode()).hexdigest()
    for fact in (
        numero,
        mundo.RUC_A,
        "Variación de sueldo por extras (INS)",
        "extras de octubre.txt",
        sha,
        "PERSONA UNO",
    ):
        assert fact in de_a.text
    assert "Se sumaron USD 1 288,00 en 2 líneas." in de_a.text
    assert "22 nov 2026" in de_a.text, "the business date"


def test_the_page_of_the_lote_adds_up_before_and_after(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", ANA), world.line("INS", NADIE)])
    assert "Correctas 1 Con error 1 Repetidas 1 Ya registradas 0 Líneas leídas 3" in (
        de_a.get(f"/lotes/{numero}") and de_a.text
    )
    world.decide(numero)
    world.register(numero)
    de_a.get(f"/lotes/{numero}")
    assert figures(de_a) == [1, 1, 1, 0, 3]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", [way for way, (estado, _) in WAYS.items() if estado not in ("registrado", "anulado")])
def test_there_is_no_receipt_before_it_is_registered(world: World, de_a: Navegador, way: str) -> None:
    de_a.get(f"/lotes/{bring_to(world, way)}/comprobante", status=404)


def test_a_stranger_gets_no_receipt(world: World, de_b: Navegador, soporte: Navegador) -> None:
    numero = bring_to(world, "registrado")
    for browser in (de_b, soporte):
        browser.get(f"/lotes/{numero}/comprobante", status=404)


def test_a_long_receipt_lists_fifty_lines_and_leads_to_the_rest(world: World, de_a: Navegador) -> None:
    people = [worker(n) for n in range(1, 61)]
    world.hire(*people)
    numero = world.registered("INS", [world.line("INS", one) for one in people])
    de_a.get(f"/lotes/{numero}/comprobante")
    assert de_a.page is not None
    assert len([row for body in de_a.page.iter("tbody") for row in body.iter("tr")]) == 50
    assert "Ver las 60" in de_a.text
    de_a.get(f"/lotes/{numero}/lineas?estado=registrada&pagina=2")
    assert "51 a 60 de 60" in de_a.text


def test_repairs_are_counted_on_the_receipt(world: World, de_a: Navegador) -> None:
    world.hire("0912791803")
    line = world.line("INS", "912791803", sucursal="1")
    numero = world.registered("INS", line)
    de_a.get(f"/lotes/{numero}/comprobante")
    assert "1 línea" in de_a.text and "cero" in de_a.text.lower()
