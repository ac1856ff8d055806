"""What somebody says of a sheet's columns: kept for the empleador's next file like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.modelos import Disposicion, Lote


def remember(session: Session, lote: Lote, columnas: Mapping[str, int], cuenta_id: int, now: datetime) -> None:
    """Files of this movement and shape are read so from now on, until something else is said of one."""
    forma = (lote.pregunta or {})["forma"]
    session.merge(
        Disposicion(
            empleador_id=lote.empleador_id,
            movimiento=lote.movimiento,
            forma=forma,
            columnas=dict(columnas),
            cuenta_id=cuenta_id,
            en=now,
        )
    )


def is_remembered(session: Session, lote: Lote) -> bool:
    """Whether something was said of files like this one."""
    forma = (lote.pregunta or {})["forma"]
    return session.get(Disposicion, (lote.empleador_id, lote.movimiento, forma)) is not None


def forget(session: Session, lote: Lote) -> None:
    """What was said of files like this one holds no more."""
    forma = (lote.pregunta or {})["forma"]
    mine = (Disposicion.empleador_id == lote.empleador_id, Disposicion.movimiento == lote.movimiento)
    session.execute(delete(Disposicion).where(*mine, Disposicion.forma == forma))
