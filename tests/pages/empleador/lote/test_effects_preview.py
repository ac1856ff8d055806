"""What registering would do, told before the decision, and what it did, told alike on the page and the receipt."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from pages.states import ANA, LUIS
from pages.world import World, worker
from portal.lotes.efectos_dichos import FilaPeriodo, Frase, amount, by_period, effects, undone, unit
from portal.lotes.vista.comparacion import compare
from portal.modelos import Lote
from portal.novedades import todas
from tests.classes import spelled
from web.portal_client import Navegador


def told(movimiento: str, done: bool = False, **efectos: Any) -> list[str]:
    """The sentences with amounts of cents in their places; what is to be looked at begins with a mark."""
    return [plain(one) for one in effects(todas()[movimiento], {"suma": 0, **efectos}, done)]


def plain(frase: Frase) -> str:
    return ("▲ " if frase.clase else "") + " ".join(frase.texto.format(*frase.montos).split())


@pytest.mark.parametrize(
    ("movimiento", "efectos", "before", "after"),
    [
        ("ENT", {"lineas": 1}, "Se abre 1 relación de trabajo.", "Se abrió 1 relación de trabajo."),
        ("ENT", {"lineas": 12}, "Se abren 12 relaciones de trabajo.", "Se abrieron 12 relaciones de trabajo."),
        ("SAL", {"lineas": 2}, "Se cierran 2 relaciones de trabajo.", "Se cerraron 2 relaciones de trabajo."),
        ("RRT", {"lineas": 1}, "Se cambia de tipo 1 relación", "Se cambió de tipo 1 relación"),
        ("INS", {"lineas": 3, "suma": 9800}, "Se suman USD 9800 en 3 líneas.", "Se sumaron USD 9800 en 3 líneas."),
        ("MND", {"lineas": 2, "suma": 1}, "Se registra 1 día no laborado.", "Se registró 1 día no laborado."),
        ("RHT", {"lineas": 2, "suma": 1200}, "Se registran 1 200 horas.", "Se registraron 1 200 horas."),
    ],
)
def test_each_movement_has_its_sentence_before_and_after(
    movimiento: str, efectos: dict[str, Any], before: str, after: str
) -> None:
    assert told(movimiento, **efectos)[0].startswith(before)
    assert told(movimiento, done=True, **efectos)[0].startswith(after)


@pytest.mark.parametrize(
    ("falls", "much", "sentence"),
    [
        (1, 0, "Baja 1 sueldo."),
        (1, 1, "▲ Baja 1 sueldo, más de la mitad."),
        (5, 2, "▲ Bajan 5 sueldos, 2 de ellos más de la mitad."),
        (5, 5, "▲ Bajan 5 sueldos, todos más de la mitad."),
    ],
)
def test_sueldos_that_fall_by_more_than_half_are_marked(falls: int, much: int, sentence: str) -> None:
    said = told("MSU", lineas=falls + 3, suben=2, bajan=falls, bajan_mucho=much)
    assert said == ["Suben 2 sueldos.", sentence, "1 línea deja igual el sueldo de hoy."]


def test_what_older_lotes_do_not_know_is_not_told() -> None:
    old = {"lineas": 2, "suma": 100, "planilla": -50, "suben": 1, "bajan": 1}
    assert told("MSU", **old) == ["Sube 1 sueldo.", "Baja 1 sueldo.", "La planilla baja USD 50 al mes."]
    assert by_period(todas()["MSU"], old) == ([], 0)
    assert told("MSU", lineas=0) == [] and effects(todas()["MSU"], None, done=True) == []


@pytest.mark.parametrize(
    ("n", "first", "sentence"),
    [
        (1, [3], "1 línea es de un trabajador que no tenía novedades desde hace más de 3 meses: 3."),
        (2, [3, 17], "2 líneas son de trabajadores que no tenían novedades desde hace más de 3 meses: 3 y 17."),
        (9, [3, 5, 6, 8, 1200], "9 líneas son de trabajadores que no tenían novedades desde hace más de 3 meses: "
         "3, 5, 6, 8, 1 200 y 4 más."),
    ],
)  # fmt: skip
def test_workers_not_heard_of_for_months_are_something_to_look_at(n: int, first: list[int], sentence: str) -> None:
    for movimiento in ("INS", "SAL", "MSU"):
        assert f"▲ {sentence}" in told(movimiento, lineas=9, sin_ver=n, sin_ver_lineas=first)


def test_several_periods_are_listed_and_one_alone_is_not() -> None:
    ins, rrt = todas()["INS"], todas()["RRT"]
    assert by_period(ins, {"periodos": {"202610": [5, 100]}}) == ([], 0)
    months = {f"{202500 + n}": [n, 100 * n] for n in range(1, 13)} | {"202601": [13, 1300], "202602": [1, 7]}
    rows, more = by_period(ins, {"periodos": months})
    assert len(rows) == 12 and more == 2
    assert rows[0] == FilaPeriodo(202501, 1, amount(ins, 100))
    assert by_period(rrt, {"periodos": {"202610": [1, 0], "202611": [2, 0]}})[0][0].suma is None


def test_a_column_of_values_is_headed_with_its_unit() -> None:
    assert [unit(todas()[m]) for m in ("INS", "MND", "RHT", "SAL")] == ["USD", "Días", "Horas", ""]


def test_every_effect_has_its_words_in_both_directions() -> None:
    for nov in todas().values():
        for done in (False, True):
            assert effects(nov, {"lineas": 2, "suma": 3, "suben": 2}, done)
            assert undone(nov, {"lineas": 2, "suma": 3}, done)


def other(movimiento: str = "INS", **efectos: Any) -> str:
    """What is said of a lote of 100 lines and 10000 beside one of these."""
    last = Lote(numero="2026-000101-3", efectos=efectos)
    found = compare(todas()[movimiento], {"lineas": 100, "suma": 10_000}, last)
    assert found
    return plain(found.frase)


@pytest.mark.parametrize(
    ("lines", "total", "sentence"),
    [
        (80, 10_100, "tuvo 80 líneas y USD 10100: este tiene 20 líneas más y USD 100 menos (−1 %)."),
        (101, 9_999, "tuvo 101 líneas y USD 9999: este tiene 1 línea menos y USD 1 más (menos del 1 %)."),
        (100, 10_000, "tuvo 100 líneas y USD 10000: este tiene igual número de líneas y igual suma."),
        (200, 20_000, "tuvo 200 líneas y USD 20000: este tiene 100 líneas menos y USD 10000 menos (−50 %)."),
        (201, 10_000, "▲ tuvo 201 líneas y USD 10000: este tiene 101 líneas menos y igual suma."),
        (100, 4_000, "▲ tuvo 100 líneas y USD 4000: este tiene igual número de líneas y USD 6000 más (+150 %)."),
        (100, 0, "▲ tuvo 100 líneas y USD 0: este tiene igual número de líneas y USD 10000 más."),
    ],
)
def test_beside_the_last_lote_more_than_half_of_difference_is_marked(lines: int, total: int, sentence: str) -> None:
    assert other(lineas=lines, suma=total) == sentence


def test_only_lines_are_compared_where_nothing_is_added_up_and_days_are_days() -> None:
    assert other("SAL", lineas=90, suma=0) == "tuvo 90 líneas: este tiene 10 líneas más."
    assert other("MND", lineas=90, suma=9_999).endswith("10 líneas más y 1 día más (menos del 1 %).")
    assert compare(todas()["INS"], {"lineas": 1, "suma": 1}, None) is None
    assert compare(todas()["INS"], None, Lote(efectos={"lineas": 1, "suma": 1})) is None


def test_the_last_lote_is_of_that_movement_and_empleador_and_not_the_one_that_is_mended(
    world: World, de_a: Navegador
) -> None:
    world.hire(ANA, LUIS)
    oct = {"anio": "2026", "mes": "10"}
    first = world.registered("INS", world.line("INS", ANA, valor="40.00", **oct))
    world.registered("MSU", world.line("MSU", ANA))
    given_up = world.checked("INS", world.line("INS", LUIS, valor="1.00"))
    world.decide(given_up, "desistir")
    numero = world.checked("INS", world.line("INS", LUIS, valor="50.00"))
    sentence = f"El último lote de esta novedad, {first} (oct 2026), tuvo 1 línea y USD 40,00: este tiene igual número"
    assert sentence in (de_a.get(f"/lotes/{numero}") and de_a.text)
    assert f'href="/lotes/{first}"' in de_a.get(f"/lotes/{numero}").text
    world.alter(numero, corrige_id=world.lote(first).id)
    de_a.get(f"/lotes/{numero}")
    assert "El último lote" not in de_a.text
    world.alter(numero, corrige_id=None)
    world.decide(numero)
    world.register(numero)
    de_a.get(f"/lotes/{numero}")
    assert "El último lote" not in de_a.text, "it is decided: there is nothing to look at"


def test_periods_and_marks_are_on_the_page_before_and_after_and_on_the_receipt(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS, days_ago=300)
    lines = [world.line("INS", one, mes=mes, anio="2026", valor="10.00") for one in (ANA, LUIS) for mes in ("10", "11")]
    numero = world.checked("INS", lines)
    months = ("oct 2026: 2 líneas, USD 20,00", "nov 2026: 2 líneas, USD 20,00")
    unheard = "4 líneas son de trabajadores que no tenían novedades desde hace más de 3 meses: 1, 2, 3 y 4."
    html = de_a.get(f"/lotes/{numero}").text
    assert all(month in de_a.text for month in (*months, unheard, "Se suman USD 40,00 en 4 líneas."))
    assert re.search(r'<span class="warning">4 líneas son de trabajadores', spelled(html))
    world.decide(numero)
    world.register(numero)
    for page in ("", "/comprobante"):
        de_a.get(f"/lotes/{numero}{page}")
        assert all(month in de_a.text for month in (*months, "Se sumaron USD 40,00 en 4 líneas.")), page
        assert "no tenían novedades" not in de_a.text, "it is decided: there is nothing to look at"


def test_a_fall_by_more_than_half_is_told_once_before_the_decision(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS, worker(3))
    lines = [world.line("MSU", ANA, sueldo="200.00"), world.line("MSU", LUIS, sueldo="599.00")]
    numero = world.checked("MSU", [*lines, world.line("MSU", worker(3), sueldo="600.00")])
    de_a.get(f"/lotes/{numero}")
    before = de_a.text.split("Qué revisar")[0]
    assert "Bajan 2 sueldos, 1 de ellos más de la mitad. 1 línea deja igual el sueldo de hoy." in before
    assert "el sueldo baja más de la mitad" not in before and "MSU-03" in de_a.text


def test_an_old_lote_without_the_new_keys_still_opens(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.registered("INS", world.line("INS", ANA))
    world.alter(numero, efectos={"lineas": 1, "suma": 8750, "planilla": 0, "suben": 0, "bajan": 0})
    de_a.get(f"/lotes/{numero}")
    assert "Se sumaron USD 87,50 en 1 línea." in de_a.text
    de_a.get(f"/lotes/{numero}/comprobante")
    assert "Se sumaron USD 87,50 en 1 línea." in de_a.text


def test_days_and_hours_are_no_dollars_on_the_lists(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    first = f"{date(2026, 11, 3):%Y%m%d}"
    numero = world.registered("MND", world.line("MND", ANA, fecha_inicio=first, dias="5"))
    for page in ("/comprobante", "/lineas?estado=registrada"):
        de_a.get(f"/lotes/{numero}{page}")
        assert "Días" in de_a.text and "0,05" not in de_a.text and "nov 2026 5" in de_a.text
