"""The dictionary's wordings: (name, visitor, address, what is done there)."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.classes import css

from .office import World

TEXTS = "/supervision/textos"
LONGER = "La cédula «{valor}» no cuadra: uno de sus dígitos está cambiado, o dos están en otro orden."


def _wrong(page: Page, _world: World) -> None:
    page.fill("#causa", "Dice {sueldo} y no se sabe qué es.")
    page.fill("#titulo", "La cédula {valor")
    page.click("main form button:not(.e)")


def _preview(page: Page, _world: World) -> None:
    page.fill("#causa", LONGER)
    page.click(css("main form button.link-button"))


def _changed(page: Page, _world: World) -> None:
    page.fill("#causa", LONGER)
    page.fill("#motivo", "Los agentes piden palabras más claras")
    page.click("main form button:not(.e)")
    page.wait_for_selector("[role=status]")


def _and_back(page: Page, world: World) -> None:
    _changed(page, world)
    page.fill("#causa", "")
    page.fill("#motivo", "Se entendía mejor antes")
    page.click("main form button:not(.e)")
    page.click("text=Volver a este texto")


SCENES = (
    ("textos", "supervisor", TEXTS, None),
    ("texto", "supervisor", f"{TEXTS}/IDE-01", None),
    ("texto-error", "supervisor", f"{TEXTS}/IDE-01", _wrong),
    ("texto-antes", "supervisor", f"{TEXTS}/IDE-01", _preview),
    ("texto-cambiado", "supervisor", f"{TEXTS}/PER-03", _changed),
    ("texto-vuelve", "supervisor", f"{TEXTS}/TXT-02", _and_back),
)
