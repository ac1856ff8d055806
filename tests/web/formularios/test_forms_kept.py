"""A form that was not taken says so, leads back to its page, and costs nobody what was typed into it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from pages.world import worker
from portal import clock
from portal.access import decision_of
from portal.cuentas import escritos
from portal.db import Base
from portal.modelos import Escrito, Sesion
from portal.web.formularios.formas import FORMAS, Forma
from test_routes import BODIES, REGISTRADO, REVISADO, app, attention, complaint, fill_in
from web import mundo
from web.portal_client import Navegador

__all__ = ["app"]

TYPED = 'Se envió por error <b>"á"</b> & más'
#: what a person chooses rather than types
CHOSEN = {
    "movimiento": "INS", "registrar_automaticamente": "on", "alcance": "algunas", "anulaciones.anular lineas": "1",
    "soporte.buscar motivo": "error", "atenciones.cierre motivo": "error", "atenciones.registrar motivo": "error",
    "atenciones.registrar lote": REGISTRADO,
    "historia.encontrar cedula": worker(1), "supervision.buscar_cuenta identificacion": mundo.DE_B,
    "columnas.responder anio": "2026", "columnas.responder mes": "10", "columnas.responder sucursal": "0009",
    **{f"columnas.responder columna-{n}": "cedula" for n in range(1, 61)},
}  # fmt: skip
#: the pages that forms stand on; a function gets the address that the form goes to
PAGES: dict[str, str] = {
    "anulaciones.anular": f"/lotes/{REGISTRADO}/anulacion",
    "atenciones.registrar": "/soporte/atenciones/nueva",
    "atenciones.cierre": "/soporte/llamada",
    "ayuda_llamada.hacer": "/ayuda/llamada",
    "cargas.enviar": "/cargas/nueva?movimiento=INS",
    "lotes.decision": f"/lotes/{REVISADO}",
    "lotes.revisar_de_nuevo": f"/lotes/{REVISADO}",
    "supervision.reencolar": "/supervision/lotes",
    "tus.como_formulario": "/cargas/nueva?movimiento=INS",
}
PUBLIC = {"login.entrar", "login.salir", "quejas.enviar", "segundo.probar"}
GUARDED = sorted(set(FORMAS) - PUBLIC)
WITH_TEXT = [name for name in GUARDED if FORMAS[name].campos]


def rule_of(app: Flask, endpoint: str) -> str:
    return next(rule.rule for rule in app.url_map.iter_rules(endpoint) if "POST" in (rule.methods or ()))


def test_every_form_of_the_portal_is_known(app: Flask) -> None:
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts - {"tus.crear"} == set(FORMAS)
    assert {one for one in posts if decision_of(app, one) == "publico"} == PUBLIC


def owner(app: Flask, endpoint: str) -> str:
    decision = decision_of(app, endpoint)
    return {"personal": mundo.SOPORTE, "supervisor": mundo.SUPERVISOR}.get(str(decision), mundo.DE_A)


def body_of(endpoint: str, route: str) -> dict[str, str]:
    """What would be done if the form were taken, with all that can be typed."""
    typed = {name: CHOSEN.get(f"{endpoint} {name}", CHOSEN.get(name, TYPED)) for name in FORMAS[endpoint].campos}
    return {**BODIES.get(route, {}), **typed}


def opened(app: Flask, endpoint: str) -> tuple[Navegador, str, str, dict[str, str]]:
    """A person with the page of a form open: the browser, where the form goes, the page, what was filled in."""
    route = f"POST {rule_of(app, endpoint)}"
    person = Navegador(app).sign_in(owner(app, endpoint), mundo.CLAVE)
    address = fill_in(app, route)
    page = PAGES.get(endpoint, address)
    person.get(page.rsplit("/", 1)[0] if endpoint in ("atenciones.actuar", "supervision.actuar") else page_of(page))
    page = person.response.request.full_path.rstrip("?")  # type: ignore[union-attr]
    return person, address, page, {"de": field_of(person, "de") or said_elsewhere(person), **body_of(endpoint, route)}


def said_elsewhere(person: Navegador) -> str:
    """For whom this person's forms are opened, where the page has none at the moment."""
    return field_of(person, "de") if person.get("/soporte", status=None).status_code == 200 else ""


