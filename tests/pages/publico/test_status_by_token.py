"""`/e/<token>.txt`: how a lote stands, for whoever has its address; and the same sentence wherever it is said."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from pages.annulments import annulled
from pages.states import ANA, LUIS, NADIE, WAYS, bring_to
from pages.world import World
from portal.blueprints.publico.seguimiento import TRIES
from portal.lotes.vista.estado_dicho import sentence
from web import mundo
from web.portal_client import Navegador, words

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRETS = ("EMPRESA", mundo.RUC_A, "PERSONA", "DEMOSTRACIÓN", ".txt", ANA, LUIS, NADIE, "87.50", "87,50", "INS")
TIME = re.compile(r"Al \d{1,2} [a-z]{3} \d{4} \d\d:\d\d:\d\d, hora de Ecuador\.\n")


def address_of(world: World, numero: str) -> str:
    return f"/e/{world.lote(numero).seguimiento}.txt"


def stranger(world: World) -> FlaskClient:
    """Somebody without cookies, who would keep any."""
    return world.app.test_client()


def paragraphs(browser: Navegador, tag: str) -> list[str]:
    assert browser.page is not None
    return [words(one) for one in browser.page.iter(tag)]


@pytest.mark.parametrize("way", WAYS)
def test_page_receipt_agent_and_text_say_the_very_same_sentence(
    world: World, de_a: Navegador, soporte: Navegador, way: str
) -> None:
    numero = bring_to(world, way)
    said = " ".join(sentence(world.lote(numero)).split())
    text = stranger(world).get(address_of(world, numero)).text
    first, second = text.splitlines(keepends=True)
    assert " ".join(first.split()) == said and TIME.fullmatch(second)
    de_a.get(f"/lotes/{numero}")
    assert paragraphs(de_a, "p").count(said) == 1
    soporte.get(f"/soporte/lotes/{numero}")
    assert f"Diga: «{said}»" in paragraphs(soporte, "blockquote")
    if WAYS[way][0] in ("registrado", "anulado"):
        de_a.get(f"/lotes/{numero}/comprobante")
        assert paragraphs(de_a, "p").count(said) == 1


@ON_SQLITE
@pytest.mark.parametrize("way", WAYS)
def test_it_tells_counts_and_nothing_else_in_few_bytes(world: World, way: str) -> None:
    answer = stranger(world).get(address_of(world, bring_to(world, way)))
    assert dict(answer.headers) == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(answer.data)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert not [secret for secret in SECRETS if secret in answer.text]
    assert not re.search(r"[0-9]{9,}", answer.text)


def test_what_was_annulled_of_it_is_said_on_the_agents_screen_too(world: World, soporte: Navegador) -> None:
    numero = world.registered("ENT", [world.line("ENT", ANA), world.line("ENT", LUIS)])
    annulled(world, numero, [1])
    soporte.get(f"/soporte/lotes/{numero}")
    assert "2 registradas, 1 de ellas anulada" in soporte.text and "Anuladas después 1" in soporte.text
    annulled(world, numero, [2])
    soporte.get(f"/soporte/lotes/{numero}")
    assert "Registradas 2 Con error 0" in soporte.text and "Anuladas después 2" in soporte.text


@ON_SQLITE
@pytest.mark.parametrize("token", ["x", "A" * 22, "0" * 32, "%00", "ñ", "%C3", "-", ".txt", "9" * 4000])
def test_an_address_of_no_lote_is_told_so_in_plain_words(world: World, token: str) -> None:
    bring_to(world, "recibido")
    answer = stranger(world).get(f"/e/{token}.txt")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain") and len(answer.data) < 120
    assert "No hay un lote" in answer.text and "Set-Cookie" not in answer.headers


@ON_SQLITE
def test_the_address_is_not_the_number_and_each_lote_has_its_own(world: World) -> None:
    first, second = (address_of(world, world.receive("INS", world.line("INS", one))) for one in (ANA, LUIS))
    assert first != second and all(re.fullmatch(r"/e/[A-Za-z0-9_-]{22}\.txt", one) for one in (first, second))
    assert stranger(world).get("/e/2026-000001-1.txt").status_code == 404


@ON_SQLITE
def test_head_weighs_the_same_without_the_words(world: World) -> None:
    address = address_of(world, bring_to(world, "revisado"))
    whole, head = stranger(world).get(address), stranger(world).head(address)
    assert (head.status_code, head.data) == (200, b"") and head.headers == whole.headers


@ON_SQLITE
def test_who_tries_many_addresses_waits_and_who_follows_a_lote_never_does(world: World) -> None:
    address, most = address_of(world, bring_to(world, "recibido")), int(TRIES.split()[0])
    watcher = {"REMOTE_ADDR": "10.0.0.1"}
    for _ in range(most + 1):
        assert stranger(world).get(address, environ_overrides=watcher).status_code == 200
    for n in range(most):
        assert stranger(world).get(f"/e/{n}.txt").status_code == 404
    refused = stranger(world).get("/e/one-more.txt")
    assert (refused.status_code, refused.mimetype) == (429, "text/plain") and "15 minutos" in refused.text
    assert stranger(world).get(address, environ_overrides=watcher).status_code == 200


@ON_SQLITE
def test_its_failure_is_plain_words_with_a_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("secret of the database")

    address = address_of(world, bring_to(world, "recibido"))
    monkeypatch.setattr("portal.blueprints.publico.seguimiento.followed", broken)
    monkeypatch.setattr(world.app, "testing", False)
    answer = stranger(world).get(address)
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert re.search(r"F-\d{5}", answer.text) and "secret" not in answer.text


@ON_SQLITE
@pytest.mark.parametrize("broken", [False, True])
def test_the_log_never_holds_the_token(
    world: World, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    numero = bring_to(world, "recibido")
    token, tried = world.lote(numero).seguimiento, "some-token-that-is-none"
    if broken:
        monkeypatch.setattr("portal.blueprints.publico.seguimiento.followed", lambda *_: 1 / 0)
        monkeypatch.setattr(world.app, "testing", False)
    for one in (token, tried):
        stranger(world).get(f"/e/{one}.txt", headers={"Referer": f"http://localhost/e/{one}.txt"})
    logged = "".join(capfd.readouterr())
    assert "/e/<token>.txt" in logged and ("failure" in logged) is broken
    assert token not in logged and tried not in logged


@ON_SQLITE
def test_only_its_owner_is_shown_the_address(
    world: World, de_a: Navegador, de_b: Navegador, soporte: Navegador
) -> None:
    numero = bring_to(world, "registrado")
    whole = "http://localhost" + address_of(world, numero)
    for path in (f"/lotes/{numero}", f"/lotes/{numero}/comprobante"):
        html = de_a.get(path).text
        assert f'<a href="{whole}" rel="nofollow"><code>{whole}</code></a>' in html and html.count(whole) == 2
        de_b.get(path, status=404)
    assert "/e/" not in de_a.get(f"/lotes/{numero}/avance?v=0", headers={"HX-Request": "true"}).text
    assert "/e/" not in soporte.get(f"/soporte/lotes/{numero}").text
    assert de_a.client.get(whole).text == de_b.client.get(whole).text
