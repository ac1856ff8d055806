"""Who was in a sucursal in a month, and with what: paged by an index, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.db import Database
from portal.historia.cifras import SUELDOS, Cifras, Valor, figures, known_in
from portal.modelos import Ambito, Novedad, Relacion, Sucursal
from portal.novedades import todas

POR_PAGINA = 50
BATCH = 1_000


@dataclass(frozen=True)
class Mes:
    """Which month of which sucursal, as far as it may be seen: what is of these `movimientos` (None: all of it)."""

    empleador_id: int
    sucursal: int
    periodo: int
    movimientos: frozenset[str] | None = None

    @property
    def ambito(self) -> Ambito:
        return Ambito(self.empleador_id, self.movimientos)

    @property
    def conocidas(self) -> frozenset[str]:
        """The figures that may be seen."""
        return known_in(self.ambito)

    @property
    def primero(self) -> date:
        return date(self.periodo // 100, self.periodo % 100, 1)

    @property
    def ultimo(self) -> date:
        return (self.primero + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class Posicion(NamedTuple):
    """A relación's place in the list: by worker, then by ingreso."""

    cedula: int
    ingreso: date


@dataclass(frozen=True)
class Presente:
    """A relación that had some day of the month. `cargo` as its ENT wrote it, "" for whoever may not see that."""

    relacion_id: int
    cedula: int
    ingreso: date
    salida: date | None
    cargo: str
    cifras: Cifras


@dataclass(frozen=True)
class PaginaPresentes:
    """`siguiente`: the relación after which the next page begins, None when this is the last page."""

    filas: list[Presente]
    siguiente: int | None


def sucursales_of(session: Session, empleador_id: int) -> dict[int, str | None]:
    """The sucursales of an empleador: number → name."""
    mine = select(Sucursal.codigo, Sucursal.nombre).where(Sucursal.empleador_id == empleador_id)
    return {codigo: nombre for codigo, nombre in session.execute(mine.order_by(Sucursal.codigo))}


def position_of(session: Session, mes: Mes, relacion_id: int) -> Posicion | None:
    """The position of a relación of that sucursal in the list."""
    place = select(Relacion.cedula, Relacion.ingreso).where(
        Relacion.id == relacion_id, Relacion.empleador_id == mes.empleador_id, Relacion.sucursal == mes.sucursal
    )
    row = session.execute(place).first()
    return Posicion(*row) if row else None


def page_of(session: Session, mes: Mes, after: Posicion | None, limit: int = POR_PAGINA) -> PaginaPresentes:
    """The next `limit` relaciones of the list. One more is queried, to know whether there are more."""
    rows = _relaciones(session, mes, after, limit + 1)
    here = rows[:limit]
    lines = _lines(session, mes, [row.relacion_id for row in here])
    known = mes.conocidas
    filas = [_presente(row, mes, lines[row.relacion_id], known) for row in here]
    return PaginaPresentes(filas, here[-1].relacion_id if len(rows) > limit else None)


def batches(database: Database, mes: Mes) -> Iterator[tuple[Session, list[Presente]]]:
    """The whole list in parts, each in a transaction of its own: a slow reader keeps none open. The session is valid
    until the next part is requested."""
    after: Posicion | None = None
    while True:
        with database.reading() as session:
            page = page_of(session, mes, after, BATCH)
            yield session, page.filas
        if page.siguiente is None:
            return
        after = Posicion(page.filas[-1].cedula, page.filas[-1].ingreso)


class _Fila(NamedTuple):
    relacion_id: int
    cedula: int
    ingreso: date
    salida: date | None


def _relaciones(session: Session, mes: Mes, after: Posicion | None, limit: int) -> list[_Fila]:
    """By the covering index ix_relacion_trabajador. Two live relaciones of a worker in a sucursal never have the same
    ingreso, so (cédula, ingreso) is a keyset for the next page."""
    r = Relacion
    some_day = [r.ingreso <= mes.ultimo, or_(r.salida.is_(None), r.salida >= mes.primero)]
    here = [r.empleador_id == mes.empleador_id, r.sucursal == mes.sucursal, *some_day, r.anulada_en.is_(None)]
    if after is not None:
        here += [r.cedula >= after.cedula, or_(r.cedula > after.cedula, r.ingreso > after.ingreso)]
    found = select(r.id, r.cedula, r.ingreso, r.salida).where(*here)
    return [_Fila(*row) for row in session.execute(found.order_by(r.cedula, r.ingreso).limit(limit))]


class _Lineas:
    """What was registered of one relación: numbers, and the cargo of its ENT."""

    def __init__(self) -> None:
        self.valores: list[Valor] = []
        self.cargo = ""


def _lines(session: Session, mes: Mes, relaciones: Sequence[int]) -> dict[int, _Lineas]:
    """Live lines of these relaciones that say what the sueldo is, and those of the month."""
    n = Novedad
    wanted = select(n.relacion_id, n.movimiento, n.periodo, n.valor, n.datos).where(
        n.relacion_id.in_(relaciones),
        *mes.ambito.solo(n),
        n.anulada_en.is_(None),
        or_(n.movimiento.in_(SUELDOS), n.periodo == mes.periodo),
    )
    found: dict[int, _Lineas] = defaultdict(_Lineas)
    for relacion_id, movimiento, periodo, valor, datos in session.execute(wanted) if relaciones else ():
        if valor is not None:
            found[relacion_id].valores.append(Valor(movimiento, periodo, valor))
        if movimiento == "ENT":
            found[relacion_id].cargo = _cargo(datos)
    return found


def _cargo(datos: str) -> str:
    named = dict(zip((c.nombre for c in todas()["ENT"].valores), datos.split(";"), strict=False))
    return named.get("cargo", "")


def _presente(fila: _Fila, mes: Mes, lines: _Lineas, known: frozenset[str]) -> Presente:
    return Presente(*fila, lines.cargo, figures(lines.valores, mes.periodo, abierta=True, known=known))
