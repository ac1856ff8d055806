"""The trail: every look and act of the staff, with its reason, in a chain that only grows."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.modelos import Rastro

FIRST = "0" * 64
_LOCK = 5_105_027  # any number: one writer of the trail at a time on PostgreSQL; SQLite has one writer anyway


def write(
    session: Session,
    que: str,
    cuenta_id: int,
    motivo: str,
    now: datetime,
    *,
    empleador_id: int | None = None,
    lote_id: int | None = None,
    llamada_id: int | None = None,
    detalle: str = "",
) -> None:
    """Adds what a member of the staff looked at or did to the trail, within the caller's transaction.

    `que` is one of `rastro_dicho.QUE`, `motivo` one of `motivos.MOTIVOS`. `detalle` is short and holds no personal
    data: a number, a code, the name of a page. The transaction should end soon: nobody else writes here until then.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = session.execute(select(Rastro.id, Rastro.huella).order_by(Rastro.id.desc()).limit(1)).one_or_none()
    row = Rastro(
        id=last.id + 1 if last else 1,
        en=now,
        que=que,
        cuenta_id=cuenta_id,
        motivo=motivo,
        empleador_id=empleador_id,
        lote_id=lote_id,
        llamada_id=llamada_id,
        detalle=detalle,
        anterior=last.huella if last else FIRST,
    )
    row.huella = digest(row)
    session.add(row)
    session.flush()


def digest(row: Rastro) -> str:
    """SHA-256, hexadecimal, over the row's other columns as JSON."""
    said = [row.id, row.en.isoformat(timespec="microseconds"), row.que, row.cuenta_id, row.motivo]
    said += [row.empleador_id, row.lote_id, row.llamada_id, row.detalle, row.anterior]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
