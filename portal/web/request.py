"""What a view gets from its request: settings, a reading session, a write transaction, the business date."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from typing import cast

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.config import Config
from portal.db import Database

LARGEST_ID = 2**63 - 1  # a database accepts no larger integer, not even as a parameter
LAST_LINE, LAST_PAGE = 1_000_000_000, 1_000_000  # beyond any file's


def init_app(app: Flask) -> None:
    app.teardown_appcontext(close_session)


def config() -> Config:
    """The settings of the running application."""
    return cast(Config, current_app.config["PORTAL"])


def database() -> Database:
    """The database of the running application."""
    return cast(Database, current_app.extensions["portal_database"])


def db() -> Session:
    """The reading session of this request: opened at first use, closed with the request."""
    if "db" not in g:
        g.db = database().reading()
    return cast(Session, g.db)


def writing() -> AbstractContextManager[Session]:
    """One transaction, committed at the end of the `with` block.

    The reading session's transaction is ended first: pages of this request then read what was written.
    """
    close_session()
    return database().writing()


def business_date() -> date:
    """The day by which this request judges."""
    return config().hoy()


def from_outside(path: str) -> str:
    """A path of this portal as an absolute address that is given to others. Where `PORTAL_BASE` is set, the visitor's
    `Host` is not trusted."""
    return (config().base or request.host_url.rstrip("/")) + path


def whole(given: MultiDict[str, str], name: str, default: int = 0, least: int = 0, most: int = LARGEST_ID) -> int:
    """An integer of an address or form, by its `name`, clamped between `least` and `most`.

    Anybody can write an address: a larger number is no row's, and the database would fail on it.
    """
    return max(least, min(given.get(name, default, int), most))


def wants_fragment() -> bool:
    """Whether htmx sent the request. The same address then has two answers, so `Vary` is set."""
    g.varies_by_htmx = True
    return request.headers.get("HX-Request") == "true"


def close_session(_error: BaseException | None = None) -> None:
    """Close the reading session, if there is one."""
    session = g.pop("db", None)
    if session is not None:
        session.close()
