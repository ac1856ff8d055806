"""Asking to annul: what it would do is told first, it is asked for once, and what cannot be is told with why."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pages.annulments import MOTIVO, annulled, annulment, ask, carry_out
from pages.states import ANA, WAYS, bring_to
from pages.world import SOLO_INS, SOLO_MSU_SAL, World, worker, wrong
from portal.lotes.vista import anulaciones
from portal.modelos import Anulacion, Bitacora, Novedad
from web import mundo
from web.portal_client import Navegador

PEOPLE = [worker(n) for n in range(1, 6)]


@pytest.fixture
def extras(world: World) -> str:
    """Five registered lines (1 to 4 and 6) of two periods, and one in error."""
    world.hire(*PEOPLE)
    lines = [world.line("INS", one, valor="10.00", anio="2026", mes="10") for one in PEOPLE[:2]]
    lines += [world.line("INS", one, valor="20.00") for one in PEOPLE[:2]]
    return world.registered("INS", [*lines, world.line("INS", wrong(ANA)), world.line("INS", PEOPLE[4], valor="5.00")])


def post(browser: Navegador, numero: str, status: int = 303, **data: Any) -> str:
    """Sends the form of the annulment page; where it leads to."""
    browser.get(f"/lotes/{numero}/anulacion", status=None)
    answer = browser.post(f"/lotes/{numero}/anulacion", {"motivo": MOTIVO, **data}, status=status)
    return str(answer.location or "")


def source(browser: Navegador) -> str:
    assert browser.response is not None
    return browser.response.text


def errors(browser: Navegador) -> list[tuple[str, str]]:
    """(field, text) of the summary; each leads to its field, which says it too."""
    found = re.search(r'aria-labelledby="resumen".*?</div>', source(browser), re.S)
    assert found and "No se anuló nada" in found[0] and "<title>Error: " in source(browser)
    return re.findall(r'<a href="#([a-z]+)">(.*?)</a>', found[0])


def test_what_it_would_do_is_told_before(world: World, de_a: Navegador, extras: str) -> None:
    assert f'href="/lotes/{extras}/anulacion"' in de_a.get(f"/lotes/{extras}").text
    de_a.get(f"/lotes/{extras}/anulacion")
    assert f"Anular el lote {extras}" in de_a.text
    for sentence in (
        "Se anulan 5 líneas: todo lo que queda registrado de este lote.",
        "Se restan USD 65,00 en 5 líneas.",
        "oct 2026: 2 líneas, USD 20,00",
        "nov 2026: 3 líneas, USD 45,00",
        "El lote y su comprobante quedan como están",
        "Nada más cambia en la historia laboral.",
        "Después puede enviar esas líneas otra vez.",
    ):
        assert sentence in de_a.text
    assert not world.rows(Anulacion), "looking asks for nothing"


@pytest.mark.parametrize("asked", ["lineas=1,3-4", "lineas=1&lineas=3+a+4", "linea=1&linea=3&linea=4", "lineas=4;3;1"])
def test_chosen_lines_come_as_text_or_from_check_boxes(de_a: Navegador, extras: str, asked: str) -> None:
    de_a.get(f"/lotes/{extras}/anulacion?{asked}")
    assert f"Anular 3 líneas del lote {extras}" in de_a.text
    assert "Se anulan 3 líneas: 1, 3 a 4." in de_a.text and "Se restan USD 50,00 en 3 líneas." in de_a.text
    assert '<option value="algunas" selected>' in de_a.get(f"/lotes/{extras}/anulacion?{asked}").text


def test_one_line_is_one_line(de_a: Navegador, extras: str) -> None:
    de_a.get(f"/lotes/{extras}/anulacion?lineas=6")
    assert "Anular 1 línea del lote" in de_a.text and "Se anula 1 línea: la 6." in de_a.text


def of_each_kind(world: World) -> dict[str, tuple[str, str]]:
    """movement → a registered lote of it that nothing rests on, and what annulling it says."""
    people = [worker(n) for n in range(1, 9)]
    ent = world.hire(worker(20), worker(21))
    world.hire(*people)
    sal = world.registered("SAL", [world.line("SAL", one) for one in people[:3]])
    msu = world.registered("MSU", [world.line("MSU", one, sueldo="700.00") for one in people[3:5]])
    mnd = world.registered("MND", world.line("MND", people[3], dias="2"))
    rht = world.registered("RHT", world.line("RHT", people[4], horas="100"))
    rrt = world.registered("RRT", world.line("RRT", people[5]))
    return {
        ent: ("Quedan sin efecto 2 entradas: esas relaciones de trabajo ya no constan.", "ya no constan"),
        sal: ("Se reabren 3 relaciones de trabajo.", "Se reabrieron 3 relaciones de trabajo."),
        msu: ("Quedan sin efecto 2 cambios de sueldo: vuelve el sueldo anterior.", "volvió el sueldo anterior"),
        mnd: ("Se quitan 2 días no laborados.", "Se quitaron 2 días no laborados."),
        rht: ("Se quitan 100 horas.", "Se quitaron 100 horas."),
        rrt: ("Vuelve a su tipo anterior 1 relación de trabajo.", "Volvió a su tipo anterior 1 relación de trabajo."),
    }


def test_each_movement_says_what_comes_back_before_and_after(world: World, de_a: Navegador) -> None:
    for numero, (before, after) in of_each_kind(world).items():
        de_a.get(f"/lotes/{numero}/anulacion")
        assert before in de_a.text
        done = annulled(world, numero)
        de_a.get(f"/anulaciones/{done}")
        assert after in de_a.text and "Quedó anulado" in de_a.text


def test_asked_for_once_it_waits_its_turn_and_is_written_down(world: World, de_a: Navegador, extras: str) -> None:
    where = post(de_a, extras, motivo="  Era   del mes\nanterior ")
    [found] = world.rows(Anulacion)
    assert where == f"/anulaciones/{found.numero}"
    assert (found.estado, found.motivo, found.lineas) == ("pedida", "Era del mes anterior", None)
    assert (found.pedidas, found.cuenta_id) == (5, world.cuenta_id())
    assert [b.detalle for b in world.rows(Bitacora, que="pide_anulacion")] == [found.numero]
    assert carry_out(world, found.numero).estado == "hecha" and world.lote(extras).estado == "anulado"


@pytest.mark.parametrize(
    ("data", "spans"),
    [
        ({"lineas": "1, 3-4"}, [[1, 1], [3, 4]]),
        ({"lineas": ["1", "3-4"]}, [[1, 1], [3, 4]]),
        ({"lineas": "1,3 a 4", "alcance": "algunas"}, [[1, 1], [3, 4]]),
        ({"lineas": "2", "alcance": "todo"}, [[2, 2]]),
        ({"linea": ["6", "1"]}, [[1, 1], [6, 6]]),
        ({"lineas": ""}, None),
        ({"lineas": " ", "alcance": "todo"}, None),
    ],
)
def test_which_lines_are_meant(
    world: World, de_a: Navegador, extras: str, data: dict[str, Any], spans: list[list[int]] | None
) -> None:
    """Lines that are typed count, also when the choice says otherwise: the rest can be annulled afterwards."""
    post(de_a, extras, **data)
    assert world.rows(Anulacion)[0].lineas == spans


def test_the_same_form_twice_gives_one_annulment(world: World, de_a: Navegador, extras: str) -> None:
    first = post(de_a, extras, lineas="1")
    assert post(de_a, extras, lineas="1") == first == post(de_a, extras, lineas="2")
    assert "Este lote ya tiene una anulación en curso: es esta." in (de_a.follow() and de_a.text)
    de_a.get(f"/lotes/{extras}/anulacion", status=303)
    assert de_a.response and de_a.response.location == first and len(world.rows(Anulacion)) == 1


@pytest.mark.parametrize(
    ("data", "field", "text"),
    [
        ({"motivo": ""}, "motivo", "Escriba por qué se anula, de 5 a 300 caracteres"),
        ({"motivo": "   no     "}, "motivo", "Escriba por qué se anula, de 5 a 300 caracteres"),
        ({"motivo": "x" * 301}, "motivo", "Escriba por qué se anula, de 5 a 300 caracteres"),
        ({"alcance": "algunas"}, "lineas", "Escriba qué líneas se anulan, por ejemplo 3, 7-12"),
        ({"lineas": ","}, "lineas", "Escriba qué líneas se anulan, por ejemplo 3, 7-12"),
        ({"lineas": "1, dos, 3"}, "lineas", "«dos» no es una línea de este lote: van números de 1 a 6"),
        ({"lineas": "7"}, "lineas", "«7» no es una línea de este lote: van números de 1 a 6"),
        ({"lineas": "4-2"}, "lineas", "«4-2» no es una línea de este lote: van números de 1 a 6"),
        ({"linea": ["1", "<b>"]}, "lineas", "«&lt;b&gt;» no es una línea de este lote: van números de 1 a 6"),
        ({"lineas": "9" * 200}, "lineas", f"«{'9' * 40}…» no es una línea de este lote: van números de 1 a 6"),
        ({"lineas": "5"}, "lineas", "La línea 5 no se registró en este lote"),
        ({"lineas": "4-6"}, "lineas", "La línea 5 no se registró en este lote"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    world: World, de_a: Navegador, extras: str, data: dict[str, Any], field: str, text: str
) -> None:
    post(de_a, extras, status=422, **data)
    assert errors(de_a) == [(field, text)]
    html = source(de_a)
    assert html.count(text) == 2 and f'id="{field}-e"' in html, "at the top and at the field"
    kept = data.get("motivo", MOTIVO)
    assert f'value="{kept}"' in html and not world.rows(Anulacion)
    if isinstance(typed := data.get("lineas"), str) and typed != ",":
        assert f'value="{typed}"' in html


def test_both_fields_may_be_wrong_at_once(de_a: Navegador, extras: str) -> None:
    post(de_a, extras, status=422, lineas="x", motivo="x")
    assert [field for field, _ in errors(de_a)] == ["lineas", "motivo"]


def test_an_address_with_wrong_lines_is_answered_like_the_form(de_a: Navegador, extras: str) -> None:
    de_a.get(f"/lotes/{extras}/anulacion?lineas=99", status=422)
    assert errors(de_a) == [("lineas", "«99» no es una línea de este lote: van números de 1 a 6")]


def test_lines_annulled_already_are_told_with_what_did_it(world: World, de_a: Navegador, extras: str) -> None:
    first, second = annulled(world, extras, [1]), annulled(world, extras, [3, 4])
    post(de_a, extras, status=422, lineas="1-6")
    assert [text for _, text in errors(de_a)] == [
        f"La línea 1 ya se anuló con la anulación {first}",
        f"Las líneas 3 a 4 ya se anularon con la anulación {second}",
        "La línea 5 no se registró en este lote",
    ]
    assert post(de_a, extras).startswith("/anulaciones/"), "the rest can be annulled"
    assert [a.pedidas for a in world.rows(Anulacion)] == [1, 2, 2]


def test_of_very_many_wrong_lines_the_first_are_explained(
    world: World, de_a: Navegador, extras: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anulaciones, "LOOKED_AT", 2)
    first = annulled(world, extras, [1, 2, 3, 4])
    post(de_a, extras, status=422, lineas="1-6")
    assert [text for _, text in errors(de_a)] == [
        f"Las líneas 1 a 2 ya se anularon con la anulación {first}",
        "Tampoco se pueden anular 3 líneas más",
    ]


def test_looking_first_shows_what_other_lines_would_do_and_asks_for_nothing(
    world: World, de_a: Navegador, extras: str
) -> None:
    post(de_a, extras, status=200, lineas="3", motivo="", ver="1")
    assert "Se restan USD 20,00 en 1 línea." in de_a.text and not world.rows(Anulacion)
    html = source(de_a)
    assert 'value="3"' in html and "Error: " not in html
    post(de_a, extras, status=422, lineas="x", motivo="Era del mes anterior", ver="1")
    assert [field for field, _ in errors(de_a)] == ["lineas"] and 'value="Era del mes anterior"' in source(de_a)


@pytest.mark.parametrize("way", [way for way, (estado, _) in WAYS.items() if estado != "registrado"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_lote_with_nothing_registered_leads_back_to_itself(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    before = len(world.rows(Anulacion))
    de_a.get(f"/lotes/{numero}/anulacion", status=303)
    assert str(de_a.response.location if de_a.response else "") == f"/lotes/{numero}" == post(de_a, numero)
    de_a.follow()
    said = "Este lote ya está anulado." if way == "anulado" else "Este lote no tiene líneas registradas que anular."
    assert said in de_a.text and len(world.rows(Anulacion)) == before


def test_only_who_may_send_that_movement_may_annul_it(world: World, de_b: Navegador, extras: str) -> None:
    denied = (world.browser(SOLO_MSU_SAL), de_b, world.browser(mundo.SOPORTE), world.browser(mundo.SUPERVISOR))
    for browser in denied:
        browser.get(f"/lotes/{extras}/anulacion", status=404)
        browser.post(f"/lotes/{extras}/anulacion", {"motivo": MOTIVO}, status=404)
    assert not world.rows(Anulacion)
    browser = world.browser(SOLO_INS)
    assert post(browser, extras, lineas="1").startswith("/anulaciones/")
    assert world.rows(Anulacion)[0].cuenta_id == world.cuenta_id(SOLO_INS)


def test_between_looking_and_asking_another_may_be_faster(world: World, de_a: Navegador, extras: str) -> None:
    de_a.get(f"/lotes/{extras}/anulacion")
    other = ask(world, extras, [1])
    answer = de_a.post(f"/lotes/{extras}/anulacion", {"motivo": MOTIVO})
    assert answer.location == f"/anulaciones/{other}"
    carry_out(world, other)
    assert annulment(world, other).pedidas == 1
    assert len([n for n in world.rows(Novedad, movimiento="INS") if n.anulada_en]) == 1


def test_the_lines_are_chosen_from_the_list(de_a: Navegador, extras: str) -> None:
    html = de_a.get(f"/lotes/{extras}/lineas?estado=registrada").text
    assert f'<form id="anular" method="get" action="/lotes/{extras}/anulacion">' in html
    boxes = re.findall(r'<input type="checkbox" name="linea" value="(\d+)" form="anular"', html)
    assert boxes == ["1", "2", "3", "4", "6"]
