"""Complaints and the public figures: (name, visitor, address, what is done there)."""

from __future__ import annotations

from playwright.sync_api import Page

from .office import World


def _unfold(page: Page, _world: World) -> None:
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")


def _send_as_it_is(page: Page, _world: World) -> None:
    page.eval_on_selector("main form", "form => { form.noValidate = true; }")
    page.click("main form button")


def _send_wrong(page: Page, world: World) -> None:
    page.fill("#lote", "2026-000123-1")
    page.fill("#contacto", "mi vecina")
    _send_as_it_is(page, world)


def _ask(page: Page, world: World) -> None:
    page.fill("#numero", world.lotes["queja-vencida"])
    page.click("main form button")


SCENES = (
    ("transparencia", None, "/transparencia", _unfold),
    ("queja-presentar", None, "/queja", None),
    ("queja-presentar-error", None, "/queja", _send_wrong),
    ("queja-presentar-mias", "empleador", "/queja", None),
    ("queja", None, "/queja/{queja-token}", None),
    ("queja-vencida", None, "/queja/{queja-vencida-token}", None),
    ("queja-respondida", None, "/queja/{queja-respondida-token}", None),
    ("supervision-quejas", "supervisor", "/supervision/quejas", None),
    ("supervision-queja", "supervisor", "/supervision/quejas/{queja}", None),
    ("supervision-queja-error", "supervisor", "/supervision/quejas/{queja}", _send_as_it_is),
    ("supervision-queja-respondida", "supervisor", "/supervision/quejas/{queja-respondida}", None),
    ("soporte-quejas", "soporte", "/soporte/quejas", None),
    ("soporte-quejas-estado", "soporte", "/soporte/quejas", _ask),
    ("soporte-quejas-error", "soporte", "/soporte/quejas", _send_as_it_is),
)
