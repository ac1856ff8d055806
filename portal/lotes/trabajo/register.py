"""The register job: the same check again, on the present history, applied in parts that are one transaction each.

A chunk is judged on committed data, and written in parts. A part inserts novedades, changes the history and advances
the lote's mark (`hasta`). So a kill at any instant loses nothing and registers nothing twice. Between judging and
writing only this lote changes the history: an empleador has one piece of work at a time (turns.py), and the lease must
not have expired in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.files.columns import Contexto
from portal.files.reader import Tabla
from portal.historia import Historia, Origen, apply, told_apart
from portal.lotes import contexto, problemas
from portal.lotes.contexto import Trabajo
from portal.lotes.estados import move
from portal.lotes.trabajo import leases
from portal.lotes.trabajo.work import Clock, heartbeat, under_lease
from portal.modelos import Lote
from portal.revision import Tramo
from portal.revision.ahead import ahead
from portal.revision.juicio import ceilings
from portal.revision.juicio.effects import effects_of, one_after_another, together, worth
from portal.revision.juicio.rules import YA_REGISTRADA, judge, written
from portal.revision.reading import read_lines

C = pl.col


class NotToRegister(RuntimeError):
    """Nothing of this lote may be registered, whoever decided it."""


class DoesNotAddUp(RuntimeError):
    """Lines read are not the sum of how they ended: the receipt would lie."""


def register(database: Database, config: Config, lote_id: int, clock: Clock, *, apart: bool = True) -> str | None:
    """Registers a decided lote if it is its turn; gives the state it ends in, None when there was nothing to do.
    `apart`: as in work.py."""
    return under_lease(
        database,
        config,
        lote_id,
        clock,
        leases.claim_register,
        lambda lease: _register(database, config, lease, clock),
        apart=apart,
    )


def _register(database: Database, config: Config, lease: leases.Lease, clock: Clock) -> str:
    with database.reading() as session:
        trabajo = contexto.load(session, lease.id)
        lote = session.get_one(Lote, lease.id)
        if lote.no_se_registra:
            raise NotToRegister(f"lote {lote.id}: {lote.a_mano}")
        done = lote.hasta
        sealed = problemas.settled(session.connection(), lease.id, done)
    tabla = contexto.open_file(database, trabajo, config, heartbeat(database, lease, clock))
    ctx = contexto.judged_by(trabajo, database, config, bool(tabla.entendido.hoja))
    with database.engine.connect() as conn:
        historia = Historia(conn, trabajo.empleador_id, tabla.lineas, lease.id)
        for lineas, tramo in ahead(_read(tabla, config.tramo_lineas, done, sealed, trabajo, ctx)):
            judge(tramo, historia)
            conn.rollback()
            for n, parte in enumerate(_parts(lineas, tramo, config.tramo_registro)):
                if n:
                    database.let_others_write()
                with database.writing(piece=True) as session:
                    _write(session, lease, trabajo, parte, sealed, clock)
                historia.touched(parte.buenas["cedula"])
    return _finish(database, lease, clock)


def _read(
    tabla: Tabla, size: int, done: int, sealed: pl.Series, trabajo: Trabajo, ctx: Contexto
) -> Iterator[tuple[pl.Series, Tramo]]:
    """Chunks of the file: their line numbers, and the readable part of those lines that the check has not sealed."""
    for lineas in tabla.chunks(size, done):
        open_lines = lineas.filter(~C("linea").is_in(sealed.implode())) if len(sealed) else lineas
        yield lineas["linea"], read_lines(open_lines, trabajo.nov, ctx, tabla.separador)


@dataclass(frozen=True)
class Parte:
    """What one transaction registers, from line `primera` to line `ultima` of the file: what is said of its lines,
    those that are good, and what these do together."""

    primera: int
    ultima: int
    dichos: pl.DataFrame
    buenas: pl.DataFrame
    efectos: dict[str, Any]


def _parts(lineas: pl.Series, tramo: Tramo, size: int) -> Iterator[Parte]:
    """A judged chunk in parts so small that nobody waits long for the write lock."""
    found = ceilings.of_chunk(tramo, tramo.problemas())
    good = told_apart(tramo.nov, good_lines(tramo, found))
    worths = one_after_another(worth(tramo).join(good, on="linea", how="semi"))
    for start in range(0, len(lineas), size):
        first, last = int(lineas[start]), int(lineas[min(start + size, len(lineas)) - 1])
        among = C("linea").is_between(first, last)
        yield Parte(first, last, found.filter(among), good.filter(among), effects_of(worths.filter(among)))


def _write(
    session: Session, lease: leases.Lease, trabajo: Trabajo, parte: Parte, sealed: pl.Series, clock: Clock
) -> None:
    lote = leases.hold(session, lease, clock(), unbroken=True)
    if parte.ultima <= lote.hasta:
        return  # another run committed it first
    conn = session.connection()
    problemas.replace(conn, lote.id, parte.primera, parte.ultima, sealed, parte.dichos)
    apply(conn, trabajo.nov, Origen(lote.id, trabajo.empleador_id), parte.buenas)
    _advance(lote, parte.ultima, parte.efectos)


def good_lines(tramo: Tramo, found: pl.DataFrame) -> pl.DataFrame:
    """The lines of a chunk that can be registered, with the columns a novedad keeps."""
    nov = tramo.nov
    out = found.filter((C("nivel") == "error") | (C("codigo") == YA_REGISTRADA.codigo))["linea"].unique()
    datos = tramo.datos.filter(~C("linea").is_in(out.implode())) if len(out) else tramo.datos
    return datos.with_columns(
        C("periodo").cast(pl.Int32),
        clave=written(nov, nov.clave),
        datos=written(nov, tuple(c.nombre for c in nov.valores)),
        valor=C(nov.valor).cast(pl.Int64) if nov.valor else pl.lit(None, pl.Int64),
    ).sort("cedula")


def _advance(lote: Lote, last: int, done: dict[str, Any]) -> None:
    """The mark, the count and the sum of effects, committed in the same transaction as the part."""
    before = (lote.efectos or {}) if lote.hasta else {}
    due_today = (lote.efectos or {}).get("vencen_hoy", 0)
    lote.efectos = together(before, done) | {"vencen_hoy": due_today}
    lote.registradas += done["lineas"]
    lote.hasta = last
    leases.got_on(lote)
    lote.version += 1


def _finish(database: Database, lease: leases.Lease, clock: Clock) -> str:
    now = clock()
    with database.writing() as session:
        lote = leases.hold(session, lease, now)
        _count(session.connection(), lote)
        lote.registrado_en = now
        lote.vigente = lote.registradas > 0
        leases.release(lote)
        move(session, lote, "registrado", now, "Se registraron todas las líneas correctas")
        return lote.estado


def _count(conn: Connection, lote: Lote) -> None:
    """The counts of the receipt, taken from the rows and not from memory; they must add up."""
    totals = problemas.totals(conn, lote.id)
    if sum(totals.values()) != lote.leidas:
        raise DoesNotAddUp(f"lote {lote.id}: {lote.leidas} lines read, {totals}")
    for name, n in totals.items():
        setattr(lote, name, n)
    lote.correctas = lote.registradas
    lote.cambiadas = problemas.changed_since_check(conn, lote.id)
    lote.por_codigo = problemas.count_by_code(conn, lote.id)
