"""The data meter: for those who switch it on, and nothing for anybody else; it counts, or says that it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.cola import connect
from tests.conftest import QueueServer
from web import mundo
from web.portal_client import Navegador, make_app

OFF, ON = "Medir mis datos", "dejar de medir"


@pytest.fixture
def with_queue(tmp_path: Path, sqlite_template: Path, queue_server: QueueServer) -> Iterator[Flask]:
    """The application with its queue server."""
    shutil.copyfile(sqlite_template, tmp_path / "portal.db")
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}", queue_server.url)
    mundo.fill(app.extensions["portal_database"])
    yield app
    app.extensions["portal_database"].engine.dispose()


@pytest.fixture
def person(with_queue: Flask) -> Navegador:
    return Navegador(with_queue).sign_in(mundo.DE_A, mundo.CLAVE)


def switch(browser: Navegador, on: bool) -> TestResponse:
    browser.get("/datos")
    answer: TestResponse = browser.post("/datos", {"medir": "si" if on else "no"})
    browser.follow()
    return answer


def sums(queue_server: QueueServer) -> dict[bytes, int]:
    """Every sum that is kept, with what it says."""
    server = connect(queue_server.url)
    kept = {key: int(server.get(key) or 0) for key in server.keys("medidor:*")}
    assert all(0 < server.ttl(key) <= 24 * 3600 for key in kept)
    server.close()
    return kept


def test_who_does_not_ask_is_offered_it_and_nothing_is_kept(person: Navegador, queue_server: QueueServer) -> None:
    for path in ("/procesos", "/lotes", "/datos"):
        person.get(path)
        assert OFF in person.text and ON not in person.text
    assert not sums(queue_server) and person.client.get_cookie("medidor") is None


def test_on_it_grows_with_each_page_and_off_it_is_gone(person: Navegador, queue_server: QueueServer) -> None:
    cookie = switch(person, on=True).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie and "Expires" not in cookie
    seen = []
    for path in ("/procesos", "/lotes", "/formatos", "/nada"):
        person.get(path, status=None)
        assert "Datos de esta visita: " in person.text and ON in person.text
        seen += sums(queue_server).values()
    assert len(seen) == 4 and seen == sorted(set(seen)) and seen[0] > 1000
    switch(person, on=False)
    assert OFF in person.text and person.client.get_cookie("medidor") is None


def test_signing_out_ends_it(person: Navegador) -> None:
    switch(person, on=True)
    person.post("/salir")
    assert person.client.get_cookie("medidor") is None


def test_the_foot_of_pages_without_a_visit_does_not_offer_it(with_queue: Flask) -> None:
    stranger = Navegador(with_queue)
    stranger.get("/")
    assert OFF not in stranger.text
    assert stranger.get("/datos", status=302).location == "/ingresar?siguiente=/datos"


def test_with_the_queue_away_it_is_not_begun_and_the_page_says_so(de_a: Navegador) -> None:
    switch(de_a, on=True)
    assert "Ahora no se puede medir" in de_a.text and de_a.client.get_cookie("medidor") is None


def test_when_the_queue_goes_away_pages_work_and_say_that_it_cannot_count(
    person: Navegador, queue_server: QueueServer
) -> None:
    switch(person, on=True)
    queue_server.stop(kill=True)
    person.get("/procesos")
    assert "Datos de esta visita: no se pudo medir" in person.text
    person.get("/datos")
    assert "Deje de medir y empiece otra vez" in person.text
    switch(person, on=False)
    assert OFF in person.text


@pytest.mark.parametrize("made_up", ["", "x", "A" * 22, "A" * 4000, "portal:rq", "á" * 22])
def test_a_made_up_cookie_keeps_nothing(person: Navegador, queue_server: QueueServer, made_up: str) -> None:
    person.client.set_cookie("medidor", made_up)
    person.get("/procesos")
    assert "no se pudo medir" in person.text and not sums(queue_server)


def test_in_production_the_cookie_is_bound_to_the_host(
    tmp_path: Path, sqlite_template: Path, queue_server: QueueServer
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "portal.db")
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}", queue_server.url, produccion=True)
    mundo.fill(app.extensions["portal_database"])
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1", "Referer": "https://localhost/datos"}
    person = Navegador(app, headers)
    person.sign_in(mundo.DE_A, mundo.CLAVE)
    cookie = switch(person, on=True).headers["Set-Cookie"]
    assert cookie.startswith("__Host-medidor=") and "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    person.get("/procesos")
    assert ON in person.text and len(sums(queue_server)) == 1


def test_switching_needs_the_token_of_the_form(person: Navegador, queue_server: QueueServer) -> None:
    assert person.client.post("/datos", data={"medir": "si"}).status_code == 400
    assert not sums(queue_server)
