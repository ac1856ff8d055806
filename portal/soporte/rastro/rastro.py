"""The trail: every look and act of the staff, with its reason, in an append-only hash chain."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.modelos import Rastro
from portal.soporte.motivos import RAZONES
from portal.soporte.rastro.rastro_dicho import QUE

FIRST = "0" * 64
AT_ONCE = 1_000  # rows in memory while the chain is verified
_ID = re.compile(r"\d{9,}")
_LOCK = 5_105_027  # of the advisory lock: PostgreSQL has one writer of the trail at a time; SQLite has one anyway


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
    """Appends what a member of the staff looked at or did to the trail, within the caller's transaction.

    `que` is one of `rastro_dicho.QUE`, `motivo` one of `motivos.RAZONES`, or "" for an act that no call asked for.
    `detalle` is short and holds no personal data: a number, a code, the name of a page. ValueError for anything else.
    The transaction should end soon: it holds the trail's lock.
    """
    _must_be_sayable(que, motivo, detalle)
    one_at_a_time(session)
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


def one_at_a_time(session: Session) -> None:
    """Takes the trail's lock until this transaction ends: what is read of the trail from now on does not change."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _must_be_sayable(que: str, motivo: str, detalle: str) -> None:
    """The message never repeats `detalle`: what it must not hold must not come into a log either."""
    if que not in QUE:
        raise ValueError(f"«{que}» has no words in rastro_dicho.QUE")
    if motivo and motivo not in RAZONES:
        raise ValueError(f"«{motivo}» is none of motivos.RAZONES")
    if _ID.search(detalle):
        raise ValueError("the detail holds nine digits or more in a row: that may be a cédula or a RUC")


def digest(row: Rastro) -> str:
    """SHA-256, hexadecimal, over the row's other columns as JSON."""
    said = [row.id, row.en.isoformat(timespec="microseconds"), row.que, row.cuenta_id, row.motivo]
    said += [row.empleador_id, row.lote_id, row.llamada_id, row.detalle, row.anterior]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Rotura:
    """Where the chain breaks first: the row's id, and what is wrong there, in Spanish."""

    fila: int
    porque: str


@dataclass(frozen=True)
class Cadena:
    """The trail as it was found: `filas` rows hold, the last of them with `huella` (FIRST: there is none). `rotura` is
    None when all do. `consta`: whether the hash asked for, noted earlier, is the one of a row that holds."""

    filas: int
    huella: str
    rotura: Rotura | None
    consta: bool


def verify(session: Session, noted: str = FIRST) -> Cadena:
    """Verifies the whole trail from its first row up to the first break, with a thousand rows in memory.

    A trail that was cut at its end is consistent in itself. Only `noted`, a hash written down elsewhere, shows the cut.
    """
    filas, huella, consta = 0, FIRST, noted == FIRST
    for row in _in_order(session):
        porque = _broken(row, filas, huella)
        if porque:
            return Cadena(filas, huella, Rotura(row.id, porque), consta)
        filas, huella = row.id, row.huella
        consta = consta or huella == noted
    return Cadena(filas, huella, None, consta)


def _in_order(session: Session) -> Iterator[Rastro]:
    """One statement, so that concurrent inserts do not matter; a server-side cursor on PostgreSQL."""
    return iter(session.scalars(select(Rastro).order_by(Rastro.id).execution_options(yield_per=AT_ONCE)))


def _broken(row: Rastro, before: int, huella: str) -> str:
    """Why `row` does not follow the row `before` (0: none), whose hash is `huella`; "" when it does."""
    if row.id != before + 1:
        return _gap(row.id, before)
    if digest(row) != row.huella:
        return "su contenido no es el que se escribió"
    if row.anterior != huella:
        return f"la fila {before} no es la que se escribió antes de ella" if before else "antes de ella hubo otras"
    return ""


def _gap(here: int, before: int) -> str:
    if here <= before:
        return "el rastro empieza en la fila 1"
    first, last = before + 1, here - 1
    return f"falta la fila {first}" if first == last else f"faltan las filas {first} a {last}"
