"""Who gets what at every address of the portal: one row a route and method, five visitors a row.

A route without a row fails the first test, and the failure is the line to add. Addresses are templates as Flask has
them; `VALUES` makes their variables from the world below, `BODIES` says what a POST sends (its CSRF token is added).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from web import mundo
from web.portal_client import Navegador, make_app

from portal.web.assets import assets

VISITORS = ("anonimo", "su_empleador", "otro_empleador", "soporte", "supervisor")
ACCOUNTS = dict(zip(VISITORS, (None, mundo.DE_A, mundo.DE_B, mundo.SOPORTE, mundo.SUPERVISOR), strict=True))

ROUTES: dict[str, tuple[int, int, int, int, int]] = {
    # route: anonymous, its empleador, another empleador, support, supervisor
    "GET /": (200, 200, 200, 200, 200),
    "GET /ayuda/errores": (200, 200, 200, 200, 200),
    "GET /ayuda/errores/<codigo>": (200, 200, 200, 200, 200),
    "GET /empleadores": (302, 200, 200, 404, 404),
    "GET /empleadores/cargas-batch": (200, 200, 200, 200, 200),
    "GET /favicon.svg": (200, 200, 200, 200, 200),
    "GET /formatos": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>.txt": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>.xlsx": (200, 200, 200, 200, 200),
    "GET /formatos/<movimiento>/ejemplo.txt": (200, 200, 200, 200, 200),
    "GET /ingresar": (200, 302, 302, 302, 302),
    "GET /salud": (503, 503, 503, 503, 503),  # the queue is away here
    "GET /static/<path:name>": (200, 200, 200, 200, 200),
    "POST /empleadores": (303, 303, 404, 404, 404),
    "POST /ingresar": (422, 422, 422, 422, 422),
    "POST /salir": (303, 303, 303, 303, 303),
}

# Variables of addresses, by name; a function gets the application (to look into, or to put something there first).
VALUES: dict[str, Callable[[Flask], str]] = {
    "codigo": lambda _app: "SAL-02",
    "movimiento": lambda _app: "SAL",
    "name": lambda _app: assets()["app.js"].address.removeprefix("/static/"),
}

BODIES: dict[str, dict[str, Any]] = {
    "POST /empleadores": {"ruc": mundo.RUC_A},
    "POST /ingresar": {"identificacion": "0000000000", "clave": "mala"},
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """One application for all rows: `mundo` on SQLite, the queue away."""
    folder = tmp_path_factory.mktemp("routes")
    shutil.copyfile(sqlite_template, folder / "portal.db")
    app = make_app(folder, f"sqlite:///{folder / 'portal.db'}")
    mundo.fill(app.extensions["portal_database"])
    yield app
    app.extensions["portal_database"].engine.dispose()


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
    path = fill_in(app, template)
    expected = ROUTES[route][VISITORS.index(visitor)]
    if method == "GET":
        browser.get(path, status=expected)
    elif method == "POST":
        browser.post(path, BODIES.get(route), status=expected)
    else:
        token = {"X-CSRFToken": browser.token()}
        response = browser.client.open(path, method=method, headers=token)
        assert response.status_code == expected


def fill_in(app: Flask, template: str) -> str:
    """The template with its variables in place: `/lotes/<numero>` → `/lotes/2026-000123-7`."""
    return re.sub(r"<(?:[^<>:]*:)?([^<>]+)>", lambda found: value_of(found[1], app), template)


def value_of(name: str, app: Flask) -> str:
    assert name in VALUES, f"add «{name}» to VALUES"
    return VALUES[name](app)
