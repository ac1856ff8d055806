"""The states of a lote and of an annulment: the allowed transitions of each (dominio 7), the one function that makes a
transition, and the one that takes a row from its holder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.modelos import Anulacion, Lote, LoteCambio

#: (from, to) → who makes the transition
MOVES: dict[tuple[str | None, str], str] = {
    (None, "recibido"): "quien envía",
    ("recibido", "en_cola"): "quien llama a la cola",
    ("recibido", "revisando"): "la revisión",
    ("en_cola", "revisando"): "la revisión",
    ("revisando", "revisado"): "la revisión",
    ("revisando", "rechazado"): "la revisión",
    ("revisado", "registrando"): "la decisión",
    ("revisado", "desistido"): "la decisión",
    ("registrando", "registrado"): "el registro",
    ("revisando", "fallido"): "el portal",
    ("registrando", "fallido"): "el portal",
    ("fallido", "revisando"): "el portal",
    ("fallido", "registrando"): "el portal",
    ("registrado", "anulado"): "la anulación",
}

ANNULMENT_MOVES = (("pedida", "hecha"), ("pedida", "negada"), ("pedida", "fallida"), ("fallida", "pedida"))

EN_CURSO = ("recibido", "en_cola", "revisando", "registrando", "fallido")
NADA_REGISTRADO = ("rechazado", "desistido", "anulado")


class MoveRefused(RuntimeError):
    """That transition is not allowed: the code is wrong, or another transaction was first."""


def move(session: Session, lote: Lote, a: str, now: datetime, motivo: str, *, cuenta_id: int | None = None) -> None:
    """Moves `lote` to the state `a` and records when, who and why. Nobody holds it then. Raises MoveRefused."""
    who = MOVES.get((lote.estado, a))
    if who is None or (a == "registrando" and lote.no_se_registra):
        raise MoveRefused(f"lote {lote.id}: {lote.estado} → {a}")
    cambio = LoteCambio(lote_id=lote.id, de=lote.estado, a=a, en=now, cuenta_id=cuenta_id, quien=who, motivo=motivo)
    session.add(cambio)
    lote.estado = a
    lote.cambiado_en = now
    lote.version += 1
    leave(lote)
    if a in NADA_REGISTRADO:
        lote.vigente = False


def move_annulment(anulacion: Anulacion, a: str, now: datetime) -> None:
    """Moves an annulment to the state `a`; nobody holds it then. Raises MoveRefused."""
    if (anulacion.estado, a) not in ANNULMENT_MOVES:
        raise MoveRefused(f"annulment {anulacion.id}: {anulacion.estado} → {a}")
    anulacion.estado, anulacion.cambiada_en = a, now
    anulacion.version += 1
    leave(anulacion)


def leave(row: Lote | Anulacion) -> None:
    """Takes the row from its holder, whose later writes are refused. Every transition does this, so that no state is
    reached with an old token. A claim sets its own token afterwards."""
    row.arriendo_de = row.arriendo_desde = row.arriendo_hasta = None


def begin(session: Session, lote: Lote, now: datetime) -> None:
    """The first state of a new lote, in the transaction that stores its file."""
    lote.estado, lote.cambiado_en = "recibido", now
    session.add(lote)
    session.flush()
    session.add(
        LoteCambio(
            lote_id=lote.id,
            de=None,
            a="recibido",
            en=now,
            cuenta_id=lote.cuenta_id,
            quien=MOVES[None, "recibido"],
            motivo="Se guardó el archivo",
        )
    )
