"""`empleadores importar`, on both databases."""

import pytest

from tests.platform.desk import Desk

HEAD = "ruc;nombre;tipo;sucursal;nombre_sucursal"
RUC, OTHER = "1799000004001", "0999000004001"
MAIN = f"{RUC};EMPRESA S.A.;privada;0001;Matriz"
EMPLEADORES = "select ruc, nombre, tipo from empleador order by ruc"
SUCURSALES = "select ruc, codigo, s.nombre from sucursal s join empleador e on e.id = s.empleador_id order by 1, 2"


@pytest.fixture
def desk(database, database_url, tmp_path):
    return Desk(database, database_url, tmp_path)


@pytest.fixture
def sqlite_desk(tmp_path, sqlite_template):
    return Desk(None, f"sqlite:///{sqlite_template}", tmp_path)


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_line_is_a_sucursal_and_the_same_file_again_changes_nothing(desk, mark, encoding):
    lines = [HEAD, MAIN, f"{OTHER};ROSA PEÑA;natural_ecuatoriana;1;", "", f"{RUC};EMPRESA S.A.;Privada;0009;Sur", MAIN]
    file = desk.file(*(line.replace(";", mark) for line in lines), encoding=encoding, end="\r\n")
    ids = None
    for _ in range(2):
        said = desk.run("empleadores", "importar", file)
        assert said == "Empleadores importados: 2, con 3 sucursales.\n"
        assert desk.rows(EMPLEADORES) == [(OTHER, "ROSA PEÑA", "natural_ecuatoriana"), (RUC, "EMPRESA S.A.", "privada")]
        assert desk.rows(SUCURSALES) == [(OTHER, 1, None), (RUC, 1, "Matriz"), (RUC, 9, "Sur")]
        ids = ids or desk.rows("select id, empleador_id from sucursal order by id")
    assert desk.rows("select id, empleador_id from sucursal order by id") == ids


def test_another_file_brings_up_to_date_and_takes_no_sucursal_away(desk):
    desk.run("empleadores", "importar", desk.file(HEAD, MAIN, f"{RUC};EMPRESA S.A.;privada;0009;Sur"))
    desk.run(
        "empleadores",
        "importar",
        desk.file("sucursal,tipo,nombre,ruc", f"12,publica,EMPRESA NUEVA,{RUC}", f"1,publica,EMPRESA NUEVA,{RUC}"),
    )
    assert desk.rows(EMPLEADORES) == [(RUC, "EMPRESA NUEVA", "publica")]
    assert desk.rows(SUCURSALES) == [(RUC, 1, "Matriz"), (RUC, 9, "Sur"), (RUC, 12, None)]


def test_a_ruc_is_thirteen_digits_whatever_its_check_digit(desk):
    rucs = ["1799000004001", "1790000000001", OTHER, "1712345678001"]
    desk.run("empleadores", "importar", desk.file(HEAD, *(f"{ruc};E {ruc};privada;0001;" for ruc in rucs)))
    assert {ruc for ruc, *_ in desk.rows(EMPLEADORES)} == set(rucs)


WRONG = {
    f"{RUC};E;privada;x;": "columna «sucursal»: dice «x». Escriba 4 dígitos entre 0001 y 9999",
    f"{RUC};E;privada;0000;": "columna «sucursal»: dice «0000»",
    f"{RUC};E;privada;10000;": "columna «sucursal»: dice «10000»",
    f"{RUC};E;privada;;": "columna «sucursal»: está vacía",
    "999000004001;E;privada;0001;": "columna «ruc»: dice «999000004001». Escriba los 13 dígitos",
    "1.799E+12;E;privada;0001;": "columna «ruc»: dice «1.799E+12». Escriba los 13 dígitos",
    "1799000004000;E;privada;0001;": "que no terminan en 000",
    ";E;privada;0001;": "columna «ruc»: está vacía. Escriba los 13 dígitos",
    f"{RUC};;privada;0001;": "columna «nombre»: está vacía. Escriba la razón social.",
    f"{RUC};E;artesana;0001;": "columna «tipo»: dice «artesana». Escriba uno de estos: privada, publica, natural_ecu",
    f"{RUC};E;privada;0001": ": tiene 4 datos y el encabezado 5.",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_mistake_is_told_with_its_line_its_column_its_value_and_its_cure(sqlite_desk, line):
    said = sqlite_desk.refused("empleadores", "importar", sqlite_desk.file(HEAD, f"{OTHER};O;publica;1;", line))
    assert said.splitlines()[1].startswith("línea 3") and WRONG[line] in said


def test_nothing_of_a_file_with_a_mistake_comes_in(desk):
    desk.refused("empleadores", "importar", desk.file(HEAD, MAIN, "x;E;privada;0001;"))
    assert desk.rows(EMPLEADORES) == [] and desk.rows(SUCURSALES) == []


def test_the_lines_of_one_ruc_agree_or_both_are_named(desk):
    lines = [MAIN, f"{OTHER};O;publica;1;", f"{RUC};EMPRESA;privada;0002;", f"{RUC};EMPRESA S.A.;publica;0003;"]
    said = desk.refused("empleadores", "importar", desk.file(HEAD, *lines, f"{RUC};EMPRESA S.A.;privada;1;Centro"))
    assert said.splitlines()[1:] == [
        "línea 4, columna «nombre»: dice «EMPRESA». La línea 2 dice «EMPRESA S.A.» del mismo RUC: "
        "deje en las dos lo que es cierto.",
        "línea 5, columna «tipo»: dice «publica». La línea 2 dice «privada» del mismo RUC: "
        "deje en las dos lo que es cierto.",
        "línea 6, columna «nombre_sucursal»: dice «Centro». La línea 2 dice «Matriz» de la misma sucursal: "
        "deje en las dos lo que es cierto.",
    ]
    assert desk.rows(EMPLEADORES) == []


def test_a_large_file_comes_in_by_parts(desk):
    lines = [f"{1_700_000_000_001 + 1000 * (n // 3)};E {n // 3};privada;{n % 3 + 1};" for n in range(12_000)]
    said = desk.run("empleadores", "importar", desk.file(HEAD, *lines))
    assert said == "Empleadores importados: 4000, con 12000 sucursales.\n"
    assert desk.rows("select count(*) from sucursal") == [(12_000,)]
