"""Fills what was typed into a form of a rendered page; the templates know nothing of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

Campos = Mapping[str, list[str]]
TYPED = {"text", "email", "tel", "search", "number", "date"}
VALUE = re.compile(r'\svalue="[^"]*"')
CHOSEN = re.compile(r"\s(?:checked|selected)(?=[\s>])")


@dataclass
class Forma:
    """A form of the page: where it goes, and what would change in the text: (from, to, by what)."""

    rutas: set[str]
    cambios: list[tuple[int, int, str]] = field(default_factory=list)
    llenos: int = 0


def filled(html: str, ruta: str, campos: Campos) -> str | None:
    """The page with `campos` (name → values) in the first form that goes to `ruta`, by itself or by one of its buttons;
    None when there is no such form, or it has none of these fields."""
    reader = _Reader(html, campos)
    reader.feed(html)
    found = next((one for one in reader.formas if ruta in one.rutas and one.llenos), None)
    if found is None:
        return None
    for start, end, text in sorted(found.cambios, reverse=True):
        html = html[:start] + text + html[end:]
    return html


class _Reader(HTMLParser):
    """Parses a page of ours: attributes in double quotes, no nested forms."""

    def __init__(self, html: str, campos: Campos) -> None:
        super().__init__(convert_charrefs=True)
        self.formas: list[Forma] = []
        self._campos, self._forma = campos, None  # type: tuple[Campos, Forma | None]
        self._lines = [0, *(at.end() for at in re.finditer("\n", html))]
        self._area: tuple[int, str] | None = None  # where the text of a textarea begins, and what comes there
        self._options: list[str] | None = None
        self._details: tuple[int, int, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            posts = told.get("method", "").lower() == "post"
            self._forma = Forma({told.get("action", "")}) if posts else None
            if self._forma:
                self.formas.append(self._forma)
        elif self._forma is not None:
            self._in_form(tag, told, self._forma)

    def _in_form(self, tag: str, told: dict[str, str], forma: Forma) -> None:
        if tag == "button" and "formaction" in told:
            forma.rutas.add(told["formaction"])
        elif tag == "details" and "open" not in told:
            self._details = (*self._span(), "<details open>")
        elif tag == "option" and self._options is not None:
            self._choose(forma, "selected", told.get("value", "") in self._options)
        elif (given := self._campos.get(told.get("name", ""))) is not None or told.get("type") == "checkbox":
            self._put(tag, told, forma, given or [])

    def _put(self, tag: str, told: dict[str, str], forma: Forma, given: list[str]) -> None:
        kind = told.get("type", "text")
        if tag == "textarea" and given:
            self._area = (self._span()[1], "\n" + escape(given[0], quote=False))
        elif tag == "select":
            self._options = given
        elif tag == "input" and kind == "checkbox":
            self._choose(forma, "checked", told.get("value", "on") in given)
        elif tag == "input" and kind in TYPED and given:
            start, end = self._span()
            text = VALUE.sub("", self.get_starttag_text() or "")
            forma.cambios.append((start, end, f'{text[:-1]} value="{escape(given[0])}">'))
        else:
            return
        self._count(forma)

    def _choose(self, forma: Forma, word: str, yes: bool) -> None:
        start, end = self._span()
        text = CHOSEN.sub("", self.get_starttag_text() or "")
        forma.cambios.append((start, end, f"{text[:-1]} {word}>" if yes else text))

    def _count(self, forma: Forma) -> None:
        """Opens a closed `details` around a filled field: what was typed is visible."""
        forma.llenos += 1
        if self._details:
            forma.cambios.append(self._details)
            self._details = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area and self._forma:
            start, text = self._area
            self._forma.cambios.append((start, self._place(), text))
            self._area = None
        elif tag == "select":
            self._options = None
        elif tag == "details":
            self._details = None
        elif tag == "form":
            self._forma = None

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _span(self) -> tuple[int, int]:
        start = self._place()
        return start, start + len(self.get_starttag_text() or "")
