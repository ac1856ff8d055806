"""The second step of the staff, its setting up and recovery codes: (name, visitor, address, what is done there)."""

from __future__ import annotations

from playwright.sync_api import Page

from portal.cuentas import segundo
from portal.cuentas.altas import save_cuenta
from tests.telefono import next_code

from .office import World, cedulas

#: a visitor who has not signed in, apart from the others who have not: its scenes leave cookies behind
BEFORE = "ante el segundo paso"
AGENT = "1710010065"
[NEW_AGENT] = cedulas(970, 1)
NEW_KEY = "demo-nueva"


def _with_key(page: Page, world: World, identificacion: str, clave: str) -> None:
    page.context.clear_cookies()
    page.goto(world.base + "/ingresar")
    page.fill("#identificacion", identificacion)
    page.fill("#clave", clave)
    page.click("main form button")
    page.wait_for_url("**/ingresar/segundo")


def _second_step(page: Page, world: World) -> None:
    clave = next(str(a["clave"]) for a in world.accounts if a["identificacion"] == AGENT)
    _with_key(page, world, AGENT, clave)


def _with_letters(page: Page, world: World) -> None:
    _second_step(page, world)
    page.click('main a[href*="recuperacion"]')


def _short(page: Page, _world: World) -> None:
    """Five digits: told without being counted, however often the scene is opened."""
    page.fill("#codigo", "12345")
    page.click("main form button")


def _second_step_short(page: Page, world: World) -> None:
    _second_step(page, world)
    _short(page, world)


def _set_up(page: Page, world: World) -> None:
    with world.database.writing() as session:
        cuenta = save_cuenta(session, NEW_AGENT, "Agente 15", "soporte", NEW_KEY)
        segundo.reset(session, cuenta.id)  # as at its first sign-in, whichever scenes came before
    _with_key(page, world, NEW_AGENT, NEW_KEY)


def _set_up_short(page: Page, world: World) -> None:
    _set_up(page, world)
    _short(page, world)


def _codes(page: Page, world: World) -> None:
    _set_up(page, world)
    page.fill("#codigo", str(next_code(page.inner_text("main code").replace(" ", ""))))
    page.click("main form button")


SCENES = (
    ("segundo", BEFORE, "/ingresar", _second_step),
    ("segundo-error", BEFORE, "/ingresar", _second_step_short),
    ("segundo-recuperacion", BEFORE, "/ingresar", _with_letters),
    ("segundo-activar", BEFORE, "/ingresar", _set_up),
    ("segundo-activar-error", BEFORE, "/ingresar", _set_up_short),
    ("segundo-codigos", BEFORE, "/ingresar", _codes),
    ("soporte-clave", "soporte", "/soporte/clave", None),
    ("soporte-clave-error", "soporte", "/soporte/clave", _short),
)
