"""Forced colours, paper and the size of the stylesheet: what is meant stays visible where the person's colours replace
ours, and a receipt is one page."""

from __future__ import annotations

import base64
import io
import re

import brotli
import pytest
from PIL import Image
from playwright.sync_api import Page

from browser.opened import Opened
from browser.scenes import SCENES
from portal.web.respuesta.assets import stylesheet
from tests.classes import css

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LARGEST = 2_500  # bytes, brotli 11
A4 = {"paperWidth": 8.27, "paperHeight": 11.69}  # inches
#: of elements or of a part of each: the width and colour of the edge that is there, its words, its mark, the ground
SEEN = """([selector, part]) => [...document.querySelectorAll(selector)].map(e => {
  const style = getComputedStyle(e, part), ground = getComputedStyle(document.body).backgroundColor;
  const edge = ['borderTop', 'borderBottom', 'borderLeft', 'outline'].find(one => parseFloat(style[`${one}Width`]));
  return { edge: edge ? style[`${edge}Color`] : ground, words: style.color, mark: style.content, ground };
})"""
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def at(all_open: Opened, name: str) -> Page:
    return all_open.at(next(scene for scene in SCENES if scene.name == name))


def forced(all_open: Opened, name: str, scheme: str) -> Page:
    """The page of a scene in the person's own colours: black on white, or white on black."""
    page = at(all_open, name)
    page.emulate_media(forced_colors="active", color_scheme="dark" if scheme == "dark" else "light")
    return page


def picture(page: Page, selector: str) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("RGB")


def test_the_whole_stylesheet_is_small() -> None:
    size = len(brotli.compress(stylesheet().encode(), quality=11))
    print(f"\nstylesheet: {size} bytes of brotli 11, {LARGEST} at most")
    assert size <= LARGEST


@SCHEMES
@pytest.mark.parametrize(
    ("name", "selector", "part"),
    [
        ("procesos", "main a.button", None),
        ("enviar", "main button:not(.link-button), input[type=file], select", None),
        ("lote-revisado", "section.notice, ol.steps li, h2", None),
        ("lote-registrado", "dl.added-up>div:last-child", None),
        ("ingresar-error", "div.notice, input[type=text], input[type=password]", None),
        ("historia-trabajador", "ol.timeline li", "::before"),
        ("lote-revisando", "progress", None),
    ],
)
def test_what_has_an_edge_keeps_it_in_forced_colours(
    all_open: Opened, name: str, selector: str, part: str | None, scheme: str
) -> None:
    page = forced(all_open, name, scheme)
    page.set_viewport_size({"width": 320, "height": 800})  # where the sum has its rule
    found = page.evaluate(SEEN, [css(selector), part])
    assert found and not [one for one in found if one["edge"] == one["ground"]], found


@SCHEMES
def test_a_state_has_its_mark_and_its_word_in_forced_colours(all_open: Opened, scheme: str) -> None:
    page = forced(all_open, "lotes", scheme)
    for found in page.evaluate(SEEN, ["td b[class]", "::before"]):
        assert found["mark"].strip('" ') in {"✓", "▲", "✕", "●"} and found["words"] != found["ground"]


@SCHEMES
def test_the_focus_is_seen_in_forced_colours(all_open: Opened, scheme: str) -> None:
    page = forced(all_open, "ingresar", scheme)
    for _ in range(8):
        page.keyboard.press("Tab")
        [found] = page.evaluate(SEEN, [":focus", None])
        assert found["edge"] != found["ground"], page.evaluate("document.activeElement.outerHTML")


@SCHEMES
def test_a_bar_shows_how_far_it_is_in_forced_colours(all_open: Opened, scheme: str) -> None:
    bar = picture(forced(all_open, "lote-revisando", scheme), "progress")
    done, left = (bar.getpixel((int(bar.width * part), bar.height // 2)) for part in (0.2, 0.9))
    assert done != left


@SCHEMES
def test_a_chart_is_seen_in_forced_colours(all_open: Opened, scheme: str) -> None:
    chart = picture(forced(all_open, "historia-sucursal", scheme), "svg")
    ground = (255, 255, 255) if scheme == "light" else (0, 0, 0)
    line = [chart.getpixel((x, int(chart.height * 0.7))) != ground for x in range(chart.width)]
    assert sum(line) >= 20, "the bar of the last month, which has the most"


def test_a_receipt_of_twelve_lines_is_one_sheet_without_what_only_a_screen_can_do(all_open: Opened) -> None:
    page = at(all_open, "comprobante-largo")
    page.eval_on_selector_all("tbody tr", "rows => rows.slice(12).forEach(row => row.remove())")
    assert _sheets(page) == 1
    page.emulate_media(media="print")
    shown = page.locator(css("nav, button, form, .button, .screen-only, footer")).evaluate_all(
        "all => all.filter(e => e.checkVisibility())"
    )
    assert not shown
    assert page.locator("h1").is_visible() and page.locator("header").is_visible()


def test_a_long_receipt_has_its_header_on_every_sheet(all_open: Opened) -> None:
    page = at(all_open, "comprobante-largo")
    assert 1 < _sheets(page) <= 3
    assert page.eval_on_selector("thead", "e => getComputedStyle(e).display") == "table-header-group"


def _sheets(page: Page) -> int:
    """Of A4, with the margins Chromium takes by itself."""
    page.emulate_media(media="print")
    printed = page.context.new_cdp_session(page).send("Page.printToPDF", dict(A4))
    return len(re.findall(rb"/Type /Page\b(?!s)", base64.b64decode(printed["data"])))
