"""Where the focus is: on the summary after an error, and by its links in the fields; past the band by the skip link;
never lost when the live section is replaced or ends. And what is said aloud then, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from browser.desk import becomes, comes_true, send, sign_in, tab_to
from browser.hold import held
from browser.opened import Opened
from browser.scenes import SCENES, Scene
from browser.world import HOY, cedulas, lines
from e2e.conftest import Portal, running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WITH_SUMMARY = [scene for scene in SCENES if scene.name.endswith(("-error", "-vacio", "-sin-motivo"))]
#: a page of each kind of band
WITH_BAND = [scene for scene in SCENES if scene.name in ("inicio", "procesos", "soporte", "error-404", "error-500")]
FOCUSED = "document.activeElement.id"
ON_TOP = """() => {
  const on = document.activeElement, at = on.getBoundingClientRect();
  return on.contains(document.elementFromPoint((at.left + at.right) / 2, (at.top + at.bottom) / 2));
}"""
#: keeps what is put into the place that is read aloud
HEAR = """() => {
  window.heard = [];
  const voice = document.getElementById('voz');
  new MutationObserver(() => window.heard.push(voice.textContent)).observe(voice, { childList: true });
}"""


@pytest.mark.parametrize("scene", WITH_SUMMARY, ids=lambda scene: scene.name)
def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_fields(all_open: Opened, scene: Scene) -> None:
    page = all_open.at(scene)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    links = page.locator("main [role=alert] a").all()
    assert links
    for link in links:
        field = str(link.get_attribute("href")).removeprefix("#")
        link.press("Enter")
        assert page.evaluate(FOCUSED) == field
        assert page.get_attribute(f"#{field}", "aria-invalid") == "true", field
        for described in str(page.get_attribute(f"#{field}", "aria-describedby")).split():
            assert page.inner_text(f"#{described}").strip()


@pytest.mark.parametrize("scene", WITH_BAND, ids=lambda scene: scene.name)
def test_the_first_tab_skips_the_band(all_open: Opened, scene: Scene) -> None:
    page = all_open.at(scene)
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == "Ir al contenido"
    assert page.locator(":focus").bounding_box()["x"] >= 0, "it is seen while it has the focus"  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main, footer') !== null")


@pytest.mark.parametrize("name", ["lotes", "lineas", "lineas-registradas"])
def test_the_header_that_stays_hides_no_focus(all_open: Opened, name: str) -> None:
    """WCAG 2.4.11, going back up a long table."""
    page = all_open.at(next(scene for scene in SCENES if scene.name == name))
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator("tbody :is(a, input)").last.focus()
    for _ in range(page.locator("tbody :is(a, input)").count() - 1):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(ON_TOP), page.inner_text(":focus")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("focus"), PORTAL_HOY=HOY.isoformat()) as portal:
        yield portal


def test_the_end_of_the_work_is_said_once_and_takes_no_focus_away(page: Page, portal: Portal) -> None:
    sign_in(page, portal)
    with held(portal, "rq_worker", "sweeper"):
        send(page, "INS", "extras.txt", "\r\n".join(lines("INS", cedulas(1, 1))).encode())
        assert page.inner_text("#voz") == ""
        tab_to(page, "#ya")
        page.evaluate(HEAR)
    becomes(page, "revisado")
    comes_true(page, "document.activeElement.id === 'avance'")
    heard = page.evaluate("window.heard")
    assert heard[-1].endswith("Puede corregir.") or "Nada que registrar" in heard[-1]
    assert len(heard) == len(set(heard)) <= 3 and all(len(one) < 200 for one in heard)
    assert "revisado" in page.title()
