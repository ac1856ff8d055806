"""The empleador reads who of the staff looked at what of its own, and nobody else's; supervisors read their agents."""

from __future__ import annotations

import re

import pytest

from pages.states import ANA
from pages.test_query_counts import asked, plan_of, statements
from pages.world import World
from portal import clock
from portal.modelos import Rastro
from portal.soporte.motivos import MOTIVOS
from portal.soporte.rastro import rastro
from portal.soporte.rastro.rastro_dicho import QUE
from web import mundo
from web.portal_client import Navegador

NOBODY = "Nadie del personal ha visto sus datos."


def written(world: World, rows: int, que: str = "ve_lote", who: str = mundo.SOPORTE, ruc: str = mundo.RUC_A) -> None:
    """That many rows about an empleador, without the page that writes them."""
    cuenta_id, empleador_id = world.cuenta_id(who), world.empleador_id(ruc)
    with world.database.writing() as session:
        for _ in range(rows):
            rastro.write(session, que, cuenta_id, "ceros", clock.now(), empleador_id=empleador_id)


def rows_of(browser: Navegador) -> list[str]:
    assert browser.response is not None
    body = re.search(r"<tbody>(.*?)</tbody>", browser.response.text, re.S)
    return re.findall(r"<tr>.*?</tr>", body[1], re.S) if body else []


def test_a_look_is_read_by_the_empleador_it_concerns_and_by_no_other(
    world: World, de_a: Navegador, de_b: Navegador, soporte: Navegador
) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    for one in (de_a, de_b):
        one.get("/accesos")
        assert NOBODY in one.text
    soporte.get(f"/soporte/lotes/{numero}?motivo=ceros")
    de_a.get("/accesos")
    assert NOBODY not in de_a.text and len(rows_of(de_a)) == 1
    row = rows_of(de_a)[0]
    assert "Agente 14" in row and QUE["ve_lote"] in row and MOTIVOS["ceros"] in row
    assert f'<a href="/lotes/{numero}">{numero}</a>' in row
    de_a.get(f"/lotes/{numero}")
    de_b.get("/accesos")
    assert NOBODY in de_b.text and not rows_of(de_b)


def test_the_staffs_own_numbers_are_nowhere(world: World, de_a: Navegador) -> None:
    written(world, 2)
    html = de_a.get("/accesos").text
    assert mundo.SOPORTE not in html and mundo.SUPERVISOR not in html


def test_it_says_that_nobody_changes_it_and_where_to_complain(world: World, de_a: Navegador) -> None:
    html = de_a.get("/accesos").text
    assert "Nadie puede cambiar ni borrar esta lista" in de_a.text
    assert 'href="/queja"' in html[html.index("<main") : html.index("</main>")]
    assert 'href="/accesos"' in de_a.get("/procesos").text


def test_every_kind_and_reason_is_told_in_words(world: World, de_a: Navegador) -> None:
    with world.database.writing() as session:
        for n, que in enumerate(QUE):
            motivo = [*MOTIVOS, ""][n % (len(MOTIVOS) + 1)]
            about = {"empleador_id": world.empleador_id()}
            rastro.write(session, que, world.cuenta_id(mundo.SOPORTE), motivo, clock.now(), **about)
    de_a.get("/accesos")
    assert len(rows_of(de_a)) == len(QUE)
    main = de_a.text
    assert all(words in main for words in (*QUE.values(), *MOTIVOS.values()))
    assert not [key for key in QUE if "_" in key and key in main]


def test_which_page_or_line_it_was_is_told(world: World, de_a: Navegador) -> None:
    with world.database.writing() as session:
        about = {"empleador_id": world.empleador_id()}
        rastro.write(
            session, "senala", world.cuenta_id(mundo.SOPORTE), "ceros", clock.now(), **about, detalle="línea 7"
        )
    de_a.get("/accesos")
    assert f"{QUE['senala']} línea 7" in de_a.text


