"""An unchanged poll is answered by one query before Flask, and only to those whom the long way would answer so too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from pages.empleador.lote.test_live_progress import HTMX, version_on
from pages.states import ANA, bring_to
from pages.world import World
from portal import clock
from portal.modelos import Cuenta, Representacion, Sesion
from web import mundo
from web.portal_client import Navegador


def address_of(world: World, browser: Navegador, way: str = "revisado") -> str:
    """Where the page of a lote asks for news."""
    numero = bring_to(world, way)
    return f"/lotes/{numero}/avance?v={version_on(browser.get(f'/lotes/{numero}').text)}"


def long_way(world: World, browser: Navegador, address: str) -> tuple[int, bool]:
    """The status of a poll, and whether Flask was asked."""
    asked: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", see)
    status = browser.get(address, status=None, headers=HTMX).status_code
    event.remove(world.database.engine, "before_cursor_execute", see)
    return status, bool(asked)


@pytest.mark.parametrize("way", ["en_cola", "revisando", "revisado", "registrado"])
def test_nothing_new_is_said_without_flask(world: World, de_a: Navegador, way: str) -> None:
    address = address_of(world, de_a, way)
    assert long_way(world, de_a, address) == (204, False)
    assert de_a.response is not None
    assert dict(de_a.response.headers) == {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def change(world: World, table: type, **values: object) -> Callable[[], None]:
    def now() -> None:
        with world.database.writing() as session:
            session.execute(update(table).values(**values))

    return now


def ended(world: World) -> dict[str, tuple[Callable[[], None], int]]:
    """What ends the right to ask → (how it comes about, the answer from then on)."""
    now = clock.now()
    return {
        "the visit was closed": (change(world, Sesion, cerrada_en=now), 401),
        "nobody used it for an hour": (change(world, Sesion, vista_en=now - timedelta(hours=1)), 401),
        "it is twelve hours old": (change(world, Sesion, creada_en=now - timedelta(hours=12)), 401),
        "the account is blocked": (change(world, Cuenta, bloqueada_en=now), 401),
        "it acts for that empleador no more": (
            change(world, Representacion, hasta=mundo.HOY - timedelta(days=1)),
            401,  # to the choice of an empleador
        ),
        "the visit acts for nobody": (change(world, Sesion, empleador_id=None), 401),
    }


@pytest.mark.parametrize("what", [
    "the visit was closed", "nobody used it for an hour", "it is twelve hours old", "the account is blocked",
    "it acts for that empleador no more", "the visit acts for nobody",
])  # fmt: skip
def test_what_ends_the_right_to_ask_holds_at_once(world: World, de_a: Navegador, what: str) -> None:
    address = address_of(world, de_a)
    assert long_way(world, de_a, address) == (204, False)
    happen, status = ended(world)[what]
    happen()
    assert long_way(world, de_a, address) == (status, True)


def test_the_last_day_of_a_delegate_counts(world: World, de_a: Navegador) -> None:
    address = address_of(world, de_a)
    change(world, Representacion, hasta=mundo.HOY)()
    assert long_way(world, de_a, address) == (204, False)


def test_signing_out_holds_at_once(world: World, de_a: Navegador) -> None:
    address = address_of(world, de_a)
    de_a.get("/procesos")
    cookie = de_a.client.get_cookie("portal")
    assert cookie is not None
    de_a.post("/salir")
    de_a.client.set_cookie("portal", cookie.value)
    assert long_way(world, de_a, address) == (401, True)


def test_anothers_lote_is_not_there_and_staff_ask_elsewhere(
    world: World, de_a: Navegador, de_b: Navegador, soporte: Navegador
) -> None:
    address = address_of(world, de_a)
    assert long_way(world, de_b, address) == (404, True)
    assert long_way(world, soporte, address) == (404, True)


@pytest.mark.parametrize("cookie", ["", "x", "eyJfdXNlcl9pZCI6ImEifQ.aAaAaA.bBbBbB"])
def test_a_cookie_that_is_not_ours_opens_nothing(world: World, de_a: Navegador, cookie: str) -> None:
    address = address_of(world, de_a)
    de_a.client.set_cookie("portal", cookie)
    assert long_way(world, de_a, address)[0] == 401


@pytest.mark.parametrize("rest", ["&cada=30", "&v=1", "%00"])
def test_odd_addresses_go_the_long_way(world: World, de_a: Navegador, rest: str) -> None:
    assert long_way(world, de_a, address_of(world, de_a) + rest)[1]


def test_without_htmx_and_by_other_methods_it_is_a_request_like_others(world: World, de_a: Navegador) -> None:
    address = address_of(world, de_a)
    assert "Content-Security-Policy" in de_a.get(address, status=204).headers
    assert "Content-Type" in de_a.client.head(address, headers=HTMX).headers


def test_asking_does_not_make_a_visit_last(world: World, de_a: Navegador) -> None:
    address, seen = address_of(world, de_a), clock.now() - timedelta(minutes=59)
    change(world, Sesion, vista_en=seen)()
    for odd in ("", "&cada=30", "&v=1"):  # without Flask, and by it
        assert long_way(world, de_a, address + odd)[0] in (200, 204)
    assert world.rows(Sesion)[0].vista_en == seen
    de_a.get("/procesos")
    assert clock.now() - world.rows(Sesion)[0].vista_en < timedelta(minutes=1)


@pytest.mark.parametrize("path", [
    "/ayuda/llamada/avance", "/lotes/{numero}?cada=30", "/lotes/{numero}/avance?v=0",
])  # fmt: skip
def test_no_page_that_asks_by_itself_makes_a_visit_last(world: World, de_a: Navegador, path: str) -> None:
    path, seen = path.format(numero=bring_to(world, "revisando")), clock.now() - timedelta(minutes=59)
    change(world, Sesion, vista_en=seen)()
    headers = {} if "cada" in path else HTMX
    assert de_a.client.get(path, headers=headers).status_code == 200
    assert world.rows(Sesion)[0].vista_en == seen


@pytest.mark.parametrize("column", ["vista_en", "creada_en"])
def test_a_clock_put_back_is_set_right_by_the_first_request_also_a_poll(
    world: World, de_a: Navegador, column: str
) -> None:
    address = address_of(world, de_a)
    change(world, Sesion, **{column: clock.now() + timedelta(hours=5)})()
    assert long_way(world, de_a, address) == (204, True)
    assert getattr(world.rows(Sesion)[0], column) <= clock.now()
    assert long_way(world, de_a, address) == (204, False)


def test_the_place_in_the_queue_is_part_of_the_question(world: World, de_a: Navegador) -> None:
    first = world.receive("INS", world.line("INS", ANA, valor="9.00"))
    address = address_of(world, de_a, "en_cola")
    assert long_way(world, de_a, address) == (204, False)
    world.alter(first, estado="desistido")
    assert long_way(world, de_a, address) == (200, True)
