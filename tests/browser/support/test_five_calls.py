"""What the five most likely calls cost an agent: clicks, keys and bytes, from the page where calls begin to the closed
attention. Two browsers, the portal as it runs; each call twice: with nothing in the agent's cache, and again.

The agent reads what to say, points where there is a line, and closes with the reason that stands there. On no page of
its own stands an id, a name, pay or the name of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browser.agent import Agent, digits
from browser.budgets import Cell, Record, Row
from browser.caller import COAST, HIRED, PAY, Caller, Lot, hires, register_names, text, without_zeros
from browser.chromium import SPANISH
from browser.hold import held
from browser.world import HOY, lines
from e2e.conftest import SAMPLES, Portal, running
from portal.config import ROOT
from portal.soporte.motivos import MOTIVOS
from tests.telefono import code_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ENTRY = "/soporte/llamada"
TABLE = "calls"
#: of a call that is the first of the day: the script that watches comes with it, once
SCRIPT = 2_500
POLL = 1_100


@dataclass(frozen=True)
class Call:
    """`says`: what stands on the agent's screen, to be said and dictated. `line`: the one that is pointed at, 0 where
    there is none. `early`: the file was sent a moment ago, and the call goes without a code. Limits: `keys` with Enter;
    `size` in bytes, of a call that is not the first of the day, without polls."""

    motivo: str
    lot: Lot
    says: tuple[str, ...]
    line: int = 0
    early: bool = False
    clicks: int = 2
    keys: int = 8
    size: int = 22_000

    @property
    def name(self) -> str:
        return MOTIVOS[self.motivo]

    @contextmanager
    def made(self, caller: Caller, portal: Portal) -> Iterator[str]:
        """The situation: the number of the lote, whose page the caller has open."""
        if not self.early:
            yield caller.has(self.lot)
            return
        with held(portal, "rq_worker"):
            yield caller.sends(self.lot)


@dataclass(frozen=True)
class Cost:
    """Of one call, for the agent."""

    clicks: int
    keys: int
    scrolls: int
    answers: int
    size: int
    poll: int


EXTRAS = lines("INS", HIRED, valor=PAY)
CALLS = (
    Call(
        "formato",
        Lot("INS", "extras-noviembre.csv", (SAMPLES / "header-moved.csv").read_bytes()),
        (
            "«Sus columnas no son las del formato. En la página del lote puede escoger qué trae cada una.»",
            "Abra la página del lote y escoja «Decir qué trae cada columna».",
            "Escoja qué trae cada columna, y el año y el mes si el archivo no los trae.",
        ),
        clicks=1,
        size=13_500,
    ),
    Call(
        "ceros",
        Lot("ENT", "altas-costa.csv", without_zeros(hires(COAST[:3])), people=COAST[:3], typed=(COAST[2][1:-1],)),
        (
            "«En la línea tres, la cédula no tiene diez dígitos. Escríbala completa y sin guion.»",
            "Si dice que empieza con cero",
            "Corrija la celda roja de la columna «Cédula».",
            "«Registrar las 2 correctas»",
        ),
        line=3,
    ),
    Call(
        "llego",
        Lot("INS", "extras-lunes.txt", text(EXTRAS[:2]), people=HIRED),
        ("Diga: «Sí, llegó el ", "El archivo está guardado", "No envíe el archivo otra vez: está guardado."),
        early=True,
        keys=12,
        size=12_000,
    ),
    Call(
        "ya_registrada",
        Lot("INS", "extras-otra-vez.txt", text(EXTRAS[::-1]), text(EXTRAS), HIRED),
        (
            "«La línea uno ya estaba registrada de antes, igual. No se registra dos veces.»",
            "Si pregunta si se cobra dos veces",
            "No tiene que hacer nada.",
        ),
        line=1,
    ),
    Call(
        "extemporanea",
        Lot("ENT", "altas-atrasadas.txt", text(hires(COAST[3:6], 60)), people=COAST[3:6]),
        (
            "«La línea uno tiene más de cuarenta y cinco días. Ese aviso se hace en ventanilla, con el respaldo.»",
            "Si dice que la fecha está mal",
            "Haga ese aviso en una ventanilla del IESS",
        ),
        line=1,
    ),
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("calls")
    with running(folder, PORTAL_HOY=HOY.isoformat()) as portal:
        register_names(portal, folder)
        yield portal


@pytest.fixture(scope="module")
def caller(browser: Browser, portal: Portal) -> Iterator[Caller]:
    context = browser.new_context(**SPANISH)
    yield Caller(context.new_page(), portal)
    context.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, portal: Portal) -> Any:
    """The agent's cookies, after key and second step."""
    account, context = portal.account(rol="soporte"), browser.new_context(**SPANISH)
    page = context.new_page()
    page.goto(portal.base + "/ingresar")
    page.fill("#identificacion", account["identificacion"])
    page.fill("#clave", account["clave"])
    page.click("main form button")
    page.fill("#codigo", code_of(account["totp"]))
    with page.expect_navigation():
        page.click("main form button")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def agent(browser: Browser, signed_in: Any) -> Iterator[Agent]:
    """A window of the agent's with nothing in its cache."""
    context = browser.new_context(**SPANISH, viewport={"width": 1280, "height": 800}, storage_state=signed_in)
    yield Agent(context.new_page())
    context.close()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.motivo)
