"""Who gets what at every address of the portal: one row a route and method, five visitors a row.

A route without a row fails the first test, and the failure is the line to add. Addresses are templates as Flask has
them; `VALUES` makes their variables from the world below, `BODIES` says what a POST sends (its CSRF token is added).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pages.annulments import ask
from pages.world import World, worker, wrong
from portal import clock
from portal.historia.trabajador import find_worker
from portal.lotes.entrada import subidas
from portal.lotes.entrada.subidas import Anuncio
from portal.lotes.numeros import write
from portal.modelos import Cuenta, Empleador, Lote, Queja
from portal.soporte import quejas
from portal.soporte.atencion.atenciones import begin
from portal.soporte.numeros import written
from portal.web.respuesta.assets import assets
from web import mundo
from web.portal_client import Navegador, check_headers, make_app

VISITORS = ("anonimo", "su_empleador", "otro_empleador", "soporte", "supervisor")
ACCOUNTS = dict(zip(VISITORS, (None, mundo.DE_A, mundo.DE_B, mundo.SOPORTE, mundo.SUPERVISOR), strict=True))

#: what the page of columns asks
PREGUNTA = {
    "titulos": [f"t{n}" for n in range(60)],
    "filas": [["x"] * 60],
    "columnas": {},
    "faltan": [],
    "ancho": 60,
    "forma": "",
    "primera": 1,
}

# The lotes of the world below: the first empleador's, in the order in which it makes them.
REGISTRADO, REVISADO = write(2026, 1), write(2026, 2)
ANULACION = write(2026, 3)  # of the second worker's hire
TRABAJADOR = worker(1)

ACT_ON_ATTENTION = "POST /soporte/atenciones/<numero>/<any(resolver, escalar, tomar, nota):accion>"
ACT_ON_ACCOUNT = (
    "POST /supervision/cuentas/<int:cuenta>/<any(bloquear, desbloquear, intentos, visitas, segundo):accion>"
)
ATTENTION = {"resultado": "resuelta", "motivo": "llego"}

ROUTES: dict[str, tuple[int, int, int, int, int]] = {
    # route: anonymous, its empleador, another empleador, support, supervisor
    "DELETE /cargas/tus/<token>": (401, 204, 404, 404, 404),
    "GET /": (200, 200, 200, 200, 200),
    "GET /accesos": (302, 200, 200, 404, 404),
    "GET /anulaciones/<numero>": (302, 200, 404, 404, 404),
    "GET /anulaciones/<numero>/avance": (302, 200, 404, 404, 404),
    "GET /ayuda/llamada": (302, 200, 200, 404, 404),
    "GET /ayuda/llamada/avance": (302, 200, 200, 404, 404),
    "GET /ayuda/errores": (200, 200, 200, 200, 200),
    "GET /ayuda/errores/<codigo>": (200, 200, 200, 200, 200),
    "GET /cargas/nueva": (302, 200, 200, 404, 404),
    "GET /datos": (302, 200, 200, 200, 200),
    "GET /e/<token>.txt": (200, 200, 200, 200, 200),
    "GET /empleadores": (302, 200, 200, 404, 404),
    "GET /empleadores/cargas-batch": (200, 200, 200, 200, 200),
    "GET /calendario": (200, 200, 200, 200, 200),
    "GET /favicon.svg": (200, 200, 200, 200, 200),
    "GET /formatos": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>.txt": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>.xlsx": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>/ejemplo.txt": (200, 200, 200, 200, 200),
    "GET /historia": (302, 200, 200, 404, 404),
    "GET /historia/<int:trabajador>": (302, 200, 404, 404, 404),
    "GET /historia/<int:trabajador>.csv": (302, 200, 404, 404, 404),
    "GET /historia/sucursal": (302, 200, 200, 404, 404),
    "GET /historia/sucursal.csv": (302, 200, 200, 404, 404),
    "GET /ingresar": (200, 302, 302, 302, 302),
    "GET /ingresar/segundo": (303, 302, 302, 302, 302),
    "GET /lotes": (302, 200, 200, 404, 404),
    "GET /lotes/<numero>": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/anulacion": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/avance": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/columnas": (302, 200, 404, 404, 404),
    "POST /lotes/<numero>/columnas": (303, 422, 404, 404, 404),
    "GET /lotes/<numero>/comprobante": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/errores.txt": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/errores.xlsx": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/lineas": (302, 200, 404, 404, 404),
    "GET /lotes/<numero>/original": (302, 200, 404, 404, 404),
    "GET /procesos": (302, 200, 200, 404, 404),
    "GET /queja": (200, 200, 200, 200, 200),
    "GET /queja/<token>": (200, 200, 200, 200, 200),
    "GET /salud": (503, 503, 503, 503, 503),  # the queue is away here
    "GET /soporte": (302, 404, 404, 200, 200),
    "GET /soporte/clave": (302, 404, 404, 200, 200),
    "GET /soporte/atenciones": (302, 404, 404, 200, 200),
    "GET /soporte/atenciones/<numero>": (302, 404, 404, 200, 200),
    "GET /soporte/atenciones/nueva": (302, 404, 404, 200, 200),
    "GET /soporte/llamada": (302, 404, 404, 200, 200),
    "GET /soporte/llamada/avance": (302, 404, 404, 200, 200),
    "GET /soporte/lotes/<numero>": (302, 404, 404, 200, 200),
    "GET /soporte/quejas": (302, 404, 404, 200, 200),
    "GET /static/<path:name>": (200, 200, 200, 200, 200),
    "GET /supervision/quejas": (302, 404, 404, 404, 200),
    "GET /supervision/quejas/<numero>": (302, 404, 404, 404, 200),
    "GET /transparencia": (200, 200, 200, 200, 200),
    "GET /transparencia-tiempos.csv": (200, 200, 200, 200, 200),
    "GET /transparencia.csv": (200, 200, 200, 200, 200),
    "GET /supervision": (302, 404, 404, 404, 200),
    "GET /supervision/agentes": (302, 404, 404, 404, 200),
    "GET /supervision/cuentas": (302, 404, 404, 404, 200),
    "GET /supervision/cuentas/<int:cuenta>": (302, 404, 404, 404, 200),
    "GET /supervision/lotes": (302, 404, 404, 404, 200),
    "GET /supervision/problemas": (302, 404, 404, 404, 200),
    "GET /supervision/rastro": (302, 404, 404, 404, 200),
    "GET /supervision/textos": (302, 404, 404, 404, 200),
    "GET /supervision/textos/<codigo>": (302, 404, 404, 404, 200),
    "PATCH /cargas/tus/<token>": (401, 204, 404, 404, 404),
    "POST /cargas/nueva": (303, 422, 422, 404, 404),
    "POST /cargas/tus": (401, 201, 201, 404, 404),
    "POST /cargas/tus/<token>": (303, 303, 404, 404, 404),
    "POST /datos": (303, 303, 303, 303, 303),
    "POST /empleadores": (303, 303, 404, 404, 404),
    "POST /historia": (303, 303, 422, 404, 404),
    "POST /ingresar": (422, 422, 422, 422, 422),
    "POST /ingresar/segundo": (303, 303, 303, 303, 303),
    "POST /lotes/<numero>/anulacion": (303, 303, 404, 404, 404),
    "POST /lotes/<numero>/decision": (303, 303, 404, 404, 404),
    "POST /lotes/<numero>/revisar": (303, 303, 404, 404, 404),
    "POST /queja": (303, 303, 303, 303, 303),
    "POST /salir": (303, 303, 303, 303, 303),
    "POST /ayuda/llamada": (303, 303, 303, 404, 404),
    "POST /soporte": (303, 404, 404, 303, 303),
    "POST /soporte/llamada": (303, 404, 404, 422, 422),
    "POST /soporte/llamada/cortar": (303, 404, 404, 303, 303),
    "POST /soporte/llamada/lote": (303, 404, 404, 303, 303),
    "POST /soporte/llamada/senalar": (303, 404, 404, 303, 303),
    "POST /soporte/quejas": (303, 404, 404, 200, 200),
    "POST /supervision/quejas/<numero>": (303, 404, 404, 404, 303),
    "POST /soporte/clave": (303, 404, 404, 422, 422),
    "POST /soporte/atenciones": (303, 404, 404, 303, 303),
    "POST /soporte/atenciones/<int:atencion>/cierre": (303, 404, 404, 303, 303),
    ACT_ON_ATTENTION: (303, 404, 404, 303, 303),
    "POST /supervision/textos/<codigo>": (303, 404, 404, 404, 303),
    "POST /supervision/cuentas": (303, 404, 404, 404, 303),
    ACT_ON_ACCOUNT: (303, 404, 404, 404, 303),
    "POST /supervision/lotes/<numero>/reencolar": (303, 404, 404, 404, 303),
}

# no pages: what all pages must be is not asked of them
FRAGMENTS = {
    "GET /ayuda/llamada/avance",
    "GET /soporte/llamada/avance",
    "GET /anulaciones/<numero>/avance",
    "GET /lotes/<numero>/avance",
}

# Variables of addresses, by name, or by route and name; a function gets the application to look into.
VALUES: dict[str, Callable[[Flask], str]] = {
    "accion": lambda _app: "tomar",
    "atencion": lambda app: str(attention(app)),
    "codigo": lambda _app: "SAL-02",
    "movimiento": lambda _app: "SAL",
    "name": lambda _app: assets()["htmx.min.app.js"].address.removeprefix("/static/"),
    "numero": lambda _app: REGISTRADO,
    "GET /queja/<token> token": lambda app: complaint(app).token,
    "GET /supervision/quejas/<numero> numero": lambda app: quejas.numero(complaint(app)),
    "POST /supervision/quejas/<numero> numero": lambda app: quejas.numero(complaint(app)),
    "GET /soporte/atenciones/<numero> numero": lambda app: written("A", attention(app)),
    f"{ACT_ON_ATTENTION} numero": lambda app: written("A", attention(app)),
    f"{ACT_ON_ACCOUNT} accion": lambda _app: "visitas",
    "cuenta": lambda app: str(account(app)),
    "GET /anulaciones/<numero> numero": lambda _app: ANULACION,
    "GET /anulaciones/<numero>/avance numero": lambda _app: ANULACION,
    "POST /lotes/<numero>/decision numero": lambda _app: REVISADO,
    "token": lambda app: upload(app),
    "GET /e/<token>.txt token": lambda app: seguimiento_of(app),
    "trabajador": lambda app: worker_id(app),
}

BODIES: dict[str, dict[str, Any]] = {
    "POST /cargas/tus/<token>": {"accion": "cancelar"},
    "POST /empleadores": {"ruc": mundo.RUC_A},
    "POST /historia": {"cedula": TRABAJADOR},
    "POST /ingresar": {"identificacion": "0000000000", "clave": "mala"},
    "POST /lotes/<numero>/anulacion": {"motivo": "Se envió por error"},
    "POST /lotes/<numero>/decision": {"decision": "desistir"},
    "POST /ayuda/llamada": {"accion": "cortar"},
    "POST /soporte": {"numero": REGISTRADO},
    "POST /queja": {"texto": "Nadie contestó el teléfono.", "formulario": "x" * 22},  # of all visitors the same one
    "POST /soporte/quejas": {"numero": written("Q", 1)},
    "POST /supervision/quejas/<numero>": {"respuesta": "Desde hoy atienden dos agentes más."},
    "POST /soporte/atenciones": ATTENTION,
    "POST /soporte/atenciones/<int:atencion>/cierre": ATTENTION,
    "POST /supervision/textos/<codigo>": {"titulo": "La salida es antes del ingreso", "motivo": "Más corto"},
    "POST /supervision/cuentas": {"identificacion": mundo.DE_B},
    ACT_ON_ACCOUNT: {"porque": "Dejó su visita abierta"},
    "POST /supervision/lotes/<numero>/reencolar": {"porque": "Se corrigió la causa"},
}

# What a method asks for beside its body.
TUS = {"Tus-Resumable": "1.0.0"}
HEADERS: dict[str, dict[str, str]] = {
    "DELETE /cargas/tus/<token>": TUS,
    "PATCH /cargas/tus/<token>": TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    "POST /cargas/tus": TUS | {"Upload-Length": "9", "Upload-Metadata": "filename YS50eHQ=,movimiento SU5T"},
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """One application for all rows: on SQLite, the queue away, one lote registered with errors and one undecided."""
    folder = tmp_path_factory.mktemp("routes")
    shutil.copyfile(sqlite_template, folder / "portal.db")
    app = make_app(folder, f"sqlite:///{folder / 'portal.db'}")
    world = World(app)
    hires = world.hire(TRABAJADOR, worker(2))
    lines = [world.line("INS", TRABAJADOR), world.line("INS", wrong(TRABAJADOR))]
    assert world.registered("INS", lines) == REGISTRADO
    world.alter(REGISTRADO, pregunta=PREGUNTA)
    assert world.checked("INS", world.line("INS", worker(2))) == REVISADO
    assert ask(world, hires, [2]) == ANULACION
    assert complaint(app).id == 1
    yield app
    app.extensions["portal_database"].engine.dispose()


def worker_id(app: Flask) -> str:
    with app.extensions["portal_database"].reading() as session:
        empleador = session.scalars(select(Empleador).where(Empleador.ruc == mundo.RUC_A)).one()
        return str(find_worker(session, empleador.id, int(TRABAJADOR)))


def upload(app: Flask) -> str:
    """A file of the first empleador that has begun to come, another one for each visitor."""
    database = app.extensions["portal_database"]
    with database.reading() as session:
        empleador = session.scalars(select(Empleador).where(Empleador.ruc == mundo.RUC_A)).one()
        cuenta = session.scalars(select(Cuenta).where(Cuenta.identificacion == mundo.DE_A)).one()
    anuncio = Anuncio(empleador.id, cuenta.id, "INS", "extras.txt", 9)
    return subidas.begin(database, anuncio, clock.now()).token


def attention(app: Flask) -> int:
    """A call of the agent's that has begun, another one for each visitor."""
    with app.extensions["portal_database"].writing() as session:
        agent = session.scalars(select(Cuenta.id).where(Cuenta.identificacion == mundo.SOPORTE)).one()
        return begin(session, agent, clock.now())


