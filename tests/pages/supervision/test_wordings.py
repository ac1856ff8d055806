"""A supervisor's wording of the dictionary: checked, kept with its history, read wherever a person reads the code."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pages.states import ANA, NADIE
from pages.world import World
from portal import clock
from portal.lotes.vista.consulta import find
from portal.lotes.vista.problema_dicho import Vista
from portal.modelos import Rastro, TextoDiccionario
from portal.revision.diccionario import entradas
from portal.soporte.llamada.guion import general, guion
from portal.soporte.supervision import redactar
from web import mundo
from web.portal_client import Navegador, make_app

WHY = "Los agentes piden palabras más cortas"
NEW = {
    "titulo": "Ese número de cédula no es de nadie",
    "causa": "El número «{valor}» no cuadra: un dígito está cambiado.",
    "arreglo": "Mire el documento y cambie el dígito.",
    "telefono": "En la línea {linea}, la cédula {valor} no cuadra. Mire el documento.",
}
ADDRESS = "/supervision/textos/IDE-01"


@pytest.fixture
def supervisor(world: World) -> Navegador:
    return world.browser(mundo.SUPERVISOR)


def change(browser: Navegador, texts: dict[str, str], motivo: str = WHY, status: int = 303, **more: str) -> None:
    """Sends the form as the page gives it, with some parts changed."""
    browser.get(ADDRESS)
    assert browser.page is not None
    seen = next(str(i.get("value")) for i in browser.page.iter("input") if i.get("name") == "visto")
    shown = {str(a.get("name")): "".join(a.itertext()).strip() for a in browser.page.iter("textarea")}
    assert set(shown) == set(NEW)
    browser.post(ADDRESS, {"visto": seen, **shown, **texts, "motivo": motivo, **more}, status=status)


def test_the_new_words_are_read_everywhere(
    world: World, de_a: Navegador, supervisor: Navegador, soporte: Navegador
) -> None:
    world.hire(ANA)
    numero = world.checked("INS", [world.line("INS", ANA), world.line("INS", NADIE)])
    anybody = Navegador(world.app)
    etag = anybody.get("/ayuda/errores/IDE-01").headers["ETag"]
    change(supervisor, NEW)
    assert supervisor.follow() and "se ven desde ahora" in supervisor.text
    pages = ("/ayuda/errores/IDE-01", "/ayuda/errores", f"/lotes/{numero}", f"/lotes/{numero}/lineas")
    for address in (*pages, "/ayuda/errores?q=no+es+de+nadie"):
        assert NEW["titulo"] in (de_a.get(address).text and de_a.text), address
        assert entradas()["IDE-01"].explicacion.titulo not in de_a.text, address
    assert anybody.get("/ayuda/errores/IDE-01", headers={"If-None-Match": etag}).headers["ETag"] != etag
    assert "no cuadra. Mire el documento.»" in anybody.text
    de_a.get(f"/lotes/{numero}")
    assert f"El número «{NADIE}» no cuadra" in de_a.text and "Mire el documento y cambie el dígito." in de_a.text
    with zipfile.ZipFile(io.BytesIO(de_a.get(f"/lotes/{numero}/errores.xlsx").data)) as book:
        cells = " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "no cuadra: un dígito está cambiado." in cells and "Mire el documento y cambie el dígito." in cells
    assert NEW["titulo"] in (soporte.get(f"/soporte/lotes/{numero}").text and soporte.text)
    with world.database.reading() as session:
        lote = find(session, numero, None)
        assert lote and "no cuadra. Mire el documento." in guion(session, lote, None, Vista.AJENA).frases[0]
        assert general(session, "IDE-01").frases[0] == f"{NEW['titulo']}. Mire el documento."


def test_another_process_shows_it_from_its_next_page_on(world: World, supervisor: Navegador, database_url: str) -> None:
    other = make_app(world.config.datos, database_url)
    visitor = Navegador(other)
    visitor.get("/ayuda/errores/IDE-01")
    change(supervisor, {"titulo": NEW["titulo"]})
    assert NEW["titulo"] in (visitor.get("/ayuda/errores/IDE-01").text and visitor.text)
    change(supervisor, {"titulo": ""})
    visitor.get("/ayuda/errores/IDE-01")
    assert NEW["titulo"] not in visitor.text and entradas()["IDE-01"].explicacion.titulo in visitor.text
    other.extensions["portal_database"].engine.dispose()


def test_a_refused_file_is_explained_in_the_new_words(world: World, de_a: Navegador) -> None:
    numero = world.checked("MSU", world.line("INS", ANA))
    with world.database.writing() as session:
        given = redactar.own("ARC-06") | {"causa": "Llegó {otro} donde iba {elegido}."}
        redactar.save(session, "ARC-06", given, 0, WHY, world.cuenta_id(mundo.SUPERVISOR), clock.now())
    assert "Llegó INS donde iba MSU." in (de_a.get(f"/lotes/{numero}").text and de_a.text)


def test_who_when_and_why_are_kept_and_an_earlier_text_can_come_back(world: World, supervisor: Navegador) -> None:
    change(supervisor, {"titulo": "Uno"})
    change(supervisor, {"titulo": "Dos"}, "Otra vez, más corto")
    rows = world.rows(TextoDiccionario)
    assert [(r.codigo, r.parte, r.texto, r.motivo) for r in rows] == [
        ("IDE-01", "titulo", "Uno", WHY), ("IDE-01", "titulo", "Dos", "Otra vez, más corto")
    ]  # fmt: skip
    assert {r.cuenta_id for r in rows} == {world.cuenta_id(mundo.SUPERVISOR)}
    trail = [r for r in world.rows(Rastro) if r.que == "cambia_texto"]
    assert [(r.detalle, r.motivo, r.empleador_id) for r in trail] == [("IDE-01", "otra", None)] * 2
    supervisor.get(ADDRESS)
    assert "Agente 2" in supervisor.text and WHY in supervisor.text and "Otra vez, más corto" in supervisor.text
    assert supervisor.page is not None
    back = [str(a.get("href")) for a in supervisor.page.iter("a") if "desde=" in str(a.get("href"))]
    assert back == [f"{ADDRESS}?desde={rows[0].id}"], "the text in force is not offered"
    supervisor.get(back[0])
    assert "«Título» lleva el texto que escogió" in supervisor.text
    assert _field(supervisor, "titulo") == "Uno"
    supervisor.get("/supervision/textos")
    assert "1 código tiene textos cambiados" in supervisor.text


def _field(browser: Navegador, name: str) -> str:
    assert browser.page is not None
    return next("".join(a.itertext()).strip() for a in browser.page.iter("textarea") if a.get("name") == name)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_long_history_is_paged_and_all_of_it_can_be_read(world: World, supervisor: Navegador) -> None:
    for n in range(redactar.SHOWN + 2):
        with world.database.writing() as session:
            given = redactar.own("IDE-01") | {"titulo": f"Forma {n}."}
            seen = redactar.last_id(session, "IDE-01")
            redactar.save(session, "IDE-01", given, seen, WHY, world.cuenta_id(mundo.SUPERVISOR), clock.now())
    supervisor.get(ADDRESS)
    assert "Forma 2." in supervisor.text and "Forma 1." not in supervisor.text
    assert supervisor.page is not None
    older = next(str(a.get("href")) for a in supervisor.page.iter("a") if "antes=" in str(a.get("href")))
    supervisor.get(older)
    assert "Forma 1." in supervisor.text and "Forma 0." in supervisor.text and "Forma 2." not in supervisor.text


def test_saving_what_stands_keeps_nothing_and_empty_is_the_portals_own(world: World, supervisor: Navegador) -> None:
    change(supervisor, {})
    assert supervisor.follow() and "no se cambió nada" in supervisor.text
    change(supervisor, dict.fromkeys(NEW, ""))
    assert not world.rows(TextoDiccionario) and not [r for r in world.rows(Rastro) if r.que == "cambia_texto"]
    change(supervisor, {"causa": "Otra causa."})
    change(supervisor, {"causa": entradas()["IDE-01"].explicacion.causa})
    assert [r.texto for r in world.rows(TextoDiccionario)] == ["Otra causa.", None]
    with world.database.reading() as session:
        assert not redactar.in_force(session)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"causa": "Dice {sueldo}."}, "{sueldo} no se puede llenar aquí. Puede usar {valor}, {linea}"),
        ({"titulo": "La cédula {valor}"}, "Título: {valor} no se puede llenar aquí. Quítelo"),
        ({"causa": "Dice {valor."}, "hay una llave suelta"),
        ({"telefono": "Dice valor}."}, "hay una llave suelta"),
        ({"causa": "{Valor}"}, "hay una llave suelta"),
        ({"arreglo": "x" * 301}, "tiene 301 caracteres y caben 300"),
        ({"arreglo": "Por ejemplo 0912791803."}, "nueve cifras o más"),
        ({"arreglo": "Escriba a ana@ejemplo.ec."}, "un correo"),
        ({"motivo": "x"}, "Escriba por qué cambia el texto, de 5 a 300 caracteres"),
        ({"motivo": "Lo pidió 0912791803"}, "Quite del motivo"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_kept_is_told_and_nothing_is_lost(
    world: World, supervisor: Navegador, given: dict[str, str], said: str
) -> None:
    motivo = given.get("motivo", WHY)
    change(supervisor, {k: v for k, v in given.items() if k != "motivo"}, motivo, status=422)
    assert said in supervisor.text and "No se guardó nada" in supervisor.text
    assert supervisor.page is not None
    for name, value in given.items():
        field = next(one for one in supervisor.page.iter() if one.get("id") == name)
        assert field.get("aria-invalid") == "true"
        assert value == ("".join(field.itertext()).strip() or field.get("value"))
    assert not world.rows(TextoDiccionario)


def test_a_preview_keeps_nothing_and_fills_the_example(world: World, supervisor: Navegador) -> None:
    change(supervisor, NEW, "", status=200, ver="1")
    assert "la cédula 0912791804 no cuadra. Mire el documento.»" in supervisor.text
    assert _field(supervisor, "titulo") == NEW["titulo"] and not world.rows(TextoDiccionario)


def test_markup_is_shown_as_it_was_typed(world: World, de_a: Navegador, supervisor: Navegador) -> None:
    change(supervisor, {"causa": "<b>Ojo</b> & «{valor}»"})
    assert "&lt;b&gt;Ojo&lt;/b&gt; &amp; «" in de_a.get("/ayuda/errores/IDE-01").text


def test_two_supervisors_at_once_do_not_undo_each_other(world: World, supervisor: Navegador) -> None:
    supervisor.get(ADDRESS)
    change(world.browser(mundo.SUPERVISOR), {"titulo": "Primero"})
    supervisor.post(ADDRESS, {"visto": "0", **NEW, "motivo": WHY}, status=409)
    assert "Otra persona cambió estos textos" in supervisor.text and _field(supervisor, "titulo") == NEW["titulo"]
    assert [r.texto for r in world.rows(TextoDiccionario)] == ["Primero"]


def test_nobody_changes_or_deletes_a_wording_that_was_given(world: World, supervisor: Navegador) -> None:
    change(supervisor, {"titulo": "Uno"})
    for statement in ("update texto_diccionario set texto = 'x'", "delete from texto_diccionario"):
        with pytest.raises(DBAPIError), world.database.writing() as session:
            session.execute(text(statement))
    assert [r.texto for r in world.rows(TextoDiccionario)] == ["Uno"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_portals_own_texts_pass_their_own_checks(world: World) -> None:
    for codigo in entradas():
        assert redactar.text_faults(codigo, redactar.own(codigo)) == [], codigo
        assert redactar.worded(codigo, {}) == entradas()[codigo].explicacion
        assert redactar.worded(codigo, {"titulo": "X"}) == replace(entradas()[codigo].explicacion, titulo="X")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_code_that_is_not_there_is_not_found(supervisor: Navegador) -> None:
    supervisor.get("/supervision/textos/XX-99", status=404)
    supervisor.get(f"{ADDRESS}?desde=99")
    assert "texto que escogió" not in supervisor.text
