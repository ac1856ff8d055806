"""Support sees a lote by its number: state, times, counts, codes. Never ids, names, pay; and each look is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from pages.states import ANA, LUIS, NADIE, WAYS, bring_to
from pages.world import World, states_in
from portal import clock
from portal.lotes.numeros import write
from portal.modelos import LoteCambio, Rastro
from portal.soporte.rastro.rastro import verify
from web import mundo
from web.portal_client import Navegador

SECRETS = ("EMPRESA", mundo.RUC_A, "PERSONA UNO", ".txt", ANA, LUIS, NADIE, "87.50", "87,50", "Matriz")


def find(browser: Navegador, typed: str, status: int = 303) -> None:
    browser.get("/soporte")
    browser.post("/soporte", {"numero": typed}, status=status)


@pytest.mark.parametrize("way", WAYS)
def test_support_sees_the_state_and_never_who_or_how_much(world: World, soporte: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    html = soporte.get(f"/soporte/lotes/{numero}").text
    assert states_in(html) == [WAYS[way][0]] and numero in soporte.text
    main = html[html.index("<main") : html.index("</main>")]
    assert not [secret for secret in SECRETS if secret in main]
    assert not re.search(r"(?<![0-9a-f])[0-9]{9,10}(?![0-9a-f])", main)


def test_support_sees_counts_that_add_up_codes_and_what_to_say(world: World, soporte: Navegador) -> None:
    world.hire(ANA)
    lines = [world.line("INS", ANA), world.line("INS", NADIE), world.line("INS", LUIS)]
    numero = world.checked("INS", lines, nombre="extras-secretos.txt")
    soporte.get(f"/soporte/lotes/{numero}")
    assert "Correctas 1 Con error 2 Repetidas 0 Ya registradas 0 Líneas leídas 3" in soporte.text
    assert "IDE-01" in soporte.text and "INS-01" in soporte.text
    refused = world.checked("MSU", world.line("INS", ANA))
    soporte.get(f"/soporte/lotes/{refused}")
    assert "ARC-06" in soporte.text
    assert "«Usted eligió MSU, pero su archivo es de INS. ¿Lo quiere enviar como INS?»" in soporte.text


@pytest.mark.parametrize("how", ["{0}", "{1} {2} {3}", "{1}{2}{3}", " {0} ", "{1}-{2}-{3}", "{1} 1 {3}"])
def test_the_number_is_found_as_it_is_dictated(world: World, soporte: Navegador, how: str) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    find(soporte, how.format(numero, *numero.split("-")))
    assert soporte.response is not None and soporte.response.location == f"/soporte/lotes/{numero}?motivo=llego"


@pytest.mark.parametrize("typed", ["", "x", "2026-000001-0", "2026-000001", "<b>", "\x00", "9" * 4000])
def test_a_number_misheard_is_told_so(world: World, soporte: Navegador, typed: str) -> None:
    world.receive("INS", world.line("INS", ANA))
    find(soporte, typed, status=422)
    assert "repita los dígitos y el verificador" in soporte.text


def test_a_number_of_no_lote_is_told_so(world: World, soporte: Navegador) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    other = write(2026, 999)
    assert other != numero
    find(soporte, other, status=422)
    assert "No hay un lote con ese número" in soporte.text
    soporte.get(f"/soporte/lotes/{other}", status=404)


@pytest.mark.parametrize("who", [mundo.SOPORTE, mundo.SUPERVISOR])
def test_every_look_is_written_down_with_who_which_and_why(world: World, who: str) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    agent = world.browser(who)
    assert not world.rows(Rastro)
    agent.get("/soporte")
    assert not world.rows(Rastro)
    for motivo in ("llego", "ceros"):
        agent.post("/soporte", {"numero": numero, "motivo": motivo})
        agent.follow()
        row = world.rows(Rastro)[-1]
        assert (row.que, row.motivo, row.cuenta_id) == ("ve_lote", motivo, world.cuenta_id(who))
        assert (row.lote_id, row.empleador_id) == (world.lote(numero).id, world.empleador_id())
        assert (row.llamada_id, row.detalle) == (None, "")
        agent.get("/soporte")
    assert len(world.rows(Rastro)) == 2


@pytest.mark.parametrize("asked", ["", "?motivo=", "?motivo=nada", "?motivo=%00", "?motivo=" + "9" * 4000])
def test_who_does_not_say_why_looked_for_another_reason(world: World, soporte: Navegador, asked: str) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    soporte.get(f"/soporte/lotes/{numero}{asked}")
    assert [row.motivo for row in world.rows(Rastro)] == ["otra"]


def test_a_page_loaded_again_is_one_look_and_later_it_is_another(
    world: World, soporte: Navegador, monkeypatch: pytest.MonkeyPatch
) -> None:
    numero, other = (world.receive("INS", world.line("INS", ANA, valor=valor)) for valor in ("1.00", "2.00"))
    now = clock.now()

    def looks(seconds: int, browser: Navegador, which: str = numero) -> int:
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=seconds))
        browser.get(f"/soporte/lotes/{which}?motivo=llego")
        return len(world.rows(Rastro))

    assert [looks(0, soporte), looks(59, soporte)] == [1, 1]
    assert looks(59, soporte, other) == 2, "of another lote"
    assert looks(59, world.browser(mundo.SUPERVISOR)) == 3, "by another agent"
    assert looks(61, soporte) == 4, "a minute later"
    with world.database.reading() as session:
        assert verify(session).filas == 4


def test_a_reason_that_is_none_is_asked_for_and_the_number_stays(world: World, soporte: Navegador) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    soporte.get("/soporte")
    soporte.post("/soporte", {"numero": numero, "motivo": "porque sí"}, status=422)
    assert "Elija por qué llama la persona" in soporte.text
    assert soporte.response is not None and f'value="{numero}"' in soporte.response.text
    soporte.post("/soporte", {"numero": "1", "motivo": "acceso"}, status=422)
    assert soporte.response is not None and '<option value="acceso" selected>' in soporte.response.text
    assert not world.rows(Rastro)


def test_looking_for_a_lote_that_is_not_there_writes_nothing(world: World, soporte: Navegador) -> None:
    soporte.get("/soporte/lotes/2026-000009-9", status=404)
    find(soporte, write(2026, 999), status=422)
    assert not world.rows(Rastro)


def test_did_it_arrive_is_answered_first(world: World, soporte: Navegador) -> None:
    numero = bring_to(world, "revisado")
    soporte.get(f"/soporte/lotes/{numero}?motivo=llego")
    assert "Diga: «Sí, llegó el " in soporte.text
    assert soporte.text.index("Sí, llegó el") < soporte.text.index("Líneas leídas")
    soporte.get(f"/soporte/lotes/{numero}?motivo=error")
    assert "Diga: «Lote" in soporte.text


def test_each_problem_has_what_to_say_and_what_to_dictate(world: World, soporte: Navegador) -> None:
    numero = bring_to(world, "revisado")
    html = soporte.get(f"/soporte/lotes/{numero}").text
    folds = re.findall(r"<details.*?</details>", html[html.index("<main") :], re.S)
    codes = world.lote(numero).por_codigo
    with_code = [fold for fold in folds if any(re.search(rf"<summary>{codigo}\s", fold) for codigo in codes)]
    assert codes and len(with_code) == len(codes)
    for fold in with_code:
        assert re.search(r"<blockquote>«[^»]+", fold) and re.search(r"<li>[^<]+", fold)


def test_the_problem_that_people_call_about_for_that_reason_is_open(world: World, soporte: Navegador) -> None:
    world.hire(ANA)
    wrong_amount = world.line("INS", ANA, valor="x")
    numero = world.checked(
        "INS", [world.line("INS", NADIE), world.line("INS", ANA), world.line("INS", ANA), wrong_amount]
    )

    def opened(motivo: str) -> tuple[list[str], str]:
        html = soporte.get(f"/soporte/lotes/{numero}?motivo={motivo}").text
        code = re.search(r'<input[^>]* name="codigo" value="([^"]*)"', html)
        return re.findall(r"<details open><summary>(\S+)", html), code[1] if code else "no field"

    assert opened("llego") == ([], "")
    assert opened("ya_registrada") == (["DUP-01"], "DUP-01")
    folds, code = opened("error")
    assert folds == ["IDE-01", "MON-01"] and code == "IDE-01"
    assert opened("acceso") == ([], "IDE-01")


LASTED = {
    timedelta(0): "menos de un segundo",
    timedelta(seconds=1): "1 segundo",
    timedelta(seconds=59): "59 segundos",
    timedelta(seconds=140): "2 minutos",
    timedelta(minutes=59, seconds=40): "1 hora",
    timedelta(hours=2, minutes=5): "2 horas y 5 minutos",
}


@pytest.mark.parametrize("lasted", LASTED, ids=str)
def test_it_says_how_long_the_result_took(world: World, soporte: Navegador, lasted: timedelta) -> None:
    numero = bring_to(world, "revisado")
    lote_id, end = world.lote(numero).id, clock.now()
    with world.database.writing() as session:
        of_lote = update(LoteCambio).where(LoteCambio.lote_id == lote_id)
        session.execute(of_lote.where(LoteCambio.a == "recibido").values(en=end - lasted))
        session.execute(of_lote.where(LoteCambio.a == "revisado").values(en=end))
    soporte.get(f"/soporte/lotes/{numero}")
    assert f"De la recepción al resultado {LASTED[lasted]} " in soporte.text


def test_without_a_result_nothing_is_said_of_how_long_it_took(world: World, soporte: Navegador) -> None:
    soporte.get(f"/soporte/lotes/{bring_to(world, 'recibido')}")
    assert "De la recepción al resultado" not in soporte.text


def test_the_attention_is_written_down_from_the_lote(world: World, soporte: Navegador) -> None:
    numero = bring_to(world, "rechazado")
    html = soporte.get(f"/soporte/lotes/{numero}?motivo=formato").text
    assert f'name="lote" value="{numero}"' in html and 'action="/soporte/atenciones"' in html
    assert '<option value="formato" selected>' in html
    assert f'value="{world.lote(numero).falla["codigo"]}"' in html  # type: ignore[index]


def test_support_changes_nothing_and_opens_no_page_of_the_empleador(world: World, soporte: Navegador) -> None:
    numero = bring_to(world, "registrado")
    rest = ("", "/avance", "/lineas", "/original", "/errores.txt", "/errores.xlsx", "/comprobante")
    for address in ("/lotes", "/procesos", "/historia", "/cargas/nueva", *(f"/lotes/{numero}{one}" for one in rest)):
        soporte.get(address, status=404)