def test_a_call_costs_an_agent_little(
    call: Call, agent: Agent, caller: Caller, portal: Portal, record_property: Record
) -> None:
    with call.made(caller, portal) as numero:
        first, later = (_answered(call, numero, agent, caller, portal) for _ in range(2))
    assert (first.clicks, first.keys) == (later.clicks, later.keys)
    cells = (
        Cell("clicks", later.clicks, call.clicks),
        Cell("keys", later.keys, call.keys),
        Cell("turns of the wheel", later.scrolls),
        Cell("answers", later.answers),
        Cell("bytes, first of the day", first.size, call.size + (0 if call.early else SCRIPT)),
        Cell("bytes, later", later.size, call.size),
        *([] if call.early else [Cell("bytes, a poll", later.poll, POLL)]),
    )
    Row(TABLE, call.name, cells).hold(record_property)


def test_every_call_stands_in_the_document() -> None:
    document = (ROOT / "docs" / "support.md").read_text("utf-8")
    missing = [call.name for call in CALLS if f"| {call.name} " not in document]
    assert not missing, f"tools/budgets writes them: {missing}"


def _answered(call: Call, numero: str, agent: Agent, caller: Caller, portal: Portal) -> Cost:
    """One call, from the page that is ready for it to the attention that is closed as solved."""
    agent.page.goto(portal.base + ENTRY)
    agent.begin()
    if call.early:
        agent.click("#numero")
        agent.type(digits(numero), "#numero")
        agent.enter()
    else:
        agent.type(digits(caller.asks_a_code()), "#codigo")
        agent.enter()
        caller.sees_who_looks()
        agent.watches()
    agent.reads(numero, *call.says)
    agent.reads_nothing_of(call.lot.private)
    if call.line:
        _pointed_at(call, agent, caller)
    assert agent.page.locator("#motivo").input_value() == call.motivo
    agent.press('button[name="resultado"][value="resuelta"]')
    agent.wire.settle()
    agent.reads_nothing_of(call.lot.private)
    cost = Cost(agent.clicks, agent.keys, agent.scrolls, agent.answers, agent.size, agent.poll)
    _is_kept(call, numero, agent, caller)
    return cost


def _pointed_at(call: Call, agent: Agent, caller: Caller) -> None:
    """The line that is spoken of, on the caller's page too; the agent's follows where the caller goes."""
    agent.press(f'button:text-is("Señalar la línea {call.line} en su pantalla")')
    agent.reads(f"Señala la línea {call.line}.")
    caller.is_shown(call.line)
    expect(agent.page.locator("#avance")).to_contain_text("Las líneas del lote", timeout=15_000)
    agent.watches()
    agent.reads_nothing_of(call.lot.private)


def _is_kept(call: Call, numero: str, agent: Agent, caller: Caller) -> None:
    """What the attention says; and that nobody looks any more."""
    agent.reads("guardada: resuelta")
    kept = agent.page.locator("main [role=status]").inner_text().split()[1]
    agent.page.goto(f"{agent.page.url.split('/soporte')[0]}/soporte/atenciones/{kept}")
    agent.reads(MOTIVOS[call.motivo], "Resuelta", numero)
    if not call.early:
        caller.is_alone()
        caller.opens(numero)
