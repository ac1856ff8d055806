"""What was typed into a form that was not taken: kept for its account alone, an hour, and not much of it."""

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
    """Keeps it in the place of what the same form gave before. False: too long to be kept, or nothing."""
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
    """The forms that go there were sent: what was typed into them before is kept no longer."""
    if rutas:
        session.execute(delete(Escrito).where(Escrito.cuenta_id == cuenta_id, Escrito.ruta.in_(rutas)))


def forget_old(database: Database, now: datetime) -> None:
    """What nobody came back for within the hour; what seems to come from the future, because the clock was put back,
    too."""
    old = (Escrito.en <= now - KEPT) | (Escrito.en > now + KEPT)
    with database.reading() as session:
        if session.scalar(select(Escrito.cuenta_id).where(old).limit(1)) is None:
            return
    with database.writing() as session:
        session.execute(delete(Escrito).where(old))
