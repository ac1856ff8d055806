"""Class names are words in templates, scripts and the stylesheet, and one or two letters on the wire.

The table is made at the start from the stylesheet alone: the first class in it is `a`. It is kept in no file, and a
letter means nothing beyond one version of the portal. Packages that rename classes want a build step in Node and a
table on the disk; these lines want neither.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, product
from string import ascii_lowercase

from portal.config import ROOT

STYLESHEET = ROOT / "portal" / "static" / "estilo.css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTED = re.compile(r"\.([a-z][a-z-]*)")  # a number after a dot is a length
ATTRIBUTE = re.compile(r'(?<= class=")[^"]*(?=")')
LITERAL = re.compile(r"'(?:[^'\\\n]|\\.)*'")  # how our scripts write what they give and look for


@lru_cache(maxsize=1)
def table() -> dict[str, str]:
    """Word → letters, for every class of the stylesheet."""
    words = dict.fromkeys(SELECTED.findall(COMMENT.sub("", STYLESHEET.read_text("utf-8"))))
    names = map("".join, chain.from_iterable(product(ascii_lowercase, repeat=length) for length in (1, 2)))
    return dict(zip(words, names, strict=False))


@lru_cache(maxsize=1024)
def short(names: str) -> str:
    """A `class` attribute as it goes out; a word of no rule is left, and fails every test that looks at the page."""
    return " ".join(table().get(name, name) for name in names.split())


def shorten_selectors(css: str) -> str:
    """A stylesheet, or selectors of a script, for pages as they go out."""
    return SELECTED.sub(lambda found: f".{table().get(found[1], found[1])}", css)


def shorten_page(html: str) -> str:
    """A page or a piece of one as it goes out."""
    return ATTRIBUTE.sub(lambda found: short(found[0]), html)


def shorten_script(source: str) -> str:
    """One of our scripts as it goes out: in its literals, classes alone (`'notice '`) and in selectors."""
    return LITERAL.sub(lambda found: _literal(found[0]), source)


def given_by_script(source: str) -> frozenset[str]:
    """The classes, as words, that a script may give to elements."""
    return frozenset(word for literal in LITERAL.findall(source) for word in _given(literal))


def _given(literal: str) -> list[str]:
    words = literal[1:-1].split()
    return words if all(word in table() for word in words) else []


def _literal(literal: str) -> str:
    if _given(literal):
        return re.sub(r"[a-z-]+", lambda found: table()[found[0]], literal)
    return shorten_selectors(literal)
