"""What every answer carries: headers, caching, compression, static files."""

import base64
import hashlib
import re

import brotli
import pytest
from flask import Flask

from portal.web.respuesta.assets import STATIC, assets, stylesheet
from web.portal_client import Navegador, make_app

POLLS = """{% extends "base.html" %}{% set sondea = true %}{% block titulo %}Prueba{% endblock %}"""


def test_the_policy_lets_in_exactly_the_inlined_stylesheet(anonimo: Navegador) -> None:
    response = anonimo.get("/")
    inlined = re.search(r"<style>(.*?)</style>", response.text, re.S)
    assert inlined
    digest = base64.b64encode(hashlib.sha256(inlined[1].encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_pages_of_a_visit_are_never_kept_and_anyones_are_asked_for_again(
    anonimo: Navegador, de_varios: Navegador
) -> None:
    assert de_varios.get("/").headers["Cache-Control"] == "private, no-store"
    assert anonimo.get("/ingresar").headers["Cache-Control"] == "private, no-store"
    first = anonimo.get("/")
    assert first.headers["Cache-Control"] == "no-cache"
    again = anonimo.get("/", status=304, headers={"If-None-Match": first.headers["ETag"]})
    assert again.data == b""


def test_the_stylesheet_and_our_script_stay_small() -> None:
    assert len(brotli.compress(stylesheet().encode(), quality=11)) <= 2_500
    assert len(brotli.compress((STATIC / "app.js").read_bytes(), quality=11)) <= 2_500
    sends = [len(assets()[name].bodies["br"]) for name in ("umbral.js", "envio.js")]
    assert sum(sends) <= 2_500


def test_the_vendored_script_is_the_one_whose_checksum_is_kept() -> None:
    for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
    assert b'version:"2.0.11"' in (STATIC / "vendor" / "htmx.min.js").read_bytes()


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", None)])
def test_static_files_have_names_of_their_content_and_are_kept_for_good(
    anonimo: Navegador, accepts: str, encoding: str | None
) -> None:
    address = assets()["htmx.min.app.js"].address
    assert re.fullmatch(r"/static/htmx\.min\.app\.[0-9a-f]{12}\.js", address)
    response = anonimo.get(address, headers={"Accept-Encoding": accepts})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers.get("Content-Encoding") == encoding
    if encoding is None:
        assert response.data.startswith((STATIC / "vendor" / "htmx.min.js").read_bytes() + b"\n"), "htmx as it came"
        assert b"htmx:beforeRequest" in response.data, "then what uses it"


def test_a_static_file_of_another_version_is_not_there(anonimo: Navegador) -> None:
    anonimo.get("/static/app.js", status=404)
    anonimo.get("/static/../config.py", status=404)


def test_scripts_are_loaded_only_by_pages_that_poll(app: Flask, anonimo: Navegador) -> None:
    assert "<script" not in anonimo.get("/").text
    with app.test_request_context("/"):
        page = app.jinja_env.from_string(POLLS)
        html = page.render(app_context(app))
    assert html.count("<script src=") == 1 and '"allowEval":false' in html


def app_context(app: Flask) -> dict[str, object]:
    from flask import get_flashed_messages, request

    context: dict[str, object] = {"request": request, "get_flashed_messages": get_flashed_messages}
    app.update_template_context(context)
    return context


def test_error_pages_are_compressed_too(anonimo: Navegador) -> None:
    response = anonimo.client.get("/nada", headers={"Accept-Encoding": "br"})
    assert response.headers["Content-Encoding"] == "br"
    assert "No encontramos" in brotli.decompress(response.data).decode()


def test_until_production_every_page_says_it_is_a_demonstration(anonimo: Navegador) -> None:
    for path in ("/", "/ingresar", "/empleadores/cargas-batch"):
        anonimo.get(path)
        assert "Demostración: no es el servicio oficial del IESS." in anonimo.text
    anonimo.get("/nada", status=404)
    assert "Demostración" in anonimo.text


def test_files_for_everyone_do_not_vary_by_who_asks(anonimo: Navegador) -> None:
    for path in (assets()["htmx.min.app.js"].address, "/favicon.svg"):
        assert "Cookie" not in anonimo.get(path).headers.get("Vary", ""), "or each sign-in fetches them again"


def test_only_production_promises_https(tmp_path, sqlite_template) -> None:  # type: ignore[no-untyped-def]
    app = make_app(tmp_path, f"sqlite:///{sqlite_template}", produccion=True)
    response = app.test_client().get("/ingresar", base_url="https://localhost")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal=") and "Secure" in cookie and "HttpOnly" in cookie and "Lax" in cookie
    assert "max-age" in response.headers["Strict-Transport-Security"]
    assert "Demostración" not in response.text


def test_over_plain_http_a_demonstration_asks_for_no_secure_cookie(anonimo: Navegador) -> None:
    response = anonimo.get("/ingresar")
    assert "Secure" not in response.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in response.headers
