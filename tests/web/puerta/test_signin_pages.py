"""In, out, for which RUC; and what stands in the way of guessing."""

import re
import shutil
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.cola import connect
from portal.cuentas.altas import save_cuenta
from portal.modelos import Cuenta, Sesion
from web import mundo
from web.portal_client import Navegador, make_app


def try_key(visitor: Navegador, identificacion: str, clave: str, status: int = 422, **more: object):  # type: ignore[no-untyped-def]
    return visitor.post("/ingresar", {"identificacion": identificacion, "clave": clave}, status=status, **more)


@pytest.mark.parametrize(
    ("identificacion", "home"),
    [
        (mundo.DE_A, "/procesos"),
        ("091279180-3", "/procesos"),
        (" 0912 791 803 ", "/procesos"),
        (mundo.DE_VARIOS, "/empleadores"),
        (mundo.SIN_RUC, "/empleadores"),
    ],
)
def test_everyone_comes_in_where_they_work(anonimo: Navegador, identificacion: str, home: str) -> None:
    assert try_key(anonimo, identificacion, mundo.CLAVE, status=303).location == home
    assert anonimo.get("/ingresar", status=302).location in (home, "/procesos")


def test_nine_digits_are_asked_for_ten(anonimo: Navegador) -> None:
    anonimo.get("/ingresar")
    try_key(anonimo, "912791803", "")
    assert "La cédula tiene 9 dígitos y debe tener 10. Si empieza con cero, escríbalo." in anonimo.text
    assert "Escriba la clave de empleador" in anonimo.text
    title = next(anonimo.page.iter("title")).text
    assert title == "Error: Ingresar · Portal de Cargas Batch"
    fields = {one.get("name"): one for one in anonimo.page.iter("input")}
    assert fields["identificacion"].get("value") == "912791803"
    assert fields["clave"].get("value") is None and fields["clave"].get("aria-invalid") == "true"


@pytest.mark.parametrize("typed", ["", "1799000004001", "09127918034", "A912791803", "٠٩١٢٧٩١٨٠٣"])
def test_what_is_no_cedula_is_told_before_any_key_is_looked_at(anonimo: Navegador, typed: str) -> None:
    anonimo.get("/ingresar")
    try_key(anonimo, typed, "x")
    assert "No pudo ingresar" in anonimo.text and "no coinciden" not in anonimo.text


def test_unknown_and_wrong_get_the_same_answer_to_the_byte(app: Flask) -> None:
    number = "1713175063"
    first = answer_without_token(Navegador(app), number)
    with app.extensions["portal_database"].writing() as session:
        save_cuenta(session, number, "NUEVA", "empleador", "otra clave")
    assert answer_without_token(Navegador(app), number) == first
    blocked = update(Cuenta).where(Cuenta.identificacion == number)
    with app.extensions["portal_database"].writing() as session:
        session.execute(blocked.values(bloqueada_en=clock.now()))
    assert answer_without_token(Navegador(app), number, "otra clave") == first


def answer_without_token(visitor: Navegador, number: str, clave: str = "adivinada") -> tuple[object, ...]:
    response = try_key(visitor, number, clave)
    headers = {name: value for name, value in response.headers.items() if name != "Date"}
    body, tokens = re.subn(r'name="csrf_token" value="[^"]+"', "TOKEN", response.text)
    assert tokens == 1
    return response.status_code, headers, body


def test_failed_tries_of_one_account_from_one_address_are_limited_and_the_page_says_until_when(app: Flask) -> None:
    visitor = Navegador(app)
    for _ in range(8):
        try_key(visitor, mundo.DE_A, "mala")
    response = try_key(visitor, mundo.DE_A, mundo.CLAVE, status=429)
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60
    assert re.search(r"a las \d\d:\d\d", visitor.text) and "Su clave no se perdió" in visitor.text
    try_key(visitor, mundo.DE_B, mundo.CLAVE, status=303)  # another account at the same address comes in


def test_tries_from_one_address_are_limited_whatever_the_account(app: Flask) -> None:
    visitor = Navegador(app)
    visitor.get("/ingresar")
    for number in range(60):
        try_key(visitor, f"{1_000_000_000 + number}", "mala")
    try_key(visitor, mundo.DE_A, mundo.CLAVE, status=429)
    elsewhere = Navegador(app)
    elsewhere.get("/ingresar")
    try_key(elsewhere, mundo.DE_A, mundo.CLAVE, status=303, environ_base={"REMOTE_ADDR": "192.0.2.7"})


def test_right_keys_and_empty_fields_are_not_counted(app: Flask) -> None:
    for _ in range(10):
        Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)
    visitor = Navegador(app)
    for _ in range(10):
        try_key(visitor, mundo.DE_A, "")
    try_key(visitor, mundo.DE_A, mundo.CLAVE, status=303)


def test_limits_are_kept_in_the_queue_server_without_any_cedula(tmp_path, sqlite_template, queue_server) -> None:  # type: ignore[no-untyped-def]
    shutil.copyfile(sqlite_template, tmp_path / "portal.db")
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}", queue_server.url)
    mundo.fill(app.extensions["portal_database"])
    visitor = Navegador(app)
    for _ in range(8):
        try_key(visitor, mundo.DE_A, "mala")
    keys = [key.decode() for key in connect(queue_server.url).keys("intentos/*")]
    assert keys and not any(mundo.DE_A in key for key in keys)
    try_key(visitor, mundo.DE_A, mundo.CLAVE, status=429)
    queue_server.stop()
    try_key(visitor, mundo.DE_B, mundo.CLAVE, status=303)  # the server is away: people still come in


