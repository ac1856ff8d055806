"""Every page in every state: no axe violation, nothing wider than the screen; wide and narrow, light and dark."""

from __future__ import annotations

import pytest

from .opened import WIDTHS, Opened, show, violations
from .scenes import SCENES, Scene

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
    every_rule = {"rules": TARGETS | CHOSEN.get(scene.name, {})}
    for width in WIDTHS:
        show(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for scheme, options in (("light", every_rule), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found = violations(page, **options)
            assert not found, f"{width} px, {scheme}:\n" + "\n".join(found)
