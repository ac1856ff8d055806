"""What public payroll programs get wrong: put right where it means one thing, else named, with the way out."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.files.columns import Contexto
from portal.files.reader import Limites
from portal.lotes.vista.problema_dicho import say
from portal.modelos import Problema
from portal.novedades import todas
from portal.revision.offline import check_file, like_foreigners
from tests.lotes.conftest import CEDULAS, RUC, Office, make_config

SAMPLES = Path(__file__).parents[2] / "samples"
HOY = date(2026, 7, 2)

# mistake: movement, repairs as (field, code) → lines
MENDED = {
    "trailing-separator": ("INS", {}),  # one empty field after the last is no mistake to speak of
    "float-amounts": ("INS", {("valor", "REP-DECIMALES"): 1, ("valor", "REP-COLA"): 1}),
    "short-months": ("PFM", {("lapso", "REP-PERIODO"): 2}),
    "slashed-dates": ("SAL", {("fecha_salida", "REP-FECHA"): 2}),
}
# mistake: movement, repairs, problems as (line, field, code), what its texts must name
NAMED = {
    "eighth-field": (
        "MSU",
        {},
        [(1, "linea", "LIN-02"), (2, "linea", "LIN-02")],
        ["tiene 8 campos y deben ser 7", "sobra una causa", "Quite la causa"],
    ),
    "two-letter-causes": (
        "SAL",
        {},
        [(1, "causa", "CAT-01"), (2, "causa", "CAT-01")],
        ["«VO»", "T, V, B, R, S, D, I, F, A", "sin abreviar la palabra"],
    ),
    "empty-death": (
        "SAL",
        {("fecha_fallecimiento", "REP-VACIO"): 2},
        [(2, "fecha_fallecimiento", "SAL-03")],
        ["La causa F", "exige la fecha de fallecimiento", "AAAAMMDD"],
    ),
    "decimal-comma": (
        "INS",
        {("valor", "REP-COMA"): 1},
        [(2, "valor", "MON-05")],
        ["«1,200» puede ser miles o decimales", "punto y dos decimales"],
    ),
}


def sample(name: str) -> bytes:
    return (SAMPLES / f"generator-{name}.txt").read_bytes()


def report(name: str, movimiento: str):
    ctx = Contexto(RUC, HOY, extranjeros=like_foreigners)
    return check_file(sample(name), f"{name}.txt", todas()[movimiento], ctx, Limites(10**6, 1_000))


def repaired(informe) -> dict[tuple[str, str], int]:
    return {(r["campo"], r["codigo"]): r["lineas"] for r in informe.reparaciones}


@pytest.fixture
def office(database, tmp_path):
    """Two workers of more than thirteen months on the day of the samples."""
    office = Office(database, make_config(tmp_path, hoy_fijo=HOY))
    office.hire(*CEDULAS[:2], days_ago=600)
    return office


def sent(office, name: str, movimiento: str):
    lote = office.check(office.send(movimiento, sample(name), hoy=HOY).lote_id)
    with office.database.reading() as session:
        found = session.scalars(select(Problema).where(Problema.lote_id == lote.id).order_by(Problema.linea)).all()
        dichos = say(session, office.empleador_id, todas()[movimiento], found)
        return lote, [(p.linea, p.campo, p.codigo) for p in found], dichos


def test_the_samples_on_disk_are_those_the_script_makes():
    made = runpy.run_path(str(SAMPLES / "make.py"))["generators"]()
    assert {path.name: path.read_bytes() for path in SAMPLES.glob("generator-*")} == made
    assert {name.removeprefix("generator-").removesuffix(".txt") for name in made} == MENDED.keys() | NAMED.keys()


@pytest.mark.parametrize("name", MENDED)
def test_what_means_one_thing_is_put_right_and_counted(name):
    movimiento, repairs = MENDED[name]
    informe = report(name, movimiento)
    assert (informe.leidas, informe.correctas, informe.problemas, informe.falla) == (2, 2, [], None)
    assert repaired(informe) == repairs


@pytest.mark.parametrize("name", NAMED)
def test_what_does_not_is_named_with_the_way_out(name):
    movimiento, repairs, problems, words = NAMED[name]
    informe = report(name, movimiento)
    assert [(p.linea, p.campo, p.codigo) for p in informe.problemas] == problems
    assert (informe.leidas, informe.con_error) == (2, len(problems))
    assert repaired(informe) == repairs
    first = informe.problemas[0]
    for piece in words:
        assert piece in f"{first.titulo}. {first.causa} {first.arreglo}"


@pytest.mark.parametrize("name", MENDED)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_put_right_is_registered_where_the_history_allows_it(office, name):
    movimiento, repairs = MENDED[name]
    lote, problems, _ = sent(office, name, movimiento)
    assert (lote.correctas, problems) == (2, [])
    assert {(r["campo"], r["codigo"]): r["lineas"] for r in lote.reparaciones} == repairs
    assert office.register(lote.id).registradas == 2


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_with_a_history_the_answer_is_the_same(office, name):
    movimiento, _, problems, words = NAMED[name]
    lote, found, dichos = sent(office, name, movimiento)
    assert found == problems
    assert (lote.correctas, lote.con_error) == (2 - len(problems), len(problems))
    for piece in words:
        assert piece in f"{dichos[0].titulo}. {dichos[0].causa} {dichos[0].arreglo}"
    assert "{" not in dichos[0].causa + dichos[0].arreglo + dichos[0].telefono


@pytest.mark.parametrize(
    "tail, code", [("O", "LIN-02"), (" h ", "LIN-02"), ("EX", "LIN-01"), ("1.00", "LIN-01"), ("O;", "LIN-02")]
)
def test_only_a_cause_of_extras_after_the_sueldo_is_taken_for_one(tail, code):
    ctx = Contexto(RUC, HOY, extranjeros=like_foreigners)
    contenido = f"{RUC};0001;2026;06;MSU;0912791803;600.00;{tail}\r\n".encode()
    (problem,) = check_file(contenido, "x.txt", todas()["MSU"], ctx, Limites(10**6, 10)).problemas
    assert problem.codigo == code
    assert "8 campos" in problem.causa  # an empty one after the last is none
