"""`personas importar`, on both databases: what comes in, what is told, and that it is all or nothing."""

import tracemalloc
from pathlib import Path

import pytest

from portal.cli.personas import HECHO, _persona
from portal.cli.tabla_csv import TablaCsv, judge
from tests.columns.test_columns_law import with_check_digit
from tests.platform.desk import Desk

HEAD = "identificacion,nombre,extranjero"
GOOD = "0912791803,ANA PEÑA,no"
KEPT = "select cedula, nombre, extranjero from afiliado order by cedula"


@pytest.fixture
def desk(database, database_url, tmp_path):
    return Desk(database, database_url, tmp_path)


@pytest.fixture
def sqlite_desk(tmp_path, sqlite_template):
    """For what is told of a file before any database is asked."""
    return Desk(None, f"sqlite:///{sqlite_template}", tmp_path)


def people(desk):
    return [(cedula, nombre, bool(extranjero)) for cedula, nombre, extranjero in desk.rows(KEPT)]


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_comes_in_as_the_usual_programs_write_it(desk, mark, encoding, end):
    lines = [HEAD, GOOD, "6112345678,,sí", "", ",,", " 1710034065 , LUIS  MORA ,NO"]
    file = desk.file(*(line.replace(",", mark) for line in lines), encoding=encoding, end=end)
    for _ in range(2):
        assert desk.run("personas", "importar", file) == "Personas importadas: 3.\n"
        assert people(desk) == [
            (912791803, "ANA PEÑA", False),
            (1710034065, "LUIS MORA", False),
            (6112345678, None, True),
        ]


def test_names_may_be_left_out_and_then_stay_as_they_are(desk):
    desk.run("personas", "importar", desk.file(HEAD, GOOD, "6112345678,JEAN,si"))
    desk.run("personas", "importar", desk.file("Extranjero;Identificación", "no;0912791803", "no;1710034065"))
    assert people(desk) == [(912791803, "ANA PEÑA", False), (1710034065, None, False), (6112345678, "JEAN", True)]
    desk.run("personas", "importar", desk.file(HEAD, "0912791803,ANA PEÑA DE MORA,no"))
    assert people(desk)[0] == (912791803, "ANA PEÑA DE MORA", False)


def test_a_lost_leading_zero_is_put_back_as_in_batch_files(desk):
    desk.run("personas", "importar", desk.file(HEAD, "912791803,,no"))
    assert people(desk) == [(912791803, None, False)]


def test_quotes_keep_separators_and_line_ends_together(desk):
    file = desk.file(HEAD, '0912791803,"PEÑA, ANA ""LA""\nMAYOR",no', "x,,si")
    assert "línea 4, columna «identificacion»: dice «x»" in desk.refused("personas", "importar", file)
    desk.run("personas", "importar", desk.file(HEAD, '0912791803,"PEÑA, ANA ""LA""\nMAYOR",no'))
    assert people(desk) == [(912791803, 'PEÑA, ANA "LA" MAYOR', False)]


