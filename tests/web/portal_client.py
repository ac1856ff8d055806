"""A browser for tests: real requests, and every page fetched is held to what all pages must be.

`Navegador(app).get("/lotes")` fails the test when the page breaks a rule, whatever the test itself looks at. Other
rooms' tests: `from web.portal_client import Navegador, make_app` (tests/ is on the path), or the fixtures of
tests/web/conftest.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from portal import create_app
from portal.config import INSTITUCION, Config
from portal.modelos import Cuenta
from tests.classes import spelled
from tests.telefono import code_in

HOY = date(2026, 11, 22)
SUFFIX = " · Portal de Cargas Batch"
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}


class Compiled(BytecodeCache):
    """Templates that this process has compiled: every test makes an application, and most of its time was this."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.kept.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def make_app(datos: Path, database_url: str, redis_url: str | None = None, **settings: Any) -> Flask:
    """The application on a database of the test's own; CSRF stays on, failures are raised."""
    values: dict[str, Any] = {
        "datos": datos,
        "produccion": False,
        "secret_key": "solo para pruebas",
        "database_url": database_url,
        "redis_url": redis_url or f"unix://{datos / 'nobody.sock'}",
        "hoy_fijo": HOY,
        "institucion": INSTITUCION,
    }
    app = create_app(Config(**{**values, **settings}))
    app.testing = True
    app.jinja_env.bytecode_cache = Compiled()
    return app


