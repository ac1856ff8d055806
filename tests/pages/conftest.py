"""The portal on SQLite and on PostgreSQL, its queue away, and people signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.world import World
from web import mundo
from web.portal_client import Navegador, make_app


@pytest.fixture
def settings() -> dict[str, int]:
    """Settings that a test's portal has of its own; parametrize to give some."""
    return {}


@pytest.fixture
def world(database_url: str, tmp_path: Path, settings: dict[str, int]) -> Iterator[World]:
    """The portal with its accounts and no lote."""
    app = make_app(tmp_path, database_url, **settings)
    yield World(app)
    app.extensions["portal_database"].engine.dispose()


@pytest.fixture
def de_a(world: World) -> Navegador:
    """The first empleador's own account, signed in."""
    return world.browser()


@pytest.fixture
def de_b(world: World) -> Navegador:
    """Another empleador's account, signed in."""
    return world.browser(mundo.DE_B)


@pytest.fixture
def soporte(world: World) -> Navegador:
    """A support agent, signed in."""
    return world.browser(mundo.SOPORTE)
