"""Classes in tests are words, as in the templates; pages go out with short ones (web/respuesta/class_names.py)."""

from __future__ import annotations

import re

from portal.web.respuesta.class_names import ATTRIBUTE, shorten_selectors, table


def css(selector: str) -> str:
    """A selector for a page as it came: `css("#avance a.button")`."""
    return shorten_selectors(selector)


def spelled(html: str) -> str:
    """A page as it came, with its classes in words; AssertionError for a class that no rule is about."""
    back = {short: word for word, short in table().items()}
    unknown = {name for names in ATTRIBUTE.findall(html) for name in names.split()} - back.keys()
    assert not unknown, f"classes without a rule: {unknown}"
    return ATTRIBUTE.sub(lambda found: re.sub(r"\S+", lambda one: back[one[0]], found[0]), html)
