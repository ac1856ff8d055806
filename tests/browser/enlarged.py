"""Larger and wider set: at 200 % zoom, with letters of twice the size (WCAG 1.4.4) and with the spacing of 1.4.12, no
page in any state is wider than the screen, and no words are cut off or lie over others."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Page

from tests.classes import css

from .opened import violations

SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
#: on a phone a table of figures that stays a table may be wider than the screen (1.4.10 excepts them)
OWN_WIDTH = "table:not(.k) { display: block; overflow-x: auto }"


class Setting(NamedTuple):
    """How the person has the page set: the width that is left in CSS px, and the person's own style."""

    name: str
    width: int
    css: str = ""


SETTINGS = (
    Setting("200 % of 1280 px", 640),
    Setting("letters of 200 %", 1280, "html { font-size: 200% }"),
    Setting("spacing", 1280, SPACED),
    Setting("spacing, narrow", 320, SPACED + OWN_WIDTH),
)
#: of axe's rules, those that the layout can break
LAYOUT = {"runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}
SET = """css => {
  const own = document.getElementById('own') || document.head.appendChild(document.createElement('style'));
  own.id = 'own';
  own.textContent = css;
}"""
#: words outside of their drawing or of their button; words of which 3 px lie over other words
UNREADABLE = """boxes => {
  const found = [], placed = [];
  const outside = (a, b) =>
    a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = words.nextNode());) {
    const text = node.data.trim(), of = node.parentElement, box = of.closest(boxes);
    if (!text || of.closest('select') || !of.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 1 || r.right < 0) continue;
      if (box && outside(r, box.getBoundingClientRect())) found.push(`cut off: ${text}`);
      placed.push({ text, left: r.left + 3, right: r.right - 3, top: r.top + 3, bottom: r.bottom - 3 });
    }
  }
  placed.sort((a, b) => a.top - b.top);
  placed.forEach((a, i) => {
    for (let j = i + 1; j < placed.length && placed[j].top < a.bottom; j++) {
      const b = placed[j];
      if (a.left < b.right && b.left < a.right) found.push(`over each other: ${a.text} | ${b.text}`);
    }
  });
  return found;
}"""


def holds_enlarged(page: Page) -> None:
    """Everything can be read as large as one needs it. The page stays as it was set last."""
    for setting in SETTINGS:
        page.set_viewport_size({"width": setting.width, "height": 400})
        page.evaluate(SET, setting.css)
        assert _width(page) == setting.width, setting.name
        found = page.evaluate(UNREADABLE, css("svg, button, .button")) + (
            violations(page, **LAYOUT) if not setting.css else []
        )
        assert not found, f"{setting.name}:\n" + "\n".join(found)


def _width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))
