"""What every novedad promises, held over all of them: a new file is tested by being there."""

from datetime import date

import polars as pl
import pytest

from portal.files.columns import Contexto
from portal.novedades import todas
from portal.novedades.ejemplos import RUC, failing_line, good_line
from portal.revision import Revision
from portal.revision.file import check_chunk
from portal.revision.plan import plan
from tests.novedades.histories import Memory, named

# a Friday on the 20th, a Monday after carnival, a day in a leap February
DAYS = [date(2026, 11, 20), date(2025, 3, 20), date(2024, 2, 29)]
NOVEDADES = list(todas().values())
RULES = [(nov, p.regla) for nov in NOVEDADES for p in plan(nov).preguntas]


def check(nov, lines, hoy, historia):
    ctx = Contexto(RUC, hoy, frozenset({1, 9}))
    history = Memory(named(historia, hoy))
    revision = Revision(nov, ctx, history)
    frame = pl.DataFrame(
        {"linea": range(1, len(lines) + 1), "texto": [";".join(line) for line in lines]},
        schema={"linea": pl.UInt32, "texto": pl.String},
    )
    tramo = check_chunk(frame, nov, ctx, history, ";")
    [found] = revision.check([frame])
    assert found.equals(tramo.problemas())
    return tramo, revision.close()


@pytest.mark.parametrize("hoy", DAYS, ids=str)
@pytest.mark.parametrize("nov", NOVEDADES, ids=lambda n: n.codigo)
def test_its_example_checks_without_a_word(nov, hoy):
    tramo, cierre = check(nov, [good_line(nov, hoy)], hoy, nov.ejemplo_historia)
    assert {(c, n) for c, n in tramo.problemas().select("codigo", "nivel").rows()} <= {
        (codigo, "aviso") for codigo in nov.ejemplo_avisos
    }
    assert not tramo.notas
    assert (cierre.leidas, cierre.correctas) == (1, 1)


@pytest.mark.parametrize("nov, regla", RULES, ids=lambda x: x.codigo)
def test_each_rule_has_an_example_that_raises_just_its_codes(nov, regla):
    hoy = DAYS[0]
    assert regla.falla is not None
    historia = regla.falla.historia or nov.ejemplo_historia
    tramo, _ = check(nov, [failing_line(nov, hoy, regla.falla)], hoy, historia)
    along = {*regla.falla.con, *(() if "lapso" in regla.falla.cambia else nov.ejemplo_avisos)}
    assert sorted(tramo.problemas()["codigo"]) == sorted({regla.codigo} | along)


@pytest.mark.parametrize("nov", NOVEDADES, ids=lambda n: n.codigo)
def test_writing_then_reading_is_identity(nov):
    hoy = DAYS[0]
    line = good_line(nov, hoy)
    tramo, _ = check(nov, [line], hoy, nov.ejemplo_historia)
    campos = plan(nov).campos
    again = tramo.datos.select(c.tipo.write(pl.col(c.nombre)).alias(c.nombre) for c in campos)
    written = list(again.row(0))
    assert written[: len(line)] == line
    assert not any(written[len(line) :])  # what was left out


@pytest.mark.parametrize("nov", NOVEDADES, ids=lambda n: n.codigo)
def test_it_is_whole(nov):
    assert nov.nombre and nov.una_linea and nov.efecto and nov.marca in ("S", "D", "U")
    assert nov.marca == "S" or nov.nota_formato
    names = [c.nombre for c in plan(nov).campos]
    assert len(names) == len(set(names))
    assert {*nov.clave, nov.valor or "ruc", nov.fecha or "ruc"} <= set(names)
    for pregunta in plan(nov).preguntas:
        assert pregunta.regla.campo in names


@pytest.mark.parametrize("nov, regla", RULES, ids=lambda x: x.codigo)
def test_each_rule_says_what_why_and_what_to_do(nov, regla):
    assert regla.nivel in ("error", "aviso")
    for text in (regla.titulo, regla.causa, regla.arreglo, regla.telefono):
        assert text and not text.startswith(" ")
    assert not regla.titulo.endswith(".") and regla.causa.endswith(".") and regla.arreglo.endswith(".")
    assert "{linea}" in regla.telefono
