"""What happens to work that was done apart and exceeded its memory limit, as it would again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.files.problems import FileProblem
from portal.lotes.trabajo import leases
from portal.lotes.trabajo.check import reject
from portal.modelos import Anulacion, Lote


def out_of_memory(session: Session, row: Lote | Anulacion, megabytes: int, tries: int, now: datetime) -> None:
    """A file that could not even be opened is refused, and its sender gets the reason. Everything else is our own
    fault, and rests until a supervisor acts. In the caller's transaction, which holds the row."""
    if isinstance(row, Lote) and row.estado == "revisando" and row.leidas is None:
        reject(session, row, FileProblem("ARC-17", maximo=megabytes), now)
        return
    row.caidas += 1
    row.intentos = max(row.intentos, tries)
    leases.give_up(session, row, now, f"Necesitó más de {megabytes} MB de memoria")
