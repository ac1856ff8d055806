"""Sending: one form, one lote for each file, and what is told of it."""

from __future__ import annotations

import io
import zipfile

import pytest

from pages.world import SOLO_INS, SOLO_MSU_SAL, World, send, states_in, worker
from portal.modelos import Archivo, Lote, LoteCambio
from portal.novedades import todas
from web import mundo
from web.portal_client import Navegador


def offered(browser: Navegador) -> list[str]:
    """The movements that the form lets one choose."""
    assert browser.page is not None
    return [str(one.get("value")) for one in browser.page.iter("option") if one.get("value")]


def test_one_file_gives_one_lote_and_leads_to_its_page(world: World, de_a: Navegador) -> None:
    contents = world.line("INS", worker(1))
    numero = send(de_a, "INS", ("extras.txt", contents))
    page = de_a.follow().text
    assert states_in(page) == ["recibido"]
    assert "El archivo está guardado y espera su turno" in page and "extras.txt" in page
    [lote] = world.rows(Lote)
    assert (lote.numero, lote.movimiento, lote.fecha_negocio) == (numero, "INS", mundo.HOY)
    assert [(c.de, c.a, c.cuenta_id) for c in world.rows(LoteCambio)] == [(None, "recibido", world.cuenta_id())]


def test_several_files_in_one_form_give_one_lote_each(world: World, de_a: Navegador) -> None:
    files = [(f"parte-{n}.txt", world.line("INS", worker(n))) for n in (1, 2, 3)]
    assert send(de_a, "INS", *files) == "/lotes"
    page = de_a.follow().text
    assert "Recibimos 3 archivos: un lote por cada uno." in page
    assert all(name in page for name, _ in files)
    assert len({lote.numero for lote in world.rows(Lote)}) == 3


def test_a_zip_with_several_files_gives_one_lote_each(world: World, de_a: Navegador) -> None:
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for n in (1, 2):
            archive.writestr(f"noviembre/parte-{n}.txt", world.line("INS", worker(n)))
        archive.writestr("noviembre/foto.txt", b"\x89PNG\r\n\x1a\n0000")
    assert send(de_a, "INS", ("noviembre.zip", bundle.getvalue())) == "/lotes"
    page = de_a.follow().text
    assert "parte-1.txt" in page and "parte-2.txt" in page and "No recibimos «foto.txt»" in page
    assert len(world.rows(Lote)) == 2


def test_a_file_that_is_turned_away_does_not_keep_the_others_out(world: World, de_a: Navegador) -> None:
    good = world.line("INS", worker(1))
    numero = send(de_a, "INS", ("bueno.txt", good), ("foto.txt", b"\x89PNG\r\n\x1a\n0000"), ("nada.txt", b""))
    page = de_a.follow().text
    assert "No recibimos «foto.txt»" in page and "No recibimos «nada.txt»" in page
    assert "parece una imagen" in page and "El archivo llegó sin ninguna línea con datos" in page
    assert [lote.numero for lote in world.rows(Lote)] == [numero]


def test_the_same_content_twice_in_one_form_is_one_lote(world: World, de_a: Navegador) -> None:
    line = world.line("INS", worker(1))
    send(de_a, "INS", ("a.txt", line), ("b.txt", line))
    [lote] = world.rows(Lote)
    assert f"Ya teníamos el mismo contenido en: {lote.numero}" in de_a.follow().text


def test_what_was_chosen_stays_chosen_when_the_file_is_turned_away(world: World, de_a: Navegador) -> None:
    send(de_a, "SAL", ("nada.txt", b""), auto=True, status=422)
    assert de_a.page is not None
    assert [o.get("value") for o in de_a.page.iter("option") if o.get("selected") is not None] == ["SAL"]
    assert [i.get("checked") is not None for i in de_a.page.iter("input") if i.get("type") == "checkbox"] == [True]
    assert not world.rows(Lote) and not world.rows(Archivo)


@pytest.mark.parametrize("movimiento", ["", "XXX", "ins", "../INS"])
def test_without_a_movement_nothing_is_kept_and_the_form_says_what_is_missing(
    world: World, de_a: Navegador, movimiento: str
) -> None:
    send(de_a, movimiento, ("extras.txt", world.line("INS", worker(1))), status=422)
    assert "Elija la novedad del archivo" in de_a.text
    assert not world.rows(Archivo)


def test_without_a_file_the_form_says_so(world: World, de_a: Navegador) -> None:
    de_a.get("/cargas/nueva?movimiento=INS")
    de_a.post("/cargas/nueva", {"movimiento": "INS"}, status=422, content_type="multipart/form-data")
    assert "Elija el archivo que va a enviar" in de_a.text