def page_of(address: str) -> str:
    """The page above an address that only takes forms."""
    return "/soporte/llamada" if address.startswith("/soporte/llamada/") else address


def field_of(person: Navegador, name: str) -> str:
    assert person.page is not None
    found = [one.get("value") for one in person.page.iter("input") if one.get("name") == name]
    return str(found[0]) if found else ""


def rows(app: Flask) -> dict[str, int]:
    """How much there is of everything that a form could do."""
    with app.extensions["portal_database"].reading() as session:
        tables = [one for one in Base.metadata.sorted_tables if one.name not in ("sesion", "escrito", "rastro")]
        return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def expire(app: Flask) -> None:
    with app.extensions["portal_database"].writing() as session:
        session.execute(update(Sesion).values(vista_en=clock.now() - timedelta(hours=2)))


def in_again(person: Navegador, who: str) -> str:
    """Signs in on the page the person was sent to; gives where that leads."""
    way = {"siguiente": field_of(person, "siguiente")}
    person.post("/ingresar", {"identificacion": who, "clave": mundo.CLAVE, **way})
    location = str(person.response.location)  # type: ignore[union-attr]
    if location.startswith("/ingresar/segundo"):
        person.follow()
        way = {"siguiente": field_of(person, "siguiente")}
        person.post("/ingresar/segundo", {"codigo": person.code(who), **way})
        location = str(person.response.location)  # type: ignore[union-attr]
    return location


def on_page(page: Element | None) -> set[str]:
    """All that stands in the fields of a page, and in quotes."""
    assert page is not None
    found = {str(one.get("value")) for one in page.iter("input") if one.get("type") != "checkbox"}
    found |= {str(one.get("value") or "on") for one in page.iter("input") if one.get("checked") is not None}
    found |= {str(one.get("value")) for one in page.iter("option") if one.get("selected") is not None}
    return found | {"".join(one.itertext()) for tag in ("textarea", "blockquote") for one in page.iter(tag)}


def given_back(person: Navegador, forma: Forma, body: dict[str, str]) -> bool:
    there = on_page(person.page)
    return all(body[name] in there for name in forma.campos)


@pytest.mark.parametrize("endpoint", GUARDED)
def test_a_form_of_a_visit_that_is_over_says_that_it_was_not_done_and_leads_back(app: Flask, endpoint: str) -> None:
    person, address, page, body = opened(app, endpoint)
    before = rows(app)
    expire(app)
    token, forma = person.token(), FORMAS[endpoint]
    location = person.post(
        address, {**body, "csrf_token": token}, headers={"Referer": f"http://localhost{page}"}
    ).location
    assert urlsplit(location).path == "/ingresar" and parse_qs(urlsplit(location).query)["siguiente"] == [page]
    person.follow()
    assert forma.no_hecho in person.text and "está guardado" not in person.text
    assert in_again(person, owner(app, endpoint)) == page
    person.follow()
    assert rows(app) == before
    assert given_back(person, forma, body)
    assert bool(forma.campos) == ("Esto" in person.text and ("no se envió" in person.text))


@pytest.mark.parametrize("endpoint", GUARDED)
def test_without_referer_the_page_is_found_and_nothing_is_lost(app: Flask, endpoint: str) -> None:
    person, address, _, body = opened(app, endpoint)
    expire(app)
    location = person.post(address, {**body, "csrf_token": person.token()}).location
    [page] = parse_qs(urlsplit(location).query)["siguiente"]
    assert app.url_map.bind("localhost").match(urlsplit(page).path, "GET")
    person.follow()
    assert FORMAS[endpoint].no_hecho in person.text


@pytest.mark.parametrize("endpoint", WITH_TEXT)
def test_a_form_without_the_token_of_its_visit_costs_no_text(app: Flask, endpoint: str) -> None:
    person, address, page, body = opened(app, endpoint)
    before = rows(app)
    headers = {"Referer": f"http://localhost{page}"}
    person.post(address, {**body, "csrf_token": "otro"}, status=400, headers=headers)
    assert "Vuelva a enviar" in person.text
    assert {body[name] for name in FORMAS[endpoint].textos} <= on_page(person.page)
    [back] = [one.get("href") for one in person.page.iter("a") if "Volver a la página" in "".join(one.itertext())]  # type: ignore[union-attr]
    person.get(str(back))
    assert given_back(person, FORMAS[endpoint], body) and rows(app) == before


