"""How often somebody may be wrong when signing in, and how a supervisor takes the wait away."""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, g
from limits import parse

from portal.cuentas.signin import normal_identificacion
from portal.extensions import limiter
from portal.web.request import config

POR_CUENTA = "8 per 15 minutes"
CLAVE, SEGUNDO = "clave", "segundo"  # what is counted: wrong keys, wrong second factors


def account_key(identificacion: str | None) -> str:
    """The account tried, as the limits' storage may know it: not the cédula."""
    given = normal_identificacion(identificacion)
    return hmac.new(config().secret_key.encode(), given.encode(), hashlib.sha256).hexdigest()[:32]


def count_as_wrong() -> None:
    """This request was a try that was compared and failed: only those count."""
    g.sign_in_failed = True


def was_wrong(_response: Response) -> bool:
    """Whether this request was such a try."""
    return bool(g.get("sign_in_failed"))


def forget_wrong_tries(identificacion: str) -> None:
    """The account may try again at once, its key and its second factor. What its address did wrong stays counted."""
    for what in (CLAVE, SEGUNDO):
        limiter.limiter.clear(parse(POR_CUENTA), account_key(identificacion), what)
