"""The agent's screen in a guided call: what the caller sees, what to say about it, and nothing of anybody's without
the caller's consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.lotes.efectos_dichos import count
from portal.lotes.vista import resultado
from portal.lotes.vista.consulta import EN_ESPERA, POR_PAGINA, ahead_in_queue, find
from portal.lotes.vista.problema_dicho import Dicho, Vista, say
from portal.modelos import Ambito, Empleador, Llamada, Lote, Problema, Rastro
from portal.novedades import Novedad, todas
from portal.soporte.llamada.comparado import Cambios, Causa, changes_since_good, frequent_causes
from portal.soporte.llamada.guion import Guion, guion
from portal.soporte.llamada.llamadas import of_caller
from portal.soporte.llamada.paginas import words_of
from portal.soporte.motivos import GUIADA
from portal.soporte.rastro import rastro

LINEAS = 10
RECIENTES = 5


@dataclass(frozen=True)
class Pantalla:
    """What is on the screen. Without a lote: `recientes`, of which the agent may open one. `dichos`: problems of the
    lote, those of one `codigo` or of one line, the first LINEAS. `momentos`: what happened today, the latest first."""

    version: str
    empleador: str
    pagina: str
    hasta: datetime
    permite: bool
    linea: int
    campo: str
    recientes: Sequence[Lote]
    lote: Lote | None = None
    nov: Novedad | None = None
    delante: int = 0
    por_codigo: Sequence[tuple[str, int]] = ()
    dichos: Sequence[Dicho] = ()
    guion: Guion | None = None
    causas: Sequence[Causa] = ()
    cambios: Cambios | None = None

    @property
    def titular(self) -> str:
        """What the call is about, in a few words."""
        if self.lote is None:
            return "Sin lote a la vista"
        if self.lote.con_error and self.lote.estado not in ("revisando", "registrando"):
            return count(self.lote.con_error, "línea con error", "líneas con error")
        return f"Lote {self.lote.estado.replace('_', ' ')}"


def version(session: Session, llamada: Llamada, now: datetime) -> str:
    """What changes when the screen has something new to show: the call's own, and the lote's."""
    row = session.get(Lote, llamada.lote_id) if llamada.lote_id else None
    of_lote = resultado.version(row, now, _ahead(session, row)) if row else "0"
    return f"{llamada.id}-{llamada.version}-{of_lote}"


def screen(session: Session, llamada: Llamada, codigo: str, linea: int, now: datetime) -> Pantalla:
    """The whole screen. `codigo`, `linea`: which problems the agent asks for; "" and 0: the most frequent ones."""
    vista, ambito = Vista.PERMITIDA if llamada.permiso_en else Vista.AJENA, of_caller(session, llamada)
    common: dict[str, Any] = {
        "version": version(session, llamada, now),
        "empleador": session.scalars(select(Empleador.nombre).where(Empleador.id == llamada.empleador_id)).one(),
        "pagina": words_of(llamada.pagina),
        "hasta": llamada.vence_en,
        "permite": llamada.permiso_en is not None,
        "linea": llamada.marca_linea or 0,
        "campo": llamada.marca_campo or "",
        "causas": frequent_causes(session, ambito),
        "recientes": _recent(session, ambito),
    }
    lote = _lote(session, llamada)
    if lote is None:
        return Pantalla(**common)
    nov, errors = todas()[lote.movimiento], _by_code(lote)
    chosen = codigo if codigo in dict(errors) else ""
    return Pantalla(
        **common,
        lote=lote,
        nov=nov,
        delante=_ahead(session, lote),
        por_codigo=errors,
        dichos=say(session, lote.empleador_id, nov, _problems(session, lote, chosen, linea), vista),
        guion=guion(session, lote, chosen or None, vista),
        cambios=changes_since_good(session, lote),
    )


def write_down_look(session: Session, llamada: Llamada, now: datetime) -> None:
    """Records what the agent sees now: each page, lote and consent of a call once."""
    que = "ve_pagina" if llamada.permiso_en is None else "ve_datos"
    detalle = words_of(llamada.pagina)
    same = (Rastro.cuenta_id == llamada.agente_id, Rastro.en >= llamada.atendida_en, Rastro.llamada_id == llamada.id)
    seen = select(Rastro.id).where(*same, Rastro.que == que, Rastro.detalle == detalle)
    seen = seen.where(Rastro.lote_id == llamada.lote_id if llamada.lote_id else Rastro.lote_id.is_(None))
    if session.scalar(seen.limit(1)) is None:
        rastro.write(
            session,
            que,
            int(llamada.agente_id or 0),
            GUIADA,
            now,
            empleador_id=llamada.empleador_id,
            lote_id=llamada.lote_id,
            llamada_id=llamada.id,
            detalle=detalle,
        )


def _lote(session: Session, llamada: Llamada) -> Lote | None:
    """With its file and sender loaded. Whether the caller may see it is checked again, whoever put it there."""
    numero = session.scalar(select(Lote.numero).where(Lote.id == llamada.lote_id)) if llamada.lote_id else None
    return find(session, numero, of_caller(session, llamada)) if numero else None


def _ahead(session: Session, lote: Lote) -> int:
    return ahead_in_queue(session, lote) if lote.estado in EN_ESPERA else 0


def _by_code(lote: Lote) -> list[tuple[str, int]]:
    return sorted((lote.por_codigo or {}).items(), key=lambda item: (-item[1], item[0]))


def _problems(session: Session, lote: Lote, codigo: str, linea: int) -> Sequence[Problema]:
    """Of one line all that is said of it; else the errors, or what has that code."""
    wanted = select(Problema).where(Problema.lote_id == lote.id)
    if linea:
        return session.scalars(wanted.where(Problema.linea == linea).order_by(Problema.id).limit(POR_PAGINA)).all()
    wanted = wanted.where(Problema.codigo == codigo) if codigo else wanted.where(Problema.nivel == "error")
    return session.scalars(wanted.order_by(Problema.linea, Problema.id).limit(LINEAS)).all()


def _recent(session: Session, ambito: Ambito) -> Sequence[Lote]:
    mine = select(Lote).where(*ambito.de(Lote))
    return session.scalars(mine.order_by(Lote.id.desc()).limit(RECIENTES)).all()
