"""The page of a lote in every state: it says the state once, polls only while it waits, and tells what comes next."""

from __future__ import annotations

import re

import pytest

from pages.states import WAITING, WAYS, bring_to
from pages.world import World, section_of, states_in
from portal.modelos.lote import ESTADOS
from web.portal_client import Navegador

#: what only templates decide is the same on every database
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
#: what a person must read there
SAID = {
    "recibido": ("El archivo está guardado y espera su turno", "Puede cerrar esta página"),
    "en_cola": ("El archivo está guardado y espera su turno", "Puede cerrar esta página"),
    "revisando": ("800 de 2 000 líneas revisadas, 3 con error hasta ahora", "Puede cerrar esta página"),
    "revisado": ("Si registra ahora", "Registrar la línea correcta", "Desistir de este lote", "Qué corregir"),
    "registrando": ("0 de 1 línea registrada", "Puede cerrar esta página"),
    "registrado": ("Quedó registrado", "Ver el comprobante", "Anular este lote", "Bajar la línea con error"),
    "rechazado": ("nada se registró.", "Abrirlo como"),
    "desistido": ("desistido. Nada se registró de 2 líneas leídas", "El archivo sigue guardado", "Revisar de nuevo"),
    "fallido": ("La falla es del portal, no del archivo", "no hay que hacer nada"),
    "anulado": ("Ninguna cuenta ya", "Se anuló el", "Ver el comprobante", "Revisar de nuevo", "Se envió por error"),
    "revisado, nothing correct": ("No hay líneas que registrar", "Corrija las líneas con error", "Desistir"),
    "revisado, nothing new": ("No hay líneas que registrar", "ya estaban registradas o son repetidas"),
    "desistido by itself": ("Nada se registró", "Revisar de nuevo"),
    "fallido while registering": ("La falla es del portal", "lo que se registró, registrado está"),
}


def test_every_state_of_the_table_is_looked_at() -> None:
    assert {estado for estado, _ in WAYS.values()} == set(ESTADOS)
    assert set(SAID) == set(WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_the_page_says_the_state_once_and_what_comes_next(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    html = de_a.get(f"/lotes/{numero}").text
    assert states_in(html) == [WAYS[way][0]]
    for sentence in SAID[way]:
        assert sentence in de_a.text


@ON_SQLITE
@pytest.mark.parametrize("way", WAYS)
def test_it_polls_exactly_while_it_waits_for_the_portal(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    html = de_a.get(f"/lotes/{numero}").text
    waits = WAYS[way][0] in WAITING
    tag = re.search(r'<section id="avance"[^>]*>', html)
    assert tag
    if waits:
        version = re.search(r'data-version="([^"]+)"', tag[0])
        assert version
        for attribute in (
            f'data-hx-get="/lotes/{numero}/avance?v={version[1]}"',
            'data-hx-trigger="every 500ms"',
            'data-hx-swap="outerHTML"',
            'data-hx-sync="this:drop"',
        ):
            assert attribute in tag[0]
    assert ("data-hx-" in html) is waits, "a finished page carries no trigger"
    assert ("htmx.min" in html) is waits, "the script is loaded only on pages that poll"
    assert ("Actualizar ahora" in html) is waits, "and so is the way without a script"


@ON_SQLITE
@pytest.mark.parametrize("way", WAYS)
def test_the_fragment_is_the_section_of_the_page(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    whole = de_a.get(f"/lotes/{numero}").text
    fragment = de_a.get(f"/lotes/{numero}/avance?v=0", headers={"HX-Request": "true"})
    then, now = (re.sub(r"unos [0-9]+ segundos?", "", section_of(html)) for html in (whole, fragment.text))
    assert now == then, "but for the time left, which goes on"
    assert fragment.text.strip().startswith("<section") and "<html" not in fragment.text
    assert "Set-Cookie" not in fragment.headers


@ON_SQLITE
@pytest.mark.parametrize("way", WAYS)
def test_the_reader_may_choose_to_have_it_refreshed_and_only_while_it_waits(
    world: World, de_a: Navegador, way: str
) -> None:
    numero = bring_to(world, way)
    assert 'http-equiv="refresh"' not in de_a.get(f"/lotes/{numero}").text, "never by itself"
    waits = WAYS[way][0] in WAITING
    assert (f"/lotes/{numero}?cada=30" in de_a.response.text) is waits  # type: ignore[union-attr]
    chosen = de_a.get(f"/lotes/{numero}?cada=30").text
    assert ('<meta http-equiv="refresh" content="30">' in chosen) is waits
    assert 'http-equiv="refresh"' not in de_a.get(f"/lotes/{numero}?cada=1").text


@pytest.mark.parametrize("way", WAYS)
def test_the_lists_show_every_state(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    estado = WAYS[way][0]
    assert numero in de_a.get("/lotes").text
    assert numero in de_a.get(f"/lotes?estado={estado}&movimiento=").text
    other = next(one for one in ESTADOS if one not in (estado, "registrado"))
    assert numero not in de_a.get(f"/lotes?estado={other}").text
    listed = numero in de_a.get("/procesos").text
    in_part = estado == "registrado" and world.lote(numero).con_error  # waits for what is to be mended
    assert listed is (estado in (*WAITING, "revisado") or bool(in_part))
