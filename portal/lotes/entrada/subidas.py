"""The life of a file that comes in parts: begun, transferred, ended; or cancelled, or expired.

One column counts the received bytes. Each part is a compare-and-set on it from the offset that its sender gives: of two
concurrent parts one is refused. The last part is not stored. With it the file becomes its lotes, and only then does the
count say that all has come. Whoever is interrupted in between sends it again. docs/adr/0010-in-parts.md
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from portal.db import Database
from portal.files.packed.containers import door_check, gunzip
from portal.files.problems import FileProblem
from portal.lotes.storage import digest
from portal.modelos import Ambito, Archivo, Empleador, Lote, Subida, SubidaParte

PIECE = 1 << 18  # bytes of a stored part, at most
KEPT = timedelta(days=7)  # after the last part, or after the end
MOST = 20  # unfinished at one empleador
SEVERAL = 200  # deleted in one transaction
_HEAD = 4096


class Conflicto(Exception):
    """The upload's offset is not the sender's, or the upload is gone."""


class Danada(Exception):
    """The received bytes are not the sent ones."""


class Demasiadas(Exception):
    """The empleador has as many unfinished uploads as it may."""


@dataclass(frozen=True)
class Anuncio:
    """What a sender says of a file before its first byte; the names are those of `Subida`."""

    empleador_id: int
    cuenta_id: int
    movimiento: str
    nombre: str
    bytes: int
    sha256: str | None = None
    comprimida: bool = False
    registrar_automaticamente: bool = False


@dataclass(frozen=True)
class EnCurso:
    """An unfinished upload, as a page shows it. `bytes` and `recibidos` count the transferred form."""

    token: str
    nombre: str
    movimiento: str
    bytes: int
    recibidos: int
    vence_en: datetime


def begin(database: Database, anuncio: Anuncio, now: datetime) -> Subida:
    """A new upload; or the unfinished one of the same file; or one that has ended, when a lote of it exists.

    Raises Demasiadas.
    """
    mine = Subida.empleador_id == anuncio.empleador_id
    with database.writing() as session:
        # two concurrent beginnings of the same file are one upload
        session.get_one(Empleador, anuncio.empleador_id, with_for_update={"key_share": True})
        if lote := _standing(session, anuncio):
            _forget(session, mine, *_same(anuncio))
            return _new(session, anuncio, now, recibidos=anuncio.bytes, destino=f"/lotes/{lote}", terminada_en=now)
        if found := _unfinished(session, anuncio):
            found.vence_en = max(found.vence_en, now + KEPT)  # an expired one that was not deleted yet continues
            return found
        alive = mine, Subida.terminada_en.is_(None), Subida.vence_en > now
        if session.scalars(select(func.count()).where(*alive)).one() >= MOST:
            raise Demasiadas
        return _new(session, anuncio, now)


def _new(session: Session, anuncio: Anuncio, now: datetime, **ended: object) -> Subida:
    subida = Subida(
        token=secrets.token_urlsafe(16),
        creada_en=now,
        movida_en=now,
        vence_en=now + KEPT,
        **vars(anuncio),
        **{"recibidos": 0, **ended},
    )
    session.add(subida)
    session.flush()
    return subida


def _standing(session: Session, anuncio: Anuncio) -> str | None:
    """The number of the lote that has these bytes, or their content, already."""
    told = or_(Lote.sha256_contenido == anuncio.sha256, Archivo.sha256 == anuncio.sha256)
    lotes = select(Lote.numero).join(Archivo, Archivo.id == Lote.archivo_id).where(told, Lote.vigente)
    mine = Lote.empleador_id == anuncio.empleador_id, Lote.movimiento == anuncio.movimiento
    return session.scalar(lotes.where(*mine).order_by(Lote.id.desc()).limit(1)) if anuncio.sha256 else None


def _same(anuncio: Anuncio) -> tuple[ColumnElement[bool], ...]:
    """The upload of the same file, ended ones too when a lote stands: one row of it is enough."""
    return (
        Subida.movimiento == anuncio.movimiento,
        Subida.sha256 == anuncio.sha256,
        Subida.bytes == anuncio.bytes,
    )


def _unfinished(session: Session, anuncio: Anuncio) -> Subida | None:
    """The unfinished upload of the same file, updated to what is announced now. One that was compressed differently is
    given up."""
    mine = Subida.empleador_id == anuncio.empleador_id, Subida.terminada_en.is_(None), *_same(anuncio)
    found = session.scalar(select(Subida).where(*mine).with_for_update()) if anuncio.sha256 else None
    if found is not None and found.comprimida != anuncio.comprimida:
        _forget(session, Subida.id == found.id)
        return None
    if found is not None:
        found.nombre, found.cuenta_id = anuncio.nombre, anuncio.cuenta_id
        found.registrar_automaticamente = anuncio.registrar_automaticamente
    return found


def find(session: Session, token: str, ambito: Ambito, now: datetime) -> Subida | None:
    """The upload of that token, when it is in that scope and is still kept."""
    return session.scalar(select(Subida).where(Subida.token == token, *ambito.de(Subida), Subida.vence_en > now))


def under_way(session: Session, ambito: Ambito, now: datetime) -> list[EnCurso]:
    """Unfinished uploads, the oldest first."""
    values = Subida.token, Subida.nombre, Subida.movimiento, Subida.bytes, Subida.recibidos, Subida.vence_en
    mine = *ambito.de(Subida), Subida.terminada_en.is_(None), Subida.vence_en > now
    return [EnCurso(*row) for row in session.execute(select(*values).where(*mine).order_by(Subida.id))]


def look_at_the_door(subida: Subida, first: bytes) -> None:
    """Refuses a file by its first bytes, before the rest is transferred. Raises FileProblem, or Danada."""
    if subida.comprimida:
        try:
            first = zlib.decompressobj(31).decompress(first, _HEAD)
        except zlib.error as error:
            raise Danada from error
    door_check(subida.nombre, first[:_HEAD], subida.bytes)


def append(database: Database, subida_id: int, offset: int, datos: bytes, now: datetime) -> datetime:
    """Stores what came from `offset` on, all of it or nothing. Returns the new expiry. Raises Conflicto.

    Not for the last byte: `whole` takes that, and `finish`.
    """
    vence = now + KEPT
    values = {"recibidos": offset + len(datos), "movida_en": now, "vence_en": vence}
    with database.writing() as session:
        _move(session, subida_id, offset, Subida.bytes > offset + len(datos), **values)
        session.add_all(
            SubidaParte(subida_id=subida_id, desde=offset + start, datos=datos[start : start + PIECE])
            for start in range(0, len(datos), PIECE)
        )
    return vence


def _move(session: Session, subida_id: int, offset: int, *also: ColumnElement[bool], **values: object) -> None:
    here = Subida.id == subida_id, Subida.recibidos == offset, Subida.terminada_en.is_(None)
    moved = update(Subida).where(*here, *also).values(**values).returning(Subida.id)
    if session.scalar(moved.execution_options(synchronize_session=False)) is None:
        raise Conflicto


def first_part(session: Session, subida: Subida) -> bytes:
    """What came first of it, which tells what it is; empty before anything is stored."""
    first = select(SubidaParte.datos).where(SubidaParte.subida_id == subida.id, SubidaParte.desde == 0)
    return session.scalar(first) or b""


def whole(session: Session, subida: Subida, offset: int, last: bytes, max_bytes: int) -> bytes:
    """The file as the person has it, of what is stored and its last part.

    Raises Conflicto, Danada, or FileProblem when it unpacks to more than `max_bytes`.
    """
    parts = select(SubidaParte.datos).where(SubidaParte.subida_id == subida.id, SubidaParte.desde < offset)
    carried = b"".join((*session.scalars(parts.order_by(SubidaParte.desde)), last))
    if len(carried) != subida.bytes:
        raise Conflicto
    contenido = _unpacked(carried, max_bytes) if subida.comprimida else carried
    if subida.sha256 and digest(contenido) != subida.sha256:
        raise Danada
    return contenido


def _unpacked(carried: bytes, max_bytes: int) -> bytes:
    """Undoes the compression of the transfer. When it is broken, the transfer is at fault, not the file."""
    try:
        return gunzip(carried, max_bytes)
    except FileProblem as problem:
        if problem.codigo == "ARC-07":
            raise Danada from problem
        raise


def finish(database: Database, subida: Subida, offset: int, destino: str, now: datetime) -> datetime:
    """All has come and is at `destino`: deletes the parts. Returns the new expiry. Raises Conflicto."""
    vence = now + KEPT
    values = {"recibidos": subida.bytes, "movida_en": now, "vence_en": vence, "destino": destino, "terminada_en": now}
    with database.writing() as session:
        _move(session, subida.id, offset, **values)
        session.execute(delete(SubidaParte).where(SubidaParte.subida_id == subida.id))
    return vence


def cancel(database: Database, subida_id: int) -> None:
    """Deletes all of it. A lote that it became stays."""
    with database.writing() as session:
        _forget(session, Subida.id == subida_id)


def purge(database: Database, now: datetime) -> int:
    """Deletes expired uploads with their parts. Returns their number."""
    with database.writing() as session:
        return _forget(session, Subida.vence_en <= now)


def _forget(session: Session, *which: ColumnElement[bool]) -> int:
    # Locked first: a concurrent part waits, and then finds no upload.
    ids: Sequence[int] = session.scalars(select(Subida.id).where(*which).limit(SEVERAL).with_for_update()).all()
    if ids:
        session.execute(delete(SubidaParte).where(SubidaParte.subida_id.in_(ids)))
        session.execute(delete(Subida).where(Subida.id.in_(ids)))
    return len(ids)
