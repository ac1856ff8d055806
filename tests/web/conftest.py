"""An application on a filled database, and visitors for it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from web import mundo
from web.portal_client import Navegador, make_app


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Flask:
    """The application on SQLite with the accounts of `mundo`; its queue is away."""
    path = tmp_path / "portal.db"
    shutil.copyfile(sqlite_template, path)
    app = make_app(tmp_path, f"sqlite:///{path}")
    mundo.fill(app.extensions["portal_database"])
    return app


@pytest.fixture
def anonimo(app: Flask) -> Navegador:
    """Someone who has not signed in."""
    return Navegador(app)


@pytest.fixture
def de_a(app: Flask) -> Navegador:
    """An empleador's account with one RUC, signed in."""
    return Navegador(app).sign_in(mundo.DE_A, mundo.CLAVE)


@pytest.fixture
def de_varios(app: Flask) -> Navegador:
    """An empleador's account with three RUCs, signed in, none chosen."""
    return Navegador(app).sign_in(mundo.DE_VARIOS, mundo.CLAVE)


@pytest.fixture
def soporte(app: Flask) -> Navegador:
    """A support agent, signed in."""
    return Navegador(app).sign_in(mundo.SOPORTE, mundo.CLAVE)
