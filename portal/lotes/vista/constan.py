"""What is registered already, of which a problem speaks: its lote, its line, its day and its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import bulk, clock
from portal.historia.hechos import texts_of
from portal.lotes.problemas import about_registered
from portal.lotes.vista.consulta import numbers_of
from portal.modelos import Lote, Novedad, Problema


@dataclass(frozen=True)
class Consta:
    """A registered line: the number of its lote, its line there, the day (DD/MM/AAAA), and its fields as the file
    writes them. `con_comprobante`: that lote has a receipt. Of problems from before they named the line, the number."""

    lote: str
    linea: int | None = None
    dia: str = ""
    textos: Mapping[str, str] | None = None
    con_comprobante: bool = False


def registered_of(session: Session, problemas: Iterable[Problema]) -> dict[int, Consta]:
    """Problem id → the registered line that it speaks of, by one query for all."""
    about = [p for p in problemas if p.codigo in about_registered()]
    found = _novedades(session, {p.novedad_id for p in about if p.novedad_id})
    older = numbers_of(session, {p.otra for p in about if p.otra and not p.novedad_id})
    lotes = {n: Consta(numero) for n, numero in older.items()}
    each = {p.id: found.get(p.novedad_id) if p.novedad_id else lotes.get(p.otra or 0) for p in about}
    return {i: consta for i, consta in each.items() if consta}


def _novedades(session: Session, ids: set[int]) -> dict[int, Consta]:
    if not ids:
        return {}
    rows = select(Novedad, Lote.numero, Lote.estado, Lote.registrado_en, Lote.decidido_en)
    rows = rows.join(Lote, Lote.id == Novedad.lote_id)
    these = bulk.one_of(session.connection(), "novedad.id", pl.Series(sorted(ids), dtype=pl.Int64))
    found = {}
    for novedad, numero, estado, registered, decided in session.execute(rows.where(these)):
        moment = registered or decided
        dia = clock.local(moment).strftime("%d/%m/%Y") if moment else ""
        with_receipt = estado in ("registrado", "anulado")
        found[novedad.id] = Consta(numero, novedad.linea, dia, texts_of(novedad), with_receipt)
    return found
