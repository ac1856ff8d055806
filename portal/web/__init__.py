"""The shell of every page: database session, headers, stylesheet, static files, formats, errors, log."""

from __future__ import annotations

from flask import Flask

from portal.web.request import business_date as hoy
from portal.web.request import config, database, db, wants_fragment, writing

__all__ = ["config", "database", "db", "hoy", "init_app", "wants_fragment", "writing"]


def init_app(app: Flask) -> None:
    """Registers the shell on the application. Answers are finished in reverse order of registration."""
    from portal.web import errors, filters, guia, logs, page, request, seguridad
    from portal.web.puerta import entrada, limites
    from portal.web.respuesta import assets, compression, estilo, headers, later, medidor, unchanged

    request.init_app(app)
    logs.init_app(app)
    seguridad.init_app(app)
    entrada.init_app(app)
    limites.init_app(app)
    headers.init_app(app)
    compression.init_app(app)
    assets.init_app(app)
    estilo.init_app(app)
    later.init_app(app)
    filters.init_app(app)
    page.init_app(app)
    errors.init_app(app)
    unchanged.init_app(app)
    medidor.init_app(app)
    guia.init_app(app)