def test_signing_in_starts_a_new_visit_with_a_new_cookie(app: Flask, de_a: Navegador) -> None:
    before = de_a.client.get_cookie("portal")
    old_token = de_a.token()
    de_a.post("/salir")
    thief = Navegador(app)
    thief.client.set_cookie("portal", before.value)
    assert thief.get("/empleadores", status=302).location.startswith("/ingresar")
    de_a.sign_in(mundo.DE_A, mundo.CLAVE)
    assert de_a.client.get_cookie("portal").value != before.value
    de_a.post("/empleadores", {"csrf_token": old_token, "ruc": mundo.RUC_A}, status=400)


def test_the_table_of_visits_holds_no_token(app: Flask, de_a: Navegador) -> None:
    with de_a.client.session_transaction() as session:
        token = session["_user_id"]
        assert set(session) <= {"_user_id", "csrf_token"}
    with app.extensions["portal_database"].reading() as reading:
        rows = reading.scalars(select(Sesion)).all()
    assert len(rows) == 1 and token not in repr(vars(rows[0]))


@pytest.mark.parametrize("column", ["vista_en", "creada_en"])
def test_an_idle_or_old_visit_ends_with_a_word_about_it(app: Flask, de_a: Navegador, column: str) -> None:
    past = clock.now() - timedelta(hours=13)
    with app.extensions["portal_database"].writing() as session:
        session.execute(update(Sesion).values({column: past}))
    assert de_a.get("/empleadores", status=302).location == "/ingresar?siguiente=/empleadores"
    de_a.follow()
    assert "Su sesión terminó" in de_a.text


def test_use_keeps_a_visit_alive_but_is_written_seldom(app: Flask, de_a: Navegador) -> None:
    def seen():  # type: ignore[no-untyped-def]
        with app.extensions["portal_database"].reading() as session:
            return session.scalar(select(Sesion.vista_en))

    first = seen()
    de_a.get("/empleadores")
    assert seen() == first
    with app.extensions["portal_database"].writing() as session:
        session.execute(update(Sesion).values(vista_en=first - timedelta(minutes=6)))
    de_a.get("/empleadores")
    assert seen() >= first


def test_choosing_a_ruc_leads_to_its_work_and_may_be_changed(de_varios: Navegador) -> None:
    de_varios.get("/empleadores")
    assert "AGRÍCOLA <ENSAYO> & HIJOS" in de_varios.text and "Elegir" in de_varios.text
    forms = [form for form in de_varios.page.iter("form") if form.get("action") == "/empleadores"]
    assert len(forms) == 3
    for form in forms:
        assert len([one for one in form.iter("input") if one.get("name") == "ruc"]) == 1
        assert len(list(form.iter("button"))) == 1
    assert de_varios.post("/empleadores", {"ruc": mundo.RUC_C}).location == "/procesos"
    de_varios.get("/empleadores")
    header = " ".join("".join(next(de_varios.page.iter("header")).itertext()).split())
    assert "AGRÍCOLA <ENSAYO> & HIJOS" in header and "Cambiar" in header
    assert len([f for f in de_varios.page.iter("form") if f.get("action") == "/empleadores"]) == 3
    assert de_varios.post("/empleadores", {"ruc": mundo.RUC_A}).location == "/procesos"


def test_another_ones_ruc_cannot_be_chosen(de_a: Navegador) -> None:
    de_a.post("/empleadores", {"ruc": mundo.RUC_B}, status=404)
    de_a.post("/empleadores", {"ruc": ""}, status=404)
    de_a.get("/empleadores")
    assert "EMPRESA DE DEMOSTRACIÓN" in de_a.text


def test_a_delegation_that_ended_gives_no_ruc(anonimo: Navegador) -> None:
    anonimo.sign_in(mundo.SIN_RUC, mundo.CLAVE)
    anonimo.get("/empleadores")
    assert "su plazo terminó" in anonimo.text
    anonimo.post("/empleadores", {"ruc": mundo.RUC_A}, status=404)


def test_one_goes_on_to_where_one_was_going_but_never_off_the_portal(app: Flask) -> None:
    for path, goes_to in [
        ("/lotes?pagina=2", "/lotes?pagina=2"),
        ("//malo.example", "/procesos"),
        ("https://malo.example/x", "/procesos"),
        ("/\\malo.example", "/procesos"),
        ("lotes", "/procesos"),
    ]:
        visitor = Navegador(app)
        visitor.get("/ingresar")
        fields = {"identificacion": mundo.DE_A, "clave": mundo.CLAVE, "siguiente": path}
        assert visitor.post("/ingresar", fields).location == goes_to
    several = Navegador(app)
    several.get("/ingresar?siguiente=/lotes")
    several.post("/ingresar", {"identificacion": mundo.DE_VARIOS, "clave": mundo.CLAVE, "siguiente": "/lotes"})
    several.follow()
    assert several.post("/empleadores", {"ruc": mundo.RUC_B, "siguiente": "/lotes"}).location == "/lotes"


def test_leaving_says_so_and_ends_the_visit(app: Flask, de_a: Navegador) -> None:
    de_a.get("/empleadores")
    assert de_a.post("/salir").location == "/"
    de_a.follow()
    assert "Salió del portal." in de_a.text and "Ingresar" in de_a.text
    with app.extensions["portal_database"].reading() as session:
        assert session.scalar(select(Sesion.cerrada_en)) is not None


def test_staff_see_their_own_band(soporte: Navegador) -> None:
    soporte.get("/")
    assert "Soporte · Agente 14" in soporte.text
    soporte.get("/empleadores", status=404)
