"""Each refusal is a page in plain Spanish, and none shows how the portal is made inside."""

import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask, abort

from portal.access import publico
from web.portal_client import Navegador, make_app


def with_view(app: Flask, view, path: str = "/prueba", methods: tuple[str, ...] = ("GET",)) -> Flask:  # type: ignore[no-untyped-def]
    app._got_first_request = False
    app.add_url_rule(path, f"prueba{len(app.view_functions)}", publico(view), methods=list(methods))
    return app


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 429])
def test_every_refusal_has_a_page_that_says_what_to_do(app: Flask, code: int) -> None:
    def refuse() -> str:
        abort(code)

    visitor = Navegador(with_view(app, refuse))
    visitor.get("/prueba", status=code)
    assert f"Error {code}" in visitor.text
    main = next(visitor.page.iter("main"))
    assert len(list(main.iter("p"))) >= 3 and list(main.iter("a"))


def test_a_form_without_its_token_is_asked_for_again(anonimo: Navegador) -> None:
    anonimo.get("/ingresar")
    anonimo.post("/ingresar", {"csrf_token": "", "identificacion": "1"}, status=400)
    assert "abierta mucho tiempo" in anonimo.text


def test_the_way_back_from_an_old_form_stays_on_this_portal(anonimo: Navegador) -> None:
    for referrer, offered in [("http://localhost/queja", True), ("https://otro.example/x", False)]:
        anonimo.get("/ingresar")
        anonimo.post("/salir", {"csrf_token": ""}, status=400, headers={"Referer": referrer})
        assert ("Volver a la página" in anonimo.text) is offered


def test_a_body_over_the_limit_is_told_the_limit_and_the_ways_round_it(tmp_path: Path, sqlite_template: Path) -> None:
    app = make_app(tmp_path, f"sqlite:///{sqlite_template}", max_bytes=2_500_000)
    visitor = Navegador(app)
    visitor.get("/ingresar")
    body = {"archivo": (io.BytesIO(b"x" * 3_600_000), "a.txt")}
    visitor.post("/ingresar", body, status=413, content_type="multipart/form-data")
    assert "hasta 2,5 MB" in visitor.text and ".gz o .zip" in visitor.text and "dos archivos" in visitor.text


def test_a_failure_shows_a_code_that_finds_its_line_and_nothing_of_the_inside(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> str:
        raise ValueError("la cédula 0912791803 de PERSONA")

    app.testing = False
    visitor = Navegador(with_view(app, fail))
    visitor.get("/prueba", status=500)
    code = re.search(r"F-\d{5}", visitor.text)
    assert code and "Traceback" not in visitor.text and "0912791803" not in visitor.text
    written = capsys.readouterr().err
    assert code[0] in written and "ValueError" in written
    assert "0912791803" not in written


def test_a_failure_page_arrives_while_the_database_is_away(app: Flask, de_a: Navegador) -> None:
    app.testing = False
    with app.extensions["portal_database"].writing() as session:
        session.execute(__import__("sqlalchemy").text("drop table sesion"))
    de_a.get("/empleadores", status=500)
    assert "La falla es nuestra" in de_a.text


def test_htmx_gets_words_and_no_page(anonimo: Navegador) -> None:
    response = anonimo.get("/nada", status=404, headers={"HX-Request": "true"})
    assert response.text == "No encontramos esta página"


def test_the_log_of_production_is_json_and_holds_no_query_and_nothing_typed(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(tmp_path, f"sqlite:///{sqlite_template}", produccion=True)
    client = app.test_client()
    client.get("/ingresar?siguiente=/x&cedula=0912791803")
    client.get("/nada/0912791803")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [(line["route"], line["status"]) for line in lines] == [("/ingresar", 200), (None, 404)]
    assert "0912791803" not in json.dumps(lines)
    assert all(line["request"] for line in lines)


@pytest.mark.parametrize("header", ["Referer", "Origin", "HX-Current-URL"])
def test_an_address_in_a_header_that_nobody_can_read_is_none(app: Flask, header: str) -> None:
    told = {header: "http://[::1", "HX-Request": "true"} if header == "HX-Current-URL" else {header: "http://[::1"}
    for method, path in (("GET", "/lotes"), ("POST", "/ingresar"), ("POST", "/queja"), ("POST", "/cargas/nueva")):
        response = app.test_client().open(path, method=method, headers=told)
        assert response.status_code < 500 and "Content-Security-Policy" in response.headers, path
