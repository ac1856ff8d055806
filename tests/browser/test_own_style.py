"""The rules of the stylesheet that a page does not carry (web/estilo.py) would match nothing in it: not as it came,
not after what scripts and people do there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from portal.web.assets import stylesheet
from portal.web.estilo import rules_of

from .opened import Opened
from .scenes import SCENES, Scene

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


def left_out(page: Page) -> list[str]:
    """The selectors of the whole stylesheet that this page's own lacks."""
    own = {(rule.media, one) for rule in rules_of(page.inner_text("style")) for one, _ in rule.selectors}
    every = ((rule.media, one) for rule in rules_of(stylesheet()) for one, _ in rule.selectors)
    lacking = {MOMENT.sub("", one) or "*" for media, one in every if (media, one) not in own}
    return sorted(re.sub(r"\binput\b", "input" + SHOWN, one) for one in lacking)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_rule_is_missing_on_the_page(all_open: Opened, scene: Scene) -> None:
    page = all_open.at(scene)
    assert page.evaluate(MATCHED, left_out(page)) == []


@pytest.mark.parametrize("folder", LIVE)
def test_no_rule_is_missing_for_what_polling_will_bring(all_open: Opened, folder: str) -> None:
    waiting: dict[str, list[str]] = {}
    sections: dict[str, str] = {}
    for scene in (one for one in SCENES if one.name.startswith(LIVE[folder])):
        page = all_open.at(scene)
        sections[scene.name] = page.locator("#avance").evaluate("one => one.outerHTML")
        if page.locator("#avance[data-hx-get]").count():
            waiting[scene.name] = left_out(page)
    assert waiting and len(sections) > len(waiting)
    for missing in waiting.values():
        for name, html in sections.items():
            assert page.evaluate(MATCHED_IN, [missing, html]) == [], name
