"""Lighthouse: accessibility and best practices are 100 on a page of each kind. `-s` prints the scores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from browser.checkers import NODE, node
from browser.chromium import ARGUMENTS, EXECUTABLE
from browser.scenes import SCENES, Visits
from browser.world import World, standing
from tests.conftest import free_port

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.long]  # axe and vnu see every page

KINDS = (
    "inicio",
    "ingresar",
    "procesos",
    "enviar",
    "lote-revisando",
    "lote-revisado",
    "lineas",
    "comprobante",
    "historia-sucursal",
    "soporte-lote",
    "error-404",
)
#: Chromium itself writes the status of an error page on the console
OF_AN_ERROR_PAGE = {"errors-in-console"}


@pytest.fixture(scope="module")
def reports(
    browser: Browser, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """By the name of the scene: its scores and the audits that cost some. One Node, one Chromium, one page after the
    other."""
    port = free_port()
    with standing(tmp_path_factory.mktemp("world")) as world:
        visits = Visits(browser, world)
        pages = [_asked(world, visits, name) for name in KINDS]
        looked_at = playwright.chromium.launch(
            executable_path=EXECUTABLE, args=[*ARGUMENTS, f"--remote-debugging-port={port}"]
        )
        yield node(NODE / "lighthouse.mjs", {"port": port, "pages": pages})
        looked_at.close()


def _asked(world: World, visits: Visits, name: str) -> dict[str, Any]:
    """A scene that its address alone brings about."""
    scene = next(scene for scene in SCENES if scene.name == name and scene.then is None)
    state: Any = visits.state(scene.visitor)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in state["cookies"]) if state else ""
    headers = {"Cookie": cookies} if cookies else {}
    return {"name": name, "url": world.base + scene.path.format(**world.lotes), "headers": headers}


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_taken_off(reports: dict[str, Any], name: str) -> None:
    scores, failed = reports[name]["scores"], reports[name]["failed"]
    print(f"\n{name:20} accessibility {scores['accessibility']}, best practices {scores['best-practices']}", end="")
    if name.startswith("error-"):
        failed = [audit for audit in failed if audit.split(":")[0] not in OF_AN_ERROR_PAGE]
    assert not failed, "\n".join(failed)
