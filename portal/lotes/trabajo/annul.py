"""Annulling a registered lote, or some of its lines: requested by a person, carried out by a job in its turn.

It is all or nothing. The request reports the obstacles immediately. The job checks again when its turn has come,
because lotes decided before it may have changed the history. Nothing comes between its chunks: other changes of that
empleador wait. Each chunk is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.historia import anular
from portal.historia.anular import Impedimento
from portal.lotes.estados import move, move_annulment
from portal.lotes.numeros import next_number
from portal.lotes.spans import lines_of, spans_of
from portal.lotes.trabajo import leases
from portal.lotes.trabajo.work import Clock, under_lease
from portal.modelos import Anulacion, Bitacora, Lote
from portal.modelos.anulacion import POR_ANULAR
from portal.novedades import Novedad, todas
from portal.revision.juicio.effects import together

MOTIVO_MINIMO, MOTIVO_MAXIMO = 5, 300
LISTED = 1_000  # obstacles listed in one answer


@dataclass(frozen=True)
class Pedido:
    """What is asked to be annulled: these lines of a lote, or all that is live of it (None), and why."""

    lote_id: int
    cuenta_id: int
    motivo: str
    lineas: Sequence[int] | None


class AnnulRefused(Exception):
    """Nothing is annulled. `codigo`: "motivo", "estado", "lineas" (`lineas` are not live lines of the lote), "vacio",
    or "antes" (`impide` has to be annulled first)."""

    def __init__(self, codigo: str, lineas: Sequence[int] = (), impide: Sequence[Impedimento] = ()) -> None:
        super().__init__(codigo)
        self.codigo, self.lineas, self.impide = codigo, lineas, impide


@dataclass(frozen=True)
class Alcance:
    """What an annulment would take back: live lines, the sum of their values (cents, days or hours) by period
    (AAAAMM → [lines, sum]), and what has to be annulled first."""

    lineas: int
    suma: int
    periodos: dict[str, list[int]]
    impide: list[Impedimento]


def scope(session: Session, lote: Lote, lineas: Sequence[int] | None) -> Alcance:
    """What annulling these lines would do. Raises AnnulRefused for a lote or lines that cannot be annulled at all."""
    if lote.estado != "registrado":
        raise AnnulRefused("estado")
    conn, nov = session.connection(), todas()[lote.movimiento]
    periodos = anular.live_by_period(conn, lote.id, lineas)
    count = sum(n for n, _ in periodos.values())
    if lineas is not None and count < len(set(lineas)):
        live = anular.live_lines(conn, lote.id, lineas)["linea"].to_list()
        raise AnnulRefused("lineas", sorted(set(lineas) - set(live)))
    if not count:
        raise AnnulRefused("vacio")
    total = sum(value for _, value in periodos.values())
    return Alcance(count, total, periodos, anular.obstacles(conn, nov, lote.id, lineas, LISTED))


def ask(database: Database, pedido: Pedido, hoy: date, now: datetime) -> Anulacion:
    """Stores the request as `pedida`, or returns the pending annulment of that lote. Raises AnnulRefused: nothing is
    stored then."""
    motivo = " ".join(pedido.motivo.split())
    if not MOTIVO_MINIMO <= len(motivo) <= MOTIVO_MAXIMO:
        raise AnnulRefused("motivo")
    with database.reading() as session:
        lote = session.get_one(Lote, pedido.lote_id)
        if waiting := pending(session, lote.id):
            return waiting
        alcance = scope(session, lote, pedido.lineas)
    if alcance.impide:
        raise AnnulRefused("antes", impide=alcance.impide)
    with database.writing() as session:
        leases.lock_empleador(session, lote.empleador_id)
        return pending(session, lote.id) or _store(session, lote, pedido, motivo, alcance, hoy, now)


def pending(session: Session, lote_id: int) -> Anulacion | None:
    """The annulment of a lote that is still to be carried out."""
    return session.scalar(select(Anulacion).where(Anulacion.lote_id == lote_id, POR_ANULAR))


def _store(
    session: Session, lote: Lote, pedido: Pedido, motivo: str, alcance: Alcance, hoy: date, now: datetime
) -> Anulacion:
    anulacion = Anulacion(
        numero=next_number(session, hoy.year),
        lote_id=lote.id,
        empleador_id=lote.empleador_id,
        cuenta_id=pedido.cuenta_id,
        motivo=motivo,
        lineas=None if pedido.lineas is None else spans_of(pedido.lineas),
        pedidas=alcance.lineas,
        pedida_en=now,
        cambiada_en=now,
    )
    who = {"cuenta_id": pedido.cuenta_id, "empleador_id": lote.empleador_id, "lote_id": lote.id}
    session.add_all([anulacion, Bitacora(en=now, que="pide_anulacion", detalle=anulacion.numero, **who)])
    session.flush()
    return anulacion


def annul(database: Database, config: Config, anulacion_id: int, clock: Clock, *, apart: bool = True) -> str | None:
    """Carries an annulment out if it is its turn; gives the state it ends in, None when there was nothing to do.
    `apart`: as in work.py."""
    return under_lease(
        database,
        config,
        anulacion_id,
        clock,
        leases.claim_annul,
        lambda lease: _annul(database, config, lease, clock),
        apart=apart,
    )


def _annul(database: Database, config: Config, lease: leases.Lease, clock: Clock) -> str:
    with database.reading() as session:
        anulacion = session.get_one(Anulacion, lease.id)
        lote = session.get_one(Lote, anulacion.lote_id)
        nov, lineas = todas()[lote.movimiento], lines_of(anulacion.lineas)
        impide = anular.obstacles(session.connection(), nov, lote.id, lineas, LISTED)
    if impide:
        return _refuse(database, lease, impide, clock)
    while _one_chunk(database, lease, nov, lineas, config.tramo_registro, clock):
        database.let_others_write()
    return _finish(database, lease, clock)


def _one_chunk(
    database: Database, lease: leases.Lease, nov: Novedad, lineas: Sequence[int] | None, size: int, clock: Clock
) -> bool:
    """The next lines, in one transaction. False when there are none left."""
    now = clock()
    with database.writing(piece=True) as session:
        anulacion = leases.hold_annulment(session, lease, now)
        conn = session.connection()
        live = anular.live_lines(conn, anulacion.lote_id, lineas, anulacion.hasta, size)
        if live.is_empty():
            return False
        before = _payroll(conn, anulacion.empleador_id)
        anular.undo(conn, nov, anulacion.empleador_id, live, anulacion.id, now)
        change = _payroll(conn, anulacion.empleador_id) - before
        _advance(session, anulacion, live, change)
    return True


def _payroll(conn: Connection, empleador_id: int) -> int:
    """The monthly payroll once all that is registered has come into force, in cents."""
    total = text("select coalesce(sum(planilla), 0) from resumen_mes where empleador_id = :empleador")
    return int(conn.execute(total, {"empleador": empleador_id}).scalar_one())


def _advance(session: Session, anulacion: Anulacion, live: pl.DataFrame, payroll: int) -> None:
    anulacion.efectos = together(anulacion.efectos or {}, _taken_back(live) | {"planilla": payroll})
    anulacion.hasta, anulacion.anuladas = int(live["linea"][-1]), anulacion.anuladas + live.height
    leases.got_on(anulacion)
    anulacion.version += 1
    lote = session.get_one(Lote, anulacion.lote_id, with_for_update=True, populate_existing=True)
    lote.anuladas += live.height
    lote.version += 1


def _taken_back(live: pl.DataFrame) -> dict[str, Any]:
    """What these lines had added, in the words of revision/juicio/effects.py."""
    by_period = live.group_by("periodo").agg(n=pl.len(), total=pl.col("valor").sum()).sort("periodo")
    return {
        "lineas": live.height,
        "suma": int(live["valor"].sum() or 0),
        "periodos": {str(p): [n, total] for p, n, total in by_period.iter_rows()},
        "sin_ver_lineas": [],
    }


def _finish(database: Database, lease: leases.Lease, clock: Clock) -> str:
    now = clock()
    with database.writing() as session:
        anulacion = leases.hold_annulment(session, lease, now)
        _end(anulacion, "hecha", now)
        lote = session.get_one(Lote, anulacion.lote_id, with_for_update=True, populate_existing=True)
        if lote.estado == "registrado" and lote.anuladas == lote.registradas:
            move(session, lote, "anulado", now, anulacion.motivo, cuenta_id=anulacion.cuenta_id)
        return anulacion.estado


def _refuse(database: Database, lease: leases.Lease, impide: list[Impedimento], clock: Clock) -> str:
    """The history has changed since the request: nothing is annulled, and the reason is stored."""
    now = clock()
    with database.writing() as session:
        anulacion = leases.hold_annulment(session, lease, now)
        anulacion.impide = [asdict(one) for one in impide]
        _end(anulacion, "negada", now)
        return anulacion.estado


def _end(anulacion: Anulacion, estado: str, now: datetime) -> None:
    anulacion.hecha_en = now
    leases.release(anulacion)
    move_annulment(anulacion, estado, now)
