"""Portal de Cargas Batch: mass reporting of novedades to Ecuador's social-security institute.

Importing the package imports nothing else, so that the workers and the offline check start without the web.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Config


def create_app(config: Config | None = None) -> Flask:
    """The application for `config` (the environment's when None). Wiring only."""
    from portal import access, extensions, web
    from portal import config as settings
    from portal.cola import Cola
    from portal.cuentas.keys import dummy_hash
    from portal.db import Database
    from portal.web.app import PortalFlask, flask_settings
    from portal.web.formularios import formularios

    config = config or settings.from_environment()
    app = PortalFlask("portal", static_folder=None)
    app.config.update(flask_settings(config))
    app.extensions["portal_database"] = Database(config.database_url)
    app.extensions["portal_cola"] = Cola(config.redis_url)
    _trust_the_proxy(app, config)
    web.init_app(app)
    access.init_app(app)
    for extension in (extensions.csrf, extensions.htmx, extensions.limiter):
        extension.init_app(app)
    formularios.init_app(app)
    _register_blueprints(app)
    _register_commands(app)
    access.require_decisions(app)
    dummy_hash()  # made now, so that the first unknown account does not take longer than a known one
    return app


def _trust_the_proxy(app: Flask, config: Config) -> None:
    # In production one proxy stands in front (deploy/): the caller's address and scheme are what it says.
    if config.produccion:
        from portal.web.puerta.proxy import trust

        app.wsgi_app = trust(app.wsgi_app, config.cabecera_proxy)  # type: ignore[method-assign, assignment]  # as Flask's own docs do it


def _register_blueprints(app: Flask) -> None:
    # Found, not listed: pages open by putting a file into the folder of the people they are for.
    import pkgutil
    from importlib import import_module

    from portal import blueprints

    found = pkgutil.walk_packages(blueprints.__path__, "portal.blueprints.")
    for name in sorted(info.name for info in found if not info.ispkg):
        blueprint = getattr(import_module(name), "blueprint", None)
        if blueprint is not None:
            app.register_blueprint(blueprint)


def _register_commands(app: Flask) -> None:
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("portal.cli"):
        import_module("portal.cli").register_commands(app)
