"""Receiving a file: hash, compress, and store it with its lote in one short transaction. Nothing is processed
before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.db import Database
from portal.files.packed.containers import Tally, door_check, uncounted, unpack
from portal.lotes import estados, storage
from portal.lotes.numeros import next_number
from portal.modelos import Archivo, Lote


@dataclass(frozen=True)
class Envio:
    """A file as a person sends it, for one movement of one empleador. `lectura`: as Lote.lectura."""

    empleador_id: int
    cuenta_id: int
    movimiento: str
    nombre: str
    contenido: bytes
    registrar_automaticamente: bool = False
    lectura: dict[str, Any] | None = None


@dataclass(frozen=True)
class Recibo:
    """What the sender is told: the lote, and whether it is new or the one that already had these bytes."""

    lote_id: int
    numero: str
    nuevo: bool
    bytes: int


def receive(
    database: Database, envio: Envio, hoy: date, now: datetime, max_bytes: int, tally: Tally = uncounted
) -> Recibo:
    """Stores `envio` as a new lote, or finds the lote that already has the same bytes (dominio 7).

    `tally` counts what is unpacked. Raises FileProblem for what the first look shows: nothing is stored then.
    """
    door_check(envio.nombre, envio.contenido[:4096], len(envio.contenido))
    sha256 = storage.digest(envio.contenido)
    inner = unpack(envio.nombre, envio.contenido, max_bytes, tally)
    of_content = storage.digest(inner.contenido) if inner.contenido is not envio.contenido else sha256
    parts = storage.pack(envio.contenido)
    archivo = Archivo(
        empleador_id=envio.empleador_id,
        nombre=clean_name(envio.nombre),
        bytes=len(envio.contenido),
        sha256=sha256,
        sha256_contenido=of_content,
        creado_en=now,
    )
    try:
        with database.writing() as session:
            if earlier := standing(session, envio.empleador_id, envio.movimiento, of_content):
                return Recibo(earlier.id, earlier.numero, False, archivo.bytes)
            storage.store(session, archivo, parts)
            lote = _new_lote(session, envio, archivo, hoy, now)
            return Recibo(lote.id, lote.numero, True, archivo.bytes)
    except IntegrityError:
        return _the_faster_one(database, envio, of_content, archivo.bytes)


def _new_lote(session: Session, envio: Envio, archivo: Archivo, hoy: date, now: datetime) -> Lote:
    lote = Lote(
        numero=next_number(session, hoy.year),
        empleador_id=envio.empleador_id,
        cuenta_id=envio.cuenta_id,
        archivo_id=archivo.id,
        movimiento=envio.movimiento,
        sha256_contenido=archivo.sha256_contenido,
        registrar_automaticamente=envio.registrar_automaticamente,
        lectura=envio.lectura,
        fecha_negocio=hoy,
        recibido_en=now,
    )
    estados.begin(session, lote, now)
    return lote


def _the_faster_one(database: Database, envio: Envio, of_content: str, size: int) -> Recibo:
    """The same bytes came twice concurrently and the unique index admitted one: that one is the answer."""
    with database.reading() as session:
        lote = standing(session, envio.empleador_id, envio.movimiento, of_content)
        if lote is None:
            raise RuntimeError("a lote could not be stored, and no other one has its bytes")
        return Recibo(lote.id, lote.numero, False, size)


def standing(session: Session, empleador_id: int, movimiento: str, sha256_contenido: str) -> Lote | None:
    """The lote of these bytes that is live or has registered lines, if there is one."""
    return session.scalar(
        select(Lote).where(
            Lote.empleador_id == empleador_id,
            Lote.movimiento == movimiento,
            Lote.sha256_contenido == sha256_contenido,
            Lote.vigente,
        )
    )


def receive_again(
    database: Database,
    lote_id: int,
    cuenta_id: int,
    hoy: date,
    now: datetime,
    movimiento: str | None = None,
    lectura: dict[str, Any] | None = None,
) -> Recibo:
    """A new lote of the same stored file ("revisar de nuevo"), also as another movement, or with its columns read as
    `lectura` says. A lote of that movement that waits for its decision is given up for the new one, in the same
    transaction."""
    with database.reading() as session:
        old = session.get_one(Lote, lote_id)
        archivo = session.get_one(Archivo, old.archivo_id)
    envio = Envio(old.empleador_id, cuenta_id, movimiento or old.movimiento, archivo.nombre, b"", lectura=lectura)
    try:
        with database.writing() as session:
            return _again(session, lote_id, envio, hoy, now)
    except IntegrityError:
        return _the_faster_one(database, envio, archivo.sha256_contenido, archivo.bytes)


def _again(session: Session, lote_id: int, envio: Envio, hoy: date, now: datetime) -> Recibo:
    old = session.get_one(Lote, lote_id, with_for_update=True)
    archivo = session.get_one(Archivo, old.archivo_id)
    if envio.lectura is None and old.movimiento == envio.movimiento:
        envio = replace(envio, lectura=old.lectura)  # what was said of its columns holds
    gives_up = old.estado == "revisado" and old.movimiento == envio.movimiento
    earlier = standing(session, envio.empleador_id, envio.movimiento, archivo.sha256_contenido)
    if earlier and not (gives_up and earlier.id == old.id):
        return Recibo(earlier.id, earlier.numero, False, archivo.bytes)
    old.vigente = old.vigente and not gives_up
    session.flush()  # the unique index allows no two live lotes of the same bytes, not even within a transaction
    lote = _new_lote(session, envio, archivo, hoy, now)
    if gives_up:
        old.decidido_por, old.decidido_en = envio.cuenta_id, now
        motivo = f"Se revisa de nuevo como lote {lote.numero}"
        estados.move(session, old, "desistido", now, motivo, cuenta_id=envio.cuenta_id)
    return Recibo(lote.id, lote.numero, True, archivo.bytes)


def mark_queued(database: Database, lote_id: int, now: datetime) -> None:
    """After the bell rang: `recibido` → `en_cola`, unless a worker claimed it first."""
    with database.writing(told=False) as session:
        lote = session.get_one(Lote, lote_id, with_for_update=True)
        lote.llamado_en = now
        if lote.estado == "recibido":
            estados.move(session, lote, "en_cola", now, "Se llamó a la cola")


def clean_name(nombre: str) -> str:
    """A file name fit to show: no folders, no control characters, at most 120 characters."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", PurePosixPath(nombre.replace("\\", "/")).name).strip()
    return plain[-120:] or "archivo"
