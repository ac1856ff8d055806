"""What a person does at the keyboard and what a page shows; no address is used that no page gives."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.classes import css

from .hold import Portal, until

TABS = 80


def tab_to(page: Page, selector: str) -> None:
    """Tab until the element has the focus; it fails when the keyboard does not get there."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab on {page.url}")


def press(page: Page, selector: str) -> None:
    """Goes to a link or button by Tab and presses Enter."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def follow(page: Page, selector: str) -> None:
    """Goes to a link or button by Tab, presses Enter and waits for the page it leads to."""
    with page.expect_navigation():
        press(page, selector)


def sign_in(page: Page, portal: Portal) -> None:
    """From the public page to the menu, by keyboard only."""
    account = portal.account()
    page.goto(portal.base)
    follow(page, 'main a[href="/empleadores/cargas-batch"]')
    follow(page, 'main a[href="/ingresar"]')
    tab_to(page, "#identificacion")
    page.keyboard.type(account["identificacion"])
    tab_to(page, "#clave")
    page.keyboard.type(account["clave"])
    with page.expect_navigation(url="**/procesos"):
        page.keyboard.press("Enter")


def send(page: Page, movimiento: str, nombre: str, contenido: bytes) -> str:
    """From the menu: sends a file by keyboard; the number of its lote."""
    file = {"name": nombre, "mimeType": "text/plain", "buffer": contenido}
    page.once("filechooser", lambda chooser: chooser.set_files(file))  # asked for early: Chromium takes a moment
    follow(page, 'header a[href="/procesos"]')
    follow(page, f'a[href="/cargas/nueva?movimiento={movimiento}"]')
    assert page.locator("#movimiento").input_value() == movimiento
    tab_to(page, "#archivo")
    page.keyboard.press("Space")
    comes_true(page, "document.querySelector('#archivo').files.length === 1")
    follow(page, 'main button[type="submit"]')
    return page.url.rsplit("/", 1)[1]


def comes_true(page: Page, expression: str) -> None:
    """Waits until it holds in the page; Playwright's own waiting needs eval, which the policy of our pages refuses."""
    until(lambda: pause(page) or bool(page.evaluate(expression)))


def pause(page: Page) -> None:
    """A moment in which the page's events reach the test."""
    page.wait_for_timeout(50)


def state(page: Page) -> str:
    return str(page.get_attribute("#avance", "data-estado"))


def becomes(page: Page, estado: str | re.Pattern[str], seconds: float = 30) -> None:
    """The page comes to show that state without being loaded again."""
    mark = page.evaluate("window.mark ??= Math.random()")
    expect(page.locator("#avance")).to_have_attribute("data-estado", estado, timeout=seconds * 1000)
    assert page.evaluate("window.mark") == mark, "the page was loaded again"


def figures(page: Page) -> dict[str, int]:
    """The sum of a lote or a receipt: name → number."""
    names, numbers = (
        page.locator(css("dl.added-up dt")).all_inner_texts(),
        page.locator(css("dl.added-up dd")).all_inner_texts(),
    )
    return {n.strip(): int(d.replace("\u202f", "")) for n, d in zip(names, numbers, strict=True)}
