"""Each page carries only the rules of the stylesheet that can match in it: of 2,000 bytes on the wire that leaves 900
to 1,500. The page itself tells which, so that no template has to.

Classes are words here and in the templates; rules and page are sent with short ones (class_names.py).

Only tags and classes are matched; attributes and states (`[open]`, `:hover`) change while a page is open. What a script
adds to a page later is not in it yet: such a page names it in `vendran`, or carries all rules.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, Response, g

from portal.web.respuesta.assets import stylesheet
from portal.web.respuesta.class_names import shorten_page, shorten_selectors

PLACE = re.compile(r"<style>([^<]*)</style>")  # with what will come
RULE = re.compile(r"(@media[^{]*)\{((?:[^{}]*\{[^{}]*\})*)\}|([^{}]+)\{([^{}]*)\}")
ASIDE = re.compile(r"\[[^]]*\]|::?[a-z-]+(?:\([^()]*\))?")
NAME = re.compile(r"\.?[a-z][a-z0-9-]*")
TAG = re.compile(r'<(?!input type="hidden")([a-z][a-z0-9]*)')  # hidden fields, in every page, need no rules of fields
CLASSES = re.compile(r' class="([^"]*)"')


@dataclass(frozen=True)
class Rule:
    """What stands before and between one pair of braces; each selector with the tags and `.classes` it asks for."""

    media: str
    selectors: tuple[tuple[str, frozenset[str]], ...]
    body: str

    def within(self, names: frozenset[str]) -> str:
        """The rule with the selectors that can match where only these names are; empty when none can."""
        left = ",".join(text for text, asked in self.selectors if asked <= names)
        return left and f"{left}{{{self.body}}}"


def rules_of(css: str, media: str = "") -> tuple[Rule, ...]:
    """A stylesheet without comments, in its order."""
    found: list[Rule] = []
    for inner_media, inner, selectors, body in RULE.findall(css):
        if inner_media:
            found.extend(rules_of(inner, inner_media))
        else:
            asked = ((one, frozenset(NAME.findall(ASIDE.sub("", one)))) for one in selectors.split(","))
            found.append(Rule(media, tuple(asked), body))
    return tuple(found)


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The whole stylesheet, in its order."""
    return rules_of(stylesheet())


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every tag and `.class` of the stylesheet."""
    return frozenset(name for rule in rules() for _, asked in rule.selectors for name in asked)


def names_in(html: str) -> frozenset[str]:
    """The tags and `.classes` of a page that the stylesheet knows."""
    classes = {f".{name}" for names in set(CLASSES.findall(html)) for name in names.split()}
    return known() & (classes | set(TAG.findall(html)))


@lru_cache(maxsize=512)
def sheet(names: frozenset[str]) -> str:
    """The stylesheet of pages in which only these names are, as it goes out."""
    parts: list[str] = []
    media = ""
    for rule in rules():
        text = rule.within(names)
        if not text:
            continue
        if rule.media != media:
            parts.append(("}" if media else "") + (f"{rule.media}{{" if rule.media else ""))
            media = rule.media
        parts.append(text)
    return shorten_selectors("".join(parts) + ("}" if media else ""))


@lru_cache(maxsize=512)
def source(css: str) -> str:
    """The source of the content security policy that allows exactly this stylesheet."""
    digest = hashlib.sha256(css.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def add_style(response: Response) -> Response:
    """Inlines the rules into a page, and shortens its classes; of a fragment, only those. The policy of the answer
    allows the rules, and scripts only where there are any."""
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    html = response.get_data(as_text=True)
    place = PLACE.search(html)
    if place:
        g.has_script = "<script" in html
        later = frozenset(place[1].split())
        css = sheet(known() if g.has_script and not later else names_in(html) | later)
        g.style_source = source(css)
        html = html[: place.start(1)] + css + html[place.end(1) :]
    response.set_data(shorten_page(html))
    return response


def init_app(app: Flask) -> None:
    app.after_request(add_style)
    sheet(known())
