"""Stores files in the database, in compressed parts, behind four functions."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from itertools import count

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.db import Database
from portal.modelos import Archivo, ArchivoParte

PART = 1 << 20  # bytes before compression: small enough for any row, large enough to compress well


def digest(contenido: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(contenido).hexdigest()


def pack(contenido: bytes) -> list[tuple[int, bytes]]:
    """(length, compressed part) of each part, computed before the transaction begins."""
    parts = (contenido[start : start + PART] for start in range(0, len(contenido), PART))
    return [(len(part), zlib.compress(part, 1)) for part in parts]


def store(session: Session, archivo: Archivo, parts: list[tuple[int, bytes]]) -> Archivo:
    """Writes the file and its parts in the session's transaction."""
    session.add(archivo)
    session.flush()
    session.add_all(
        ArchivoParte(archivo_id=archivo.id, n=n, bytes=size, datos=datos) for n, (size, datos) in enumerate(parts)
    )
    session.flush()
    return archivo


def stream(session: Session, archivo_id: int) -> Iterator[bytes]:
    """The file's bytes as they were sent, part by part."""
    parts = select(ArchivoParte.datos).where(ArchivoParte.archivo_id == archivo_id).order_by(ArchivoParte.n)
    for datos in session.scalars(parts.execution_options(yield_per=8)):
        yield zlib.decompress(datos)


def pieces(database: Database, archivo_id: int) -> Iterator[bytes]:
    """The same, each part queried when it is needed: a slow reader holds no connection."""
    part = select(ArchivoParte.datos).where(ArchivoParte.archivo_id == archivo_id)
    for n in count():
        with database.reading() as session:
            datos = session.scalar(part.where(ArchivoParte.n == n))
            if database.is_sqlite:  # or the connection's page cache keeps the last 32 MB
                session.execute(text("pragma shrink_memory"))
        if datos is None:
            return
        yield zlib.decompress(datos)


def load(session: Session, archivo_id: int) -> bytes:
    """The whole file, in memory once."""
    whole = io.BytesIO()
    for part in stream(session, archivo_id):
        whole.write(part)
    return whole.getvalue()
