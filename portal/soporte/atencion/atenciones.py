"""The life of an attention: begun with a call, closed in a few keys, resolved, handed over. Every act is in the trail.

Only who holds an attention, or a supervisor, acts on it. What is handed over to the supervisors is theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.modelos import Atencion, Cuenta, Llamada
from portal.revision.diccionario import entradas
from portal.soporte.atencion import nota as notas
from portal.soporte.motivos import MOTIVOS
from portal.soporte.numeros import written
from portal.soporte.rastro import rastro

RESULTADOS = {"resuelta": "resuelve_atencion", "abierta": "deja_abierta", "escalada": "escala_atencion"}
ABANDONADA = timedelta(hours=2)
SEVERAL = 200


class MalEscrita(ValueError):
    """One field of an attention cannot be kept as typed: its name, and what to do, in words for the agent."""

    def __init__(self, campo: str, dicho: str) -> None:
        super().__init__(dicho)
        self.campo, self.dicho = campo, dicho


class AtencionAjena(ValueError):
    """Somebody else holds it."""

    def __init__(self) -> None:
        super().__init__("Esta atención la lleva otra persona: tómela primero, o pídala a supervisión.")


class AtencionCerrada(ValueError):
    """It is not in the state that the act needs: another transaction was first."""

    def __init__(self) -> None:
        super().__init__("Esta atención ya cambió: mire cómo está ahora.")


def numero(atencion_id: int) -> str:
    """`A-000123-4`."""
    return written("A", atencion_id)


def begin(
    session: Session,
    cuenta_id: int,
    now: datetime,
    *,
    llamada_id: int | None = None,
    empleador_id: int | None = None,
    lote_id: int | None = None,
) -> int:
    """An attention `en_curso` in this account's hands; its id. The trail of the call is written by whoever opens it."""
    row = Atencion(cuenta_id=cuenta_id, empezada_en=now, estado="en_curso")
    row.llamada_id, row.empleador_id, row.lote_id = llamada_id, empleador_id, lote_id
    session.add(row)
    session.flush()
    return row.id


def of_call(session: Session, llamada_id: int) -> Atencion | None:
    """The attention of a guided call."""
    return session.scalar(select(Atencion).where(Atencion.llamada_id == llamada_id))


def hang_up(
    session: Session,
    atencion_id: int,
    cuenta_id: int,
    *,
    resultado: str,
    motivo: str,
    codigo: str | None,
    nota: str,
    now: datetime,
) -> int | None:
    """Ends the call: `resultado` is one of RESULTADOS. Returns the id of the guided call, which the caller has to end.

    Raises MalEscrita for bad input, AtencionAjena, AtencionCerrada; nothing is written then.
    """
    row = held_by(session, atencion_id, cuenta_id)
    if row.estado != "en_curso":
        raise AtencionCerrada
    _write_facts(row, resultado, motivo, codigo, nota)
    llamada = session.get(Llamada, row.llamada_id) if row.llamada_id else None
    row.lote_id = (llamada.lote_id if llamada else None) or row.lote_id
    row.colgada_en = now
    _settle(session, row, resultado, cuenta_id, now)
    return row.llamada_id


def record(
    session: Session,
    cuenta_id: int,
    now: datetime,
    *,
    resultado: str,
    motivo: str,
    codigo: str | None,
    nota: str,
    empleador_id: int | None = None,
    lote_id: int | None = None,
) -> int:
    """A call without a code, recorded when it ends; its id. Its length is not known. Raises MalEscrita."""
    row = Atencion(cuenta_id=cuenta_id, empezada_en=now, empleador_id=empleador_id, lote_id=lote_id)
    _write_facts(row, resultado, motivo, codigo, nota)
    row.estado = "abierta"
    session.add(row)
    session.flush()
    _settle(session, row, resultado, cuenta_id, now)
    return row.id


def resolve(session: Session, atencion_id: int, cuenta_id: int, nota: str | None, now: datetime) -> None:
    """What waited is solved. Raises as `hang_up`."""
    row = _hung_up(session, atencion_id, cuenta_id)
    row.nota = row.nota if nota is None else checked_note(nota)
    _settle(session, row, "resuelta", cuenta_id, now)


def escalate(session: Session, atencion_id: int, cuenta_id: int, nota: str | None, now: datetime) -> None:
    """What waited is now in the hands of the supervisors. Raises as `hang_up`."""
    row = _hung_up(session, atencion_id, cuenta_id)
    if row.estado == "escalada":
        raise AtencionCerrada
    row.nota = row.nota if nota is None else checked_note(nota)
    _settle(session, row, "escalada", cuenta_id, now)


def annotate(session: Session, atencion_id: int, cuenta_id: int, nota: str | None, now: datetime) -> None:
    """Another note in place of the one there is. Raises as `hang_up`."""
    row = _hung_up(session, atencion_id, cuenta_id)
    row.nota = checked_note(nota or "")
    _trail(session, row, "anota_atencion", cuenta_id, now)


