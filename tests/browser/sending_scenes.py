"""The page of sending while a big file is on its way: its states, held still."""

from __future__ import annotations

import hashlib

from playwright.sync_api import Page, Request, Route
from sqlalchemy import select

from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Anuncio
from portal.modelos import Cuenta, Empleador

from .world import MORNING, RUC, World

SIZE = 4_900_000  # bytes, of a file that is not packed for the way
CAME = 0.63
LATER = 5_000_000  # the page's clock, in seconds: the speed it works out is always the same
HANG = "(() => { const real = fetch; let n = 0; fetch = (...a) => n++ < 2 ? real(...a) : new Promise(() => {}); })()"


def _of_spreadsheet() -> dict[str, object]:
    return {"name": "extras-nov.xlsx", "mimeType": "application/zip", "buffer": b"PK" * (SIZE // 2)}


def _answer(route: Route, request: Request, page: Page) -> None:
    """The upload comes to 63 % with its first part; what comes after it finds no line."""
    headers = {"Tus-Resumable": "1.0.0", "Location": "/cargas/tus/escena", "Upload-Offset": "0"}
    if request.method == "POST":
        route.fulfill(status=201, headers=headers)
    elif request.method == "PATCH" and request.headers["upload-offset"] == "0":
        page.clock.set_fixed_time(LATER + 280)
        route.fulfill(status=204, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(int(SIZE * CAME))})
    else:
        route.abort("internetdisconnected")


def _send(page: Page, then: str) -> None:
    page.clock.set_fixed_time(LATER)
    if then == "sending":
        page.evaluate(HANG)
    page.route("**/cargas/tus**", lambda route, request: _answer(route, request, page))
    page.set_input_files("#archivo", _of_spreadsheet())  # type: ignore[arg-type]  # a dict of its FilePayload
    page.locator("#enviar form button").last.click(no_wait_after=True)
    page.locator("#corte" if then == "cut" else "#barra[value='63']").wait_for()


def sending(page: Page, _world: World) -> None:
    """The bar at 63 %."""
    _send(page, "sending")


def cut(page: Page, _world: World) -> None:
    """The same, and no line."""
    _send(page, "cut")


def begun_before(page: Page, world: World) -> None:
    """A file that came to 63 % yesterday; afterwards it is gone again, other scenes don't show it."""
    with world.database.reading() as session:
        who = session.scalars(select(Empleador.id).where(Empleador.ruc == RUC)).one()
        by = session.scalars(select(Cuenta.id).limit(1)).one()
    sha256 = hashlib.sha256(b"extras-nov").hexdigest()
    upload = subidas.begin(world.database, Anuncio(who, by, "INS", "extras-nov.txt", 1_000, sha256), MORNING)
    subidas.append(world.database, upload.id, 0, b"1" * 630, MORNING)
    page.reload()
    subidas.cancel(world.database, upload.id)
