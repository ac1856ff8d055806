"""The lines in error, given back as a file of the same format: mended and sent again, it is understood as it is."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Config
from portal.db import Database
from portal.files.columns import Codigo
from portal.files.written.workbook import Columna
from portal.lotes import contexto
from portal.lotes.vista.problema_dicho import Dicho, say
from portal.modelos import Problema
from portal.novedades import Novedad
from portal.revision.plan import plan

#: fields as sent, cause, fix, and the position of the first wrong field (None: the whole line)
Fila = tuple[list[str], str, str, int | None]


def columns_of(nov: Novedad) -> list[Columna]:
    """The columns of a workbook of that movement, with the drop-downs of its catalogues."""
    return [
        Columna(
            c.nombre,
            c.etiqueta,
            c.ayuda,
            min(max(c.tipo.ancho, len(c.etiqueta)) + 2, 40),
            tuple(c.tipo.opciones) if isinstance(c.tipo, Codigo) else (),
        )
        for c in plan(nov).campos
    ]


def lines_in_error(database: Database, config: Config, lote_id: int) -> tuple[Novedad, Iterator[Fila]]:
    """The movement, and each line in error as it was sent with what is wrong with it."""
    with database.reading() as session:
        trabajo = contexto.load(session, lote_id)
    tabla = contexto.open_file(database, trabajo, config)

    def rows() -> Iterator[Fila]:
        for lineas in tabla.chunks(config.tramo_registro):
            with database.reading() as session:
                yield from _of_chunk(session, trabajo, lineas, tabla.separador)

    return trabajo.nov, rows()


def _of_chunk(session: Session, trabajo: contexto.Trabajo, lineas: pl.DataFrame, separador: str) -> Iterator[Fila]:
    first, last = int(lineas["linea"][0]), int(lineas["linea"][-1])
    found = select(Problema).where(
        Problema.lote_id == trabajo.lote_id, Problema.nivel == "error", Problema.linea.between(first, last)
    )
    said: dict[int, list[Dicho]] = {}
    campos: dict[int, str] = {}
    problemas = session.scalars(found.order_by(Problema.linea, Problema.id)).all()
    for problema, dicho in zip(problemas, say(session, trabajo.empleador_id, trabajo.nov, problemas), strict=True):
        said.setdefault(dicho.linea, []).append(dicho)
        campos.setdefault(dicho.linea, problema.campo)
    nombres = plan(trabajo.nov).nombres
    wrong = lineas.filter(pl.col("linea").is_in(list(said)))
    for linea, texto in wrong.select("linea", "texto").iter_rows():
        campo = campos[linea]
        yield (
            _fields(texto, separador, len(nombres)),
            " ".join(f"{d.codigo} {d.causa}{_meant(d)}" for d in said[linea]),
            " ".join(dict.fromkeys(d.arreglo for d in said[linea])),
            nombres.index(campo) if campo in nombres else None,
        )


def _meant(dicho: Dicho) -> str:
    return f" ¿Quiso decir {dicho.sugerida}?" if dicho.sugerida else ""


def _fields(texto: str, separador: str, expected: int) -> list[str]:
    """The fields as sent, without empty ones after the last of the format."""
    fields = texto.split(separador)
    while len(fields) > expected and not fields[-1].strip():
        fields.pop()
    return fields
