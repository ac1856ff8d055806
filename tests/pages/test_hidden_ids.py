"""What no page shows: a worker's id in clear. And what no address holds: a cédula, a RUC, a name."""

from __future__ import annotations

import re

import pytest

from pages.states import ANA, LUIS
from pages.world import World, send, worker, wrong
from portal import clock
from portal.cuentas.mascara import oculta
from portal.files.columns import check_digit_holds
from portal.lotes.estados import move
from portal.modelos import Lote
from web import mundo
from web.portal_client import Navegador

UNKNOWN = worker(50)
PEOPLE = {ANA, LUIS, UNKNOWN, mundo.DE_A}


def ids_in(html: str) -> set[str]:
    """Every run of ten digits that is a real cédula."""
    return {run for run in re.findall(r"(?<![0-9])[0-9]{10}(?![0-9])", html) if check_digit_holds(run)}


@pytest.fixture
def numero(world: World) -> str:
    """A registered lote with lines of every fate, and each person in some of them."""
    world.hire(ANA, LUIS)
    world.registered("INS", world.line("INS", LUIS))
    lines = [
        world.line("INS", ANA),
        world.line("INS", ANA),
        world.line("INS", LUIS),
        world.line("INS", UNKNOWN),
        world.line("INS", UNKNOWN, valor="0.00", causa="Z"),
        world.line("INS", wrong(UNKNOWN)),
        f"{mundo.RUC_A};0001;{ANA}",
        f"{mundo.RUC_A};0001;2026;11;INS;{ANA};1.00;O;de más;{LUIS}",
        world.line("INS", LUIS, sucursal="0009", valor="99.00"),
    ]
    return world.registered("INS", lines)


def pages_of(numero: str) -> list[str]:
    lines = [f"lineas?estado={one}" for one in ("error", "aviso", "repetida", "ya_registrada", "registrada")]
    return [f"/lotes/{numero}{rest}" for rest in ("", "/avance", "/comprobante", *(f"/{one}" for one in lines))]


def test_no_page_shows_the_id_of_a_worker(world: World, de_a: Navegador, numero: str) -> None:
    for address in [*pages_of(numero), "/lotes", "/procesos", "/historia"]:
        html = de_a.get(address, headers={"HX-Request": "true"} if "avance" in address else {}).text
        assert not ids_in(html) & PEOPLE, address


def test_no_page_shows_it_before_the_decision_either(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.checked("INS", [world.line("INS", ANA, valor="x"), f"{mundo.RUC_A};{ANA}"])
    assert not ids_in(de_a.get(f"/lotes/{numero}").text) & PEOPLE
    assert oculta(ANA) in de_a.text, "hidden, not left out: the person needs to find the line"


def test_the_number_of_nobody_is_shown_as_it_was_sent(world: World, de_a: Navegador, numero: str) -> None:
    assert wrong(UNKNOWN) in de_a.get(f"/lotes/{numero}/lineas?codigo=IDE-01").text


def test_the_history_shows_its_worker_hidden(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    de_a.get("/historia")
    de_a.post("/historia", {"cedula": ANA})
    html = de_a.follow().text
    assert not ids_in(html) and oculta(ANA) in html


def test_no_address_that_is_sent_to_holds_an_id_a_ruc_or_a_name(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    sent_to: list[str] = []
    send(de_a, "INS", (f"{ANA}-{mundo.RUC_A}.txt", world.line("INS", ANA)))
    sent_to.append(str(de_a.response.location))  # type: ignore[union-attr]
    numero = world.rows(Lote)[-1].numero
    world.check(numero)
    for path, data in ((f"/lotes/{numero}/decision", {"decision": "registrar"}), ("/historia", {"cedula": ANA})):
        de_a.get("/historia")
        sent_to.append(str(de_a.post(path, data).location))
    for address in sent_to:
        assert not re.search(r"[0-9]{10}", address) and "EMPRESA" not in address, address


def test_no_link_or_form_of_a_page_leads_to_an_address_with_an_id(world: World, de_a: Navegador, numero: str) -> None:
    for address in [*pages_of(numero), "/lotes"]:
        de_a.get(address, headers={"HX-Request": "true"} if "avance" in address else {})
        html = de_a.response.text  # type: ignore[union-attr]
        links = re.findall(r'(?:href|action|src|data-hx-get)="([^"]*)"', html)
        assert links and not [one for one in links if re.search(r"[0-9]{10}", one) and not one.startswith("tel:")]


def test_a_bad_search_is_answered_on_its_own_page_without_the_number_in_its_address(
    world: World, de_a: Navegador
) -> None:
    de_a.get("/historia")
    response = de_a.post("/historia", {"cedula": UNKNOWN}, status=422)
    assert response.request.path == "/historia" and not response.request.query_string
    assert "no consta en su historia laboral" in de_a.text


def test_an_id_that_slipped_into_another_field_is_hidden_too(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.checked("INS", world.line("INS", ANA, causa=LUIS))
    assert not ids_in(de_a.get(f"/lotes/{numero}").text)


def test_a_lote_that_was_annulled_hides_them_too(world: World, de_a: Navegador, numero: str) -> None:
    with world.database.writing() as session:
        move(session, session.get_one(Lote, world.lote(numero).id), "anulado", clock.now(), "de prueba")
    assert not ids_in(de_a.get(f"/lotes/{numero}").text) & PEOPLE
