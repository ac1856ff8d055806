"""A portal whose lotes stand still in every state, for what looks at pages: the accessibility tests and tools/screens.

The lotes got there through the portal's own functions, worked off here instead of by workers, so that a check can be
left halfway. Business date and clock are fixed: the same pages, to the second, on every run. One process, one world.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import abort
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import clock, create_app, demo
from portal.access import publico
from portal.config import INSTITUCION, Config
from portal.db import Database
from portal.running.migrate import upgrade

from .filling import fill
from .office import CHUNK, HOY, MORNING, RUC, OwnFault, Reloj, World, cedulas, lines

__all__ = ["HOY", "MORNING", "RUC", "World", "cedulas", "config_of", "lines", "standing"]


@contextmanager
def standing(folder: Path) -> Iterator[World]:
    """The world, served on a free port of 127.0.0.1 by threads of this process; its queue is away."""
    reloj = Reloj()
    config = config_of(folder)
    upgrade(config.database_url)
    real, clock.now = clock.now, reloj.ticking
    try:
        database = Database(config.database_url)
        accounts = demo.fill(database, config)
        world = World(database, config, reloj, accounts=accounts)
        fill(world)
        clock.now = reloj.now
        with _served(config) as world.base:
            yield world
    finally:
        clock.now = real
        database.engine.dispose()


def config_of(folder: Path) -> Config:
    return Config(
        datos=folder,
        produccion=False,
        secret_key="not a secret",
        database_url=f"sqlite:///{folder / 'portal.db'}",
        redis_url=f"unix://{folder / 'nobody.sock'}",
        hoy_fijo=HOY,
        institucion=INSTITUCION,
        tramo_lineas=CHUNK,
        tramo_registro=CHUNK,
        arriendo_segundos=3600,
    )


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_of: object) -> None:
        """Nothing: the tests' output is for the tests."""


def _refuse(code: int) -> str:
    """An address that fails as it is told to: error pages are pages."""
    if code == 500:
        raise OwnFault
    abort(code)


@contextmanager
def _served(config: Config) -> Iterator[str]:
    app = create_app(config)
    app.add_url_rule("/prueba/<int:code>", "prueba", publico(_refuse))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        app.extensions["portal_database"].engine.dispose()
