"""The engine, in chunks of any size, says of a file what the plain reference says of each of its lines."""

from collections import Counter
from unittest import mock

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.novedades import todas
from portal.revision import Revision, reading
from tests.laws import law
from tests.novedades.histories import Memory
from tests.revision import reference
from tests.revision.pieces import FOREIGNER, Case, cases
from tests.revision.reference import Answer, Problem

COLUMNS = ("linea", "campo", "codigo", "nivel", "valor", "otra")


class Exact(Memory):
    """A history that gives no more than it was asked for: just those workers, periods and columns."""

    def relaciones(self, cedulas, columnas):
        found = super().relaciones(cedulas, columnas)
        looked_up = ("sueldo_actual", "sueldo_desde", "ultimo_periodo", "ultimo_dia")
        asked = {c: pl.lit(None, found.schema[c]) for c in looked_up if c not in columnas}
        return found.with_columns(**asked)

    def registradas(self, nov, cedulas, periodos):
        kept = super().registradas(nov, cedulas, periodos)
        return kept.filter(pl.col("cedula").is_in(cedulas.implode()), pl.col("periodo").is_in(periodos.implode()))


def snapshot(codigo: str, case: Case):
    if case.history is None:
        return None
    rows = [
        (r.sucursal, r.cedula, r.id, r.ingreso, r.salida, r.jornada, r.sectorial, r.sueldo, r.desde, r.ultimo, r.dia)
        for r in case.history
    ]
    days: Counter[tuple[int, int, int]] = Counter()
    told = []
    if codigo == "MND":
        for reg in case.registered:
            days[reg.sucursal, reg.periodo, reg.cedula] += int(reg.datos)
            if relacion := reference.relacion_of(reg, case.history):
                told.append((relacion.id, *reference.more.registered_days(reg.clave, reg.datos), reg.id))
    return Exact(rows, [tuple(r) for r in case.registered], [(*key, n) for key, n in days.items()], told)


def engine(codigo: str, case: Case, chunk: int) -> Answer:
    revision = Revision(todas()[codigo], case.context(), snapshot(codigo, case))
    found = []
    for start in range(0, len(case.lines), chunk):
        rows = case.lines[start : start + chunk]
        frame = pl.DataFrame(rows, schema={"linea": pl.UInt32, "texto": pl.String}, orient="row")
        found += revision.check([frame])
    cierre = revision.close()
    withdrawn = pl.col("historica") & pl.col("linea").is_in(cierre.sin_historia.implode())
    problems = pl.concat([pl.concat(found).filter(~withdrawn), cierre.al_cierre]).select(COLUMNS)
    return Answer(
        sorted((Problem(*row) for row in problems.rows()), key=str),
        +revision.notas,
        (cierre.leidas, cierre.correctas, cierre.con_error, cierre.repetidas, cierre.ya_registradas),
        cierre.efectos,
    )


def expected(codigo: str, case: Case) -> Answer:
    ctx = case.context()
    ctx.meet([int(FOREIGNER)])
    return reference.check(codigo, case.lines, ctx, case.history, case.registered)


@pytest.mark.slow
@pytest.mark.parametrize("codigo", reference.KEY)
def test_the_engine_says_what_the_reference_says(codigo):
    @law(30)
    @given(cases(codigo), st.integers(1, 11), st.sampled_from([0, 2, 1_000]))
    def holds(case, chunk, few):
        with mock.patch.object(reading, "FEW", few):  # so that small files go through the columns too
            assert engine(codigo, case, chunk) == expected(codigo, case)

    holds()
