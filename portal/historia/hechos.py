"""Registered lines as people read them: what happened, when, with what; and the lote, line and annulment of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.files.columns import Codigo, Contexto, Fecha, Monto
from portal.modelos import Ambito, Anulacion, Lote, Novedad, Relacion
from portal.novedades import Campo, todas

_UNITS = {"dias": ("día", "días"), "horas": ("hora", "horas")}


class Registro(NamedTuple):
    """A registered line with its lote's number, state and moment, and its annulment's number and reason."""

    novedad: Novedad
    lote: str
    estado: str
    registrado_en: datetime | None
    anulacion: str | None
    motivo: str | None


@dataclass(frozen=True)
class Dato:
    """One shown value: `clase` "monto" (cents), "fecha" or "texto"."""

    clase: str
    valor: int | date | str


@dataclass(frozen=True)
class Hecho:
    """One registered line. `fecha` is its own day, None when it only has a period; `terminado`: its lote has a
    receipt; `anulacion` and `motivo` only with `anulada_en`."""

    hecho: str
    periodo: int
    fecha: date | None
    datos: list[Dato]
    lote: str
    linea: int
    terminado: bool
    anulada_en: datetime | None
    anulacion: str | None
    motivo: str | None


def registered(session: Session, ambito: Ambito, cedula: int) -> list[Registro]:
    """All in that scope that was registered of a worker, the latest period first; by index, in one query."""
    mine = select(Relacion.id).where(Relacion.empleador_id == ambito.empleador_id, Relacion.cedula == cedula)
    found = (
        select(Novedad, Lote.numero, Lote.estado, Lote.registrado_en, Anulacion.numero, Anulacion.motivo)
        .join(Lote, Lote.id == Novedad.lote_id)
        .outerjoin(Anulacion, Anulacion.id == Novedad.anulacion_id)
        .where(Novedad.relacion_id.in_(mine), *ambito.solo(Novedad))
        .order_by(Novedad.periodo.desc(), Novedad.id.desc())
    )
    return [Registro(*row) for row in session.execute(found)]


def fact(registro: Registro) -> Hecho:
    """A registered line as the time line shows it."""
    n = registro.novedad
    nov, texts = todas()[n.movimiento], texts_of(n)
    return Hecho(
        nov.hecho,
        n.periodo,
        own_day(n),
        [shown(nov.campo(name), texts[name]) for name in nov.hecho_campos],
        registro.lote,
        n.linea,
        registro.estado in ("registrado", "anulado"),
        n.anulada_en,
        registro.anulacion,
        registro.motivo,
    )


def texts_of(novedad: Novedad) -> dict[str, str]:
    """Field → text as the file writes it, reassembled from key and values."""
    nov = todas()[novedad.movimiento]
    key = dict(zip(nov.clave, novedad.clave.split(";"), strict=False)) if nov.clave else {}
    return key | dict(zip((c.nombre for c in nov.valores), novedad.datos.split(";"), strict=False))


def own_day(novedad: Novedad) -> date | None:
    """The date a line is about, when it has one beside its period."""
    nov = todas()[novedad.movimiento]
    day = read(nov.campo(nov.fecha), texts_of(novedad)[nov.fecha]) if nov.fecha else None
    return day if isinstance(day, date) else None


def fields_of(novedad: Novedad) -> Iterator[tuple[Campo, str]]:
    """The fields from 7 on, in the order of the format, with their texts."""
    texts = texts_of(novedad)
    return ((campo, texts.get(campo.nombre, "")) for campo in todas()[novedad.movimiento].campos)


def read(campo: Campo, text: str) -> object:
    """A stored text back as its value."""
    return campo.tipo.read(text, Contexto("", date.min)).valor


def shown(campo: Campo, text: str) -> Dato:
    """A stored text as people read it."""
    value = read(campo, text)
    if isinstance(campo.tipo, Monto) and isinstance(value, int):
        return Dato("monto", value)
    if isinstance(campo.tipo, Fecha) and isinstance(value, date):
        return Dato("fecha", value)
    if isinstance(campo.tipo, Codigo):
        return Dato("texto", campo.tipo.todos.get(text, text))
    if campo.nombre in _UNITS:
        one, many = _UNITS[campo.nombre]
        return Dato("texto", f"{text} {one if value == 1 else many}")
    return Dato("texto", text.capitalize() if text.isupper() else text)
