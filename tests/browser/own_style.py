"""The rules of the stylesheet that a page does not carry (web/respuesta/estilo.py) would match nothing in it: not as it
came, not after what scripts and people do there."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from portal.web.respuesta.assets import stylesheet
from portal.web.respuesta.class_names import shorten_selectors
from portal.web.respuesta.estilo import rules_of

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
    every = ((rule.media, one) for rule in rules_of(shorten_selectors(stylesheet())) for one, _ in rule.selectors)
    lacking = {MOMENT.sub("", one) or "*" for media, one in every if (media, one) not in own}
    return sorted(re.sub(r"\binput\b", "input" + SHOWN, one) for one in lacking)


def lacks_nothing(page: Page) -> None:
    """No rule is missing on the page."""
    assert page.evaluate(MATCHED, left_out(page)) == []
