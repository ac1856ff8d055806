"""Attentions: closed in one click, noted without personal data, handed over, taken; every act in the trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pages.states import ANA
from pages.test_query_counts import asked
from pages.world import World
from portal import clock
from portal.modelos import Atencion, Rastro
from portal.soporte.atencion import atenciones
from portal.soporte.numeros import read, written
from web import mundo
from web.portal_client import Navegador

CLOSED = {"resultado": "resuelta", "motivo": "ceros", "codigo": "", "nota": ""}


def begun(world: World, who: str = mundo.SOPORTE, minutes: int = 4, **more: Any) -> int:
    """An attention begun some minutes ago; its id."""
    with world.database.writing() as session:
        then = clock.now() - timedelta(minutes=minutes)
        return atenciones.begin(session, world.cuenta_id(who), then, **more)


def row(world: World, row_id: int) -> Atencion:
    found: Atencion = world.rows(Atencion, id=row_id)[0]
    return found


def close(browser: Navegador, row_id: int, status: int = 303, **changed: str) -> None:
    browser.get(f"/soporte/atenciones/{written('A', row_id)}")
    browser.post(f"/soporte/atenciones/{row_id}/cierre", CLOSED | changed, status=status)


def act(browser: Navegador, row_id: int, what: str, status: int = 303, **fields: str) -> None:
    address = f"/soporte/atenciones/{written('A', row_id)}"
    browser.get(address)
    browser.post(f"{address}/{what}", fields, status=status)


@pytest.mark.parametrize(
    ("resultado", "que", "said"),
    [
        ("resuelta", "resuelve_atencion", "resuelta"),
        ("abierta", "deja_abierta", "sigue abierta"),
        ("escalada", "escala_atencion", "pasa a supervisión"),
    ],
)
def test_a_call_is_closed_in_one_click_and_in_the_trail(
    world: World, soporte: Navegador, resultado: str, que: str, said: str
) -> None:
    lote = world.lote(world.receive("INS", world.line("INS", ANA)))
    row_id = begun(world, empleador_id=lote.empleador_id, lote_id=lote.id)
    close(soporte, row_id, resultado=resultado, codigo="ide-01")
    soporte.follow()
    assert f"Atención {written('A', row_id)} guardada: {said}, 4 minutos." in soporte.text
    kept = row(world, row_id)
    assert (kept.estado, kept.motivo, kept.codigo, kept.nota) == (resultado, "ceros", "IDE-01", "")
    assert kept.colgada_en is not None and (kept.resuelta_en is not None) == (resultado == "resuelta")
    [trail] = world.rows(Rastro, que=que)
    assert (trail.cuenta_id, trail.motivo, trail.detalle) == (kept.cuenta_id, "ceros", written("A", row_id))
    assert (trail.empleador_id, trail.lote_id) == (lote.empleador_id, lote.id)


def test_a_call_is_closed_once(world: World, soporte: Navegador) -> None:
    row_id = begun(world)
    close(soporte, row_id)
    soporte.post(f"/soporte/atenciones/{row_id}/cierre", CLOSED | {"resultado": "escalada"})
    assert row(world, row_id).estado == "resuelta" and len(world.rows(Rastro, detalle=written("A", row_id))) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("nota", "la cédula 0912791803 no sirve"),
        ("nota", "091 279 180-3"),
        ("nota", "09.12.79.18.03"),
        ("nota", "le escribo a ana@empresa.ec"),
        ("nota", "a" * 281),
        ("codigo", "SAL-99"),
        ("motivo", "porque sí"),
        ("resultado", "otra cosa"),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_typed(world: World, soporte: Navegador, field: str, typed: str) -> None:
    row_id = begun(world)
    close(soporte, row_id, status=422, **{"nota": "Línea 7", field: typed})
    assert soporte.page is not None
    field_there = next(one for one in soporte.page.iter() if one.get("id") == field)
    assert any(one.get("href") == f"#{field}" for one in soporte.page.iter("a"))
    if field in ("nota", "codigo"):
        assert (field_there.get("value"), field_there.get("aria-invalid")) == (typed, "true")
    assert row(world, row_id).estado == "en_curso" and not world.rows(Rastro, detalle=written("A", row_id))


@pytest.mark.parametrize("typed", ["Líneas 12, 13, 14, 15, 16 y 1200", "el 2026-11-22 llamó", "lote {lote} del mes"])
def test_a_note_may_hold_lines_days_and_lotes(world: World, soporte: Navegador, typed: str) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    row_id = begun(world)
    close(soporte, row_id, nota=typed.format(lote=numero))
    assert row(world, row_id).nota == typed.format(lote=numero)


def test_only_who_holds_it_or_a_supervisor_acts(world: World, soporte: Navegador) -> None:
    row_id = begun(world, mundo.SUPERVISOR)
    soporte.get("/soporte/atenciones")
    soporte.post(f"/soporte/atenciones/{row_id}/cierre", CLOSED)
    soporte.follow()
    assert "la lleva otra persona" in soporte.text and row(world, row_id).estado == "en_curso"
    other = begun(world)
    close(world.browser(mundo.SUPERVISOR), other)
    assert row(world, other).resuelta_por == world.cuenta_id(mundo.SUPERVISOR)


def test_an_open_one_is_taken_then_resolved(world: World, soporte: Navegador) -> None:
    boss = world.browser(mundo.SUPERVISOR)
    row_id = begun(world, mundo.SUPERVISOR)
    close(boss, row_id, resultado="abierta")
    soporte.get("/soporte/atenciones")
    assert "Tomar" in soporte.text
    act(soporte, row_id, "resolver")
    assert row(world, row_id).estado == "abierta", "not before it is taken"
    act(soporte, row_id, "tomar")
    assert row(world, row_id).cuenta_id == world.cuenta_id(mundo.SOPORTE)
    act(soporte, row_id, "nota", nota="Vuelve a llamar el lunes")
    act(soporte, row_id, "resolver")
    kept = row(world, row_id)
    assert (kept.estado, kept.nota) == ("resuelta", "Vuelve a llamar el lunes")
    soporte.get(f"/soporte/atenciones/{written('A', row_id)}")
    for said in ("Tomó una atención abierta", "Dio la atención por resuelta", "Anotó la atención"):
        assert said in soporte.text
    soporte.get("/soporte/atenciones?cola=resueltas")
    assert written("A", row_id) in soporte.text


def test_what_is_handed_over_is_the_supervisors(world: World, soporte: Navegador) -> None:
    row_id = begun(world)
    close(soporte, row_id, resultado="escalada")
    for what in ("resolver", "tomar", "nota"):
        act(soporte, row_id, what)
    assert row(world, row_id).estado == "escalada" and not row(world, row_id).nota
    soporte.get("/soporte/atenciones?cola=supervision", status=404)
    boss = world.browser(mundo.SUPERVISOR)
    boss.get("/soporte/atenciones?cola=supervision")
    assert written("A", row_id) in boss.text
    act(boss, row_id, "resolver", nota="Se habló con la sucursal")
    assert row(world, row_id).resuelta_por == world.cuenta_id(mundo.SUPERVISOR)


def test_a_call_without_a_code_is_written_down_in_one_step(world: World, soporte: Navegador) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    soporte.get("/soporte/atenciones/nueva")
    soporte.post("/soporte/atenciones", CLOSED | {"lote": numero.replace("-", " "), "nota": "Llegó bien"})
    [kept] = world.rows(Atencion)
    lote = world.lote(numero)
    assert (kept.lote_id, kept.empleador_id, kept.estado) == (lote.id, lote.empleador_id, "resuelta")
    soporte.get("/soporte/atenciones/nueva")
    soporte.post("/soporte/atenciones", CLOSED | {"lote": "2026-000001-0", "nota": "Llegó"}, status=422)
    assert "No hay un lote con ese número" in soporte.text and 'value="Llegó"' in str(soporte.response.text)  # type: ignore[union-attr]
    assert len(world.rows(Atencion)) == 1


def test_calls_nobody_closed_are_open_after_two_hours(world: World) -> None:
    old, new = begun(world, minutes=121), begun(world, minutes=119)
    with world.database.writing() as session:
        assert atenciones.let_go_abandoned(session, clock.now()) == 1
    assert (row(world, old).estado, row(world, old).colgada_en) == ("abierta", None)
    assert row(world, new).estado == "en_curso"


@pytest.mark.parametrize("how", ["{0}", "a {2} {3}", "{2}{3}", "A{2}-{3}", " {1}-{2} {3} "])
def test_numbers_are_read_as_they_are_dictated(how: str) -> None:
    for row_id in (1, 123, 45_678, 1_234_567):
        number = written("A", row_id)
        letter, digits, check = number.split("-")
        assert read("A", how.format(number, letter, digits.lstrip("0"), check)) == row_id
        assert read("Q", number) is None
        assert read("A", f"A-{digits}-{(int(check) + 1) % 10}") is None


def test_a_long_queue_asks_no_more_than_a_short_one(world: World, soporte: Navegador) -> None:
    for _ in range(2):
        begun(world)
    few = asked(world, soporte, "/soporte/atenciones")
    for _ in range(40):
        begun(world, mundo.SUPERVISOR, minutes=9)
    assert asked(world, soporte, "/soporte/atenciones") == few
    assert "Página 1 de 2" in soporte.text
