"""What both sides of a guided call are shown of the call itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.lotes.vista.problema_dicho import label
from portal.modelos import Cuenta, Llamada, Lote
from portal.novedades import todas
from portal.soporte.llamada.llamadas import code


@dataclass(frozen=True)
class Guiada:
    """A call as its caller sees it. `codigo` is there until an agent used it; `agente` is a name from then on.
    `lote`: number of the lote both look at. `linea`, `campo`, `etiqueta`: what is pointed at in it."""

    id: int
    version: str
    hasta: datetime
    codigo: str
    agente: str
    lote: str
    permite: bool
    linea: int
    campo: str
    etiqueta: str

    def points_at(self, lote: str, linea: int, campo: str) -> bool:
        """Whether this field of this line is what the agent points at."""
        return (self.lote, self.linea) == (lote, linea) and self.campo in ("", campo)


def guiada(session: Session, llamada: Llamada, secret: str) -> Guiada:
    """The call in words."""
    lote = session.execute(select(Lote.numero, Lote.movimiento).where(Lote.id == llamada.lote_id)).one_or_none()
    campo = llamada.marca_campo or ""
    return Guiada(
        llamada.id,
        f"{llamada.id}-{llamada.version}",
        llamada.vence_en,
        "" if llamada.atendida_en else code(secret, llamada.semilla),
        session.scalar(select(Cuenta.nombre).where(Cuenta.id == llamada.agente_id)) or "",
        lote.numero if lote else "",
        llamada.permiso_en is not None,
        llamada.marca_linea or 0,
        campo,
        label(todas()[lote.movimiento], campo).lower() if lote and campo else "",
    )
