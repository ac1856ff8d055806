"""A sheet whose columns nobody can tell: asked once on a page, read as answered, remembered for the next one."""

from __future__ import annotations

import pytest

from pages.states import ANA, LUIS
from pages.world import SOLO_MSU_SAL, World
from portal.modelos import Disposicion
from web import mundo
from web.portal_client import Navegador

UNKNOWN = f"TRABAJADOR;NOMBRES;X\r\n{ANA};PEREZ ANA;450.50\r\n{LUIS};LOPEZ LUIS;88.00\r\n".encode()
KNOWN = f"Nombre;Cédula;Valor;Año;Mes;Sucursal\r\nPEREZ ANA;{ANA};450.50;2026;10;1\r\n;TOTAL;450.50\r\n".encode()
ANSWER = {"columna-1": "cedula", "columna-2": "", "columna-3": "valor", "anio": "2026", "mes": "10", "sucursal": "0001"}


@pytest.fixture
def asked(world: World) -> str:
    world.hire(ANA, LUIS)
    return world.checked("INS", UNKNOWN, nombre="extras.csv")


def test_the_lote_says_that_it_asks_and_leads_to_the_page(world: World, de_a: Navegador, asked: str) -> None:
    assert world.lote(asked).estado == "rechazado" and (world.lote(asked).falla or {})["codigo"] == "ARC-12"
    html = de_a.get(f"/lotes/{asked}").text
    assert f'href="/lotes/{asked}/columnas"' in html and "Decir qué trae cada columna" in html


def test_the_page_shows_each_column_with_its_first_rows_and_a_guess(de_a: Navegador, asked: str) -> None:
    html = de_a.get(f"/lotes/{asked}/columnas").text
    assert "1 «TRABAJADOR»" in html and "450.50" in html and "LOPEZ LUIS" in html
    assert '<option value="cedula" selected>' in html and '<option value="valor" selected>' in html
    assert 'name="anio"' in html and 'name="mes"' in html and 'name="sucursal"' in html


def test_the_answer_makes_a_lote_of_the_same_file_that_reads_so(world: World, de_a: Navegador, asked: str) -> None:
    de_a.get(f"/lotes/{asked}/columnas")
    where = de_a.post(f"/lotes/{asked}/columnas", ANSWER, status=303).location.removeprefix("/lotes/")
    lote = world.check(where)
    assert (lote.estado, lote.leidas, lote.correctas) == ("revisado", 2, 2)
    assert lote.archivo_id == world.lote(asked).archivo_id
    html = de_a.get(f"/lotes/{where}").text
    assert "Lo leímos así" in html and "Valor de extras, columna 3 «X»" in html and "Mes 10" in html
    world.decide(where)
    assert world.register(where).registradas == 2
    receipt = de_a.get(f"/lotes/{where}/comprobante").text
    assert "Se leyó así" in receipt and "Valor de extras, columna 3 «X»" in receipt


def test_the_next_file_like_it_asks_only_for_its_period(world: World, de_a: Navegador, asked: str) -> None:
    de_a.get(f"/lotes/{asked}/columnas")
    world.check(de_a.post(f"/lotes/{asked}/columnas", ANSWER, status=303).location.removeprefix("/lotes/"))
    again = world.checked("INS", UNKNOWN.replace(b"88.00", b"89.00"), nombre="extras.csv")
    assert (world.lote(again).pregunta or {})["faltan"] == ["sucursal", "anio", "mes"]
    html = de_a.get(f"/lotes/{again}/columnas").text
    assert '<option value="cedula" selected>' in html and "Olvidar lo que dijimos antes" in html
    de_a.post(f"/lotes/{again}/columnas", {"olvidar": "1"}, status=303)
    with world.database.reading() as session:
        assert session.query(Disposicion).count() == 0


