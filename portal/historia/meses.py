"""A worker's history month by month: the sueldo in force, and what was added to each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.historia.cifras import COLUMNAS, SUELDOS, Cifras, figures
from portal.historia.trabajador import RelacionVista

MESES_POR_PAGINA = 24


@dataclass(frozen=True)
class MesVisto:
    """One month (AAAAMM) of one relación."""

    periodo: int
    sucursal: int
    cifras: Cifras


@dataclass(frozen=True)
class PaginaMeses:
    """Months, newest first. `anterior`: the month the older ones begin with, None when these are the oldest."""

    filas: list[MesVisto]
    anterior: int | None


def by_month(
    relaciones: Sequence[RelacionVista],
    actual: int,
    hasta: int | None = None,
    known: Collection[str] = tuple(COLUMNAS),
) -> PaginaMeses:
    """At most MESES_POR_PAGINA months from `hasta` back (None: from the newest), with the figures `known`. `actual` is
    the present month, the last one of an open relación. Annulled relaciones have no months."""
    live = [(r, _open_in(r, actual), _registered_in(r)) for r in relaciones if r.anulada_en is None]
    every = {month for _, opened, registered in live for month in opened | registered}
    months = sorted((m for m in every if hasta is None or m <= hasta), reverse=True)
    rows = [
        MesVisto(month, r.sucursal, figures(r.valores, month, month in opened, known))
        for month in months[:MESES_POR_PAGINA]
        for r, opened, registered in live
        if month in opened or month in registered
    ]
    return PaginaMeses(rows, months[MESES_POR_PAGINA] if len(months) > MESES_POR_PAGINA else None)


def _registered_in(relacion: RelacionVista) -> set[int]:
    return {v.periodo for v in relacion.valores if v.movimiento not in SUELDOS}


def _open_in(relacion: RelacionVista, actual: int) -> set[int]:
    end, begin = relacion.salida, relacion.ingreso
    last = end.year * 12 + end.month - 1 if end is not None else month_number(actual)
    return {month_of(number) for number in range(begin.year * 12 + begin.month - 1, last + 1)}


def month_number(periodo: int) -> int:
    """AAAAMM as a count of months."""
    return periodo // 100 * 12 + periodo % 100 - 1


def month_of(number: int) -> int:
    """A count of months as AAAAMM."""
    return number // 12 * 100 + number % 12 + 1
