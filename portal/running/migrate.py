"""Bring a database to the newest migration."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from portal.config import ROOT


def upgrade(url: str, revision: str = "head") -> None:
    """Runs the migrations that `url` lacks, all or none; safe when two processes do it concurrently."""
    settings = Config(str(ROOT / "alembic.ini"))
    settings.attributes["url"] = url
    command.upgrade(settings, revision)
