"""The number of questions a page asks of the database does not grow with what it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from pages.states import ANA
from pages.world import World, worker, wrong
from portal.modelos import Relacion
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


def test_a_page_of_a_sucursal_asks_no_more_for_many(world: World, de_a: Navegador) -> None:
    everybody = [worker(n) for n in range(1, 56)]
    world.hire(*everybody[:FEW])
    few = asked(world, de_a, "/historia/sucursal")
    world.hire(*everybody[FEW:])
    world.registered("INS", [world.line("INS", one) for one in everybody])
    assert asked(world, de_a, "/historia/sucursal") == few
    assert asked(world, de_a, _next(de_a)) == few + 1, "where the page begins is asked besides"


def _next(browser: Navegador) -> str:
    assert browser.page is not None
    return next(str(one.get("href")) for one in browser.page.iter("a") if one.get("rel") == "next")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["worker", "worker.csv", "/historia", "/historia/sucursal", "next", "parts"])
def test_the_history_is_asked_by_index(world: World, de_a: Navegador, address: str) -> None:
    """No table is gone through to find who was in a sucursal."""
    people = [worker(n) for n in range(1, 56)]
    world.hire(*people)
    de_a.get("/historia/sucursal")
    where = {"next": _next(de_a), "parts": "/historia/sucursal.csv"}
    de_a.get("/historia")
    where["worker"] = str(de_a.post("/historia", {"cedula": people[0]}).location)
    where["worker.csv"] = where["worker"] + ".csv"
    with statements(world) as seen:
        assert de_a.get(where.get(address, address)).data
    of_history = [one for one in seen if re.search(r"(from|join) (relacion|novedad|resumen_mes)\b", one, re.I)]
    assert of_history
    for statement in of_history:
        steps = plan_of(world, statement)
        assert not [step for step in steps if step.startswith("SCAN") and "json_each" not in step], steps
        if "relacion.salida >=" in statement:  # the list; SQLite sorts one worker's relaciones, never the sucursal
            assert "USE TEMP B-TREE FOR ORDER BY" not in steps, steps


def plan_of(world: World, statement: str) -> list[str]:
    """How SQLite would answer it."""
    with world.database.engine.connect() as connection:
        holes = statement.count("?")
        named = {name: 1 for name in re.findall(r":(\w+)", statement)}
        given = named or (1,) * holes
        rows = connection.exec_driver_sql("explain query plan " + statement, given)
        return [str(row[-1]) for row in rows]


def test_an_agents_page_of_a_lote_asks_no_more_for_many_problems(world: World, soporte: Navegador) -> None:
    world.hire(ANA)
    many = [world.line("INS", ANA, valor="x"), world.line("INS", ANA, mes="13"), world.line("INS", worker(7))]
    lotes = [world.checked("INS", [world.line("INS", wrong(ANA)), *more]) for more in ([], many)]
    assert [len(world.lote(numero).por_codigo or {}) > 2 for numero in lotes] == [False, True]
    few, more = (asked(world, soporte, f"/soporte/lotes/{numero}") for numero in lotes)
    assert more == few


def grown(world: World, start: int, count: int) -> str:
    """More of everything: workers, lines in error, registered lines, lotes and annulments; the last lote."""
    people = [worker(n) for n in range(start, start + count)]
    world.hire(*people)
    world.registered("MSU", [world.line("MSU", one, sueldo=f"7{start % 100:02d}.00") for one in people])
    send_some(world, start, count // 5)
    lines = [world.line("INS", one) for one in people] + [world.line("INS", wrong(one)) for one in people]
    return world.registered("INS", lines)


#: every page with a list → the test of a list ten times as long asks no more
LISTS = [
    "/procesos", "/lotes", "/lotes?movimiento=INS&estado=registrado", "/lotes/{lote}",
    "/lotes/{lote}/avance?v=0", "/lotes/{lote}/lineas",
    "/lotes/{lote}/lineas?linea=9", "/lotes/{lote}/lineas?estado=registrada", "/lotes/{lote}/lineas?codigo=IDE-01",
    "/lotes/{lote}/comprobante", "/lotes/{lote}/anulacion", "/lotes/{lote}/anulacion?lineas=1,3", "/historia",
    "/historia/{worker}", "/historia/{worker}.csv", "/historia/sucursal", "/historia/sucursal.csv",
]  # fmt: skip


def test_every_list_ten_times_as_long_is_asked_with_as_many_questions(
    world: World, de_a: Navegador, soporte: Navegador
) -> None:
    def ask(lote: str) -> dict[str, int]:
        known = {"lote": lote, "worker": world.rows(Relacion)[0].id}
        counts = {address: asked(world, de_a, address.format(**known)) for address in LISTS}
        return counts | {"support": asked(world, soporte, f"/soporte/lotes/{lote}")}

    small = ask(grown(world, 100, 10))
    assert ask(grown(world, 300, 100)) == small