def test_newest_first_fifty_a_page_and_none_is_lost_between_them(world: World, de_a: Navegador) -> None:
    written(world, 120)
    written(world, 1, ruc=mundo.RUC_B)
    written(world, 1, "senala")
    seen, address = [], "/accesos"
    for most in (50, 50, 21):
        html = de_a.get(address).text
        assert len(rows_of(de_a)) == most
        seen += rows_of(de_a)
        following = re.search(r'href="([^"]+)"\s+rel="next"', html)
        address = following[1] if following else ""
    assert not address and len(seen) == 121
    assert QUE["senala"] in seen[0] and not [row for row in seen[1:] if QUE["senala"] in row]


@pytest.mark.parametrize("antes", ["0", "-1", "x", "", "9" * 30, "9" * 5000, "1", "%00"])
def test_an_address_made_up_gives_a_page(world: World, de_a: Navegador, antes: str) -> None:
    written(world, 1)
    de_a.get(f"/accesos?antes={antes}")
    supervisor = world.browser(mundo.SUPERVISOR)
    supervisor.get(f"/supervision/rastro?antes={antes}&agente={antes}&que={antes}")


@pytest.mark.parametrize("address", ["/accesos", "/accesos?antes=20"])
def test_a_long_trail_is_asked_with_as_many_questions(world: World, de_a: Navegador, address: str) -> None:
    written(world, 2)
    few = asked(world, de_a, address)
    written(world, 100)
    assert asked(world, de_a, address) == few


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_found_by_index(world: World, de_a: Navegador) -> None:
    written(world, 60)
    supervisor = world.browser(mundo.SUPERVISOR)
    agente = world.cuenta_id(mundo.SOPORTE)
    for browser, address in ((de_a, "/accesos?antes=55"), (supervisor, f"/supervision/rastro?agente={agente}")):
        with statements(world) as seen:
            browser.get(address)
        lists = [one for one in seen if re.search(r"from rastro join cuenta", " ".join(one.split()), re.I)]
        assert lists
        for statement in lists:
            steps = plan_of(world, statement)
            assert not [step for step in steps if step.startswith("SCAN")], steps
            assert address.startswith("/supervision") or not [step for step in steps if "B-TREE" in step], steps


def test_a_supervisor_reads_who_did_what_by_agent_and_by_kind(world: World) -> None:
    written(world, 3)
    written(world, 2, "senala", mundo.SUPERVISOR)
    supervisor = world.browser(mundo.SUPERVISOR)
    supervisor.get("/supervision/rastro")
    assert len(rows_of(supervisor)) == 6 and QUE["ve_rastro"] in rows_of(supervisor)[0]
    supervisor.get(f"/supervision/rastro?agente={world.cuenta_id(mundo.SOPORTE)}&que=")
    assert len(rows_of(supervisor)) == 3 and all("Agente 14" in row for row in rows_of(supervisor))
    supervisor.get("/supervision/rastro?que=senala")
    assert len(rows_of(supervisor)) == 2 and all(QUE["senala"] in row for row in rows_of(supervisor))
    supervisor.get(f"/supervision/rastro?que=senala&agente={world.cuenta_id(mundo.SOPORTE)}")
    assert "No hay nada con ese filtro" in supervisor.text


def test_reading_the_trail_is_in_the_trail_once_a_minute(world: World) -> None:
    supervisor = world.browser(mundo.SUPERVISOR)
    for _ in range(3):
        supervisor.get("/supervision/rastro")
    assert [(row.que, row.cuenta_id) for row in world.rows(Rastro)] == [
        ("ve_rastro", world.cuenta_id(mundo.SUPERVISOR))
    ]
    assert world.rows(Rastro)[-1].huella in supervisor.text


def test_the_supervisors_pages_keep_their_filter_and_show_nobodys_data(world: World) -> None:
    written(world, 60)
    supervisor = world.browser(mundo.SUPERVISOR)
    html = supervisor.get("/supervision/rastro?que=ve_lote").text
    following = re.search(r'href="([^"]+)"\s+rel="next"', html)
    assert following
    supervisor.get(following[1].replace("&amp;", "&"))
    assert len(rows_of(supervisor)) == 10 and all(QUE["ve_lote"] in row for row in rows_of(supervisor))
    for secret in (mundo.RUC_A, "EMPRESA", mundo.SOPORTE, mundo.DE_A, "PERSONA"):
        assert secret not in html
