"""What each page weighs on the wire (pantallas.md, Weights): bytes of answers with their headers, as Chromium counts
them (CDP Network.loadingFinished, encodedDataLength), from the portal's own server without TLS. `-s` prints the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from e2e.conftest import Portal, Visitor, running

from .chromium import SPANISH
from .hold import held
from .world import HOY, cedulas, lines

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LOGIN, STILL, COLD, WARM = 4_000, 8_000, 20_000, 4_000
LINES = 60
LATEST = 45  # days back that a hire may still be told


@dataclass
class World:
    """A portal with a receipt and a list of errors of more than fifty lines, and a lote that waits."""

    portal: Portal
    cookies: list[Any]
    places: dict[str, str]
    table: list[tuple[str, int, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("weights"), PORTAL_HOY=HOY.isoformat()) as portal:
        visitor = portal.visitor()
        places = _lotes(visitor)
        with held(portal, "rq_worker", "sweeper"):
            places["waiting"] = visitor.send("INS", ("espera.txt", _file(lines("INS", cedulas(900, 1)))))
            places["annulling"] = _annulment(visitor, places["extras"])
            cookies = [{"name": c.name, "value": c.value, "url": portal.base} for c in visitor.browser.session.cookies]
            world = World(portal, cookies, places)
            yield world
        print("\n" + "\n".join(f"{path:42}{cold:8}{limit:8}" for path, cold, limit in world.table))


def _lotes(visitor: Visitor) -> dict[str, str]:
    people, day = cedulas(1, LINES), f"{HOY:%Y%m%d}"
    hires = lines("ENT", people, fecha_ingreso=day, fecha_registro=day, sueldo="482.00")
    errors = visitor.send("INS", ("extras.txt", _file(lines("INS", cedulas(500, LINES)))))
    visitor.wait(errors, "revisado")
    registered = visitor.register("ENT", "altas.txt", _file(hires))
    extras = [line for n, one in enumerate(people) for line in lines("INS", [one], valor=f"{n * 37}.{n % 10}9")]
    registered_extras = visitor.register("INS", "extras-de-todos.txt", _file(extras))
    worker = _worker_of_many_facts(visitor)
    return {"errors": errors, "registered": registered, "extras": registered_extras, "worker": worker}


def _annulment(visitor: Visitor, lote: str) -> str:
    """The page of an annulment that was asked for, with the longest of reasons."""
    visitor.open(f"{lote}/anulacion")
    visitor.browser.select_form(f'form[action="{lote}/anulacion"]')
    visitor.browser["lineas"], visitor.browser["motivo"] = "1-9, 11, 13", "Era de otro mes. " * 17
    visitor.browser.submit_selected(btnName=None)
    return visitor.url


def _worker_of_many_facts(visitor: Visitor) -> str:
    """The page of somebody who came as early as can still be told, with a retroactive of each day since."""
    [somebody] = cedulas(800, 1)
    days = [HOY - timedelta(days=n) for n in range(LATEST, -1, -1)]

    def dated(movimiento: str, day: date, **fields: str) -> list[str]:
        return lines(movimiento, [somebody], anio=f"{day:%Y}", mes=f"{day:%m}", **fields)

    entered = f"{days[0]:%Y%m%d}"
    visitor.register("ENT", "alta.txt", _file(dated("ENT", days[0], fecha_ingreso=entered, fecha_registro=entered)))
    every = [line for day in days for line in dated("PRA", day, fecha_suscripcion=f"{day:%Y%m%d}")]
    visitor.register("PRA", "retroactivos.txt", _file(every))
    visitor.open("/historia")
    visitor.browser.select_form('form[action="/historia"]')
    visitor.browser["cedula"] = somebody
    visitor.browser.submit_selected()
    return visitor.url


def _file(rows: list[str]) -> bytes:
    return "".join(row + "\r\n" for row in rows).encode()


def weigh(context: BrowserContext, address: str, aside: str = "/avance?") -> int:
    """Bytes on the wire of a page and all it fetches while it loads, but for addresses with `aside` in them."""
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    sizes: list[int] = []
    left: set[str] = set()
    cdp.on("Network.requestWillBeSent", lambda e: aside in e["request"]["url"] and left.add(e["requestId"]))
    cdp.on(
        "Network.loadingFinished",
        lambda e: None if e["requestId"] in left else sizes.append(int(e["encodedDataLength"])),
    )
    cdp.send("Network.enable")
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)  # the icon comes after the page
    page.close()
    assert max(sizes) > 500, "the page itself was not counted"
    return sum(sizes)


def fresh(browser: Browser, world: World, signed_in: bool) -> BrowserContext:
    context = browser.new_context(**SPANISH)
    if signed_in:
        context.add_cookies(world.cookies)
    return context


PUBLIC = {
    "/ingresar": LOGIN,
    "/": STILL,
    "/empleadores/cargas-batch": STILL,
    "/formatos": STILL,
    "/formatos/ENT": STILL,
    "/formatos/SAL": STILL,
    "/calendario": STILL,
    "/ayuda/errores": STILL,
    "/ayuda/errores/SAL-02": STILL,
    "/nada": STILL,
}
OWN = {
    "/procesos": STILL,
    "/cargas/nueva?movimiento=INS": STILL,
    "/formatos/INS": STILL,
    "/lotes": STILL,
    "{errors}": STILL,
    "{errors}/lineas": STILL,
    "{registered}": STILL,
    "{registered}/lineas?estado=registrada": STILL,
    "{registered}/comprobante": STILL,
    "{registered}/anulacion": STILL,
    "/historia": STILL,
    "{worker}": STILL,
    "/historia/sucursal": STILL,
}


@pytest.mark.parametrize("path", [*PUBLIC, *OWN])
def test_a_page_that_does_not_poll_stays_light(browser: Browser, world: World, path: str) -> None:
    context = fresh(browser, world, signed_in=path in OWN)
    limit = {**PUBLIC, **OWN}[path]
    cold = weigh(context, world.portal.base + path.format(**world.places))
    context.close()
    world.table.append((path, cold, limit))
    assert cold <= limit


@pytest.mark.parametrize("place", ["waiting", "annulling"])
def test_a_page_that_polls_is_heavy_once(browser: Browser, world: World, place: str) -> None:
    context = fresh(browser, world, signed_in=True)
    page = world.portal.base + world.places[place]
    weigh(context, world.portal.base + "/procesos")  # the icon came with the pages before, which don't poll
    cold, warm = (weigh(context, page) for _ in range(2))
    context.close()
    world.table += [(f"{place}, cold", cold, COLD), (f"{place}, warm", warm, WARM)]
    assert cold <= COLD and warm <= WARM < cold