@pytest.mark.parametrize("endpoint", WITH_TEXT)
def test_a_form_whose_cookie_is_gone_leads_back_with_its_text(app: Flask, endpoint: str) -> None:
    """Somebody signed out in another tab: the token is of no visit, and the form itself says whose it was."""
    person, address, page, body = opened(app, endpoint)
    person.client.delete_cookie("portal")
    headers = {"Referer": f"http://localhost{page}"}
    person.post(address, {**body, "csrf_token": "de antes"}, headers=headers)
    person.follow()
    assert FORMAS[endpoint].no_hecho in person.text
    assert in_again(person, owner(app, endpoint)) == page
    person.follow()
    assert given_back(person, FORMAS[endpoint], body)


def kept(app: Flask) -> list[Escrito]:
    with app.extensions["portal_database"].reading() as session:
        return list(session.scalars(select(Escrito)))


def annulment_not_taken(app: Flask) -> tuple[Navegador, str, str]:
    person, address, page, body = opened(app, "anulaciones.anular")
    expire(app)
    headers = {"Referer": f"http://localhost{page}"}
    person.post(address, {**body, "csrf_token": person.token()}, headers=headers)
    person.follow()
    return person, address, page


def test_what_was_typed_goes_to_its_account_alone(app: Flask) -> None:
    person, _, page = annulment_not_taken(app)
    in_again(person, mundo.DE_B)
    person.get(page, status=404)
    for other in ("/queja", "/procesos"):
        person.get(other)
        assert TYPED not in on_page(person.page) and TYPED not in person.text
    elsewhere = Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)
    elsewhere.get(page)
    assert TYPED not in on_page(elsewhere.page)  # another browser of the same person does not know of it


def test_what_was_typed_is_kept_an_hour_and_until_the_form_is_sent(app: Flask) -> None:
    person, address, page = annulment_not_taken(app)
    in_again(person, mundo.DE_A)
    for _ in range(2):  # loaded again it is still there
        person.get(page)
        assert TYPED in on_page(person.page)
    person.post(address, {"motivo": TYPED, "ver": "1"}, status=200)
    assert not [one for one in kept(app) if one.ruta == address]
    person, address, page = annulment_not_taken(app)
    with app.extensions["portal_database"].writing() as session:
        session.execute(update(Escrito).values(en=clock.now() - escritos.KEPT))
    in_again(person, mundo.DE_A)
    person.get(page)
    assert TYPED not in on_page(person.page)
    escritos.forget_old(app.extensions["portal_database"], clock.now())
    assert kept(app) == []


