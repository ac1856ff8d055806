"""Who calls: an empleador at its screen with a lote that raises a question, and what an agent must never read of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from portal import demo
from portal.files.columns import check_digit_holds
from tests.classes import css

from .desk import becomes, follow, send, sign_in
from .hold import Portal
from .world import HOY, RUC, lines

READY = re.compile("^(revisado|rechazado)$")
BAND = "[data-linea]"
PAY = "732.19"
HIRED = list(demo.PATRONOS[0].trabajadores[1])[:3]
#: made-up people of Guayas, whose cédulas begin with a zero
COAST = [f"0{n}" for n in range(912_791_800, 912_791_900) if check_digit_holds(f"0{n}")]
NAMES = {cedula: f"TRABAJADORA NÚMERO {n}" for n, cedula in enumerate((*HIRED, *COAST))}


@dataclass(frozen=True)
class Lot:
    """A file as the caller sends it. `registered`: lines that went through the portal before; `people`: whose lines
    they are; `typed`: what stands there instead of an id."""

    movimiento: str
    name: str
    content: bytes
    registered: bytes = b""
    people: list[str] = field(default_factory=list)
    typed: tuple[str, ...] = ()

    @property
    def private(self) -> set[str]:
        """What is in it that no agent may read: ids, also as they were typed, names, pay, RUC, the file's name."""
        ids = {*self.people, *(one.lstrip("0") for one in self.people), *self.typed, RUC}
        return {*ids, *(NAMES[one] for one in self.people), PAY, PAY.replace(".", ","), self.name}


def text(rows: list[str]) -> bytes:
    return "".join(f"{row}\r\n" for row in rows).encode()


def hires(people: list[str], days_ago: int = 0) -> list[str]:
    """ENT lines of people who came that many days ago, told today."""
    day, today = HOY - timedelta(days=days_ago), f"{HOY:%Y%m%d}"
    return lines("ENT", people, fecha_ingreso=f"{day:%Y%m%d}", fecha_registro=today, sueldo=PAY)


def without_zeros(rows: list[str]) -> bytes:
    """As a spreadsheet leaves it that took cédulas for numbers; the last one has a digit less than it should."""
    bare = [row.replace(";09", ";9", 1) for row in rows]
    last = bare[-1].split(";")
    last[5] = last[5][:-1]
    return text([*bare[:-1], ";".join(last)])


def register_names(portal: Portal, folder: Path) -> None:
    """Those people are known by name, so that a name could be seen."""
    people = folder / "personas.csv"
    people.write_text("identificacion,nombre,extranjero\n" + "".join(f"{c},{n},no\n" for c, n in NAMES.items()))
    portal.flask("personas", "importar", str(people))


class Caller:
    """By keyboard and mouse, as on any day; nothing here is counted."""

    def __init__(self, page: Page, portal: Portal) -> None:
        self.page, self._portal = page, portal
        sign_in(page, portal)

    def sends(self, lot: Lot) -> str:
        """The number of its lote, whose page stands open."""
        return send(self.page, lot.movimiento, lot.name, lot.content)

    def has(self, lot: Lot) -> str:
        """The same, checked."""
        if lot.registered:
            send(self.page, lot.movimiento, f"antes-{lot.name}", lot.registered)
            becomes(self.page, READY)
            follow(self.page, 'button[value="registrar"]')
            becomes(self.page, "registrado")
        numero = self.sends(lot)
        becomes(self.page, READY)
        return numero

    def asks_a_code(self) -> str:
        """From the page of the lote, and back to it: the code as it stands there."""
        was = self.page.url.split("?")[0]
        for selector in ('header a[href="/ayuda/llamada"]', 'main button[value="pedir"]'):
            with self.page.expect_navigation():
                self.page.click(selector)
        assert self.page.url == was
        return self.page.locator(css(f"{BAND} b.lead")).inner_text()

    def sees_who_looks(self) -> None:
        expect(self.page.locator(BAND)).to_contain_text("Agente 14 está viendo", timeout=15_000)

    def is_shown(self, linea: int) -> None:
        """The page says which line is pointed at, and leads to it, where it is marked."""
        expect(self.page.locator(BAND)).to_contain_text(f"Le señala la línea {linea}", timeout=15_000)
        with self.page.expect_navigation():
            self.page.locator(BAND).get_by_role("link", name="Ver la línea").click()
        expect(self.page.locator('main [aria-current="true"]').first).to_be_visible()

    def is_alone(self) -> None:
        """The page says that the call is over."""
        expect(self.page.locator("main")).to_contain_text("nadie más ve sus páginas", timeout=15_000)

    def opens(self, numero: str) -> None:
        """Back to the page of the lote."""
        self.page.goto(f"{self._portal.base}/lotes/{numero}")
