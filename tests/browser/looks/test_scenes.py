"""Every page in every state, opened once and looked at by all: no axe violation, nothing wider than the screen; wide
and narrow, light and dark; as large as one needs it (enlarged.py); no rule of its style missing (own_style.py)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from browser.enlarged import holds_enlarged
from browser.opened import WIDTHS, Opened, show, violations
from browser.own_style import LIVE, MATCHED_IN, lacks_nothing, left_out
from browser.scenes import SCENES, Scene

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: the person chose it there by a link (WCAG 2.2.1), and leaves it by one
CHOSEN = {"lote-cada-30": {"meta-refresh": {"enabled": False}}}
#: of WCAG 2.2 (2.5.8), and off where nobody asks for it
TARGETS = {"target-size": {"enabled": True}}
#: the scheme changes colours and nothing else
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_everyone_can_read_the_page(all_open: Opened, scene: Scene) -> None:
    page = all_open.at(scene)
    lacks_nothing(page)
    every_rule = {"rules": TARGETS | CHOSEN.get(scene.name, {})}
    _holds_at_every_width(page, every_rule)
    page.emulate_media(color_scheme="light")
    holds_enlarged(page)


def _holds_at_every_width(page: Page, every_rule: dict[str, Any]) -> None:
    for width in WIDTHS:
        show(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for scheme, options in (("light", every_rule), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found = violations(page, **options)
            assert not found, f"{width} px, {scheme}:\n" + "\n".join(found)


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
