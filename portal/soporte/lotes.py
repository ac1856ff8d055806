"""A lote by its number, for an agent without a call code: state, times, counts, codes. Never ids, names, pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.db import Database
from portal.files.explain import Explicacion
from portal.lotes import resultado
from portal.lotes.consulta import find
from portal.lotes.frases import sentence
from portal.lotes.numeros import tidy
from portal.lotes.palabras import explanation, hide_ids
from portal.modelos import Bitacora, Lote
from portal.novedades import todas


@dataclass(frozen=True)
class LoteParaSoporte:
    """All an agent sees of a lote without the caller's consent."""

    numero: str
    novedad: str
    estado: str
    dicho: str
    momentos: dict[str, datetime]
    leidas: int | None
    correctas: int | None
    registradas: int
    con_error: int
    repetidas: int
    ya_registradas: int
    anuladas: int
    sha256: str
    problemas: list[tuple[Explicacion, int]]
    falla: Explicacion | None
    falla_dicha: str


def look(session: Session, numero: str) -> tuple[int, int, LoteParaSoporte] | None:
    """(lote id, empleador id, what may be seen); None when there is no such lote."""
    written = tidy(numero)
    lote = find(session, written, None) if written else None
    return (lote.id, lote.empleador_id, _view(session, lote)) if lote else None


def _view(session: Session, lote: Lote) -> LoteParaSoporte:
    fault = resultado.fault(lote)
    counted = sorted((lote.por_codigo or {}).items(), key=lambda item: (-item[1], item[0]))
    return LoteParaSoporte(
        lote.numero,
        todas()[lote.movimiento].nombre,
        lote.estado,
        sentence(lote),
        resultado.moments(session, lote),
        lote.leidas,
        lote.correctas,
        lote.registradas,
        lote.con_error,
        lote.repetidas,
        lote.ya_registradas,
        lote.anuladas,
        lote.archivo.sha256,
        [(explanation(codigo), n) for codigo, n in counted],
        fault.explicacion if fault else None,
        hide_ids(fault.telefono()) if fault else "",
    )


def write_down(database: Database, cuenta_id: int, lote_id: int, empleador_id: int, now: datetime) -> None:
    """That this agent looked at this lote."""
    with database.writing() as session:
        session.add(
            Bitacora(en=now, que="soporte_ve_lote", cuenta_id=cuenta_id, empleador_id=empleador_id, lote_id=lote_id)
        )
