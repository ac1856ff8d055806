"""What was typed into a form that was refused: stored for its account alone, for an hour, in a limited amount."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.db import Database
from portal.modelos import Escrito

KEPT = timedelta(hours=1)
MOST = 5  # forms of an account
LETTERS = 30_000  # of one form: the longest has texts of some thousands
Campos = dict[str, list[str]]


def keep(database: Database, cuenta_id: int, ruta: str, pagina: str, campos: Campos, now: datetime) -> bool:
    """Stores it in place of what the same form stored before. False: too long, or empty."""
    if not 0 < sum(len(one) for values in campos.values() for one in values) <= LETTERS:
        return False
    with database.writing() as session:
        session.merge(Escrito(cuenta_id=cuenta_id, ruta=ruta, pagina=pagina, campos=campos, en=now))
        session.flush()
        mine = select(Escrito.ruta).where(Escrito.cuenta_id == cuenta_id).order_by(Escrito.en.desc())
        drop(session, cuenta_id, *session.scalars(mine.offset(MOST)))
    return True


def kept_for(session: Session, cuenta_id: int, pagina: str, now: datetime) -> Escrito | None:
    """What this account has to get back on this page."""
    mine = select(Escrito).where(Escrito.cuenta_id == cuenta_id, Escrito.pagina == pagina)
    return session.scalar(mine.where(Escrito.en > now - KEPT).order_by(Escrito.en.desc()).limit(1))


def drop(session: Session, cuenta_id: int, *rutas: str) -> None:
    """The forms with that action were sent: deletes what was stored of them before."""
    if rutas:
        session.execute(delete(Escrito).where(Escrito.cuenta_id == cuenta_id, Escrito.ruta.in_(rutas)))


def forget_old(database: Database, now: datetime) -> None:
    """Deletes what is older than an hour, and what seems to come from the future, because the clock was set back."""
    old = (Escrito.en <= now - KEPT) | (Escrito.en > now + KEPT)
    with database.reading() as session:
        if session.scalar(select(Escrito.cuenta_id).where(old).limit(1)) is None:
            return
    with database.writing() as session:
        session.execute(delete(Escrito).where(old))
