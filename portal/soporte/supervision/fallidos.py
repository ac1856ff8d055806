"""Lotes and annulments that the portal could not finish: which, since when, and how to retry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import Database
from portal.lotes.trabajo.sweeper import give_tries_back
from portal.modelos import Anulacion, Lote, LoteCambio
from portal.modelos.anulacion import POR_ANULAR
from portal.modelos.lote import PENDIENTE
from portal.soporte.rastro import rastro

MOST = 50  # of each kind on the page


@dataclass(frozen=True)
class Fallido:
    """One that needs a hand. `falla` says how it failed, for whoever keeps the portal; `sigue`: tries are left."""

    numero: str
    es_anulacion: bool
    estado: str
    desde: datetime
    intentos: int
    sigue: bool
    falla: str


def failed(session: Session, tries: int) -> list[Fallido]:
    """Lotes, then annulments, those that wait longest first."""
    last = select(LoteCambio.motivo).where(LoteCambio.lote_id == Lote.id, LoteCambio.a == "fallido")
    motivo = last.order_by(LoteCambio.id.desc()).limit(1).correlate(Lote).scalar_subquery()
    lotes = select(Lote.numero, Lote.cambiado_en, Lote.intentos, motivo).where(PENDIENTE, Lote.estado == "fallido")
    found = [
        Fallido(numero, False, "fallido", since, n, n < tries, why or "")
        for numero, since, n, why in session.execute(lotes.order_by(Lote.cambiado_en).limit(MOST))
    ]
    annulments = select(Anulacion.numero, Anulacion.cambiada_en, Anulacion.intentos)
    annulments = annulments.where(POR_ANULAR, Anulacion.estado == "fallida")
    return found + [
        Fallido(numero, True, "fallida", since, n, n < tries, "")
        for numero, since, n in session.execute(annulments.order_by(Anulacion.cambiada_en).limit(MOST))
    ]


def try_again(database: Database, numero: str, cuenta_id: int, porque: str, now: datetime) -> bool:
    """Resets the tries of a failed lote or annulment; the next sweep rings for it. False when none of that number
    failed, or somebody was first. `porque`: why, without personal data."""
    failed_lote = select(Lote).where(Lote.numero == numero, Lote.estado == "fallido")
    failed_one = select(Anulacion).where(Anulacion.numero == numero, Anulacion.estado == "fallida")
    with database.writing() as session:
        row = session.scalar(failed_lote.with_for_update()) or session.scalar(failed_one.with_for_update())
        if row is None:
            return False
        give_tries_back(row)
        lote_id = row.id if isinstance(row, Lote) else row.lote_id
        detalle = f"{numero}: {porque}"
        about = {"empleador_id": row.empleador_id, "lote_id": lote_id}
        rastro.write(session, "reencola", cuenta_id, "otra", now, **about, detalle=detalle)
    return True
