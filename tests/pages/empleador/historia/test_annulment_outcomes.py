"""What became of an annulment: its own page in every state, what goes first, and its traces on the lote's pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pages.annulments import MOTIVO, annulled, annulment, ask, carry_out
from pages.empleador.historia.test_annulment_pages import errors, post
from pages.test_query_counts import asked
from pages.world import SOLO_INS, SOLO_MSU_SAL, World, send, states_in, worker, wrong
from portal import clock
from portal.lotes.trabajo import leases
from portal.modelos import Anulacion
from tests.classes import spelled
from web import mundo
from web.portal_client import Navegador

ONE, TWO, THREE = worker(1), worker(2), worker(3)


def extras(world: World, *people: str) -> str:
    """A registered lote of extras, with one line in error at its end."""
    world.hire(*people)
    return world.registered("INS", [*(world.line("INS", one) for one in people), world.line("INS", wrong(ONE))])


def _pedida(world: World) -> str:
    return ask(world, extras(world, ONE, TWO))


def _en_curso(world: World) -> str:
    numero = _pedida(world)
    row = annulment(world, numero)
    with world.database.writing() as session:
        assert leases.claim_annul(session, row.id, clock.now(), 30, 3)
        session.get_one(Anulacion, row.id).anuladas = 1
    return numero


def _fallida(world: World) -> str:
    numero = _pedida(world)
    with world.database.writing() as session:
        lease = leases.claim_annul(session, annulment(world, numero).id, clock.now(), 30, 3)
        assert lease
        leases.fail(session, lease, clock.now(), "Falla del portal: de prueba")
    return numero


def _hecha(world: World) -> str:
    return annulled(world, extras(world, ONE, TWO))


def _negada(world: World) -> str:
    """A raise was decided before the annulment of the hire was asked for, and registered only afterwards."""
    hire = world.hire(ONE, TWO)
    raised = world.checked("MSU", world.line("MSU", ONE, sueldo="700.00"))
    world.decide(raised)
    numero = ask(world, hire, [1, 2])
    world.register(raised)
    assert carry_out(world, numero).estado == "negada"
    return numero


STATES: dict[str, tuple[Callable[[World], str], bool, tuple[str, ...]]] = {
    "pedida": (_pedida, True, ("Su anulación está guardada y espera su turno.", "Puede cerrar esta página.")),
    "en curso": (_en_curso, True, ("1 de 2 líneas anuladas", "Puede cerrar esta página.")),
    "fallida": (_fallida, True, ("La falla es del portal", "usted no tiene que hacer nada", "Puede cerrar")),
    "hecha": (_hecha, False, ("Quedó anulado", "2 líneas anuladas del lote", "Se restaron USD 175,00 en 2 líneas.")),
    "negada": (_negada, False, ("No se anuló nada", "Modificación de sueldo: línea 1", "Volver a intentarlo")),
}


@pytest.mark.parametrize("state", STATES)
def test_the_page_in_every_state(world: World, de_a: Navegador, state: str) -> None:
    bring, waits, sentences = STATES[state]
    numero = bring(world)
    html = de_a.get(f"/anulaciones/{numero}").text
    row = annulment(world, numero)
    assert states_in(html) == [row.estado]
    for sentence in (*sentences, f"Anulación {numero}", MOTIVO, "PERSONA UNO (09••••1803)"):
        assert sentence in de_a.text, sentence
    assert (mundo.RUC_A in de_a.text) is not waits, "ended, it is a receipt"
    assert ("htmx.min" in html) is waits and ("data-hx-" in html) is waits
    assert (f'href="/anulaciones/{numero}" id="ya">Actualizar</a>' in html) is waits
    fragment = de_a.get(f"/anulaciones/{numero}/avance?v=0", headers={"HX-Request": "true"}).text
    start, end = html.index('<section id="avance"'), html.rindex("</section>")
    assert fragment.strip() == html[start:end] + "</section>"


def test_it_polls_like_a_lote_and_is_told_only_what_is_new(world: World, de_a: Navegador) -> None:
    numero = _pedida(world)
    html = de_a.get(f"/anulaciones/{numero}").text
    tag = re.search(r'<section id="avance"[^>]*>', html)
    assert tag and (version := re.search(r'data-version="([^"]+)"', tag[0]))
    where = f"/anulaciones/{numero}/avance?v={version[1]}"
    for attribute in (f'data-hx-get="{where}"', 'data-hx-trigger="every 500ms"', 'data-hx-sync="this:drop"'):
        assert attribute in tag[0]
    assert de_a.get(where, status=204, headers={"HX-Request": "true"}).data == b""
    carry_out(world, numero)
    news = de_a.get(where, headers={"HX-Request": "true"}).text
    assert states_in(news) == ["hecha"] and "data-hx-" not in news


def test_anothers_annulment_is_not_there(world: World, de_b: Navegador, soporte: Navegador) -> None:
    numero = _hecha(world)
    for browser in (de_b, soporte):
        for path in (f"/anulaciones/{numero}", f"/anulaciones/{numero}/avance"):
            browser.get(path, status=404)
    for odd in ("2026-000001-4", "nada", "2026-999999-1"):
        world.browser().get(f"/anulaciones/{odd}", status=404)


def test_a_delegate_reads_the_annulments_of_its_movements_alone(world: World) -> None:
    numero = _hecha(world)
    world.browser(SOLO_MSU_SAL).get(f"/anulaciones/{numero}", status=404)
    browser = world.browser(SOLO_INS)
    browser.get(f"/anulaciones/{numero}")
    assert "Quedó anulado" in browser.text


def test_what_rests_on_it_goes_first_the_last_registered_first(world: World, de_a: Navegador) -> None:
    hire = world.hire(ONE, TWO, THREE)
    raised = world.registered("MSU", [world.line("MSU", one, sueldo="700.00") for one in (ONE, TWO)])
    left = world.registered("SAL", world.line("SAL", ONE))
    html = de_a.get(f"/lotes/{hire}/anulacion").text
    assert "Antes hay que anular otras líneas" in de_a.text and "Si anula ahora" not in de_a.text
    first, then = f"{left} Aviso de salida: línea 1", f"{raised} Modificación de sueldo: líneas 1 a 2"
    assert de_a.text.index(first) < de_a.text.index(then)
    assert f'href="/lotes/{left}/anulacion?lineas=1"' in html
    assert '<button type="submit">Anular</button>' not in html, "the button is not there until it can be done"
    assert "Anular la otra línea Nada lo impide." in de_a.text
    free = f"/lotes/{hire}/anulacion?lineas=3"
    assert f'href="{free}"' in html and "Si anula ahora" in (de_a.get(free) and de_a.text)
    assert '<button type="submit">Anular</button>' in de_a.get(free).text
    post(de_a, hire, status=422)
    assert errors(de_a) == [("antes", "Antes hay que anular otras líneas")] and not world.rows(Anulacion)
    for numero in (left, raised):
        carry_out(world, post(de_a, numero).removeprefix("/anulaciones/"))
    carry_out(world, post(de_a, hire).removeprefix("/anulaciones/"))
    assert world.lote(hire).estado == "anulado"


def test_a_delegate_is_led_only_to_what_it_may_annul(world: World) -> None:
    world.hire(ONE)
    left = world.registered("SAL", world.line("SAL", ONE, fecha_salida="20261119"))
    again = world.registered("ENT", world.line("ENT", ONE, fecha_ingreso="20261121", fecha_registro="20261121"))
    html = world.browser(SOLO_MSU_SAL).get(f"/lotes/{left}/anulacion").text
    assert again not in html and "Aviso de entrada: pida al titular que las anule" in html, "it may not see ENT"
    assert "Anular la otra línea" not in html


def test_at_most_twenty_lotes_are_named(world: World, de_a: Navegador) -> None:
    people = [worker(n) for n in range(100, 122)]
    hire = world.hire(*people)
    for one in people:
        world.registered("MSU", world.line("MSU", one, sueldo="700.00"))
    de_a.get(f"/lotes/{hire}/anulacion")
    assert de_a.text.count("Modificación de sueldo: línea 1") == 20 and "Y de 2 lotes más." in de_a.text


def test_a_refused_annulment_leads_to_asking_again_for_the_same_lines(world: World, de_a: Navegador) -> None:
    numero = _negada(world)
    html = de_a.get(f"/anulaciones/{numero}").text
    assert re.search(r'href="/lotes/2025-\d{6}-\d/anulacion\?lineas=1\+a\+2"', html)
    assert not [n for n in world.rows(Anulacion) if n.anuladas]


def test_a_part_leaves_its_traces_and_the_sum_as_it_was(world: World, de_a: Navegador) -> None:
    numero = extras(world, ONE, TWO, THREE)
    part = annulled(world, numero, [1, 3])
    de_a.get(f"/lotes/{numero}")
    assert "Registradas 3 Con error 1 Repetidas 0 Ya registradas 0 Líneas leídas 4" in de_a.text
    assert "3 registradas, 2 de ellas anuladas, 1 con error" in de_a.text
    assert f"Anulaciones Anulación Pedida Líneas Motivo {part}" in de_a.text and f"Hecha 1, 3 {MOTIVO}" in de_a.text
    assert "Anular este lote o algunas líneas" in de_a.text
    de_a.get("/lotes")
    assert "3 registradas, 1 por corregir; 2 anuladas después" in de_a.text


def test_the_receipt_stays_and_says_on_top_what_was_annulled(world: World, de_a: Navegador) -> None:
    numero = extras(world, ONE, TWO, THREE)
    de_a.get(f"/lotes/{numero}/comprobante")
    before = de_a.text.split("Registradas 3", 1)[1]
    first, second = annulled(world, numero, [1]), annulled(world, numero, [2, 3])
    assert world.lote(numero).estado == "anulado"
    de_a.get(f"/lotes/{numero}/comprobante")
    top, after = de_a.text.split("Registradas 3", 1)
    assert after == before
    assert f"Anulado después: 2 líneas, anulación {second}" in top
    assert f"Anulado después: 1 línea, anulación {first}" in top


def test_an_annulled_lote_says_so_and_can_be_checked_again(world: World, de_a: Navegador) -> None:
    numero = extras(world, ONE, TWO)
    contents = [world.line("INS", ONE), world.line("INS", TWO), world.line("INS", wrong(ONE))]
    done = annulled(world, numero)
    html = de_a.get(f"/lotes/{numero}").text
    assert states_in(html) == ["anulado"] and "Ninguna cuenta ya" in de_a.text
    assert f'href="/lotes/{numero}/comprobante"' in html and f'href="/anulaciones/{done}"' in html
    assert "Registradas 2 Con error 1" in de_a.text and "Revisar de nuevo" in de_a.text
    assert "Anular este lote" not in de_a.text and de_a.get(f"/lotes/{numero}/errores.txt").data
    again = str(de_a.post(f"/lotes/{numero}/revisar").location).removeprefix("/lotes/")
    assert world.check(again).correctas == 2
    assert send(de_a, "INS", ("archivo.txt", contents)) == again, "and the same bytes are that lote"
    de_a.get(f"/lotes/{numero}")
    assert f"El mismo archivo se revisa de nuevo como lote {again}" in de_a.text
    assert "2 líneas registradas y anuladas después" in (de_a.get("/lotes") and de_a.text)


def test_annulled_lines_are_struck_out_in_the_list_and_lead_to_what_did_it(world: World, de_a: Navegador) -> None:
    numero = extras(world, ONE, TWO, THREE)
    part = annulled(world, numero, [2])
    html = de_a.get(f"/lotes/{numero}/lineas?estado=registrada").text
    assert "1 anulada después" in de_a.text and f"Anulada {part}" in de_a.text and html.count("<s>") == 1
    assert re.findall(r'name="linea" value="(\d+)"', html) == ["1", "3"], "there is nothing to mark on it"
    assert '<td class="screen-only" data-t="Anular">' in spelled(html), "on paper there is nothing to mark at all"


@pytest.mark.parametrize("linea", [1, 50, 51, 60])
def test_an_address_opens_the_list_where_a_line_is(world: World, de_a: Navegador, linea: int) -> None:
    people = [worker(n) for n in range(100, 160)]
    world.hire(*people)
    numero = world.registered("INS", [world.line("INS", one) for one in people])
    html = de_a.get(f"/lotes/{numero}/lineas?estado=registrada&linea={linea}").text
    assert f'<tr id="l{linea}" aria-current="true">' in html and html.count('aria-current="true"') == 1
    assert de_a.get(f"/lotes/{numero}/lineas?estado=registrada&linea=9999999999999999999999").status_code == 200
    assert 'aria-current="true"' not in de_a.get(f"/lotes/{numero}/lineas?estado=registrada&linea=x").text


def test_a_line_in_error_is_found_too(world: World, de_a: Navegador) -> None:
    numero = world.checked("INS", [world.line("INS", wrong(worker(n))) for n in range(100, 160)])
    html = de_a.get(f"/lotes/{numero}/lineas?estado=error&linea=55").text
    assert '<tr id="l55" aria-current="true">' in html and "51 a 60 de 60" in de_a.text


def test_a_leave_says_its_day_and_cause_in_the_lists(world: World, de_a: Navegador) -> None:
    world.hire(ONE)
    numero = world.registered("SAL", world.line("SAL", ONE, fecha_salida="20261120", causa="V"))
    for page in ("/comprobante", "/lineas?estado=registrada"):
        de_a.get(f"/lotes/{numero}{page}")
        assert "20 nov 2026, Renuncia voluntaria" in de_a.text


def test_a_delegate_of_that_movement_annuls_its_lines(world: World) -> None:
    numero = extras(world, ONE, TWO)
    browser = world.browser(SOLO_INS)
    where = post(browser, numero, lineas="2")
    carry_out(world, where.removeprefix("/anulaciones/"))
    browser.get(where)
    assert "DELEGADA UNO (18••••5672)" in browser.text and "1 línea anulada del lote" in browser.text


def test_pages_ask_no_more_for_many_annulments(world: World, de_a: Navegador) -> None:
    people = [worker(n) for n in range(100, 112)]
    world.hire(*people)
    few, many = (world.registered("INS", [world.line("INS", one, causa=c) for one in people]) for c in "OH")
    assert annulled(world, few, [1])
    for n in range(1, 9):
        last = annulled(world, many, [n])
    for rest in ("", "/lineas?estado=registrada", "/comprobante"):
        assert asked(world, de_a, f"/lotes/{many}{rest}") == asked(world, de_a, f"/lotes/{few}{rest}"), rest
    assert asked(world, de_a, f"/anulaciones/{last}") <= 6
