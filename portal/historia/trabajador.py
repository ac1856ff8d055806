"""A worker's labour history with one empleador: relaciones, and each fact with the lote and line it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.files.columns import Codigo, Contexto, Fecha, Monto
from portal.modelos import Lote, Novedad, Relacion
from portal.novedades import Campo, todas
from portal.novedades import Novedad as Movimiento


@dataclass(frozen=True)
class Dato:
    """One shown value: `clase` "monto" (cents), "fecha" or "texto"."""

    clase: str
    valor: int | date | str


@dataclass(frozen=True)
class Hecho:
    """One registered line. `fecha` is its own day, None when it only has a period."""

    hecho: str
    periodo: int
    fecha: date | None
    datos: list[Dato]
    lote: str
    linea: int
    anulada_en: datetime | None


@dataclass(frozen=True)
class RelacionVista:
    """One relación with its facts, the latest first. `entrada`: what its ENT says, in words, as changed since."""

    id: int
    sucursal: int
    ingreso: date
    salida: date | None
    sueldo: int | None
    entrada: dict[str, str]
    hechos: list[Hecho]


def find_worker(session: Session, empleador_id: int, cedula: int) -> int | None:
    """The opaque id of a worker with an empleador: its first relación; None when there is none."""
    first = select(func.min(Relacion.id)).where(Relacion.empleador_id == empleador_id, Relacion.cedula == cedula)
    return session.scalar(first)


def worker_of(session: Session, empleador_id: int, relacion_id: int) -> int | None:
    """The cédula behind an opaque id, when it is of that empleador."""
    mine = select(Relacion.cedula).where(Relacion.id == relacion_id, Relacion.empleador_id == empleador_id)
    return session.scalar(mine)


def history(session: Session, empleador_id: int, cedula: int) -> list[RelacionVista]:
    """All relaciones of a worker with an empleador, the latest first."""
    mine = select(Relacion).where(Relacion.empleador_id == empleador_id, Relacion.cedula == cedula)
    relaciones = session.scalars(mine.order_by(Relacion.ingreso.desc(), Relacion.id.desc())).all()
    facts = select(Novedad, Lote.numero).join(Lote, Lote.id == Novedad.lote_id)
    facts = facts.where(Novedad.empleador_id == empleador_id, Novedad.cedula == cedula)
    rows = [(row[0], row[1]) for row in session.execute(facts.order_by(Novedad.periodo.desc(), Novedad.id.desc()))]
    return [
        _view(relacion, [(n, numero) for n, numero in rows if n.relacion_id == relacion.id]) for relacion in relaciones
    ]


def _view(relacion: Relacion, rows: Sequence[tuple[Novedad, str]]) -> RelacionVista:
    live = [n for n, _ in rows if n.anulada_en is None]
    sueldo = next((n.valor for n in live if n.movimiento in ("ENT", "MSU")), None)
    entrada = next((_texts(n) for n in live if n.movimiento == "ENT"), {})
    if changed := next((n for n in live if n.movimiento == "RRT"), None):
        entrada = {**entrada, "relacion_trabajo": _texts(changed)["relacion_nueva"]}
    hechos = [_fact(n, numero) for n, numero in rows]
    return RelacionVista(
        relacion.id, relacion.sucursal, relacion.ingreso, relacion.salida, sueldo, _named(entrada), hechos
    )


def _texts(novedad: Novedad) -> dict[str, str]:
    """Field → text as the file writes it, put together again from key and values."""
    nov = todas()[novedad.movimiento]
    key = dict(zip(nov.clave, novedad.clave.split(";"), strict=False)) if nov.clave else {}
    return key | dict(zip((c.nombre for c in nov.valores), novedad.datos.split(";"), strict=False))


def _fact(novedad: Novedad, numero: str) -> Hecho:
    nov, texts = todas()[novedad.movimiento], _texts(novedad)
    own = _read(nov.campo(nov.fecha), texts[nov.fecha]) if nov.fecha else None
    datos = [_shown(nov.campo(name), texts[name]) for name in nov.hecho_campos]
    return Hecho(
        nov.hecho,
        novedad.periodo,
        own if isinstance(own, date) else None,
        datos,
        numero,
        novedad.linea,
        novedad.anulada_en,
    )


def _read(campo: Campo, text: str) -> object:
    """A stored text back as its value."""
    return campo.tipo.read(text, Contexto("", date.min)).valor


def _shown(campo: Campo, text: str) -> Dato:
    value = _read(campo, text)
    if isinstance(campo.tipo, Monto) and isinstance(value, int):
        return Dato("monto", value)
    if isinstance(campo.tipo, Fecha) and isinstance(value, date):
        return Dato("fecha", value)
    if isinstance(campo.tipo, Codigo):
        return Dato("texto", campo.tipo.todos.get(text, text))
    return Dato("texto", text.capitalize() if text.isupper() else text)


def _named(entrada: dict[str, str]) -> dict[str, str]:
    """The ENT's fields as people read them: label → text of the catalogue."""
    nov: Movimiento = todas()["ENT"]
    return {name: str(_shown(nov.campo(name), text).valor) for name, text in entrada.items() if nov.campo(name)}
