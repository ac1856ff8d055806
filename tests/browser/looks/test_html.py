"""Every page as the server sends it, and as it stands in the browser where a script changes it: nothing for vnu and
html-validate to say, warnings included. Besides the scenes: each format and each code of the dictionary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Response

from browser.checkers import html_validate, vnu
from browser.opened import Opened, opened
from browser.scenes import SCENES, Scene
from browser.world import config_of
from portal import create_app
from portal.web.respuesta.assets import STATIC

pytestmark = [pytest.mark.slow, pytest.mark.browser]

RULES = {
    "long-title": "off",  # search engines cut at 70; ours begin with the institute's own names for its pages
    "form-dup-name": ["error", {"shared": ["radio", "checkbox", "button", "submit"]}],  # the lines to annul: one list
    "meta-refresh": "off",  # only where the person asked for it by a link (WCAG 2.2.1)
}
#: a browser writes every attribute in one way, whatever was sent
WRITTEN_BY_BROWSER = {"attribute-boolean-style": "off", "attribute-empty-style": "off"}
#: addresses that answer with something else than a page, besides those whose name ends like a file's
NO_PAGE = {"/favicon.svg", "/static/<path:name>", "/salud", "/metricas", "/lotes/<numero>/original"}
FRAGMENTS = {f"{page}/avance" for page in ("/lotes/<numero>", "/anulaciones/<numero>")} | {
    f"{desk}/llamada/avance" for desk in ("/ayuda", "/soporte")
}
ENDINGS = (".txt", ".xlsx", ".csv", ".pdf", ".json")
#: as a poll that brought something does it; in a call its own script polls, and htmx is not loaded
REPLACE_THE_SECTION = """async () => {
  const section = document.querySelector('section[data-hx-get]');
  if (!section) return;
  const address = section.dataset.hxGet.split('?')[0];
  if ('htmx' in window) return htmx.ajax('GET', address, { target: section, swap: 'outerHTML' });
  const asked = await fetch(address, { headers: { 'HX-Request': 'true', 'HX-Current-URL': location.href } });
  section.outerHTML = await asked.text();
}"""


@dataclass
class Saved:
    """The files that were saved: as sent, and as they stand in the browser."""

    folder: Path
    sent: list[Path] = field(default_factory=list)
    standing: list[Path] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    def keep(self, name: str, html: str) -> None:
        self.sent.append(self.folder / f"{name}.html")
        self.sent[-1].write_text(html)

    def keep_standing(self, name: str, html: str) -> None:
        self.standing.append(self.folder / f"{name}.standing.html")
        self.standing[-1].write_text(html)


@pytest.fixture(scope="module")
def saved(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    saved = Saved(tmp_path_factory.mktemp("pages"))
    with opened(browser, tmp_path_factory.mktemp("world")) as all_open:
        for scene in SCENES:
            _save(all_open, scene, saved)
        _save_those_linked_from(all_open.world.base, "/formatos", saved)
        _save_those_linked_from(all_open.world.base, "/ayuda/errores", saved)
    print(f"\n{len(saved.sent)} pages as sent, {len(saved.standing)} as they stand in the browser")
    yield saved


def _save(all_open: Opened, scene: Scene, saved: Saved) -> None:
    page = all_open.pages[scene.visitor]
    sent: list[Response] = []

    def note(response: Response) -> None:
        if response.request.is_navigation_request() and response.status not in (302, 303):
            sent.append(response)

    page.on("response", note)
    all_open.at(scene)
    page.remove_listener("response", note)
    html = sent[-1].text()
    saved.keep(scene.name, html)
    saved.paths.add(urlsplit(page.url).path)
    if "<script" in html:
        page.evaluate(REPLACE_THE_SECTION)
        saved.keep_standing(scene.name, page.content())


def _save_those_linked_from(base: str, list_of: str, saved: Saved) -> None:
    """Each page of a public list."""
    found = re.findall(rf'href="({list_of}/[A-Z0-9-]+)"', requests.get(base + list_of, timeout=10).text)
    assert len(set(found)) >= 12
    for path in sorted(set(found)):
        saved.keep(path[1:].replace("/", "."), requests.get(base + path, timeout=10).text)


def test_every_page_there_is_has_a_scene(saved: Saved, tmp_path: Path) -> None:
    app = create_app(config_of(tmp_path))
    routes = app.url_map.bind("localhost")
    seen = {routes.match(path, "GET", return_rule=True)[0].rule for path in saved.paths if routes.test(path, "GET")}
    there = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    missing = {rule for rule in there - seen - NO_PAGE - FRAGMENTS if not rule.endswith(ENDINGS)}
    assert not missing, f"scenes to add to scenes.py, of: {sorted(missing)}"


def test_vnu_has_nothing_to_say(saved: Saved) -> None:
    said = vnu("--also-check-css", paths=[*saved.sent, *saved.standing])
    assert not said, "\n".join(said)


def test_vnu_has_nothing_to_say_of_the_whole_stylesheet(tmp_path: Path) -> None:
    said = vnu("--css", paths=[STATIC / "estilo.css"])
    assert not said, "\n".join(said)


def test_html_validate_has_nothing_to_say(saved: Saved, tmp_path: Path) -> None:
    said = _validated(tmp_path, saved.sent, {}) + _validated(tmp_path, saved.standing, WRITTEN_BY_BROWSER)
    assert not said, "\n".join(said)


def _validated(folder: Path, pages: list[Path], more: dict[str, str]) -> list[str]:
    config = folder / "html-validate.json"
    extends = ["html-validate:recommended", "html-validate:a11y"]
    config.write_text(json.dumps({"root": True, "extends": extends, "rules": RULES | more}))
    return html_validate(config, pages)
