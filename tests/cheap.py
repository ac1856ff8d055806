"""What each test would make or work out anew, made once a process, or made cheap. Nothing here changes what is tested.

- SQL: each test opens a database of its own, and SQLAlchemy compiles for each engine anew. Engines of one dialect share
  what they compiled. That was a quarter of the time of a test of pages.
- Addresses: each test makes an application, and Werkzeug writes and compiles a function for each of its addresses. That
  was two thirds of the time of making one.
- Claves: a hash that is meant to be slow is made fast. test_cuentas.py holds the real settings to their source.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine
from werkzeug.routing import Rule

from portal import db
from portal.cuentas import keys

REAL_HASHER = keys.HASHER
#: name of a dialect → an engine that connected once: its dialect knows its server, and its cache is everybody's
_FIRST: dict[str, Engine] = {}
_compile_builder = Rule._compile_builder
_BUILDERS: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def make_cheap() -> None:
    """For this process, from now on."""
    db.create_engine = _sharing  # type: ignore[assignment, attr-defined]  # imported there by name
    Rule._compile_builder = _kept_builder  # type: ignore[assignment, method-assign]
    keys.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    made_of = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if made_of not in _BUILDERS:
        _BUILDERS[made_of] = _compile_builder(rule, append_unknown)
    return _BUILDERS[made_of]


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