def take(session: Session, atencion_id: int, cuenta_id: int, now: datetime) -> None:
    """It is in this account's hands from now on. Raises AtencionAjena while its call goes on, and for what only a
    supervisor takes; AtencionCerrada."""
    row = session.get_one(Atencion, atencion_id, with_for_update=True)
    if row.estado == "resuelta" or row.cuenta_id == cuenta_id:
        raise AtencionCerrada
    if (row.estado == "escalada" and not _is_supervisor(session, cuenta_id)) or _on_the_phone(session, row, now):
        raise AtencionAjena
    row.cuenta_id = cuenta_id
    _trail(session, row, "toma_atencion", cuenta_id, now)


def let_go_abandoned(session: Session, now: datetime) -> int:
    """Calls that nobody closed for two hours become `abierta`. Returns their number. Their end is that of the guided
    call; of one without, it is unknown."""
    old = Atencion.estado != "resuelta", Atencion.estado == "en_curso", Atencion.empezada_en < now - ABANDONADA
    rows = session.scalars(select(Atencion).where(*old).limit(SEVERAL).with_for_update()).all()
    calls = [row.llamada_id for row in rows if row.llamada_id]
    known = session.execute(select(Llamada.id, Llamada.terminada_en, Llamada.lote_id).where(Llamada.id.in_(calls)))
    ended = {call: (end, lote) for call, end, lote in known}
    for row in rows:
        end, lote = ended.get(row.llamada_id or 0, (None, None))
        row.estado, row.colgada_en, row.lote_id = "abierta", end, lote or row.lote_id
    return len(rows)


def held_by(session: Session, atencion_id: int, cuenta_id: int) -> Atencion:
    """The row, locked, when this account may act on it. Raises AtencionAjena."""
    row = session.get_one(Atencion, atencion_id, with_for_update=True)
    theirs = row.estado == "escalada" or row.cuenta_id != cuenta_id
    if theirs and not _is_supervisor(session, cuenta_id):
        raise AtencionAjena
    return row


def checked_note(nota: str) -> str:
    """The note as it is stored. Raises MalEscrita."""
    tidied = notas.tidy(nota)
    if wrong := notas.problem(tidied):
        raise MalEscrita("nota", wrong)
    return tidied


def code_of(codigo: str | None) -> str | None:
    """A problem code as it is stored (`sal-02` → `SAL-02`), None for none. Raises MalEscrita."""
    tidied = "".join((codigo or "").upper().split()).replace("\u2013", "-")
    if not tidied:
        return None
    if tidied not in entradas():
        said = f"No hay un problema con el código «{tidied[:20]}»"
        raise MalEscrita("codigo", f"{said}: escríbalo como SAL-02, o déjelo vacío")
    return tidied


def open_of(llamada: Llamada | None, now: datetime) -> bool:
    """Whether a guided call still goes on."""
    return llamada is not None and llamada.terminada_en is None and llamada.vence_en > now


def _write_facts(row: Atencion, resultado: str, motivo: str, codigo: str | None, nota: str) -> None:
    if resultado not in RESULTADOS:
        raise MalEscrita("resultado", "Diga cómo queda: resuelta, abierta o en manos de supervisión")
    if motivo not in MOTIVOS:
        raise MalEscrita("motivo", "Elija por qué llamó la persona")
    row.motivo, row.codigo, row.nota = motivo, code_of(codigo), checked_note(nota)


def _settle(session: Session, row: Atencion, estado: str, cuenta_id: int, now: datetime) -> None:
    row.estado = estado
    if estado == "resuelta":
        row.resuelta_en, row.resuelta_por = now, cuenta_id
    _trail(session, row, RESULTADOS[estado], cuenta_id, now)


def _trail(session: Session, row: Atencion, que: str, cuenta_id: int, now: datetime) -> None:
    session.flush()
    about = {"empleador_id": row.empleador_id, "lote_id": row.lote_id, "llamada_id": row.llamada_id}
    rastro.write(session, que, cuenta_id, row.motivo or "otra", now, **about, detalle=numero(row.id))


def _hung_up(session: Session, atencion_id: int, cuenta_id: int) -> Atencion:
    row = held_by(session, atencion_id, cuenta_id)
    if row.estado not in ("abierta", "escalada"):
        raise AtencionCerrada
    return row


def _on_the_phone(session: Session, row: Atencion, now: datetime) -> bool:
    if row.estado != "en_curso" or row.llamada_id is None:
        return False
    return open_of(session.get(Llamada, row.llamada_id), now)


def _is_supervisor(session: Session, cuenta_id: int) -> bool:
    return session.scalar(select(Cuenta.rol).where(Cuenta.id == cuenta_id)) == "supervisor"
