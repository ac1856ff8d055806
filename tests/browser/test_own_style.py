"""The rules of the stylesheet that a page does not carry (web/estilo.py) would match nothing in it: not as it came,
not after what scripts and people do there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from portal.web.assets import stylesheet
from portal.web.estilo import rules_of

from .chromium import SPANISH
from .scenes import SCENES, Scene, Visits
from .world import World, standing

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: what a selector says about a moment or a part of an element, and not about which elements there are
MOMENT = re.compile(r"::[a-z-]+|:(before|after|hover|focus-visible|focus)")
LIVE = {"lotes": "lote-", "anulaciones": "anulacion"}  # folder of the address → scenes of the live section
SHOWN = ":not([type=hidden])"
MATCHED = "(all) => all.filter(selector => document.querySelector(selector))"
MATCHED_IN = """([all, html]) => {
  const page = new DOMParser().parseFromString('<main><p></p>' + html + '<p></p></main>', 'text/html');
  return all.filter(selector => page.querySelector(selector));
}"""


@pytest.fixture(scope="module")
def opened(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str | None, Page]]]:
    with standing(tmp_path_factory.mktemp("world")) as world:
        visits = Visits(browser, world)
        visitors = {scene.visitor for scene in SCENES}
        states = {visitor: visits.state(visitor) for visitor in visitors}
        contexts = {who: browser.new_context(storage_state=s, **SPANISH) for who, s in states.items()}
        yield world, {who: context.new_page() for who, context in contexts.items()}
        for context in contexts.values():
            context.close()


def left_out(page: Page) -> list[str]:
    """The selectors of the whole stylesheet that this page's own lacks."""
    own = {(rule.media, one) for rule in rules_of(page.inner_text("style")) for one, _ in rule.selectors}
    every = ((rule.media, one) for rule in rules_of(stylesheet()) for one, _ in rule.selectors)
    lacking = {MOMENT.sub("", one) or "*" for media, one in every if (media, one) not in own}
    return sorted(re.sub(r"\binput\b", "input" + SHOWN, one) for one in lacking)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_rule_is_missing_on_the_page(opened: tuple[World, dict[str | None, Page]], scene: Scene) -> None:
    world, pages = opened
    scene.open(pages[scene.visitor], world)
    assert pages[scene.visitor].evaluate(MATCHED, left_out(pages[scene.visitor])) == []


@pytest.mark.parametrize("folder", LIVE)
def test_no_rule_is_missing_for_what_polling_will_bring(
    opened: tuple[World, dict[str | None, Page]], folder: str
) -> None:
    world, pages = opened
    waiting: dict[str, list[str]] = {}
    sections: dict[str, str] = {}
    for scene in (one for one in SCENES if one.name.startswith(LIVE[folder])):
        page = pages[scene.visitor]
        scene.open(page, world)
        sections[scene.name] = page.locator("#avance").evaluate("one => one.outerHTML")
        if page.locator("#avance[data-hx-get]").count():
            waiting[scene.name] = left_out(page)
    assert waiting and len(sections) > len(waiting)
    for missing in waiting.values():
        for name, html in sections.items():
            assert page.evaluate(MATCHED_IN, [missing, html]) == [], name
