"""What lines do together, in numbers: the preview before the decision, and the sum of what was done."""

from __future__ import annotations

from typing import Any

import polars as pl

from portal.novedades.comunes import SIN_VER
from portal.revision.tramo import Tramo

C = pl.col
#: what is kept of a line for it, a few bytes each: its value, the change of the payroll in cents, its period (AAAAMM),
#: its worker in the sucursal where lines of one file build on each other, whether it is of months that are over, and
#: whether nothing was heard for months
WORTH = {
    "linea": pl.UInt32,
    "valor": pl.Int64,
    "planilla": pl.Int64,
    "periodo": pl.Int32,
    "trabajador": pl.UInt64,
    "pasada": pl.Boolean,
    "sin_ver": pl.Boolean,
}
LISTED = 5


def worth(tramo: Tramo) -> pl.DataFrame:
    """The columns of WORTH for each line of the chunk."""
    nov, known = tramo.nov, set(tramo.datos.columns)
    none = pl.lit(None, pl.Int64)
    planilla = nov.planilla if nov.planilla is not None and set(nov.planilla.meta.root_names()) <= known else none
    past = nov.pasada if nov.pasada is not None and set(nov.pasada.meta.root_names()) <= known else pl.lit(False)
    builds = nov.planilla is not None and not nov.una_por_trabajador
    seen = nov.efecto != "abre_relacion" and set(SIN_VER.meta.root_names()) <= known  # a hire is news by itself
    return tramo.datos.select(
        "linea",
        valor=C(nov.valor).cast(pl.Int64) if nov.valor else none,
        planilla=planilla.cast(pl.Int64),
        periodo=C("periodo").cast(pl.Int32),
        trabajador=pl.struct("sucursal", "cedula").hash() if builds else pl.lit(None, pl.UInt64),
        pasada=past.fill_null(False),
        sin_ver=SIN_VER.fill_null(False) if seen else pl.lit(False),
    )


def effects_of(lines: pl.DataFrame) -> dict[str, Any]:
    """What these lines (columns of WORTH, `one_after_another`) do together: how many, the sum of their values, the
    change of the payroll in cents, how many sueldos rise, fall, fall by more than half, how many lines are of months
    that are over; `periodos`: AAAAMM →
    [lines, sum]; `sin_ver`: lines of workers of whom nothing was heard for months, the first in `sin_ver_lineas`."""
    change, value, unseen = C("planilla"), C("valor"), C("sin_ver")
    sums = lines.lazy().select(
        lineas=pl.len(),
        suma=value.sum(),
        planilla=change.sum(),
        suben=(change > 0).sum(),
        bajan=(change < 0).sum(),
        bajan_mucho=(value * 2 < value - change).sum(),
        pasadas=C("pasada").sum(),
        sin_ver=unseen.sum(),
    )
    listed = lines.lazy().filter(unseen).select(C("linea").bottom_k(LISTED).sort())
    by_period = lines.lazy().group_by("periodo").agg(n=pl.len(), total=value.sum()).sort("periodo")
    summed, first, periods = pl.collect_all([sums, listed, by_period])
    return {
        **summed.row(0, named=True),
        "periodos": {str(periodo): [n, total] for periodo, n, total in periods.iter_rows()},
        "sin_ver_lineas": first["linea"].to_list(),
    }


def together(before: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The effects of two parts of one lote, the first part registered before the second."""
    if not before:
        return more
    periodos = dict(before.get("periodos", {}))
    for periodo, (n, total) in more["periodos"].items():
        had = periodos.get(periodo, [0, 0])
        periodos[periodo] = [had[0] + n, had[1] + total]
    numbers = {name: before.get(name, 0) + n for name, n in more.items() if isinstance(n, int)}
    listed = [*before.get("sin_ver_lineas", []), *more["sin_ver_lineas"]][:LISTED]
    return numbers | {"periodos": periodos, "sin_ver_lineas": listed}


def one_after_another(lines: pl.DataFrame) -> pl.DataFrame:
    """Where a worker has several lines that set the sueldo, each counts against the one before it in time."""
    if not lines["trabajador"].drop_nulls().is_duplicated().any():
        return lines
    before = C("planilla").shift(1).over("trabajador")
    return lines.sort("trabajador", "periodo").with_columns(planilla=C("planilla") - before.fill_null(0))
