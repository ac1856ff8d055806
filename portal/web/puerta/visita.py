"""A visit from the right key on: for staff first the proof that waits for the second factor, then the visit itself."""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from portal.access import is_local_path, load_usuario
from portal.web.formularios.formularios import MARK

PROOF = "segundo"
CODE_WITHIN = timedelta(minutes=5)
SKEW = 5  # seconds by which the clocks of two machines may differ
SET_UP_WITHIN = timedelta(minutes=15)  # time to find and install an authenticator application


@dataclass(frozen=True)
class Prueba:
    """That the key of `cuenta_id` was right a moment ago. `semilla` is what its second factor will follow from, if it
    has none yet: another browser that sets up another never sees this one. `marca` is of that key (`keys.key_mark`):
    with another key the proof is worth nothing."""

    cuenta_id: int
    desde: int  # seconds since 1970
    vence: int
    semilla: str
    marca: str

    @classmethod
    def begin(cls, cuenta_id: int, now: datetime, within: timedelta, semilla: str, marca: str) -> Prueba:
        return cls(cuenta_id, _seconds(now), _seconds(now + within), semilla, marca)

    def holds(self, now: datetime) -> bool:
        """Neither expired nor, because the clock was set back, made in the future."""
        return self.desde - SKEW <= _seconds(now) < self.vence


def key_was_right(proof: Prueba) -> None:
    """Records in the signed cookie that only the second factor is missing. It opens nothing."""
    _begin_anew()
    session[PROOF] = list(astuple(proof))


def prueba() -> Prueba | None:
    """What `key_was_right` kept, also when its time is up."""
    kept = session.get(PROOF) or ()
    return Prueba(*kept) if len(kept) == len(fields(Prueba)) else None


def forget_prueba() -> None:
    """Nothing waits for a second factor any more."""
    session.pop(PROOF, None)


def remember(token: str) -> None:
    """From now on this browser has the visit of `token`."""
    _begin_anew()
    login_user(load_usuario(token))
    for unused in ("_id", "_fresh"):
        session.pop(unused, None)  # 150 bytes of every later request; nothing here reads them


def siguiente() -> str | None:
    """Where the person was going, when that is on this portal."""
    path = request.values.get("siguiente")
    return path if is_local_path(path) else None


def to(address: str, after: str | None) -> ResponseReturnValue:
    """To this address, and on from there to `after`."""
    return redirect(address + ("?" + urlencode({"siguiente": after}, safe="/") if after else ""), 303)


def _begin_anew() -> None:
    kept = session.get(MARK)
    session.clear()  # nothing of the visit before survives, not even its CSRF token
    if kept is not None:
        session[MARK] = kept  # except that an account has a stored form
    session["csrf_token"] = secrets.token_urlsafe(16)  # half as long as Flask-WTF's: it is in every page


def _seconds(instant: datetime) -> int:
    return int(instant.replace(tzinfo=UTC).timestamp())