def account(app: Flask) -> int:
    with app.extensions["portal_database"].reading() as session:
        return int(session.scalars(select(Cuenta.id).where(Cuenta.identificacion == mundo.DE_B)).one())


def complaint(app: Flask) -> Queja:
    """A complaint that nobody has answered, another one for each visitor."""
    database = app.extensions["portal_database"]
    escrito = quejas.Escrito("Nadie contestó el teléfono.")
    token = quejas.form_token()
    quejas.file(database, token, escrito, quejas.Quien(), mundo.HOY, 10, clock.now())
    with database.reading() as session:
        found = quejas.followed(session, token)
    assert found is not None
    return found


def seguimiento_of(app: Flask) -> str:
    with app.extensions["portal_database"].reading() as session:
        return str(session.scalars(select(Lote.seguimiento).where(Lote.numero == REGISTRADO)).one())


def routes_of(app: Flask) -> set[str]:
    rules = list(app.url_map.iter_rules())
    return {f"{method} {rule.rule}" for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_has_its_row(app: Flask) -> None:
    missing = sorted(routes_of(app) - set(ROUTES))
    lines = "\n".join(f'    "{route}": (302, 200, 404, 404, 404),' for route in missing)
    assert not missing, f"rows to add to ROUTES, with what each visitor gets:\n{lines}"


def test_every_row_has_its_route(app: Flask) -> None:
    assert not set(ROUTES) - routes_of(app)


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("route", sorted(ROUTES))
def test_each_visitor_gets_what_the_table_says(app: Flask, route: str, visitor: str) -> None:
    method, template = route.split(" ", 1)
    browser = Navegador(app)
    if number := ACCOUNTS[visitor]:
        browser.sign_in(number, mundo.CLAVE)
    path = fill_in(app, route)
    expected = ROUTES[route][VISITORS.index(visitor)]
    if method == "GET":
        headers = {"HX-Request": "true"} if route in FRAGMENTS and expected == 200 else {}
        browser.get(path, status=expected, headers=headers)
    elif method == "POST":
        browser.post(path, BODIES.get(route), status=expected, headers=HEADERS.get(route, {}))
    else:
        headers = {"X-CSRFToken": browser.token(), **HEADERS.get(route, {})}
        response = browser.client.open(path, method=method, headers=headers)
        assert response.status_code == expected
        check_headers(response)


@pytest.fixture(scope="module")
def filled(app: Flask) -> set[str]:
    """An address of each route, made once: each upload is one of the few that may be under way."""
    return {fill_in(app, route) for route in sorted(ROUTES)}


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, TUS, {"HX-Request": "true"} | TUS, {}], ids=str)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"])
def test_no_request_takes_the_headers_of_security_away(
    app: Flask, filled: set[str], method: str, headers: dict[str, str]
) -> None:
    browsers = [Navegador(app), Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)]
    for address, browser in product(sorted(filled), browsers):
        check_headers(browser.client.open(address, method=method, headers=headers))


