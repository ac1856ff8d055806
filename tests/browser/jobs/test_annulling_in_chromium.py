"""Annulling by keyboard, from the list of registered lines to the receipt, live and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.chromium import SPANISH
from browser.desk import becomes, follow, press, sign_in, state, tab_to
from browser.hold import held, until
from browser.world import HOY, cedulas, lines
from e2e.conftest import Portal, running
from tests.classes import css

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("annulling"), PORTAL_HOY=HOY.isoformat()) as portal:
        yield portal


def registered(portal: Portal, first: int) -> str:
    """The address of a lote of three hires."""
    day = f"{HOY:%Y%m%d}"
    rows = lines("ENT", cedulas(first, 3), fecha_ingreso=day, fecha_registro=day, sueldo="482.00")
    return portal.visitor().register("ENT", f"altas-{first}.txt", "".join(f"{row}\r\n" for row in rows).encode())


def test_marked_lines_are_annulled_by_keyboard_and_the_page_follows(watched: Page, portal: Portal) -> None:
    page, lote = watched, registered(portal, 10)
    sign_in(page, portal)
    page.goto(f"{portal.base}{lote}/lineas?estado=registrada")
    for linea in (1, 3):
        tab_to(page, f'input[name="linea"][value="{linea}"]')
        page.keyboard.press("Space")
    with page.expect_navigation(url="**/anulacion?linea=1&linea=3"):
        page.get_by_role("button", name="Anular las marcadas").press("Enter")
    assert "Quedan sin efecto 2 entradas" in page.inner_text("main")
    tab_to(page, "#motivo")
    page.keyboard.type("No vinieron a trabajar")
    with held(portal, "rq_worker", "sweeper"):
        follow(page, 'main button[type="submit"]:not([name])')
        assert state(page) == "pedida" and "espera su turno" in page.inner_text("#avance")
    becomes(page, "hecha")
    assert "Quedó anulado" in page.inner_text("#avance")
    assert page.get_attribute("#avance", "data-hx-trigger") is None
    follow(page, css("#avance a.button"))
    expect(page.locator("main")).to_contain_text("3 registradas, 2 de ellas anuladas")


def test_without_a_reason_the_browser_asks_for_it_and_looking_first_needs_none(watched: Page, portal: Portal) -> None:
    page, lote = watched, registered(portal, 20)
    sign_in(page, portal)
    page.goto(f"{portal.base}{lote}/anulacion")
    press(page, 'main button[type="submit"]:not([name])')
    assert page.evaluate("document.activeElement.id") == "motivo", "it is required"
    page.fill("#lineas", "2")
    with page.expect_navigation():
        page.get_by_role("button", name="Ver antes qué cambia").click()
    assert "Se anula 1 línea: la 2." in page.inner_text("main") and page.input_value("#lineas") == "2"


def test_without_javascript_it_is_the_same_with_a_link(browser: Browser, portal: Portal) -> None:
    lote = registered(portal, 30)
    context = browser.new_context(java_script_enabled=False, **SPANISH)
    page, account = context.new_page(), portal.account()
    page.goto(portal.base + "/ingresar")
    page.fill("#identificacion", account["identificacion"])
    page.fill("#clave", account["clave"])
    page.click("main button")
    page.goto(f"{portal.base}{lote}/anulacion")
    page.fill("#motivo", "Se enviaron dos veces")
    with held(portal, "rq_worker", "sweeper"):
        page.get_by_role("button", name="Anular", exact=True).click()
        assert page.get_attribute("#avance", "data-estado") == "pedida"

    def done() -> bool:
        if page.get_attribute("#avance", "data-estado") == "pedida":
            page.get_by_role("link", name="Actualizar").click()
        return page.get_attribute("#avance", "data-estado") == "hecha"

    until(done)
    page.goto(portal.base + lote)
    assert page.get_attribute("#avance", "data-estado") == "anulado"
    context.close()
