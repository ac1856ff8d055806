"""What both see in a guided call: the same page and lote, masked until the caller agrees; the pointer; the trail."""

from __future__ import annotations

import re

import pytest

from pages.calls import ask_code, call, enter, only_call, poll
from pages.world import World, worker, wrong
from portal.modelos import Llamada, Rastro
from tests.classes import spelled
from web import mundo
from web.portal_client import Navegador

NAME = "nomina-de-ana-perez.txt"


@pytest.fixture
def lote(world: World) -> str:
    """Three lines with errors: an id of nobody, an amount of nonsense, somebody who does not work there."""
    world.hire(worker(1), worker(2))
    lines = [
        world.line("INS", wrong(worker(1))),
        world.line("INS", worker(1), valor="77.123.45"),
        world.line("INS", worker(9), valor="431.07"),
        world.line("INS", worker(2)),
    ]
    return world.checked("INS", lines, nombre=NAME)


def screen(agent: Navegador) -> str:
    agent.get("/soporte/llamada")
    return agent.text


def personal(text: str) -> list[str]:
    """What of a person or of pay is in a text."""
    found = [w for n in (1, 2, 9) for w in (worker(n), wrong(worker(n))) if w in text]
    return found + [word for word in (NAME, "77.123.45", "431.07", "431,07", "600.00", mundo.RUC_A) if word in text]


