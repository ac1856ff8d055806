"""Two browsers, a caller and an agent, from "I have an error" to the mended line registered: live, and without
JavaScript by "Actualizar"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.chromium import SPANISH
from browser.conftest import Watch
from browser.desk import pause
from browser.hold import until
from e2e.conftest import Portal, running
from tests.classes import css
from tests.telefono import code_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WRONG, RIGHT = "1720000043", "1700000043"
MASKED = "17••••0043"


@pytest.fixture(params=[True, False], ids=["live", "without JavaScript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """The demonstration: its empleador has a lote of extras with one slip of a digit, on line 4."""
    with running(tmp_path) as portal:
        yield portal


@pytest.fixture
def two(browser: Browser, portal: Portal, scripts: bool) -> Iterator[tuple[Page, Page]]:
    """The caller's and the agent's pages, each in its own browser context, both signed in."""
    pages, watches = [], []
    for rol in ("empleador", "soporte"):
        context = browser.new_context(java_script_enabled=scripts, accept_downloads=True, **SPANISH)
        pages.append(context.new_page())
        watches.append(Watch(context))
        _sign_in(pages[-1], portal, rol)
    yield pages[0], pages[1]
    assert all(watch.is_clean() for watch in watches)
    for page in pages:
        page.context.close()


def _sign_in(page: Page, portal: Portal, rol: str) -> None:
    account = portal.account(rol=rol)
    page.goto(portal.base + "/ingresar")
    page.fill("#identificacion", account["identificacion"])
    page.fill("#clave", account["clave"])
    page.click("main button")
    if "totp" in account:
        page.fill("#codigo", code_of(account["totp"]))
        page.click("main button")


def _comes(page: Page, said: Callable[[], bool], scripts: bool) -> None:
    """By itself, without the page being loaded again; without JavaScript by "Actualizar", and not before."""
    if scripts:
        page.evaluate("window.mark = 1")
        until(lambda: pause(page) or said())
        assert page.evaluate("window.mark") == 1, "the page was loaded again"
    else:
        until(lambda: said() or page.get_by_role("link", name="Actualizar").first.click())


def test_from_i_have_an_error_to_the_mended_line_registered(
    two: tuple[Page, Page], portal: Portal, scripts: bool
) -> None:
    caller, agent = two
    caller.click('main a[href^="/lotes/2"]')
    lote = caller.url
    code = _asks_for_a_code(caller, lote)
    _opens_the_call(agent, code)
    _comes(caller, lambda: "Agente 14 está viendo el lote" in caller.inner_text("main"), scripts)

    assert "línea cuatro" in agent.inner_text("#avance blockquote >> nth=0")
    assert MASKED in agent.inner_text("main") and not _sees(agent)
    assert agent.input_value("#motivo") == "error"
    agent.click("text=Señalar la línea 4 en su pantalla")
    _comes(caller, lambda: "Le señala la línea 4" in caller.inner_text("main"), scripts)
    expect(caller.locator("dl[aria-current=true]")).to_contain_text("4, campo «cédula»")

    _consents(caller, agent, scripts)
    number = _sends_the_line_again(caller, lote)
    _comes(agent, lambda: number in agent.inner_text("main"), scripts)
    _until_state(caller, "revisado", scripts)
    _comes(agent, lambda: "«Lote" in agent.inner_text("main") and "1 correcta + 0 con error" in _flat(agent), scripts)
    caller.click('button[value="registrar"]')
    _until_state(caller, "registrado", scripts)
    _comes(agent, lambda: agent.get_attribute("#avance", "data-estado") == "registrado", scripts)

    assert agent.input_value("#motivo") == "llego"  # what is proposed goes on with the lote, as long as nobody chose
    agent.click("main >> text=Resuelto")
    assert "resuelta" in agent.inner_text("main")
    _comes(caller, lambda: not caller.locator("[data-linea]").count(), scripts)
    _is_registered(caller, number)
    _reads_who_looked(caller)


def _asks_for_a_code(caller: Page, lote: str) -> str:
    """From any page, two clicks; back on the same page with the code."""
    caller.click('header a[href="/ayuda/llamada"]')
    caller.click("text=Pedir un código de llamada")
    assert caller.url == lote
    return "".join(re.findall(r"\d", caller.inner_text(css("main .notice b.lead"))))


def _opens_the_call(agent: Page, code: str) -> None:
    agent.goto(agent.url.split("/", 3)[0] + "//" + agent.url.split("/", 3)[2] + "/soporte/llamada")
    agent.fill("#codigo", code)
    agent.click("text=Ver su página")
    assert agent.get_attribute("#avance", "data-estado") == "revisado"


def _sees(agent: Page) -> bool:
    """Whether ids are on the agent's screen."""
    return bool({WRONG, RIGHT} & set(re.findall(r"\d{10}", agent.content())))


def _consents(caller: Page, agent: Page, scripts: bool) -> None:
    """The caller lets ids be seen, and covers them again."""
    caller.click("text=Permitir que los vea")
    _comes(agent, lambda: _sees(agent), scripts)
    caller.click("text=Cubrir cédulas y sueldos")
    _comes(agent, lambda: not _sees(agent), scripts)


def _sends_the_line_again(caller: Page, lote: str) -> str:
    """As the steps say: the line with its error comes down, is mended, goes up; the number of its lote."""
    with caller.expect_download() as download:
        caller.click('a[href$="/errores.txt"]')
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.count(WRONG) >= 1
    mended = text.replace(WRONG, RIGHT).encode()
    caller.goto(lote.split("/lotes/")[0] + "/cargas/nueva?movimiento=INS")
    assert "está viendo" in caller.inner_text("main"), "the band is on every page"
    caller.set_input_files("#archivo", {"name": "corregida.txt", "mimeType": "text/plain", "buffer": mended})
    caller.click('main form[action="/cargas/nueva"] button[type="submit"]')
    caller.wait_for_url("**/lotes/2*")
    assert caller.url != lote
    return caller.url.split("/lotes/")[1].split("?")[0]


def _until_state(caller: Page, estado: str, scripts: bool) -> None:
    if scripts:
        expect(caller.locator("#avance")).to_have_attribute("data-estado", estado, timeout=30_000)
    else:
        until(lambda: caller.get_attribute("#avance", "data-estado") == estado or bool(caller.reload() and False))


def _flat(page: Page) -> str:
    return " ".join(page.inner_text("main").split())


def _is_registered(caller: Page, number: str) -> None:
    caller.goto(caller.url.split("/lotes/")[0] + "/historia")
    caller.fill("#cedula", RIGHT)
    caller.click("main button")
    assert number in caller.inner_text("main"), "the mended line is in the worker's history"


def _reads_who_looked(caller: Page) -> None:
    caller.goto(caller.url.split("/historia")[0] + "/accesos")
    said = _flat(caller)
    for act in ("Abrió la llamada con el código", "Señaló una línea", "Vio cédulas y sueldos, con el permiso"):
        assert act in said and "Agente 14" in said, said
