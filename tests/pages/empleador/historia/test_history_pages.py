"""The labour history of one's own workers: asked by POST, shown under an opaque id, never another's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from pages.states import ANA, LUIS
from pages.world import World, worker
from portal.cuentas.altas import save_afiliados
from tests.classes import spelled
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


def test_each_fact_leads_to_its_line_and_its_receipt(world: World, de_a: Navegador) -> None:
    numbers = [world.hire(LUIS, ANA), world.registered("INS", world.line("INS", ANA))]
    look_up(de_a, ANA)
    html = de_a.follow().text
    for numero, linea in zip(numbers, (2, 1), strict=True):
        line, receipt = f"/lotes/{numero}/lineas?estado=registrada&amp;linea={linea}", f"/lotes/{numero}/comprobante"
        assert f'href="{line}"' in html and f'href="{receipt}"' in html
        de_a.get(line.replace("&amp;", "&"))
        de_a.get(receipt)


def test_a_lote_that_is_still_being_registered_has_no_receipt_yet(world: World, de_a: Navegador) -> None:
    numero = world.hire(ANA)
    world.alter(numero, estado="registrando")
    look_up(de_a, ANA)
    assert f"/lotes/{numero}/lineas" in de_a.follow().text and "comprobante" not in de_a.text


def test_the_name_is_shown_when_it_is_known_and_nothing_in_its_place(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS)
    with world.database.writing() as session:
        save_afiliados(session, [(int(ANA), "SUÁREZ <ANA>", False), (int(LUIS), None, False)])
    look_up(de_a, ANA)
    de_a.follow()
    assert "SUÁREZ <ANA>, 17••••0019 en EMPRESA" in de_a.text
    look_up(de_a, LUIS)
    de_a.follow()
    assert "Trabajador 17••••" in de_a.text and "None" not in de_a.text


def test_a_registry_of_persons_that_is_away_hides_names_and_nothing_else(
    world: World, de_a: Navegador, capsys: pytest.CaptureFixture[str]
) -> None:
    world.hire(ANA)
    world.app.config["PORTAL"] = replace(world.config, padron=f"{__name__}:Away")
    look_up(de_a, ANA)
    de_a.follow()
    assert "Relación abierta" in de_a.text
    assert "17••••0019" in de_a.get("/historia/sucursal").text
    assert ANA in de_a.get("/historia/sucursal.csv").text
    said = "".join(capsys.readouterr())
    assert said.count("names not shown") == 3 and "ConnectionError" in said and ANA not in said


class Away:
    """A registry of persons that does not answer, and quotes the question."""

    def __init__(self, _conn: Connection) -> None: ...

    def nombres(self, cedulas: Sequence[int]) -> dict[int, str]:
        raise ConnectionError(f"no answer about {cedulas}")


def test_nothing_is_drawn_where_there_is_no_history(de_a: Navegador) -> None:
    assert "<svg" not in de_a.get("/historia").text and "planilla" not in de_a.text


def test_headcount_and_payroll_are_drawn_and_told_in_words_and_numbers(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00", days_ago=100)
    world.hire(LUIS, sueldo="400.50", days_ago=5)
    html = de_a.get("/historia").text
    people, payroll = re.findall(r'<svg [^>]*role="img"\s+aria-label="([^"]*)"', html)
    last = "en noviembre de 2026; lo más alto, {0} en noviembre de 2026."
    assert people.endswith("2 personas " + last.format("2 personas")) and "0 personas en diciembre de 2025" in people
    assert payroll.endswith("USD 1\u202f000,50 " + last.format("USD 1\u202f000,50"))
    assert html.count("<rect x=") == 2 * 4, "a bar for each month with somebody"
    assert re.search(r'>nov 2026</th><td class="amount">2</td><td class="amount">1\u202f000,50</td>', spelled(html))
    assert " style=" not in html


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