class Navegador:
    """A visitor with its own cookies. `page` is the last page as a tree, `text` its visible words."""

    def __init__(self, app: Flask, headers: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        self.headers = dict(headers or {})
        self.page: Element | None = None
        self.response: TestResponse | None = None

    def get(self, path: str, status: int | None = 200, **more: Any) -> TestResponse:
        return self._keep(self.client.get(path, headers=self._headers(more), **more), status)

    def post(self, path: str, data: Mapping[str, Any] | None = None, status: int | None = 303, **more: Any) -> Any:
        """Post as a form of the last page would: with its CSRF token (of /ingresar when no page was fetched)."""
        fields = {"csrf_token": self.token(), **(data or {})}
        return self._keep(self.client.post(path, data=fields, headers=self._headers(more), **more), status)

    def follow(self) -> TestResponse:
        """Go where the last answer sends."""
        assert self.response is not None and self.response.location, "the last answer sends nowhere"
        return self.get(self.response.location)

    def sign_in(self, identificacion: str, clave: str, ruc: str | None = None) -> Navegador:
        self.get("/ingresar")
        self.post("/ingresar", {"identificacion": identificacion, "clave": clave})
        if self.response is not None and self.response.location == "/ingresar/segundo":
            self.get("/ingresar/segundo")
            self.post("/ingresar/segundo", {"codigo": self.code(identificacion)})
        if ruc:
            self.get("/empleadores")
            self.post("/empleadores", {"ruc": ruc})
        return self

    def code(self, identificacion: str) -> str:
        """What that account's telephone shows."""
        database = self.app.extensions["portal_database"]
        with database.reading() as session:
            cuenta_id = session.scalars(select(Cuenta.id).where(Cuenta.identificacion == identificacion)).one()
        return code_in(database, self.app.config["PORTAL"].secret_key, cuenta_id)

    def token(self) -> str:
        if not self._tokens():
            self.get("/empleadores", status=None)
        if not self._tokens():
            self.get("/ingresar")
        return self._tokens()[0]

    @property
    def text(self) -> str:
        assert self.page is not None
        body = next(self.page.iter("body"))
        return " ".join(" ".join(body.itertext()).split())

    def _tokens(self) -> list[str]:
        inputs = self.page.iter("input") if self.page is not None else []
        return [str(one.get("value")) for one in inputs if one.get("name") == "csrf_token"]

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {**self.headers, **more.pop("headers", {})}

    def _keep(self, response: TestResponse, status: int | None) -> TestResponse:
        self.response = response
        if status is not None:
            assert response.status_code == status, f"{response.request.path}: {response.status} {response.text[-600:]}"
        check_headers(response)
        fragment = response.request.headers.get("HX-Request") == "true"
        redirected = 300 <= response.status_code < 400
        if redirected:
            self.page = None  # a browser has left it: its token may be of a visit that is over
        if response.mimetype == "text/html" and response.data and not fragment and not redirected:
            self.page = check_page(response.text, self.app)
        if response.mimetype == "text/html":
            spelled(response.text)
        return response


def check_headers(response: TestResponse) -> None:
    """Of every answer, whatever its kind and whoever asks: what a browser may do with it."""
    assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    sentence = response.request.path.startswith("/e/") and response.mimetype == "text/plain"
    if not sentence:  # which is no document, and has 400 bytes for all it says
        [policy] = response.headers.getlist("Content-Security-Policy")
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy
        fragment = response.request.headers.get("HX-Request") == "true"
        page = response.mimetype == "text/html" and response.data and not fragment
        assert "frame-ancestors 'none'" in policy or not page


def check_page(html: str, app: Flask) -> Element:
    """The page as a tree; AssertionError with what it breaks."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    parents = {child: parent for parent in tree.iter() for child in parent}
    for check in (check_head, check_ids, check_inline):
        check(tree)
    check_labels(tree, parents)
    check_forms(tree)
    check_links(tree, app)
    return tree


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def check_head(tree: Element) -> None:
    assert tree.get("lang") == "es-EC"
    headings = list(tree.iter("h1"))
    assert len(headings) == 1, f"{len(headings)} h1"
    title, h1 = words(next(tree.iter("title"))), words(headings[0])
    assert h1 and title.removeprefix("Error: ").startswith(h1), f"title «{title}» does not open with h1 «{h1}»"
    assert title.endswith(SUFFIX)


def check_ids(tree: Element) -> None:
    ids = [str(one.get("id")) for one in tree.iter() if one.get("id") is not None]
    assert len(ids) == len(set(ids)), f"repeated ids: {sorted({one for one in ids if ids.count(one) > 1})}"
    for one in tree.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            missing = set(str(one.get(attribute, "")).split()) - set(ids)
            assert not missing, f"<{one.tag} {attribute}> points to no id: {missing}"


def check_inline(tree: Element) -> None:
    for one in tree.iter():
        handlers = [name for name in one.keys() if str(name).lower().startswith("on") or name == "style"]  # noqa: SIM118
        assert not handlers, f"<{one.tag}> has {handlers}"
        if one.tag == "script":
            assert str(one.get("src", "")).startswith("/static/") and not words(one), "inline or foreign script"


def check_labels(tree: Element, parents: dict[Element, Element]) -> None:
    labelled = {one.get("for") for one in tree.iter("label")}
    for field in tree.iter():
        if field.tag not in ("input", "select", "textarea") or field.get("type") in UNLABELLED:
            continue
        above, inside = parents.get(field), False
        while above is not None and not inside:
            inside, above = above.tag == "label", parents.get(above)
        named = field.get("aria-label") or field.get("aria-labelledby") or (field.get("id") in labelled) or inside
        assert named, f"field without a label: {field.attrib}"


def check_forms(tree: Element) -> None:
    for form in tree.iter("form"):
        if str(form.get("method", "get")).lower() == "post":
            names = [one.get("name") for one in form.iter("input")]
            assert "csrf_token" in names, f"form without a token: {form.get('action')}"


def check_links(tree: Element, app: Flask) -> None:
    ids = {one.get("id") for one in tree.iter()}
    for one in tree.iter():
        for attribute in ("href", "action", "src", "data-hx-get", "data-hx-post"):
            address = one.get(attribute)
            if address is None:
                continue
            method = "POST" if str(one.get("method", "")).lower() == "post" or attribute.endswith("post") else "GET"
            if address.startswith("#"):
                assert address[1:] in ids, f"link to no id: {address}"
            elif address.startswith("/"):
                assert leads_somewhere(app, urlsplit(address).path, method), f"link to nowhere: {method} {address}"
            else:
                assert re.match(r"(https?|tel|mailto|data):", address), f"relative or odd address: {address!r}"


def leads_somewhere(app: Flask, path: str, method: str) -> bool:
    try:
        app.url_map.bind("localhost").match(path, method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
