"""The second factor of the staff: codes of the telephone by TOTP (RFC 6238), and recovery codes for whoever lost it.

The shared secret is not stored: it is derived from the account's `semilla` and the portal's own secret, so that a copy
of the database makes no codes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from portal import clock
from portal.cuentas.sesiones import close_all
from portal.modelos import Bitacora, CodigoRecuperacion, SegundoFactor

DIGITS = 6
PASO = 30  # seconds a code is shown
VENTANA = 1  # steps before and after in which it is still taken: clocks differ, and people type slowly
CODIGOS = 10
POCOS = 3  # recovery codes left below which the page says so
ALFABETO = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 and o, no 1, i and l: they are read from paper
GRUPOS, LARGO = 3, 4  # 12 of 31 letters: 59 random bits
GAPS = re.compile(r"[\s\-]")
MAKE_ROOM = text(
    "insert into segundo_factor (cuenta_id, semilla, ultimo_paso) values (:cuenta_id, :semilla, 0) "
    "on conflict do nothing"
)


def new_seed() -> str:
    """The seed of a secret: 128 random bits, worth nothing without the portal's own secret."""
    return secrets.token_hex(16)


def secret_of(secret_key: str, semilla: str) -> str:
    """The shared secret as base32, 32 characters: 160 bits, what RFC 4226 recommends."""
    digest = hmac.new(secret_key.encode(), b"totp:" + semilla.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:32]


def step_at(now: datetime) -> int:
    """The time step of a naive UTC instant."""
    return int(now.replace(tzinfo=UTC).timestamp()) // PASO


def step_of(secret: str, codigo: str, now: datetime) -> int | None:
    """The latest step within the window whose code this is; None when it is of none."""
    totp, middle = pyotp.TOTP(secret), step_at(now)
    window = range(middle - VENTANA, middle + VENTANA + 1)
    found = [paso for paso in window if strings_equal(totp.generate_otp(paso), codigo)]
    return found[-1] if found else None


def in_fours(secret: str) -> str:
    """The secret as it is read from the screen: `ABCD EFGH …`."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def uri_of(secret: str, nombre: str, issuer: str) -> str:
    """What the QR says to the telephone's application (the `otpauth` key URI)."""
    return pyotp.TOTP(secret).provisioning_uri(name=nombre, issuer_name=issuer)


def code_at(secret: str, now: datetime) -> str:
    """The code that a telephone shows at this instant."""
    return pyotp.TOTP(secret).generate_otp(step_at(now))


def factor_of(session: Session, cuenta_id: int) -> SegundoFactor | None:
    """The account's second factor once it was activated."""
    factor = session.get(SegundoFactor, cuenta_id)
    return factor if factor and factor.activado_en else None


def take_step(session: Session, factor: SegundoFactor, paso: int) -> bool:
    """Uses up the code of this step. False when it, or a later one, was used before, or the factor was reset since it
    was read. Atomic: of two concurrent requests one succeeds."""
    mine = SegundoFactor.cuenta_id == factor.cuenta_id, SegundoFactor.semilla == factor.semilla
    unused = update(SegundoFactor).where(*mine, SegundoFactor.activado_en.is_not(None))
    return _one(session, unused.where(SegundoFactor.ultimo_paso < paso).values(ultimo_paso=paso))


def activate(session: Session, cuenta_id: int, semilla: str, paso: int, now: datetime) -> bool:
    """The factor of this `semilla` was proved with the code of `paso` and holds from now on. False when the account
    has an active one: it is replaced only after `reset`."""
    session.execute(MAKE_ROOM, {"cuenta_id": cuenta_id, "semilla": semilla})
    mine = update(SegundoFactor).where(SegundoFactor.cuenta_id == cuenta_id, SegundoFactor.activado_en.is_(None))
    return _one(session, mine.values(semilla=semilla, activado_en=now, ultimo_paso=paso))


def new_codes(session: Session, cuenta_id: int) -> list[str]:
    """Ten recovery codes like `k7d2-9xwp-4mhn`, which replace all before. Only their SHA-256 is stored."""
    session.execute(delete(CodigoRecuperacion).where(CodigoRecuperacion.cuenta_id == cuenta_id))
    codes = ["".join(secrets.choice(ALFABETO) for _ in range(GRUPOS * LARGO)) for _ in range(CODIGOS)]
    session.add_all([CodigoRecuperacion(cuenta_id=cuenta_id, huella=_digest(code)) for code in codes])
    session.flush()
    return ["-".join(code[at : at + LARGO] for at in range(0, len(code), LARGO)) for code in codes]


def codes_left(session: Session, cuenta_id: int) -> int:
    """How many recovery codes the account can still use."""
    unused = CodigoRecuperacion.cuenta_id == cuenta_id, CodigoRecuperacion.usado_en.is_(None)
    return session.scalar(select(func.count()).select_from(CodigoRecuperacion).where(*unused)) or 0


def is_code(code: str) -> bool:
    """Whether it has the form of a code of the telephone; `code` without gaps."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def is_recovery_code(code: str) -> bool:
    """Whether it has the form of a recovery code; `code` without gaps."""
    return len(code) == GRUPOS * LARGO and set(code) <= set(ALFABETO)


def without_gaps(typed: str | None) -> str:
    """A code as it is compared: `123 456`, `K7D2-9XWP-4MHN`."""
    return GAPS.sub("", typed or "").lower()


def use_recovery_code(session: Session, cuenta_id: int, code: str, now: datetime) -> bool:
    """Uses up a recovery code (without gaps). False when the account has no such unused one."""
    mine = CodigoRecuperacion.cuenta_id == cuenta_id, CodigoRecuperacion.huella == _digest(code)
    unused = update(CodigoRecuperacion).where(*mine, CodigoRecuperacion.usado_en.is_(None))
    return _one(session, unused.values(usado_en=now))


def reset(session: Session, cuenta_id: int) -> None:
    """The telephone is lost: its codes and the recovery codes become invalid, open visits end, and the next sign-in
    sets up a new second factor."""
    session.execute(delete(CodigoRecuperacion).where(CodigoRecuperacion.cuenta_id == cuenta_id))
    mine = update(SegundoFactor).where(SegundoFactor.cuenta_id == cuenta_id)
    session.execute(mine.values(semilla=new_seed(), activado_en=None, ultimo_paso=0))
    now = clock.now()
    close_all(session, cuenta_id, now)
    session.add(Bitacora(en=now, que="reinicia_segundo", cuenta_id=cuenta_id))
    session.flush()


def _digest(code: str) -> str:
    # 59 random bits: no slow hash is needed
    return hashlib.sha256(code.encode()).hexdigest()


def _one(session: Session, statement: object) -> bool:
    """Whether the statement changed a row."""
    return bool(session.execute(statement).rowcount)  # type: ignore[call-overload]  # a CursorResult
