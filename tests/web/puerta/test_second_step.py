"""No page of the staff without the second step: the pages of signing in with it, setting it up and recovering."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from portal import clock
from portal.access import decision_of
from portal.cuentas import segundo
from portal.cuentas.altas import save_cuenta
from portal.modelos import Cuenta, Rastro, SegundoFactor, Sesion
from portal.web.puerta.limites import forget_wrong_tries
from web import mundo
from web.portal_client import Navegador, make_app

SECOND = "/ingresar/segundo"
NEW = "1102030405"


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite and on PostgreSQL, and one agent whose second factor is not set up."""
    app = make_app(tmp_path, database_url)
    mundo.fill(app.extensions["portal_database"])
    with app.extensions["portal_database"].writing() as session:
        save_cuenta(session, NEW, "Agente 15", "soporte", mundo.CLAVE)
    yield app
    app.extensions["portal_database"].engine.dispose()


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that stands still until its one entry is changed."""
    instant = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: instant[0])
    return instant


def with_key(app: Flask, who: str = mundo.SOPORTE, siguiente: str | None = None) -> Navegador:
    """A browser that has given the right key, and stands before the second step."""
    visitor = Navegador(app)
    visitor.get("/ingresar")
    fields = {"identificacion": who, "clave": mundo.CLAVE} | ({"siguiente": siguiente} if siguiente else {})
    visitor.post("/ingresar", fields)
    visitor.follow()
    return visitor


def try_code(visitor: Navegador, typed: str, status: int = 422, **more: str) -> str | None:
    location: str | None = visitor.post(SECOND, {"codigo": typed, **more}, status=status).location
    return location


def wrong(app: Flask, who: str = mundo.SOPORTE) -> str:
    """Six digits that no telephone of the account shows now."""
    with app.extensions["portal_database"].reading() as session:
        factor = session.get_one(SegundoFactor, cuenta_id(app, who))
    totp, now = pyotp.TOTP(segundo.secret_of("solo para pruebas", factor.semilla)), segundo.step_at(clock.now())
    shown = {totp.generate_otp(now + n) for n in range(-3, 9)}
    return next(one for one in ("000000", "111111", "222222", "333333") if one not in shown)


def cuenta_id(app: Flask, who: str) -> int:
    with app.extensions["portal_database"].reading() as session:
        return session.scalars(select(Cuenta.id).where(Cuenta.identificacion == who)).one()


def visits(app: Flask) -> int:
    with app.extensions["portal_database"].reading() as session:
        return session.scalar(select(func.count()).select_from(Sesion)) or 0


def codes_of(app: Flask, who: str = mundo.SOPORTE) -> list[str]:
    with app.extensions["portal_database"].writing() as session:
        return segundo.new_codes(session, cuenta_id(app, who))


def set_up(visitor: Navegador) -> list[str]:
    """From the page with the QR to the recovery codes it shows."""
    [secret, *_] = [one for one in codes_on(visitor) if len(one) > 30]
    visitor.post(SECOND, {"codigo": pyotp.TOTP(secret.replace(" ", "")).now()}, status=200)
    return codes_on(visitor)


def codes_on(visitor: Navegador) -> list[str]:
    assert visitor.page is not None
    return ["".join(one.itertext()) for one in visitor.page.iter("code")]


@pytest.mark.parametrize("who", [mundo.SOPORTE, mundo.SUPERVISOR])
def test_the_key_opens_nothing_and_the_code_opens_the_visit(portal: Flask, who: str) -> None:
    visitor = with_key(portal, who)
    assert visits(portal) == 0 and "Falta el segundo paso" in visitor.text
    cookie = visitor.client.get_cookie("portal")
    assert try_code(visitor, visitor.code(who), 303) == "/soporte/llamada"
    assert visits(portal) == 1 and visitor.client.get_cookie("portal") != cookie
    visitor.get("/soporte/clave")
    with visitor.client.session_transaction() as session:
        assert set(session) <= {"_user_id", "csrf_token"}


def staff_routes(app: Flask) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    guarded = [rule for rule in rules if decision_of(app, rule.endpoint) in ("personal", "supervisor")]
    return [re.sub("<int:[^>]*>", "1", re.sub("<(?!int:)[^>]*>", "2026-000001-9", rule.rule)) for rule in guarded]


@pytest.mark.parametrize("who", [mundo.SUPERVISOR, NEW])
def test_no_page_of_the_staff_opens_before_the_second_step(portal: Flask, who: str) -> None:
    visitor, routes = with_key(portal, who), staff_routes(portal)
    assert {"/soporte", "/soporte/clave"} <= set(routes)
    for path in routes:
        assert visitor.get(path, status=302).location.startswith("/ingresar?"), path
    assert visitor.get("/empleadores", status=302).location.startswith("/ingresar?")


def test_it_leads_on_to_where_the_person_was_going(portal: Flask) -> None:
    visitor = with_key(portal, siguiente="/soporte/clave")
    try_code(visitor, "12", siguiente="/soporte/clave")
    typed = visitor.code(mundo.SOPORTE)
    assert try_code(visitor, f" {typed[:3]} {typed[3:]} ", 303, siguiente="/soporte/clave") == "/soporte/clave"
    other = with_key(portal)
    assert try_code(other, other.code(mundo.SOPORTE), 303, siguiente="//otro.example") == "/soporte/llamada"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Escriba el código de 6 dígitos"),
        ("12345", "El código tiene 5 dígitos y debe tener 6."),
        ("1", "El código tiene 1 dígito y debe tener 6."),
        ("k7d2-9xwp", "El de recuperación tiene 12 letras y números"),
        ("٠٠٠٠٠٠", "El código del teléfono tiene 6 dígitos."),
    ],
)
def test_what_is_no_code_is_told_without_being_counted(portal: Flask, typed: str, said: str) -> None:
    visitor = with_key(portal)
    for _ in range(9):
        try_code(visitor, typed)
    assert said in visitor.text and "Todavía no ingresó" in visitor.text
    try_code(visitor, visitor.code(mundo.SOPORTE), 303)


def test_a_wrong_code_says_what_to_do(portal: Flask) -> None:
    visitor = with_key(portal)
    try_code(visitor, wrong(portal))
    assert "El código no coincide" in visitor.text and "Usar un código de recuperación" in visitor.text
    assert "pida a un supervisor" in visitor.text and visits(portal) == 0


def test_a_code_opens_once(portal: Flask, still: list[datetime]) -> None:
    first, second = with_key(portal), with_key(portal)
    typed = first.code(mundo.SOPORTE)
    try_code(first, typed, 303)
    try_code(second, typed)
    assert "Ese código ya se usó. Espere el siguiente" in second.text and visits(portal) == 1
    still[0] += timedelta(seconds=30)
    try_code(second, second.code(mundo.SOPORTE), 303)


def test_after_five_minutes_the_key_is_asked_again(portal: Flask, still: list[datetime]) -> None:
    visitor = with_key(portal)
    still[0] += timedelta(minutes=5)
    assert try_code(visitor, visitor.code(mundo.SOPORTE), 303) == "/ingresar"
    visitor.follow()
    assert "Pasó demasiado tiempo desde que escribió su clave" in visitor.text and visits(portal) == 0
    assert visitor.get(SECOND, status=303).location == "/ingresar"


def test_without_the_key_there_is_no_second_step(portal: Flask) -> None:
    visitor = Navegador(portal)
    assert visitor.get(SECOND, status=303).location == "/ingresar"
    visitor.follow()
    assert "Escriba primero su cédula y su clave" in visitor.text
    empleador = Navegador(portal).sign_in(mundo.DE_A, mundo.CLAVE)
    assert empleador.get(SECOND, status=302).location == "/procesos"


@pytest.mark.parametrize("change", ["blocked", "empleador"])
def test_whoever_is_blocked_or_no_longer_staff_does_not_pass(portal: Flask, change: str) -> None:
    visitor = with_key(portal)
    typed = visitor.code(mundo.SOPORTE)
    with portal.extensions["portal_database"].writing() as session:
        if change == "blocked":
            mine = update(Cuenta).where(Cuenta.identificacion == mundo.SOPORTE)
            session.execute(mine.values(bloqueada_en=clock.now()))
        else:
            save_cuenta(session, mundo.SOPORTE, "Agente 14", "empleador")
    assert try_code(visitor, typed, 303) == "/ingresar" and visits(portal) == 0


def test_an_empleador_who_becomes_staff_needs_the_second_step(portal: Flask) -> None:
    visitor = Navegador(portal).sign_in(mundo.DE_A, mundo.CLAVE)
    with portal.extensions["portal_database"].writing() as session:
        save_cuenta(session, mundo.DE_A, "PERSONA DE PRUEBA", "supervisor")
    assert visitor.get("/soporte", status=302).location.startswith("/ingresar")
    again = with_key(portal, mundo.DE_A)
    assert "Active su segundo paso" in again.text
    again.get("/soporte", status=302)


def test_the_key_of_one_of_the_staff_ends_the_visit_before(portal: Flask) -> None:
    visitor = Navegador(portal).sign_in(mundo.DE_A, mundo.CLAVE)
    token = visitor.get("/procesos") and visitor.token()
    fields = {"csrf_token": token, "identificacion": mundo.SOPORTE, "clave": mundo.CLAVE}
    visitor.post("/ingresar", fields)
    assert visitor.get("/procesos", status=302).location.startswith("/ingresar")


def test_a_recovery_code_opens_once_and_it_is_said(portal: Flask) -> None:
    codes = codes_of(portal)
    visitor = with_key(portal)
    try_code(visitor, codes[0].upper(), 303)
    visitor.follow()
    assert "Ese código de recuperación ya no sirve. Le quedan 9 códigos" in visitor.text
    other = with_key(portal)
    try_code(other, codes[0])
    assert "no es de su lista o ya se usó" in other.text and visits(portal) == 1
    with portal.extensions["portal_database"].reading() as session:
        assert "usa_recuperacion" in session.scalars(select(Rastro.que)).all()


@pytest.mark.parametrize(("used", "said"), [(6, None), (7, "Le quedan 3"), (9, "Le queda 1"), (10, "No le quedan")])
def test_few_recovery_codes_are_announced_after_signing_in(portal: Flask, used: int, said: str | None) -> None:
    codes, mine = codes_of(portal), cuenta_id(portal, mundo.SOPORTE)
    with portal.extensions["portal_database"].writing() as session:
        for one in codes[:used]:
            assert segundo.use_recovery_code(session, mine, segundo.without_gaps(one), clock.now())
    visitor = with_key(portal)
    try_code(visitor, visitor.code(mundo.SOPORTE), 303)
    visitor.get("/soporte/clave")
    assert (said in visitor.text) if said else ("quedan" not in visitor.text)


def test_setting_up_shows_qr_secret_and_then_the_codes_once(portal: Flask) -> None:
    visitor = with_key(portal, NEW)
    assert visitor.response is not None and "<svg" in visitor.response.text and visits(portal) == 0
    codes = set_up(visitor)
    assert len(codes) == 10 and "Se muestran solo ahora" in visitor.text and "Soporte · Agente 15" in visitor.text
    assert visits(portal) == 1 and visitor.get(SECOND, status=302).location == "/soporte/llamada"
    for path in ("/soporte", "/soporte/clave"):
        visitor.get(path)
        assert not any(one in visitor.text for one in codes)
    again = with_key(portal, NEW)
    assert "Código del teléfono" in again.text and "<svg" not in again.response.text  # type: ignore[union-attr]
    try_code(again, codes[9], 303)
    with portal.extensions["portal_database"].reading() as session:
        assert session.scalars(select(Rastro.que)).all() == ["activa_segundo", "usa_recuperacion"]


def test_setting_up_asks_for_a_proof(portal: Flask) -> None:
    visitor = with_key(portal, NEW)
    [secret] = codes_on(visitor)
    shown = {pyotp.TOTP(secret.replace(" ", "")).generate_otp(segundo.step_at(clock.now()) + n) for n in range(-3, 4)}
    try_code(visitor, next(one for one in ("000000", "111111", "222222") if one not in shown))
    assert "El código no coincide" in visitor.text and codes_on(visitor) == [secret] and visits(portal) == 0
    try_code(visitor, "k7d2-9xwp-4mhn")
    assert "lleva solo números" in visitor.text


def test_of_two_browsers_that_set_up_one_does_and_neither_sees_the_others_secret(portal: Flask) -> None:
    one, other = with_key(portal, NEW), with_key(portal, NEW)
    [mine], [yours] = codes_on(one), codes_on(other)
    assert mine != yours
    set_up(one)
    typed = pyotp.TOTP(yours.replace(" ", "")).now()
    try_code(other, typed)
    assert "El código no coincide" in other.text and visits(portal) == 1


def test_reset_asks_for_a_new_set_up_and_closes_what_is_open(portal: Flask) -> None:
    visitor = Navegador(portal).sign_in(mundo.SOPORTE, mundo.CLAVE)
    codes = codes_of(portal)
    with portal.extensions["portal_database"].writing() as session:
        segundo.reset(session, cuenta_id(portal, mundo.SOPORTE))
    assert visitor.get("/soporte", status=302).location.startswith("/ingresar")
    again = with_key(portal)
    assert "Active su segundo paso" in again.text
    try_code(again, codes[0])
    assert len(set_up(again)) == 10


def test_wrong_codes_are_limited_by_account_and_forgotten_when_a_supervisor_says_so(portal: Flask) -> None:
    for _ in range(4):
        visitor = with_key(portal)
        try_code(visitor, wrong(portal))
        try_code(visitor, "k7d2-9xwp-4mhn")
    visitor = with_key(portal)
    try_code(visitor, visitor.code(mundo.SOPORTE), 429)
    assert re.search(r"a las \d\d:\d\d", visitor.text)
    try_code(with_key(portal, mundo.SUPERVISOR), Navegador(portal).code(mundo.SUPERVISOR), 303)
    with portal.test_request_context():
        forget_wrong_tries(mundo.SOPORTE)
    visitor = with_key(portal)
    try_code(visitor, visitor.code(mundo.SOPORTE), 303)


def test_wrong_keys_are_forgotten_too(portal: Flask) -> None:
    visitor = Navegador(portal)
    visitor.get("/ingresar")
    for _ in range(8):
        visitor.post("/ingresar", {"identificacion": mundo.DE_A, "clave": "mala"}, status=422)
    visitor.post("/ingresar", {"identificacion": mundo.DE_A, "clave": mundo.CLAVE}, status=429)
    with portal.test_request_context():
        forget_wrong_tries(mundo.DE_A)
    visitor.post("/ingresar", {"identificacion": mundo.DE_A, "clave": mundo.CLAVE})


def test_new_recovery_codes_ask_for_a_code_of_the_telephone(portal: Flask, still: list[datetime]) -> None:
    before = codes_of(portal)
    visitor = Navegador(portal).sign_in(mundo.SOPORTE, mundo.CLAVE)
    visitor.get("/soporte/clave")
    assert "10 de 10" in visitor.text
    for typed, said in (
        ("", "Escriba el código"),
        (before[0], "lleva solo números"),
        (wrong(portal), "El código no coincide"),
    ):
        visitor.post("/soporte/clave", {"codigo": typed}, status=422)
        assert said in visitor.text and "No se hicieron códigos" in visitor.text
    typed = visitor.code(mundo.SOPORTE)
    visitor.post("/soporte/clave", {"codigo": typed}, status=200)
    codes = codes_on(visitor)
    assert len(set(codes)) == 10 and not set(codes) & set(before)
    visitor.post("/soporte/clave", {"codigo": typed}, status=422)
    assert "Ese código ya se usó" in visitor.text
    try_code(with_key(portal), before[0])
    try_code(with_key(portal), codes[0], 303)


def test_wrong_codes_there_count_with_those_of_the_sign_in(portal: Flask) -> None:
    visitor = Navegador(portal).sign_in(mundo.SOPORTE, mundo.CLAVE)
    for _ in range(8):
        visitor.post("/soporte/clave", {"codigo": wrong(portal)}, status=422)
    try_code(with_key(portal), visitor.code(mundo.SOPORTE), 429)


def test_neither_tables_nor_log_nor_cookie_hold_secret_or_codes(
    portal: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    visitor = with_key(portal, NEW)
    [secret] = (one.replace(" ", "") for one in codes_on(visitor))
    cookie = visitor.client.get_cookie("portal")
    codes = set_up(visitor)
    with portal.extensions["portal_database"].reading() as session:
        names = ("cuenta", "segundo_factor", "codigo_recuperacion", "sesion", "rastro", "bitacora")
        rows = {name: [tuple(row) for row in session.execute(text(f"select * from {name}"))] for name in names}
    said = json.dumps(rows, default=str) + str(cookie) + "".join(capfd.readouterr())
    assert "/ingresar/segundo" in said  # the log was looked at
    for hidden in (secret, *codes, *map(segundo.without_gaps, codes)):
        assert hidden not in said
