"""Where the portal is said to be: as it is set, whatever a request claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.states import ANA
from pages.world import World
from portal.config import ConfigError, from_environment
from web.portal_client import Navegador

BASE = "https://portal.ejemplo.gob.ec"
EVIL = {"Host": "malo.ejemplo.com"}


@pytest.fixture
def settings() -> dict[str, str]:
    return {"base": BASE}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_address_to_follow_a_lote_is_the_portals_own(world: World) -> None:
    browser = world.browser()
    numero = world.registered("ENT", [world.line("ENT", ANA)])
    for page in (f"/lotes/{numero}", f"/lotes/{numero}/comprobante"):
        assert f'href="{BASE}/e/' in browser.get(page).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/", "/lotes", "//lotes", "/lotes//", "/salud", "/cargas/tus", "/static/x.js"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_another_name_is_answered_with_nothing_of_it(world: World, path: str, method: str) -> None:
    raw = {"PATH_INFO": path}
    response = Navegador(world.app).client.open("/", method=method, headers=EVIL, environ_overrides=raw)
    assert response.status_code == 400 and "malo.ejemplo" not in response.text + str(response.headers)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("settings", [{}])
@pytest.mark.parametrize("path", ["//lotes", "/lotes//", "/lotes/", "/procesos", "/e//x.txt"])
def test_without_a_name_of_its_own_it_sends_nobody_elsewhere_either(world: World, path: str) -> None:
    response = world.browser().client.get("/", headers=EVIL, environ_overrides={"PATH_INFO": path})
    assert "malo.ejemplo" not in response.headers.get("Location", "")


SAFE = {
    "SECRET_KEY": "k3Yt0-9pQz_7LrVw2XbNc5MdFgHjS8aE" * 64,
    "DATABASE_URL": "sqlite://",
    "REDIS_URL": "redis://x",
    "PORTAL_ENTORNO": "produccion",
}


def test_production_must_say_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PORTAL_BASE"):
        from_environment({**SAFE, "PORTAL_DATOS": str(tmp_path)})
    assert from_environment({**SAFE, "PORTAL_DATOS": str(tmp_path), "PORTAL_BASE": f"{BASE}/"}).base == BASE


@pytest.mark.parametrize("base", ["portal.gob.ec", "https://a/b", "javascript:x", "https://a b", "https://a@b"])
def test_a_base_that_is_none_is_told(tmp_path: Path, base: str) -> None:
    with pytest.raises(ConfigError, match="PORTAL_BASE"):
        from_environment({"PORTAL_DATOS": str(tmp_path), "PORTAL_BASE": base})
