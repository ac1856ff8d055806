"""A guided call through the pages: the caller asks, the agent types, both look."""

from __future__ import annotations

import re

from portal.modelos import Llamada
from web.portal_client import Navegador

HX = {"HX-Request": "true"}


def ask_code(caller: Navegador, page: str = "/procesos") -> str:
    """The caller asks for a code on a page, and comes back to that page, where the code is."""
    caller.get(page)
    caller.get("/ayuda/llamada", headers={"Referer": f"http://localhost{page}"})
    caller.post("/ayuda/llamada", {"accion": "pedir", "desde": page})
    assert caller.response is not None and caller.response.location == page
    caller.get(page)
    found = re.search(r"Su código de llamada: (\d{6}) - (\d)", caller.text)
    assert found, caller.text
    return f"{found[1]}-{found[2]}"


def enter(agent: Navegador, code: str, status: int = 303) -> None:
    agent.get("/soporte/llamada")
    agent.post("/soporte/llamada", {"codigo": code}, status=status)


def call(caller: Navegador, agent: Navegador, page: str) -> None:
    """A call that both are in, the caller on that page."""
    enter(agent, ask_code(caller, page))
    agent.get("/soporte/llamada")


def poll(browser: Navegador, page: str) -> tuple[int, str]:
    """What the live part of the last page says when it asks again: status and body."""
    assert browser.response is not None
    found = re.search(r'data-hx-get="([^"]+)"', page)
    assert found, "the page does not ask for news"
    answer = browser.client.get(found[1].replace("&amp;", "&"), headers=HX)
    return answer.status_code, answer.text


def only_call(rows: list[Llamada]) -> Llamada:
    assert len(rows) == 1
    return rows[0]
