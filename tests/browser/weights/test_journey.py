"""What a whole errand costs (pantallas.md, Weights): enter, menu, format, send 50 lines, watch, decide, receipt, in one
browser with an empty cache; every answer counted, polls and icon too. Twice: as it mostly goes, each page ready when it
comes; and when the workers are late, so that the lote's page loads its script and watches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.budgets import JOURNEY, Cell, Record, Row
from browser.chromium import SPANISH
from browser.desk import becomes, state
from browser.hold import held
from browser.wire import Wire
from browser.world import HOY, cedulas, lines
from e2e.conftest import Portal, running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

IN_LINE = re.compile("^(recibido|en_cola)$")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("journey"), PORTAL_HOY=HOY.isoformat()) as portal:
        portal.visitor().register("ENT", "antes.txt", _file(fifty(1_000)))  # a worker's first job takes longer
        yield portal


class Errand:
    """Somebody at the screen; what each step cost."""

    def __init__(self, page: Page, portal: Portal) -> None:
        self.page, self._portal, self._wire = page, portal, Wire(page)
        self.steps: dict[str, int] = {}

    def step(self, name: str) -> None:
        """Everything that came since the step before belongs to this one."""
        self._wire.settle()
        self.steps[name] = sum(size for _, size in self._wire.answers) - sum(self.steps.values())

    def enter(self) -> None:
        account = self._portal.account()
        self.page.goto(self._portal.base + "/ingresar")
        self.page.fill("#identificacion", account["identificacion"])
        self.page.fill("#clave", account["clave"])
        self.step("sign-in page")
        self.follow('main button[type="submit"]', "menu")

    def follow(self, selector: str, name: str) -> None:
        with self.page.expect_navigation():
            self.page.click(selector)
        self.step(name)

    def look_at_the_format(self) -> None:
        self.follow('a[href="/formatos/ENT"]', "format")
        with self.page.expect_download():
            self.page.click('a[href="/formatos/ENT/ejemplo.txt"]')
        self.step("sample")

    def choose(self, rows: list[str]) -> None:
        self.follow('a[href="/cargas/nueva?movimiento=ENT"]', "form")
        file = {"name": "altas.txt", "mimeType": "text/plain", "buffer": _file(rows)}
        self.page.set_input_files("#archivo", file)


def _file(rows: list[str]) -> bytes:
    return "".join(row + "\r\n" for row in rows).encode()


def fifty(first: int) -> list[str]:
    day = f"{HOY:%Y%m%d}"
    return lines("ENT", cedulas(first, 50), fecha_ingreso=day, fecha_registro=day, sueldo="482.00")


@pytest.fixture
def errand(browser: Browser, portal: Portal) -> Iterator[Errand]:
    context = browser.new_context(**SPANISH)
    yield Errand(context.new_page(), portal)
    context.close()


def told(errand: Errand, name: str, limit: int | None, record: Record) -> None:
    for step, size in errand.steps.items():
        Row(f"journey, {name}", step, (Cell("bytes", size),)).hold(record)
    Row(f"journey, {name}", "all of it", (Cell("bytes", sum(errand.steps.values()), limit),)).hold(record)


def test_the_whole_errand(errand: Errand, record_property: Record) -> None:
    errand.enter()
    errand.look_at_the_format()
    errand.choose(fifty(1))
    errand.follow('main button[type="submit"]', "sent: the lote")
    becomes(errand.page, "revisado")
    errand.follow('button[value="registrar"]', "decided: the lote")
    becomes(errand.page, "registrado")
    errand.follow('#avance a[href$="/comprobante"]', "receipt")
    told(errand, "as it goes", JOURNEY, record_property)


def test_the_whole_errand_when_the_workers_are_late(errand: Errand, portal: Portal, record_property: Record) -> None:
    errand.enter()
    errand.look_at_the_format()
    errand.choose(fifty(100))
    with held(portal, "rq_worker"):
        errand.follow('main button[type="submit"]', "sent: the lote, its script")
        assert IN_LINE.match(state(errand.page))
        errand.page.wait_for_timeout(3_000)
    becomes(errand.page, "revisado")
    errand.step("watched: polls, the result")
    errand.follow('button[value="registrar"]', "decided: the lote")
    becomes(errand.page, "registrado")
    errand.follow('#avance a[href$="/comprobante"]', "receipt")
    told(errand, "the workers are late", JOURNEY, record_property)
