"""The telephone of a member of the staff, for tests and measurements: it makes the codes of the second step."""

from __future__ import annotations

import time

import pyotp

from portal import clock
from portal.cuentas.segundo import PASO, VENTANA, new_seed, secret_of, step_at
from portal.db import Database
from portal.modelos import SegundoFactor

_typed: dict[str, int] = {}  # secret → the last step whose code was typed: no code opens twice


def next_code(secret: str, used: int = 0) -> str | None:
    """The first code after the step `used` that the portal takes at this moment; None when it has to be waited for."""
    middle = step_at(clock.now())
    # not the step before, though it is taken: it may be too old by the time that it is typed
    paso = max(middle, used + 1, _typed.get(secret, 0) + 1)
    if paso > middle + VENTANA:
        return None
    _typed[secret] = paso
    return pyotp.TOTP(secret).generate_otp(paso)


def code_of(secret: str) -> str:
    """A code of a running portal that this process has not typed yet. After two within half a minute it waits for the
    next, as people do."""
    for _ in range(2 * PASO):
        if code := next_code(secret):
            return code
        time.sleep(1)
    raise AssertionError("no new code within a minute: does the clock stand still?")


def code_in(database: Database, secret_key: str, cuenta_id: int) -> str:
    """A code for an account of a database of the test's own. After two within half a minute the account has a new
    telephone: a test does not wait."""
    with database.writing() as session:
        factor = session.get_one(SegundoFactor, cuenta_id)
        code = next_code(secret_of(secret_key, factor.semilla), factor.ultimo_paso)
        if code is None:
            factor.semilla, factor.ultimo_paso = new_seed(), 0
            code = next_code(secret_of(secret_key, factor.semilla))
        assert code
        return code
