"""Visits. The cookie holds a random token, the table its SHA-256: who reads the table cannot come in with it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.modelos import Sesion

ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)


def token_digest(token: str) -> str:
    """SHA-256 of the token, hexadecimal. The token is 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_sesion(session: Session, cuenta_id: int, now: datetime, empleador_id: int | None = None) -> str:
    """A new visit, always a new row. Returns the token for the cookie, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    row = Sesion(cuenta_id=cuenta_id, empleador_id=empleador_id, token_sha256=token_digest(token))
    row.creada_en = row.vista_en = now
    session.add(row)
    session.flush()
    return token


def find_sesion(session: Session, token: str, now: datetime, idle: timedelta) -> Sesion | None:
    """The live visit of `token`: open, used within `idle`, not older than 12 hours, its account not blocked."""
    row = sesion_of(session, token)
    return row if row is not None and not why_over(row, now, idle) else None


def sesion_of(session: Session, token: str) -> Sesion | None:
    """The visit of `token`, also when it is over."""
    return session.scalar(select(Sesion).where(Sesion.token_sha256 == token_digest(token)))


def why_over(row: Sesion, now: datetime, idle: timedelta) -> str:
    """Why the visit opens nothing any more; "" while it does."""
    if row.cerrada_en is not None:
        return "cerrada"
    if row.cuenta.bloqueada_en is not None:
        return "bloqueada"
    return "" if row.vista_en + idle > now and row.creada_en + ABSOLUTE > now else "vencida"


def is_due(sesion: Sesion, now: datetime, idle: timedelta) -> bool:
    """Whether `vista_en` is due for an update."""
    return now - sesion.vista_en >= seen_every(idle)


def is_ahead(sesion: Sesion, now: datetime) -> bool:
    """Whether a moment of the visit is in the future: the clock was set back since."""
    return max(sesion.creada_en, sesion.vista_en) > now


def set_back(session: Session, sesion_id: int, now: datetime) -> None:
    """Sets moments in the future to now. Otherwise the visit would last longer, by as much as the clock was set
    back."""
    mine = update(Sesion).where(Sesion.id == sesion_id)
    session.execute(mine.where(Sesion.creada_en > now).values(creada_en=now))
    session.execute(mine.where(Sesion.vista_en > now).values(vista_en=now))


def seen_every(idle: timedelta) -> timedelta:
    """The interval of that update: 5 minutes, shorter when `idle` is short."""
    return min(SEEN_EVERY, idle / 4)


def touch(session: Session, sesion_id: int, now: datetime) -> None:
    """Updates `vista_en`."""
    session.execute(update(Sesion).where(Sesion.id == sesion_id).values(vista_en=now))


def choose_empleador(session: Session, token: str, empleador_id: int, now: datetime) -> None:
    """From now on the visit acts for this empleador; whether it may is the caller's question to `empleadores`."""
    chosen = update(Sesion).where(Sesion.token_sha256 == token_digest(token))
    session.execute(chosen.values(empleador_id=empleador_id, vista_en=now))


def close_sesion(session: Session, token: str, now: datetime) -> None:
    """The token opens nothing any more."""
    mine = Sesion.token_sha256 == token_digest(token)
    session.execute(update(Sesion).where(mine, Sesion.cerrada_en.is_(None)).values(cerrada_en=now))


def close_all(session: Session, cuenta_id: int, now: datetime) -> None:
    """No open visit of the account opens anything any more."""
    mine = Sesion.cuenta_id == cuenta_id
    session.execute(update(Sesion).where(mine, Sesion.cerrada_en.is_(None)).values(cerrada_en=now))
