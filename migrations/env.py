"""How migrations run: all that are missing, in one transaction, one process at a time.

The address of the database is, in this order: `config.attributes["url"]` (a program calling alembic), `-x url=…` on
the command line, the environment (portal/config.py). On SQLite the transaction begins with BEGIN IMMEDIATE, on
PostgreSQL with an advisory lock: a second process waits, then finds nothing left to do.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, event, text

import portal.modelos  # noqa: F401 - makes the tables known
from portal import config as settings
from portal.db import Base, make_engine

LOCK = 7_043_112  # any number, the same in all processes that migrate


def address() -> str:
    given = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    return str(given or settings.from_environment().database_url)


def without_foreign_keys(connection: Any, _record: Any) -> None:
    """A batch migration copies a table and drops the old one: with the keys on, that would empty its children.
    The pragma does nothing inside a transaction, so it is set when the connection is made."""
    connection.execute("PRAGMA foreign_keys=OFF")


def render_item(kind: str, item: Any, autogenerating: AutogenContext) -> str | Literal[False]:
    """Our JSON columns (modelos/types.py) as text; alembic leaves out an import for the variant inside."""
    if kind != "type" or not isinstance(item, JSON):
        return False
    autogenerating.imports.add("from sqlalchemy.dialects import postgresql")
    return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        transactional_ddl=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need the database: their SQL differs by what is there (no --sql).")

engine = make_engine(address())
if engine.dialect.name == "sqlite":
    event.listen(engine, "connect", without_foreign_keys)
try:
    with engine.execution_options(writes=True).connect() as connection:
        migrate(connection)
finally:
    engine.dispose()
