"""Every page in every state: no axe violation, nothing wider than the screen; wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .chromium import SPANISH
from .scenes import SCENES, Scene, Visits
from .world import World, standing

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WIDTHS = (1280, 320)
#: the scheme changes colours and nothing else
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
Opened = tuple[World, dict[str | None, Page]]


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The world, and a page for each visitor; axe is put into pages against their policy."""
    with standing(tmp_path_factory.mktemp("world")) as world:
        visits = Visits(browser, world)
        visitors = {scene.visitor for scene in SCENES}
        states = {visitor: visits.state(visitor) for visitor in visitors}
        contexts = {who: browser.new_context(storage_state=s, bypass_csp=True, **SPANISH) for who, s in states.items()}
        yield world, {who: context.new_page() for who, context in contexts.items()}
        for context in contexts.values():
            context.close()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_everyone_can_read_the_page(opened: Opened, scene: Scene) -> None:
    world, pages = opened
    page, axe = pages[scene.visitor], Axe()
    page.emulate_media(color_scheme="light")
    scene.open(page, world)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for scheme, options in (("light", {"resultTypes": ["violations"]}), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found = axe.run(page, options=options)
            assert found.violations_count == 0, f"{width} px, {scheme}: {found.generate_report()}"
