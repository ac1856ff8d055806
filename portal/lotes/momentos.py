"""What stored moments mean now, when the clock may have been set back or forward since they were written.

A moment in the future was written before the clock was set back. It does not count as "just now", and a pause or a
lease that would last longer than its length does not hold. The clocks of two machines may differ by `SKEW`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, not_, or_

from portal.modelos import Anulacion, Lote

SKEW = timedelta(seconds=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(seconds=640)

Tabla = type[Lote] | type[Anulacion]


def pause(tries: int) -> timedelta:
    """The pause before the next try, by the number of tries since the last progress, counted from the beginning of the
    last try (or from its fault). With eight tries (`Config.reintentos`) work is given up 21 minutes after the first
    one."""
    return min(FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 10), LONGEST_PAUSE)


def held(tabla: Tabla, now: datetime) -> ColumnElement[bool]:
    """Somebody works on it: the lease has begun and is not over."""
    begun = or_(tabla.arriendo_desde.is_(None), tabla.arriendo_desde <= now + SKEW)
    return and_(tabla.arriendo_hasta.is_not(None), tabla.arriendo_hasta >= now, begun)


def is_held(row: Lote | Anulacion, now: datetime) -> bool:
    """The same of a row that was read."""
    begun = row.arriendo_desde is None or row.arriendo_desde <= now + SKEW
    return row.arriendo_hasta is not None and row.arriendo_hasta >= now and begun


def rested(tabla: Tabla, now: datetime) -> ColumnElement[bool]:
    """The pause after its last try is over. A pause longer than the longest is not believed."""
    far = tabla.reintento_en > now + LONGEST_PAUSE
    return or_(tabla.reintento_en.is_(None), tabla.reintento_en <= now, far)


def is_rested(row: Lote | Anulacion, now: datetime) -> bool:
    """The same of a row that was read."""
    return row.reintento_en is None or not now < row.reintento_en <= now + LONGEST_PAUSE


def vanished(tabla: Tabla) -> ColumnElement[bool]:
    """Of what nobody holds: its last holder, or an earlier one, ended without releasing the lease. The work itself may
    have killed it, so it is done in a process of its own from then on (running/work/apart.py)."""
    return or_(tabla.caidas > 0, tabla.arriendo_de.is_not(None))


def is_vanished(row: Lote | Anulacion) -> bool:
    """The same of a row that was read."""
    return row.caidas > 0 or row.arriendo_de is not None


def not_just(tabla: Tabla, now: datetime, seconds: int) -> ColumnElement[bool]:
    """The queue was not rung for it within the last `seconds`."""
    just = and_(tabla.llamado_en > now - timedelta(seconds=seconds), tabla.llamado_en <= now + SKEW)
    return or_(tabla.llamado_en.is_(None), not_(just))
