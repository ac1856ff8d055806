"""What the commands get from their application."""

from __future__ import annotations

from flask import current_app

from portal.config import Config
from portal.db import Database


def services() -> tuple[Database, Config]:
    return current_app.extensions["portal_database"], current_app.config["PORTAL"]
