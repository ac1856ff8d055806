"""The world with a page for each visitor of the scenes: what looks at all scenes opens one after the other in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from .chromium import SPANISH
from .scenes import SCENES, Scene, Visits
from .world import World, standing

WIDTHS = (1280, 320)
#: axe gives back a few lines of what it found instead of megabytes of what it looked at
RUN_AXE = """async options => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], ...options });
  return violations.map(v => `${v.id}: ${v.help}\\n` + v.nodes.map(n =>
    `  ${n.target.join(' ')}\\n    ${n.failureSummary.split('\\n').slice(1).join(' ')}`).join('\\n'));
}"""


@dataclass
class Opened:
    """`pages`: visitor → its page; their contexts let axe in against the policy of our pages."""

    world: World
    pages: dict[str | None, Page]

    def at(self, scene: Scene) -> Page:
        """The page of the scene's visitor, gone to the scene, light and 1280 px wide as at first."""
        page = self.pages[scene.visitor]
        page.emulate_media(color_scheme="light", forced_colors="none", media="screen")
        show(page, WIDTHS[0])
        scene.open(page, self.world)
        return page


@contextmanager
def opened(browser: Browser, folder: Path, **context_options: Any) -> Iterator[Opened]:
    options = {**SPANISH, "bypass_csp": True, **context_options}
    with standing(folder) as world:
        visits = Visits(browser, world)
        states = {who: visits.state(who) for who in {scene.visitor for scene in SCENES}}
        contexts = {who: browser.new_context(storage_state=state, **options) for who, state in states.items()}
        yield Opened(world, {who: context.new_page() for who, context in contexts.items()})
        for context in contexts.values():
            context.close()


def show(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})


def violations(page: Page, **options: Any) -> list[str]:
    """What axe finds on the page as it is now; `options` are those of axe.run."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN_AXE, options)
    return found