def test_an_answer_that_is_not_new_has_them_too(app: Flask) -> None:
    browser = Navegador(app)
    etag = browser.get("/formatos").headers["ETag"]
    assert not browser.get("/formatos", status=304, headers={"If-None-Match": etag}).data


OPEN = {"GET /ingresar/segundo", "POST /ingresar/segundo", "POST /queja", "POST /salir"}  # they send on whoever comes
GUARDED = sorted(route for route, row in ROUTES.items() if row[0] in (302, 303) and route not in OPEN)


@pytest.mark.parametrize("route", GUARDED)
def test_htmx_without_a_session_is_told_to_sign_in_and_never_given_a_page(app: Flask, route: str) -> None:
    method, _ = route.split(" ", 1)
    browser = Navegador(app)
    headers = {"HX-Request": "true", "X-CSRFToken": browser.token()}
    response = browser.client.open(fill_in(app, route), method=method, headers=headers)
    assert (response.status_code, response.headers["HX-Redirect"], response.data) == (401, "/ingresar", b"")


def fill_in(app: Flask, route: str) -> str:
    """The route's address with its variables in place: `GET /lotes/<numero>` → `/lotes/2026-000123-7`."""
    address = route.split(" ", 1)[1]
    return re.sub(r"<(?:[^<>:]*:)?([^<>]+)>", lambda found: value_of(route, found[1], app), address)


def value_of(route: str, name: str, app: Flask) -> str:
    assert name in VALUES, f"add «{name}» to VALUES"
    return VALUES.get(f"{route} {name}", VALUES[name])(app)
