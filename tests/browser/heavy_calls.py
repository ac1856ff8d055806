"""A guided call in the portal of heavy pages: the caller's visit is in it, and the supervisor's as its agent."""

from __future__ import annotations

import re

from e2e.conftest import Visitor


def call(caller: Visitor, agent: Visitor, lote: str) -> None:
    """Both look at that lote; the agent points at one of its lines. It lasts fifteen minutes: weighed first."""
    caller.open("/ayuda/llamada")
    caller.browser.select_form('main form[action="/ayuda/llamada"]')
    caller.browser.submit_selected()
    caller.open(lote)
    found = re.search(r"Su código de llamada: (\d{6}) - (\d)", caller.text)
    assert found, caller.text
    agent.open("/soporte/llamada")
    agent.browser.select_form('form[action="/soporte/llamada"]')
    agent.browser["codigo"] = "".join(found.groups())
    agent.browser.submit_selected()
    caller.open(lote)
    agent.open("/soporte/llamada")
    agent.browser.select_form('form[action="/soporte/llamada/senalar"]')
    agent.browser.submit_selected()