WRONG = {
    "0912791804,,no": "columna «identificacion»: dice «0912791804». El último dígito no corresponde",
    "6112345678,,no": "Si es un código de extranjero, en «extranjero» va si.",
    "091279180-3,,no": "columna «identificacion»: dice «091279180-3». Escriba los 10 dígitos",
    "912791804,,no": "columna «identificacion»: dice «912791804». Escriba los 10 dígitos",
    "611234567,,si": "columna «identificacion»: dice «611234567». Escriba los 10 dígitos",
    "٦112345678,,si": "Escriba los 10 dígitos",
    ",ANA,no": "columna «identificacion»: está vacía. Escriba los 10 dígitos",
    "0912791803,ANA,": "columna «extranjero»: está vacía. Escriba si o no.",
    "0912791803,ANA,quizá": "columna «extranjero»: dice «quizá». Escriba si o no.",
    "0912791803,AN\0A,no": "columna «nombre»",
    "0912791803,PEÑA, ANA,no": ": tiene 4 datos y el encabezado 3. Si un dato lleva el separador",
    "0912791803": ": tiene 1 datos y el encabezado 3.",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_mistake_is_told_with_its_line_its_column_its_value_and_its_cure(sqlite_desk, line):
    said = sqlite_desk.refused("personas", "importar", sqlite_desk.file(HEAD, GOOD, "", line))
    assert "No se importó nada. Corrija y vuelva a importar:" in said
    assert said.splitlines()[1].startswith("línea 4") and WRONG[line] in said


UNREADABLE = {
    "identificacion,nombre": "línea 1: faltan las columnas «extranjero».",
    "": "línea 1: faltan las columnas «identificacion», «extranjero».",
    f"{HEAD},telefono": "línea 1: no se conocen las columnas «telefono».",
    f"{HEAD},Nombre": "línea 1: están dos veces las columnas «nombre».",
    f'{HEAD}\n{GOOD}\n0912791803,"ANA,no\n1710034065,,no': "línea 3: no se puede leer. Revise las comillas",
    f'{HEAD}\n0912791803,"ANA"X,no': "línea 2: no se puede leer. Revise las comillas",
}


@pytest.mark.parametrize("content", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_where(sqlite_desk, content):
    assert UNREADABLE[content] in sqlite_desk.refused("personas", "importar", sqlite_desk.file(content))


@pytest.mark.parametrize(("encoding", "line"), [("cp1252", 3), ("utf-16", 1)])
def test_another_encoding_is_told_with_its_cure(sqlite_desk, encoding, line):
    file = sqlite_desk.file(HEAD, "1710034065,LUIS,no", GOOD, encoding=encoding)
    assert f"línea {line}: no está en UTF-8. Guarde el archivo como «CSV UTF-8»" in sqlite_desk.refused(
        "personas", "importar", file
    )


def test_all_mistakes_are_told_at_once_the_first_twenty_in_words(sqlite_desk):
    lines = [f"{n},,no" for n in range(25)]
    said = sqlite_desk.refused("personas", "importar", sqlite_desk.file(HEAD, *lines)).splitlines()
    assert [line.split(",")[0] for line in said[1:21]] == [f"línea {n}" for n in range(2, 22)]
    assert said[21:] == ["… y 5 más."]


def test_nothing_of_a_file_with_a_mistake_comes_in(desk):
    desk.run("personas", "importar", desk.file(HEAD, GOOD))
    desk.refused("personas", "importar", desk.file(HEAD, "0912791803,OTRA,no", "6112345678,,si", "x,,no"))
    assert people(desk) == [(912791803, "ANA PEÑA", False)]


def test_one_person_twice_must_be_the_same_person(desk):
    assert desk.run("personas", "importar", desk.file(HEAD, GOOD, GOOD)) == "Personas importadas: 1.\n"
    other = [GOOD, "6112345678,JEAN,si", "0912791803,,no", "6112345678,JEAN,si", "0912791803,ANA PEÑA,si"]
    said = desk.refused("personas", "importar", desk.file(HEAD, *other)).splitlines()[1:]
    assert said == [
        "línea 4, columna «nombre»: está vacía. La línea 2 dice «ANA PEÑA» de la misma identificación: "
        "deje en las dos lo que es cierto.",
        "línea 6, columna «extranjero»: dice «si». La línea 2 dice «no» de la misma identificación: "
        "deje en las dos lo que es cierto.",
    ]
    assert people(desk) == [(912791803, "ANA PEÑA", False)]


def test_a_large_file_comes_in_by_parts(desk):
    lines = [f"{6_100_000_000 + n},,si" for n in range(11_000)]
    assert desk.run("personas", "importar", desk.file(HEAD, *lines)) == "Personas importadas: 11000.\n"
    assert desk.rows("select count(*), min(cedula), max(cedula) from afiliado") == [
        (11_000, 6_100_000_000, 6_100_010_999)
    ]


def test_a_file_is_judged_without_holding_it(tmp_path: Path):
    path = tmp_path / "many.csv"
    path.write_text("\n".join([HEAD, *(f"{with_check_digit(f'17{n:07d}')},PERSONA {n},no" for n in range(20_000))]))
    tabla = TablaCsv(path, ("identificacion", "extranjero"), ("nombre",))
    tracemalloc.start()
    try:
        assert judge(tabla, _persona, [HECHO]) == [20_000]
        assert tracemalloc.get_traced_memory()[1] < 50 * 20_000  # bytes: a key and its sorting, not a line
    finally:
        tracemalloc.stop()
