"""One decision a route."""

import pytest
from flask import Blueprint, Flask

from portal import access
from web import mundo
from web.portal_client import Navegador


def with_guard(app: Flask, guard) -> Flask:  # type: ignore[no-untyped-def]
    app._got_first_request = False
    rooms = Blueprint("prueba", __name__)
    rooms.add_url_rule("/prueba", "vista", guard(lambda: "adentro"), methods=["GET", "POST", "PATCH"])
    app.register_blueprint(rooms)
    return app


@pytest.mark.parametrize(
    ("guard", "expected"),
    [  # anonymous, one RUC, several RUCs and none chosen, support, supervisor
        (access.publico, (200, 200, 200, 200, 200)),
        (access.cuenta, (302, 200, 200, 200, 200)),
        (access.representante, (302, 200, 200, 404, 404)),
        (access.empleador, (302, 200, 302, 404, 404)),
        (access.personal, (302, 404, 404, 200, 200)),
        (access.supervisor, (302, 404, 404, 404, 200)),
    ],
)
def test_each_guard_lets_in_its_own(app: Flask, guard, expected: tuple[int, ...]) -> None:  # type: ignore[no-untyped-def]
    with_guard(app, guard)
    people = [None, mundo.DE_A, mundo.DE_VARIOS, mundo.SOPORTE, mundo.SUPERVISOR]
    got = []
    for number in people:
        visitor = Navegador(app)
        if number:
            visitor.sign_in(number, mundo.CLAVE)
        got.append(visitor.client.get("/prueba").status_code)
    assert tuple(got) == expected


def test_a_route_without_a_decision_stops_the_start(app: Flask) -> None:
    app._got_first_request = False
    app.add_url_rule("/olvidada", "olvidada", lambda: "")
    with pytest.raises(RuntimeError, match="/olvidada"):
        access.require_decisions(app)


def test_several_rucs_and_none_chosen_leads_to_the_choice_and_back(app: Flask) -> None:
    with_guard(app, access.empleador)
    visitor = Navegador(app).sign_in(mundo.DE_VARIOS, mundo.CLAVE)
    assert visitor.get("/prueba?v=1", status=302).location == "/empleadores?siguiente=/prueba%3Fv%3D1"
    visitor.follow()
    visitor.post("/empleadores", {"ruc": mundo.RUC_A, "siguiente": "/prueba?v=1"})
    assert visitor.client.get(visitor.response.location).text == "adentro"


def test_a_lost_visit_answers_htmx_with_the_way_in_and_no_page(app: Flask) -> None:
    with_guard(app, access.empleador)
    response = Navegador(app).get("/prueba", status=401, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/ingresar" and response.data == b""


def test_a_lost_visit_answers_a_form_with_the_way_in_and_programs_with_401(app: Flask) -> None:
    with_guard(app, access.empleador)
    visitor = Navegador(app)
    visitor.get("/ingresar")
    assert visitor.post("/prueba").location == "/ingresar?siguiente=/prueba"
    headers = {"X-CSRFToken": visitor.token()}
    assert visitor.client.patch("/prueba", headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/", "/lotes", "/lotes?pagina=2", "/lotes/2026-000123-7#avance"])
def test_paths_of_this_portal_are_local(path: str) -> None:
    assert access.is_local_path(path)


@pytest.mark.parametrize(
    "path", ["", None, "lotes", "//x.example", "/\\x.example", "https://x.example", "/a\nb", "\t//x"]
)
def test_anything_else_is_not_local(path: str | None) -> None:
    assert not access.is_local_path(path)