def test_a_whole_answer_is_remembered_whole(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    sheet = f"T;N;X;A;M;S\r\n{ANA};PEREZ ANA;450.50;2026;10;0001\r\n".encode()
    first = world.checked("INS", sheet, nombre="x.csv")
    answer = {
        "columna-1": "cedula",
        "columna-3": "valor",
        "columna-4": "anio",
        "columna-5": "mes",
        "columna-6": "sucursal",
    }
    de_a.get(f"/lotes/{first}/columnas")
    world.check(de_a.post(f"/lotes/{first}/columnas", answer, status=303).location.removeprefix("/lotes/"))
    second = world.checked("INS", sheet.replace(b"450.50", b"451.50"), nombre="x.csv")
    assert world.lote(second).correctas == 1
    assert "Como se dijo de un archivo anterior igual a este" in de_a.get(f"/lotes/{second}").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columna-1": ""}, "Falta decir dónde está «Cédula»"),
        ({"columna-2": "cedula"}, "«Cédula» está en dos columnas: deje una"),
        ({"mes": "13"}, "Elija el mes"),
        ({"anio": "26"}, "Escriba el año con cuatro cifras"),
        ({"sucursal": ""}, "Falta decir dónde está «Sucursal»"),
        ({"columna-1": "otra cosa"}, "Falta decir dónde está «Cédula»"),
    ],
)
def test_an_answer_that_leaves_something_open_is_given_back(
    world: World, de_a: Navegador, asked: str, change: dict[str, str], said: str
) -> None:
    de_a.get(f"/lotes/{asked}/columnas")
    html = de_a.post(f"/lotes/{asked}/columnas", {**ANSWER, **change}, status=422).text
    assert said in html and '<option value="valor" selected>' in html
    with world.database.reading() as session:
        assert session.query(Disposicion).count() == 0


def test_known_headings_are_read_said_and_may_be_disagreed_with(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.checked("INS", KNOWN, nombre="extras.csv")
    assert world.lote(numero).correctas == 1
    html = de_a.get(f"/lotes/{numero}").text
    assert "Cédula, columna 2 «Cédula»" in html and "No es línea: fila 3 «TOTAL · 450.50»" in html
    assert "No se usan: «Nombre»" in html and "Cambiar las columnas" in html
    de_a.get(f"/lotes/{numero}/columnas")
    answer = {
        "columna-2": "cedula",
        "columna-3": "valor",
        "columna-4": "anio",
        "columna-5": "mes",
        "columna-6": "sucursal",
    }
    where = de_a.post(f"/lotes/{numero}/columnas", answer, status=303).location.removeprefix("/lotes/")
    assert where != numero and world.lote(numero).estado == "desistido"


def test_nobody_else_is_asked(world: World, de_b: Navegador, soporte: Navegador, asked: str) -> None:
    de_b.get(f"/lotes/{asked}/columnas", status=404)
    soporte.get(f"/lotes/{asked}/columnas", status=404)
    world.browser(SOLO_MSU_SAL).get(f"/lotes/{asked}/columnas", status=404)
    assert "450.50" not in soporte.get(f"/soporte/lotes/{asked}").text


def test_a_lote_laid_out_as_the_format_has_no_such_page(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    numero = world.checked("INS", world.line("INS", ANA))
    de_a.get(f"/lotes/{numero}/columnas", status=404)
    assert "Lo leímos así" not in de_a.get(f"/lotes/{numero}").text


def test_what_is_remembered_of_one_empleador_says_nothing_of_another(world: World, de_a: Navegador, asked: str) -> None:
    de_a.get(f"/lotes/{asked}/columnas")
    de_a.post(f"/lotes/{asked}/columnas", ANSWER, status=303)
    other = world.checked("INS", UNKNOWN, nombre="extras.csv", ruc=mundo.RUC_B)
    assert "cedula" in (world.lote(other).pregunta or {})["faltan"]


@pytest.mark.parametrize(
    ("total", "differs"), [("450.50", False), ("450,50", False), ("450.51", True), ("1.000,00", True)]
)
def test_a_total_that_is_not_what_the_lines_come_to_is_told(
    world: World, de_a: Navegador, total: str, differs: bool
) -> None:
    world.hire(ANA)
    sheet = KNOWN.replace(b"TOTAL;450.50", f"TOTAL;{total}".encode())
    html = de_a.get(f"/lotes/{world.checked('INS', sheet, nombre='x.csv')}").text
    assert ("El total de la fila 3 dice" in html) is differs
    assert ("las líneas suman USD 450,50" in html) is differs
