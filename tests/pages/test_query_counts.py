"""The number of questions a page asks of the database does not grow with what it lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from pages.states import ANA
from pages.world import World, worker, wrong
from web import mundo
from web.portal_client import Navegador

FEW, MANY = 2, 40


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """The statements that the portal sends meanwhile."""
    seen: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", see)
    yield seen
    event.remove(world.database.engine, "before_cursor_execute", see)


def asked(world: World, browser: Navegador, address: str) -> int:
    headers = {"HX-Request": "true"} if "/avance" in address else {}
    browser.get(address, headers=headers)  # what is loaded once a process is loaded now
    with statements(world) as seen:
        browser.get(address, headers=headers)
    assert seen, "nothing was counted"
    return len(seen)


def send_some(world: World, start: int, count: int) -> None:
    for n in range(start, start + count):
        world.checked("INS", [world.line("INS", ANA, valor=f"{n}.00"), world.line("INS", wrong(worker(n)))])


@pytest.mark.parametrize("address", ["/lotes", "/procesos"])
def test_lists_of_lotes_ask_no_more_for_many(world: World, de_a: Navegador, address: str) -> None:
    world.hire(ANA)
    send_some(world, 10, 1)
    few = asked(world, de_a, address)
    send_some(world, 100, 5)
    assert asked(world, de_a, address) == few


def long_lote(world: World, start: int, count: int) -> str:
    """Lines of the same fates, few or many: wrong numbers, unknown workers, wrong amounts, repeats."""
    lines = [world.line("INS", ANA, valor=f"{start}.00")]
    for n in range(start, start + count):
        lines += [world.line("INS", wrong(worker(n))), world.line("INS", worker(n)), world.line("INS", ANA, valor="x")]
        lines += [lines[0]]
    return world.checked("INS", lines)


@pytest.mark.parametrize("rest", ["", "/lineas?estado=error", "/lineas?estado=repetida", "/avance?v=0"])
def test_pages_of_a_lote_ask_no_more_for_many_lines(world: World, de_a: Navegador, rest: str) -> None:
    world.hire(ANA)
    few, many = long_lote(world, 100, FEW), long_lote(world, 200, MANY)
    assert asked(world, de_a, f"/lotes/{many}{rest}") == asked(world, de_a, f"/lotes/{few}{rest}")


def test_registered_lines_and_the_receipt_ask_no_more_for_many(world: World, de_a: Navegador) -> None:
    people = [worker(n) for n in range(1, MANY + 1)]
    world.hire(*people)
    few = world.registered("MSU", [world.line("MSU", one, sueldo="700.00") for one in people[:FEW]])
    many = world.registered("INS", [world.line("INS", one) for one in people])
    for rest in ("/lineas?estado=registrada", "/comprobante"):
        assert asked(world, de_a, f"/lotes/{few}{rest}") == asked(world, de_a, f"/lotes/{many}{rest}")


def test_a_long_history_asks_no_more_than_a_short_one(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    de_a.get("/historia")
    where = str(de_a.post("/historia", {"cedula": ANA}).location)
    short = asked(world, de_a, where)
    world.registered("MSU", world.line("MSU", ANA, sueldo="700.00"))
    for n in range(1, 5):
        then = mundo.HOY - timedelta(days=30 * n)
        period = {"anio": f"{then:%Y}", "mes": f"{then:%m}"}
        world.registered("INS", world.line("INS", ANA, **period), hoy=then)
    assert asked(world, de_a, where) == short
    assert de_a.text.count("USD 87,50") == 4