def test_nothing_typed_is_in_an_address_a_cookie_or_a_log(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    person, _, _ = annulment_not_taken(app)
    cookie = person.client.get_cookie("portal")
    assert cookie is not None
    with person.client.session_transaction() as session:
        assert "error" not in str({key: value for key, value in session.items() if key != "_flashes"})
    assert "error" not in str(person.response.request.url) and "Se envi" not in capsys.readouterr().err  # type: ignore[union-attr]


def test_only_so_much_is_kept(app: Flask) -> None:
    database, now = app.extensions["portal_database"], clock.now()
    with database.writing() as session:
        session.execute(delete(Escrito))
    assert not escritos.keep(database, 1, "/a", "/a", {"texto": ["x" * (escritos.LETTERS + 1)]}, now)
    assert not escritos.keep(database, 1, "/a", "/a", {}, now) and kept(app) == []
    for n in range(escritos.MOST + 3):
        assert escritos.keep(database, 1, f"/{n}", "/a", {"texto": ["x"]}, now + timedelta(seconds=n))
    assert sorted(one.ruta for one in kept(app)) == [f"/{n}" for n in range(3, escritos.MOST + 3)]


@pytest.mark.parametrize("token", ["", "otro"])
def test_a_complaint_is_given_back_to_anyone(app: Flask, token: str) -> None:
    person = Navegador(app)
    person.get("/queja")
    body = {"texto": TYPED, "lote": REGISTRADO, "contacto": "yo@example.ec", "csrf_token": token}
    person.post("/queja", body, status=400)
    assert "Todavía no recibimos esta queja" in person.text
    assert {TYPED, REGISTRADO, "yo@example.ec"} <= on_page(person.page)
    before = rows(app)["queja"]
    person.post("/queja", {**body, "csrf_token": person.token(), "formulario": field_of(person, "formulario")})
    assert rows(app)["queja"] == before + 1


@pytest.mark.parametrize("header", [
    {"Origin": "https://otro.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Referer": "https://otro.example/x"},
])  # fmt: skip
def test_words_of_another_site_are_never_shown_as_typed(app: Flask, header: dict[str, str]) -> None:
    for path in ("/queja", "/ingresar"):
        person = Navegador(app)
        person.get(path)
        body = {"texto": TYPED, "identificacion": "1713175063", "csrf_token": ""}
        person.post(path, body, status=400, headers=header)
        assert not {TYPED, "1713175063"} & on_page(person.page) and "Vuelva a enviar" in person.text
    person, address, page, fields = opened(app, "anulaciones.anular")
    person.post(address, {**fields, "csrf_token": ""}, status=400, headers=header)
    person.get(page)
    assert TYPED not in on_page(person.page)


def test_the_number_is_given_back_on_the_sign_in_page_and_the_key_is_not(app: Flask) -> None:
    person = Navegador(app)
    person.get("/ingresar")
    person.post("/ingresar", {"identificacion": mundo.DE_A, "clave": "tres", "csrf_token": ""}, status=400)
    assert mundo.DE_A in on_page(person.page) and "tres" not in on_page(person.page)
    assert "abierta mucho tiempo" in person.text


def fields_of(form: Element) -> set[str]:
    named = [one for one in form.iter() if one.tag in ("input", "select", "textarea") and one.get("name")]
    return {str(one.get("name")) for one in named if one.get("type") not in ("hidden", "file", "password", "submit")}


def test_all_that_can_be_typed_on_a_page_is_given_back(app: Flask) -> None:
    """Also what a later form brings: its fields are to be named."""
    secret = {"login.entrar", "segundo.probar", "segundo.renovar", "guiada.entrar"}
    seen = set()
    for endpoint in [*GUARDED, "quejas.enviar"]:
        person = opened(app, endpoint)[0] if endpoint in GUARDED else Navegador(app)
        if endpoint not in GUARDED:
            person.get("/queja")
        for form in person.page.iter("form"):  # type: ignore[union-attr]
            if form.get("method") == "post":
                goes, _ = app.url_map.bind("localhost").match(str(form.get("action")), "POST")
                assert goes in secret or fields_of(form) <= set(FORMAS[goes].campos), goes
                seen.add(goes)
    assert {"anulaciones.anular", "textos.cambiar", "quejas.enviar", "cargas.enviar"} <= seen


def two_rucs(app: Flask) -> tuple[Navegador, Any]:
    from portal.cuentas.altas import save_cuenta, save_representacion
    from portal.modelos import Empleador

    with app.extensions["portal_database"].writing() as session:
        cuenta = save_cuenta(session, mundo.DE_VARIOS, "PERSONA DE DOS", "empleador", mundo.CLAVE)
        for ruc in (mundo.RUC_A, mundo.RUC_B):
            mine = session.scalars(select(Empleador).where(Empleador.ruc == ruc)).one()
            save_representacion(session, cuenta.id, mine.id)
    return Navegador(app).sign_in(mundo.DE_VARIOS, mundo.CLAVE, mundo.RUC_A), None


OF_A_RUC = sorted(
    {"anulaciones.anular", "ayuda_llamada.hacer", "cargas.enviar", "columnas.responder", "historia.encontrar",
     "lotes.decision", "lotes.revisar_de_nuevo", "quejas.enviar", "tus.como_formulario"}
)  # fmt: skip


def test_the_forms_of_an_empleador_are_these(app: Flask) -> None:
    mine = {one for one in FORMAS if decision_of(app, one) == "empleador"}
    assert mine | {"quejas.enviar"} == set(OF_A_RUC)


@pytest.mark.parametrize("endpoint", OF_A_RUC)
def test_a_form_opened_for_one_ruc_does_nothing_for_another(app: Flask, endpoint: str) -> None:
    person, _ = two_rucs(app)
    route = f"POST {rule_of(app, endpoint)}"
    address = fill_in(app, route)
    page = PAGES.get(endpoint, address)
    person.get(page)
    body = {"de": field_of(person, "de"), **body_of(endpoint, route)}
    assert body["de"]
    person.post("/empleadores", {"ruc": mundo.RUC_B})
    before = rows(app)
    person.get("/procesos")
    person.post(address, body, status=409, headers={"Referer": f"http://localhost{page}"})
    assert "Usted abrió este formulario para EMPRESA DE DEMOSTRACIÓN S.A." in person.text
    assert "ahora actúa por COMERCIAL DE PRUEBA" in person.text and rows(app) == before
    assert {body[name] for name in FORMAS[endpoint].textos} <= on_page(person.page)
    back = [form for form in person.page.iter("form") if form.get("action") == "/empleadores"]  # type: ignore[union-attr]
    fields = {str(one.get("name")): str(one.get("value")) for one in back[0].iter("input")}
    assert fields["ruc"] == mundo.RUC_A
    assert person.post("/empleadores", fields).location == page
    person.follow()
    assert given_back(person, FORMAS[endpoint], body)
    if endpoint == "historia.encontrar":  # of the others each would change what the next ones find
        person.post(address, {**body, "de": field_of(person, "de")})


def test_a_form_that_says_no_ruc_is_taken_as_today_and_a_forged_one_too(app: Flask) -> None:
    person, _ = two_rucs(app)
    for de in ({}, {"de": ""}, {"de": "1.2.x"}, {"de": "é.1.2"}, {"de": "x" * 5000}):
        person.get("/historia")
        person.post("/historia", {"cedula": worker(1), **de})


def test_a_visit_that_acts_for_nobody_yet_is_asked_and_led_back(app: Flask) -> None:
    person, _ = two_rucs(app)
    page = f"/lotes/{REGISTRADO}/anulacion"
    person.get(page)
    body = {"de": field_of(person, "de"), "lineas": "1", "motivo": TYPED}
    with app.extensions["portal_database"].writing() as session:
        session.execute(update(Sesion).values(empleador_id=None))
    location = person.post(page, body, headers={"Referer": f"http://localhost{page}"}).location
    assert location == f"/empleadores?siguiente={page}"
    person.follow()
    assert "la anulación no se pidió" in person.text
    assert person.post("/empleadores", {"ruc": mundo.RUC_A, "siguiente": page}).location == page
    person.follow()
    assert TYPED in on_page(person.page)


def test_what_belongs_to_no_page_any_more_is_shown_to_be_copied(app: Flask) -> None:
    numero = complaint(app)
    from portal.soporte import quejas

    person = Navegador(app).sign_in(mundo.SUPERVISOR, mundo.CLAVE)
    page = f"/supervision/quejas/{quejas.numero(numero)}"
    person.get(page)
    person.post(page, {"respuesta": TYPED, "csrf_token": ""}, status=400)
    with app.extensions["portal_database"].writing() as session:
        session.get_one(type(numero), numero.id).respondida_en = clock.now()
        session.get_one(type(numero), numero.id).respuesta = "Ya está."
    person.get(page)
    assert TYPED in on_page(person.page)


def test_an_agents_note_comes_back_in_a_field_that_is_open(app: Flask) -> None:
    person = Navegador(app).sign_in(mundo.SOPORTE, mundo.CLAVE)
    number = attention(app)
    person.get("/soporte/llamada")
    page = "/soporte/llamada"
    person.post(f"/soporte/atenciones/{number}/cierre", {"nota": TYPED, "csrf_token": ""}, status=400,
                headers={"Referer": f"http://localhost{page}"})  # fmt: skip
    person.get(page)
    assert TYPED in on_page(person.page)


def test_a_form_too_long_to_be_read_leads_back_to_its_page_too(app: Flask) -> None:
    person = Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)
    person.get("/cargas/nueva?movimiento=MSU")
    token = person.token()
    expire(app)
    data = {"csrf_token": token, "movimiento": "MSU", "archivo": (io.BytesIO(b"1" * 50_000), "a.txt")}
    headers = {"Referer": "http://localhost/cargas/nueva?movimiento=MSU"}
    location = person.post("/cargas/nueva", data, headers=headers, content_type="multipart/form-data").location
    assert parse_qs(urlsplit(location).query)["siguiente"] == ["/cargas/nueva?movimiento=MSU"]
