"""What each test would make or work out anew, made once a process, or made cheap. Nothing here changes what is tested.

- SQL: each test opens a database of its own, and SQLAlchemy compiles for each engine anew. Engines of one dialect share
  what they compiled. That was a quarter of the time of a test of pages.
- Claves: a hash that is meant to be slow is made fast. test_cuentas.py holds the real settings to their source.
"""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine

from portal import db
from portal.cuentas import keys

REAL_HASHER = keys.HASHER
#: name of a dialect → an engine that connected once: its dialect knows its server, and its cache is everybody's
_FIRST: dict[str, Engine] = {}


def make_cheap() -> None:
    """For this process, from now on."""
    db.create_engine = _sharing  # type: ignore[assignment, attr-defined]  # imported there by name
    keys.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _sharing(url: str, **settings: Any) -> Engine:
    made = create_engine(url, **settings)
    first = _FIRST.get(made.dialect.name) or _connected(url, **settings)
    made.dialect = made.pool._dialect = first.dialect
    made._compiled_cache = first._compiled_cache
    return made


def _connected(url: str, **settings: Any) -> Engine:
    """On the database that the test is about to use: nothing is written."""
    first = create_engine(url, **settings)
    first.connect().close()
    first.dispose()
    return _FIRST.setdefault(first.dialect.name, first)
