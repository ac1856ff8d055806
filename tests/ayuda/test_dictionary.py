"""The error dictionary is whole: whatever the portal can say, it explains, with an example that is true."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module

import polars as pl
import pytest

import portal
from portal.files.columns import Contexto, Tipo, check_digit_holds
from portal.files.explain import Explicacion
from portal.novedades import todas
from portal.novedades.diccionario import OTRA_CEDULA, Entrada, example_of, fields, merged
from portal.novedades.ejemplos import RUC
from portal.revision.diccionario import entradas
from portal.revision.file import check_chunk
from portal.revision.plan import plan
from tests.novedades.histories import Memory, named, relacion

HOY = date(2026, 11, 20)
DAYS = [HOY, date(2025, 3, 20), date(2024, 2, 29)]
ENTRADAS = list(entradas().values())
TYPES = [
    (nov, campo, problema) for nov in todas().values() for campo in fields(nov) for problema in campo.tipo.problemas
]
OF_RULES = [e for e in ENTRADAS if e.codigo in {p.regla.codigo for n in todas().values() for p in plan(n).preguntas}]
HOLE = re.compile(r"\{[a-z_]+\}")


def explanations(value: object) -> Iterator[Explicacion]:
    if isinstance(value, Explicacion):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from explanations(one)
    elif isinstance(value, Mapping):
        yield from explanations(list(value.values()))
    elif isinstance(value, type) and issubclass(value, Tipo):
        yield from explanations(value.problemas)


def test_no_explanation_anywhere_in_the_portal_is_left_out():
    modules = [m.name for m in pkgutil.walk_packages(portal.__path__, "portal.") if not m.name.endswith("__main__")]
    found = {x for name in modules for value in vars(import_module(name)).values() for x in explanations(value)}
    assert len(found) > 40
    for explicacion in found:
        assert entradas()[explicacion.codigo].explicacion == explicacion


@pytest.mark.parametrize("hoy", DAYS, ids=str)
@pytest.mark.parametrize("entrada", ENTRADAS, ids=lambda e: e.codigo)
def test_each_code_says_what_why_what_to_do_and_what_to_say(entrada, hoy):
    words = entrada.explicacion
    assert words.nivel in ("error", "aviso", "nota", "archivo")
    assert words.titulo and not words.titulo.endswith(".")
    for text in (words.causa, words.arreglo, words.telefono):
        said = entrada.decir(text, hoy)
        assert said and "«»" not in said and not HOLE.search(said), said
        assert {hole.strip("{}") for hole in HOLE.findall(text)} <= set(entrada.ejemplo(hoy).datos)


@pytest.mark.parametrize("entrada", ENTRADAS, ids=lambda e: e.codigo)
def test_each_code_has_an_example_whose_wrong_field_is_in_the_line(entrada):
    muestra = entrada.ejemplo(HOY)
    assert muestra.mal and (muestra.bien or muestra.situacion)
    assert muestra.mal != muestra.bien
    for linea in muestra.mal:
        assert linea.marcado is None or 0 <= linea.marcado < len(linea.campos)


@pytest.mark.parametrize("nov, campo, problema", TYPES, ids=lambda x: getattr(x, "codigo", getattr(x, "nombre", "")))
def test_the_failing_text_of_a_field_brings_its_code(nov, campo, problema):
    text = example_of(campo.tipo, problema.codigo, HOY)
    ctx = Contexto(RUC, HOY, frozenset({1, 9}), de_hoja=True)
    leido = campo.tipo.read_many([text], ctx)[0]
    assert (leido.codigo or leido.aviso) == problema.codigo


def check(nov, linea, historia):
    ctx = Contexto(RUC, HOY, frozenset({1, 9}), de_hoja=True)
    frame = pl.DataFrame(
        {"linea": [1], "texto": [";".join(linea.campos)]}, schema={"linea": pl.UInt32, "texto": pl.String}
    )
    return check_chunk(frame, nov, ctx, Memory(historia), ";")


@pytest.mark.parametrize("entrada", OF_RULES, ids=lambda e: e.codigo)
def test_the_right_line_of_a_rule_passes_it(entrada):
    nov = todas()[entrada.novedades[0]]
    regla = next(p.regla for p in plan(nov).preguntas if p.regla.codigo == entrada.codigo)
    muestra = entrada.ejemplo(HOY)
    historia = named(regla.falla.historia or nov.ejemplo_historia, HOY)
    assert entrada.codigo in check(nov, muestra.mal[0], historia).problemas()["codigo"]
    known = [relacion(HOY, date(2025, 1, 2), cedula=int(OTRA_CEDULA))] if nov.ejemplo_historia != "ninguna" else []
    for linea in muestra.bien:
        assert entrada.codigo not in check(nov, linea, historia + known).problemas()["codigo"]


@pytest.mark.parametrize("entrada", [e for e in ENTRADAS if e.codigo.startswith("REP-")], ids=lambda e: e.codigo)
def test_a_repair_turns_the_first_line_into_the_second(entrada):
    muestra = entrada.ejemplo(HOY)
    nov = todas()[muestra.mal[0].campos[4]]
    tramo = check(nov, muestra.mal[0], named(nov.ejemplo_historia, HOY))
    assert [codigo for _, codigo in tramo.notas] == [entrada.codigo]
    written = tramo.datos.select(c.tipo.write(pl.col(c.nombre)).alias(c.nombre) for c in plan(nov).campos)
    right = muestra.bien[0].campos
    assert written.row(0)[: len(right)] == right
    assert not any(written.row(0)[len(right) :])  # a field that may be left out


def test_a_common_rule_is_one_entry_of_every_movement():
    assert entradas()["PER-01"].novedades == tuple(todas())
    assert entradas()["SAL-02"].novedades == ("SAL",)
    assert entradas()["ARC-01"].novedades == ()


def test_two_explanations_of_one_code_are_refused():
    one = entradas()["SAL-02"]
    other = Explicacion("SAL-02", "error", "Otra cosa", "a", "b", "c")
    with pytest.raises(ValueError, match="SAL-02"):
        merged([one, Entrada(other, ("SAL",), "x", one.ejemplo)])


def test_the_other_worker_of_the_examples_has_a_good_cedula():
    assert check_digit_holds(OTRA_CEDULA)