def test_the_agent_sees_the_callers_lote_and_nothing_of_anybody(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    call(de_a, soporte, f"/lotes/{lote}")
    said = screen(soporte)
    html = soporte.response.text  # type: ignore[union-attr]
    assert personal(html) == []
    assert "3 líneas con error" in said and lote in said and "EMPRESA DE DEMOSTRACIÓN S.A. la ve en su pantalla" in said
    assert "1 correcta + 3 con error + 0 repetidas + 0 ya registradas = 4 leídas" in said
    assert "Diga" in said and "Dicte los pasos" in said and "Página El lote" in said
    for codigo in world.lote(lote).por_codigo or {}:
        soporte.get(f"/soporte/llamada?codigo={codigo}")
        assert codigo in soporte.text and personal(soporte.response.text) == []  # type: ignore[union-attr]
    for linea in (1, 2, 3, 4, 999):
        soporte.get(f"/soporte/llamada?linea={linea}")
        assert personal(soporte.response.text) == []  # type: ignore[union-attr]
    assert "De la línea 999 no hay nada que decir" in soporte.text


def test_ids_and_pay_are_seen_once_the_caller_agrees_and_no_longer(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    call(de_a, soporte, f"/lotes/{lote}")
    page = soporte.response.text  # type: ignore[union-attr]
    de_a.post("/ayuda/llamada", {"accion": "permitir"})
    status, said = poll(soporte, page)
    assert status == 200 and worker(9) in said and NAME in said
    assert [row.que for row in world.rows(Rastro)][-1] == "ve_datos"
    de_a.get(f"/lotes/{lote}")
    assert "También ve cédulas y sueldos" in de_a.text
    de_a.post("/ayuda/llamada", {"accion": "cubrir"})
    status, said = poll(soporte, said)
    assert status == 200 and personal(said) == []


def test_the_agents_screen_follows_the_caller(world: World, de_a: Navegador, soporte: Navegador, lote: str) -> None:
    call(de_a, soporte, "/procesos")
    page = soporte.response.text  # type: ignore[union-attr]
    assert "Procesos, el menú" in soporte.text and 'data-estado="sin_lote"' in page
    assert poll(soporte, page)[0] == 204
    de_a.get(f"/lotes/{lote}/lineas?estado=error")
    status, page = poll(soporte, page)
    assert status == 200 and "Las líneas del lote" in page and 'data-estado="revisado"' in page
    assert poll(soporte, page)[0] == 204
    de_a.get("/lotes")
    status, page = poll(soporte, page)
    assert "Mis lotes" in page and lote in page, "the lote stays while the caller looks elsewhere"
    world.decide(lote)
    status, page = poll(soporte, page)
    assert status == 200 and 'data-estado="registrando"' in page


def test_the_caller_sees_who_looks_at_what_until_when(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    page = de_a.get(f"/lotes/{lote}").text
    assert "data-hx-get" not in page, "a lote that waits for nobody asks for nothing"
    code = ask_code(de_a, f"/lotes/{lote}")
    page = de_a.response.text  # type: ignore[union-attr]
    assert poll(de_a, page)[0] == 204
    enter(soporte, code)
    status, said = poll(de_a, page)
    assert status == 200 and f'Agente 14</b> está viendo el lote <a href="/lotes/{lote}"' in said
    assert "No ve cédulas ni sueldos" in said and re.search(r"hasta las \d\d:\d\d\b", said)
    assert said.count("data-estado=") == 1 and 'data-hx-trigger="every 3s"' in said


def test_the_pointer_is_on_the_callers_page_with_the_next_poll(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    call(de_a, soporte, f"/lotes/{lote}")
    page, lines = de_a.get(f"/lotes/{lote}").text, de_a.get(f"/lotes/{lote}/lineas").text
    soporte.post("/soporte/llamada/senalar", {"linea": "2", "campo": "valor"})
    status, said = poll(de_a, page)
    assert status == 200 and "Le señala la línea 2, " in said
    assert re.search(r'<dl class="sheet notice" aria-current="true">\s*<div><dt>Línea</dt><dd>2', spelled(said))
    status, said = poll(de_a, lines)
    assert status == 200 and 'data-linea="2" data-campo="valor"' in said
    assert f'data-lote="/lotes/{lote}/"' in said
    # and without JavaScript, when the page is loaded again
    html = de_a.get(f"/lotes/{lote}/lineas").text
    assert re.search(r'<tr id="l2" aria-current="true"', html) and len(re.findall(r"<tr [^>]*aria-current", html)) == 1
    soporte.post("/soporte/llamada/senalar", {})
    de_a.get(f"/lotes/{lote}")
    assert "Le señala" not in de_a.text


@pytest.mark.parametrize("where", [{"linea": "4"}, {"linea": "1", "campo": "valor"}, {"linea": "-1"}, {"linea": "99"}])
def test_nothing_is_pointed_at_where_nothing_is_said(
    world: World, de_a: Navegador, soporte: Navegador, lote: str, where: dict[str, str]
) -> None:
    call(de_a, soporte, f"/lotes/{lote}")
    soporte.post("/soporte/llamada/senalar", where)
    soporte.get("/soporte/llamada")
    assert "no hay nada que señalar" in soporte.text
    assert only_call(world.rows(Llamada)).marca_linea is None


def test_the_agent_opens_another_lote_of_that_empleador_and_of_no_other(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    world.hire(worker(5), ruc=mundo.RUC_B)
    theirs = world.checked("INS", world.line("INS", worker(5), ruc=mundo.RUC_B), ruc=mundo.RUC_B)
    call(de_a, soporte, "/procesos")
    soporte.post("/soporte/llamada/lote", {"numero": theirs})
    assert "no es de un lote de este empleador" in screen(soporte) and theirs not in screen(soporte)
    soporte.post("/soporte/llamada/lote", {"numero": lote})
    assert "3 líneas con error" in screen(soporte)
    de_a.get("/procesos")
    assert f"está viendo el lote {lote}" in de_a.text, "the caller is told"
    de_a.get("/lotes/" + world.rows(type(world.lote(lote)))[0].numero)
    assert only_call(world.rows(Llamada)).lote_id == world.rows(type(world.lote(lote)))[0].id


def test_the_agent_can_do_nothing_in_the_callers_name(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    call(de_a, soporte, f"/lotes/{lote}")
    for address, data in {
        f"/lotes/{lote}/decision": {"decision": "registrar"},
        f"/lotes/{lote}/anulacion": {"motivo": "por la agente"},
        f"/lotes/{lote}/revisar": {},
        "/cargas/nueva": {"movimiento": "INS"},
        "/ayuda/llamada": {"accion": "permitir"},
    }.items():
        soporte.post(address, data, status=404)
    assert world.lote(lote).estado == "revisado" and only_call(world.rows(Llamada)).permiso_en is None


def test_every_look_is_in_the_trail_once_with_its_reason(
    world: World, de_a: Navegador, soporte: Navegador, lote: str
) -> None:
    call(de_a, soporte, f"/lotes/{lote}")
    for _ in range(3):
        soporte.get("/soporte/llamada")
    de_a.get("/lotes")
    soporte.get("/soporte/llamada")
    rows = [(row.que, row.detalle, row.motivo, row.lote_id is not None) for row in world.rows(Rastro)]
    assert rows == [
        ("entra_llamada", "", "guiada", False),
        ("ve_pagina", "El lote", "guiada", True),
        ("ve_pagina", "Mis lotes", "guiada", True),
    ]
    de_a.get("/accesos")
    assert "Abrió la llamada con el código que usted le dijo" in de_a.text and "Pidió ayuda por teléfono" in de_a.text


def test_every_page_of_a_caller_has_words(world: World) -> None:
    from portal.access import decision_of
    from portal.soporte.llamada.paginas import PAGINAS

    app = world.app
    shown = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and decision_of(app, rule.endpoint) in ("empleador", "representante")
        if not rule.rule.endswith(("/avance", "/original", ".txt", ".xlsx", ".csv")) and "tus" not in rule.rule
    }
    assert shown <= set(PAGINAS), shown - set(PAGINAS)
    assert set(PAGINAS) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_refused_file_and_one_that_waits_have_something_to_say(
    world: World, de_a: Navegador, soporte: Navegador
) -> None:
    refused = world.checked("INS", b"a\0b;c\0d\r\n" * 40)
    waiting = world.receive("INS", world.line("INS", worker(3)))
    call(de_a, soporte, f"/lotes/{refused}")
    assert "Diga «" in screen(soporte) and "Dicte los pasos" in soporte.text
    de_a.get(f"/lotes/{waiting}")
    assert "Diga «" in screen(soporte) and 'data-estado="recibido"' in soporte.response.text  # type: ignore[union-attr]


def test_a_page_that_htmx_polls_takes_the_band_as_a_whole(world: World, de_a: Navegador, soporte: Navegador) -> None:
    """An annulment under way has a live part of its own: the band beside it is swapped by htmx too."""
    hired = world.hire(worker(1), days_ago=3)
    de_a.get(f"/lotes/{hired}/anulacion")
    de_a.post(f"/lotes/{hired}/anulacion", {"motivo": "Se envió por error"})
    annulment = str(de_a.response.location)  # type: ignore[union-attr]
    call(de_a, soporte, annulment)
    html = de_a.get(annulment).text
    assert "htmx.min" in html and "/static/guia." not in html and html.count("data-hx-get=") == 2
    band = re.search(r'<section id="guia"[^>]*>', html)
    assert band and 'data-hx-swap="outerHTML"' in band[0]
    assert "Una anulación" in screen(soporte)