@pytest.mark.parametrize(("who", "may"), [(SOLO_INS, {"INS"}), (SOLO_MSU_SAL, {"MSU", "SAL"})])
def test_a_delegate_is_offered_and_may_send_only_what_was_given(world: World, who: str, may: set[str]) -> None:
    delegate = world.browser(who)
    delegate.get("/cargas/nueva")
    assert set(offered(delegate)) == may
    delegate.get("/procesos")
    assert delegate.page is not None
    links = {str(a.get("href")) for a in delegate.page.iter("a")}
    assert {link for link in links if "movimiento=" in link} == {f"/cargas/nueva?movimiento={one}" for one in may}
    send(delegate, "ENT", ("altas.txt", world.line("ENT", worker(1))), status=422)
    assert "Su cuenta no puede enviar Aviso de entrada (ENT)" in delegate.text
    assert not world.rows(Archivo)
    movimiento = sorted(may)[0]
    send(delegate, movimiento, ("suyo.txt", world.line(movimiento, worker(1))))
    assert [lote.movimiento for lote in world.rows(Lote)] == [movimiento]


def test_a_delegate_neither_sees_nor_decides_the_other_lotes(world: World) -> None:
    numero = world.checked("ENT", world.line("ENT", worker(1)))
    delegate = world.browser(SOLO_INS)
    delegate.get(f"/lotes/{numero}", status=404)
    delegate.post(f"/lotes/{numero}/decision", {"decision": "registrar"}, status=404)
    delegate.post(f"/lotes/{numero}/revisar", status=404)
    assert world.lote(numero).estado == "revisado"


def test_a_clean_file_sent_to_be_registered_by_itself_needs_no_decision(world: World, de_a: Navegador) -> None:
    world.hire(worker(1))
    numero = send(de_a, "INS", ("extras.txt", world.line("INS", worker(1))), auto=True)
    assert "Se registra automáticamente" in de_a.follow().text
    assert world.check(numero).estado == "registrando"
    assert world.register(numero).registradas == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_portals_own_samples_are_never_registered_and_their_pages_say_why(world: World, de_a: Navegador) -> None:
    world.hire(worker(1), worker(2))
    for codigo in todas():
        sample = de_a.get(f"/formatos/{codigo}/ejemplo.txt").data
        numero = send(de_a, codigo, ("ejemplo.txt", sample), auto=True)
        assert world.check(numero).estado == "revisado"
        html = de_a.get(f"/lotes/{numero}").text
        assert "Este lote no se registra" in de_a.text and "Escriba los valores verdaderos" in de_a.text
        assert "No hay líneas que registrar" not in de_a.text, "one thing to do, said once"
        assert 'value="registrar"' not in html and "Ejemplo del portal" in de_a.get("/lotes").text
        de_a.post(f"/lotes/{numero}/decision", {"decision": "registrar"})
        assert world.lote(numero).estado == "revisado"
        assert "Es el ejemplo del portal" in de_a.get(f"/e/{world.lote(numero).seguimiento}.txt").text
        if not world.lote(numero).correctas:
            continue  # of a made-up person: there is nothing to decide
        de_a.get(f"/lotes/{numero}")
        de_a.post(f"/lotes/{numero}/decision", {"decision": "registrar"})
        assert "No registramos nada" in de_a.follow().text
        de_a.get(f"/lotes/{numero}")
        de_a.post(f"/lotes/{numero}/decision", {"decision": "desistir"})
        assert world.lote(numero).estado == "desistido"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_leaves_wait_for_a_decision_and_the_page_says_how_many_they_are(world: World, de_a: Navegador) -> None:
    world.hire(worker(1), worker(2))
    numero = send(de_a, "SAL", ("salidas.txt", world.line("SAL", worker(1))), auto=True)
    assert world.check(numero).estado == "revisado"
    html = de_a.get(f"/lotes/{numero}").text
    assert "Pidió registrarlo automáticamente, y espera su decisión" in de_a.text
    assert "Cierra 1 de 2 relaciones abiertas: 50\u00a0%" in html and "Las salidas no se registran solas" in de_a.text
    de_a.post(f"/lotes/{numero}/decision", {"decision": "registrar"})
    assert world.register(numero).registradas == 1


def test_a_file_outside_a_form_of_ours_is_not_taken(world: World, de_a: Navegador) -> None:
    de_a.client.post("/cargas/nueva", data={"movimiento": "INS"})
    response = de_a.client.post("/cargas/nueva", data={"movimiento": "INS", "csrf_token": "de otra persona"})
    assert response.status_code == 400 and not world.rows(Archivo)
