"""The employer's decision over a checked lote."""

from __future__ import annotations

from datetime import datetime

from portal.db import Database
from portal.lotes.estados import move
from portal.modelos import Lote


class NoSeRegistra(ValueError):
    """Nothing of this lote may be registered: its page says why."""


def decide(database: Database, lote_id: int, decision: str, cuenta_id: int, now: datetime) -> bool:
    """`registrar` or `desistir`. True when it is the first decision. A second one changes nothing: the caller shows the
    lote as the first one left it. Raises ValueError for another word, or for registering no line at all; NoSeRegistra
    for a lote that must not be registered."""
    if decision not in ("registrar", "desistir"):
        raise ValueError(decision)
    with database.writing() as session:
        lote = session.get_one(Lote, lote_id, with_for_update=True)
        if lote.estado != "revisado":
            return False
        if decision == "registrar" and not lote.correctas:
            raise ValueError("no hay líneas que registrar")
        if decision == "registrar" and lote.no_se_registra:
            raise NoSeRegistra(lote.numero)
        lote.decidido_por, lote.decidido_en = cuenta_id, now
        if decision == "registrar":
            move(session, lote, "registrando", now, "Registrar las líneas correctas", cuenta_id=cuenta_id)
        else:
            move(session, lote, "desistido", now, "El empleador desistió", cuenta_id=cuenta_id)
    return True
