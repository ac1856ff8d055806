"""Rate limits of signing in, and how a supervisor lifts the wait.

Who is wrong too often waits, and nobody else does: tries count by account and address together. The count by account
alone only slows addresses that were wrong before, so that many addresses together do not guess faster. The count by
address alone stops whoever tries one key on many accounts. Accounts that do not exist count the same.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g
from flask.typing import ResponseReturnValue

from portal import clock
from portal.config import Config
from portal.cuentas.segundo import PASO
from portal.cuentas.signin import normal_identificacion
from portal.extensions import caller
from portal.web.puerta.intentos import WITHIN, Intentos
from portal.web.request import config
from portal.web.seguridad import seconds_of, suceso

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
CLAVE, SEGUNDO = "clave", "segundo"  # what is counted: wrong keys, wrong second factors
POR_PAR = 8  # wrong tries on an account from one address
POR_DIRECCION = 60  # wrong tries from one address, whatever the account
MUCHOS = 24  # wrong tries on an account from anywhere, from which on they come slowly
PAUSAS = (1, 2, 4)  # seconds between two wrong keys from one address then; longer with each MUCHOS
LETTERS = 40  # of what was typed as an account


@dataclass(frozen=True)
class Freno:
    """Wait so many seconds; `motivo`: what was too much (`par`, `direccion`, `ritmo`)."""

    segundos: int
    motivo: str


def limited(what: str, account: Callable[[], str]) -> Callable[[View], View]:
    """The view looks at a key or a code of the account whose number `account` tells; it calls `count_as_wrong` when
    that was wrong. Too many: 429, and nothing was compared."""

    def around(view: View) -> View:
        @wraps(view)
        def looks(*args: object, **kwargs: object) -> ResponseReturnValue:
            number = account()
            names = _names(what, account_key(number, config()))
            mark, ago = _tries().begin(names, seconds_of(clock.now()))
            try:
                g.freno = _brake(what, *ago.values())
                if g.freno:
                    suceso(f"{what}_frenada", number, g.freno.motivo)
                    abort(429)
                return view(*args, **kwargs)
            finally:
                if not g.get("sign_in_failed"):
                    _tries().take_back(names, mark)

        return cast(View, looks)

    return around


def _names(what: str, account: str) -> dict[str, int]:
    """Under which names a try is recorded, and how many of them count: by account and address, by account, by
    address."""
    place = caller()
    return {
        f"intentos/{what}/{account}/{place}": POR_PAR,
        f"intentos/{what}/{account}": MUCHOS * len(PAUSAS),
        f"intentos/direccion/{place}": POR_DIRECCION,
    }


def _brake(what: str, pair: list[float], account: list[float], place: list[float]) -> Freno | None:
    """The reason why this try is not compared, if any. Each list: ages of the wrong tries before it, latest first."""
    if len(pair) >= POR_PAR:
        return Freno(math.ceil(WITHIN - pair[POR_PAR - 1]), "par")
    if len(place) >= POR_DIRECCION:
        return Freno(math.ceil(WITHIN - place[POR_DIRECCION - 1]), "direccion")
    if len(account) < MUCHOS:
        return None
    # A code has a million values and three are right: of an account under attack one is looked at each time that it
    # changes, wherever it comes from; only who has the key gets so far. A key is slow to guess by itself.
    last, pause = (account, PASO) if what == SEGUNDO else (pair, PAUSAS[min(len(account) // MUCHOS, len(PAUSAS)) - 1])
    left = pause - last[0] if last else 0
    return Freno(math.ceil(left), "ritmo") if left > 0 else None


def account_key(identificacion: str | None, settings: Config) -> str:
    """The account tried, as the queue server stores it: not the cédula."""
    given = normal_identificacion((identificacion or "")[:LETTERS])
    return hmac.new(settings.secret_key.encode(), given.encode(), hashlib.sha256).hexdigest()[:32]


def count_as_wrong() -> None:
    """This request was a try that was compared and failed. Only those count."""
    g.sign_in_failed = True


def forget_wrong_tries(identificacion: str) -> None:
    """The account may try again immediately, with its key and its second factor. The tries of its address stay
    counted."""
    for what in (CLAVE, SEGUNDO):
        _tries().forget(f"intentos/{what}/{account_key(identificacion, config())}")


def _tries() -> Intentos:
    return cast(Intentos, current_app.extensions["portal_intentos"])


def init_app(app: Flask) -> None:
    settings: Any = app.config["PORTAL"]
    app.extensions["portal_intentos"] = Intentos(settings.redis_url)
