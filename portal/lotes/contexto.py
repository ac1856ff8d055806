"""The context in which a lote is judged (empleador, business date), and its file as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.files.columns import Contexto
from portal.files.reader import Lectura, Limites, Tabla, open_table
from portal.lotes import storage
from portal.modelos import Archivo, Disposicion, Empleador, Lote, Sucursal
from portal.novedades import Novedad, todas
from portal.padron import open_padron
from portal.revision.columnas import known_of_all
from portal.revision.plan import formato


@dataclass(frozen=True)
class Trabajo:
    """What a job needs of a lote: plain values, read once. `lectura`: as Lote.lectura."""

    lote_id: int
    empleador_id: int
    nov: Novedad
    ruc: str
    sucursales: frozenset[int]
    fecha_negocio: date
    archivo_id: int
    nombre: str
    lectura: Mapping[str, Any]


def load(session: Session, lote_id: int) -> Trabajo:
    """The work of a lote."""
    lote = session.get_one(Lote, lote_id)
    empleador = session.get_one(Empleador, lote.empleador_id)
    archivo = session.get_one(Archivo, lote.archivo_id)
    codigos = session.scalars(select(Sucursal.codigo).where(Sucursal.empleador_id == empleador.id))
    return Trabajo(
        lote_id,
        empleador.id,
        todas()[lote.movimiento],
        empleador.ruc,
        frozenset(codigos),
        lote.fecha_negocio,
        archivo.id,
        archivo.nombre,
        lote.lectura or {},
    )


def open_file(database: Database, trabajo: Trabajo, config: Config, beat: Callable[[], None] = lambda: None) -> Tabla:
    """The lote's file as a table. `beat` is called repeatedly while it is read. Raises FileProblem."""
    with database.reading() as session:
        contenido = storage.load(session, trabajo.archivo_id)
    limites = Limites(config.max_bytes, config.max_lineas)
    return open_table(contenido, trabajo.nombre, formato(trabajo.nov), limites, beat, _known_before(database, trabajo))


def _known_before(database: Database, trabajo: Trabajo) -> Lectura:
    """What is known of the columns: what was said of this file, of an earlier one like it, and of every line."""

    def remember(forma: str) -> Mapping[str, int] | None:
        with database.reading() as session:
            found = session.get(Disposicion, (trabajo.empleador_id, trabajo.nov.codigo, forma))
            return found.columnas if found else None

    known = known_of_all(trabajo.nov, trabajo.ruc, sorted(trabajo.sucursales))
    said = trabajo.lectura
    return Lectura({**known, **said.get("dados", {})}, said.get("columnas"), recordar=remember)


def judged_by(trabajo: Trabajo, database: Database, config: Config, de_hoja: bool) -> Contexto:
    """The context of the check (`de_hoja`: of a workbook): the business date is the one of the lote's receipt, also
    after midnight."""

    def extranjeros(codigos: Sequence[int]) -> set[int]:
        # opened at the first question: a file with only cédulas never waits for an institute's registry
        with database.engine.connect() as conn:  # a connection of its own: files are read ahead in another thread
            return open_padron(config, conn).extranjeros(codigos)

    return Contexto(
        ruc=trabajo.ruc,
        hoy=trabajo.fecha_negocio,
        sucursales=trabajo.sucursales,
        extranjeros=extranjeros,
        plazo_entrada=config.plazo_entrada_dias,
        plazo_habiles=config.plazo_habiles,
        extemporanea=config.extemporanea_dias,
        de_hoja=de_hoja,
    )
