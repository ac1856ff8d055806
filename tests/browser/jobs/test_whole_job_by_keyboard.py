"""What the main job (test_main_job_in_chromium.py) leaves out, by keyboard only, with JavaScript and without: lines
with errors, the file of them, mended and sent again, annulled, signed out. Every address comes from a page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import SPANISH
from browser.desk import figures, follow, send, sign_in, state, tab_to
from browser.hold import until
from browser.world import HOY, cedulas, lines
from e2e.conftest import Portal, running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SERIALS = itertools.count(10, 10)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("keyboard"), PORTAL_HOY=HOY.isoformat()) as portal:
        yield portal


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def person(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, **SPANISH)
    yield context.new_page()
    context.close()


def test_errors_are_mended_and_a_lote_is_annulled_by_keyboard(person: Page, portal: Portal) -> None:
    page, people = person, cedulas(next(SERIALS), 4)
    wrong = [_with_a_wrong_digit(one) for one in people[:2]]
    sign_in(page, portal)
    send(page, "ENT", "altas.txt", _hires([*wrong, *people[2:]]))
    _comes_to(page, "revisado")
    returned = _takes_the_lines_with_errors(page)
    follow(page, 'button[value="registrar"]')
    _comes_to(page, "registrado")
    for before, after in zip(wrong, people, strict=False):
        returned = returned.replace(before, after)
    numero = send(page, "ENT", "altas-corregidas.txt", returned.encode())
    _comes_to(page, "revisado")
    follow(page, 'button[value="registrar"]')
    _comes_to(page, "registrado")
    follow(page, 'a[href$="/comprobante"]')
    assert figures(page)["Registradas"] == figures(page)["Líneas leídas"] == 2
    follow(page, f'main a[href="/lotes/{numero}"]')
    _annuls(page)
    follow(page, 'form[action="/salir"] button')
    assert "Salió del portal" in page.inner_text("[role=status]")


def _with_a_wrong_digit(cedula: str) -> str:
    return cedula[:-1] + str((int(cedula[-1]) + 1) % 10)


def _hires(people: list[str]) -> bytes:
    day = f"{HOY:%Y%m%d}"
    rows = lines("ENT", people, fecha_ingreso=day, fecha_registro=day, sueldo="482.00")
    return "".join(f"{row}\r\n" for row in rows).encode()


def _takes_the_lines_with_errors(page: Page) -> str:
    """From the lote to its lines with errors and back; what the file of them holds."""
    lote = page.url.rsplit("/", 1)[1]
    assert figures(page)["Con error"] == 2
    follow(page, 'a[href*="/lineas?estado=error"]')
    assert page.locator("tbody tr").count() == 2
    tab_to(page, 'a[href$="/errores.txt"]')
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    follow(page, f'main a[href="/lotes/{lote}"]')
    return Path(download.value.path()).read_text()


def _annuls(page: Page) -> None:
    follow(page, 'main a[href$="/anulacion"]')
    tab_to(page, "#motivo")
    page.keyboard.type("Se enviaron por error")
    follow(page, 'main button[type="submit"]:not([name])')
    _comes_to(page, "hecha")


def _comes_to(page: Page, estado: str) -> None:
    """By itself where there is JavaScript, else by the link that asks again."""

    def there() -> bool:
        if state(page) != estado and not page.evaluate("'htmx' in window"):
            follow(page, "#ya")
        return state(page) == estado

    until(there)
