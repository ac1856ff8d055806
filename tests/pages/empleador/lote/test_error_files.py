"""The lines in error as a file: values as sent, formulas harmless, understood when it comes back, mended or not."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
import python_calamine
import xlsxwriter

from pages.states import ANA, LUIS, NADIE
from pages.world import World, send
from portal.modelos import Problema
from web import mundo
from web.portal_client import Navegador

FORMULA = '=HYPERLINK("http://x.example","y")'
KINDS = ["txt", "xlsx"]


def bad_lines(world: World) -> list[str]:
    return [
        world.line("INS", NADIE),
        world.line("INS", ANA, causa="+1"),
        world.line("INS", ANA, valor=FORMULA),
        world.line("INS", ANA, valor="@SUM(A1)", causa="-2"),
        f"{mundo.RUC_A};0001;2026",
        world.line("INS", ANA, valor="", causa=""),
        world.line("INS", ANA) + ";sobra",
        world.line("INS", LUIS, valor="12,5,0", causa="ñandú"),
    ]


@pytest.fixture
def numero(world: World) -> str:
    """A checked lote: a good line, and bad ones of many kinds."""
    world.hire(ANA, LUIS)
    return world.checked("INS", [world.line("INS", ANA), *bad_lines(world)], nombre="extras.txt")


def cells(body: bytes) -> list[list[str]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def workbook(rows: list[list[str]]) -> bytes:
    """A workbook as a person saves it, every cell text."""
    book = xlsxwriter.Workbook(out := io.BytesIO(), {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write_string(row, column, value)
    book.close()
    return out.getvalue()


def given_back(browser: Navegador, numero: str, kind: str) -> bytes:
    response = browser.get(f"/lotes/{numero}/errores.{kind}")
    assert f"{numero}-errores.{kind}" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "private, no-store"
    return response.data


def test_the_text_holds_each_line_in_error_as_sent_with_cause_and_fix(
    world: World, de_a: Navegador, numero: str
) -> None:
    lines = given_back(de_a, numero, "txt").decode("utf-8-sig").splitlines()
    assert lines[0].startswith("ruc;sucursal;") and ";#ERROR;" in lines[0]
    assert [line.split(";#ERROR;")[0].replace("'", "") for line in lines[1:]] == [
        quoted_as_in_csv(line) for line in bad_lines(world)
    ]
    said = [line.split(";#ERROR;")[1].split(";") for line in lines]
    assert said[0][-2:] == ["causa_del_error", "como_se_corrige"]
    assert all(len(one) == len(said[0]) and one[-2] and one[-1] for one in said[1:])


def quoted_as_in_csv(line: str) -> str:
    return line.replace(FORMULA, '"' + FORMULA.replace('"', '""') + '"')


def test_no_cell_of_the_text_would_run_as_a_formula(de_a: Navegador, numero: str) -> None:
    for line in given_back(de_a, numero, "txt").decode("utf-8-sig").splitlines():
        assert not [field for field in line.split(";") if field.strip('"')[:1] in tuple("=+-@\t\r") and field]


def test_no_cell_of_the_workbook_is_a_formula(de_a: Navegador, numero: str) -> None:
    body = given_back(de_a, numero, "xlsx")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets and not [sheet for sheet in sheets if re.search(rb"<f[ >]", sheet)]
    texts = [cell for row in cells(body) for cell in row]
    assert "'" + FORMULA in texts and not [text for text in texts if text and text[0] in "=+-@"]


@pytest.mark.parametrize("kind", KINDS)
def test_sent_back_as_it_is_it_is_understood_and_has_the_same_problems(
    world: World, de_a: Navegador, numero: str, kind: str
) -> None:
    again = send(de_a, "INS", (f"errores.{kind}", given_back(de_a, numero, kind)))
    lote, before = world.check(again), world.lote(numero)
    assert lote.entendido and lote.entendido["encabezado"] and lote.entendido["devuelto"]
    assert (lote.leidas, lote.con_error, lote.correctas) == (before.con_error, before.con_error, 0)
    assert told(world, again) == told(world, numero), "the header stands for the good line"


def told(world: World, numero: str) -> list[tuple[int, str, str, str]]:
    found = world.rows(Problema, lote_id=world.lote(numero).id, nivel="error")
    return sorted((p.linea, p.codigo, p.campo, p.valor or "") for p in found)


@pytest.mark.parametrize("kind", KINDS)
def test_mended_and_sent_back_it_registers(world: World, de_a: Navegador, kind: str) -> None:
    world.hire(ANA, LUIS)
    numero = world.registered("INS", [world.line("INS", ANA), world.line("INS", LUIS, valor=FORMULA)])
    body = given_back(de_a, numero, kind)
    if kind == "txt":
        sent = '"' + "'" + FORMULA.replace('"', '""') + '"'
        mended = body.decode("utf-8-sig").replace(sent, "87.50").encode()
    else:
        mended = workbook([[cell.replace("'" + FORMULA, "87.50") for cell in row] for row in cells(body)])
    assert mended != body
    again = send(de_a, "INS", (f"errores.{kind}", mended))
    assert world.check(again).correctas == 1
    world.decide(again)
    assert world.register(again).registradas == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_lote_without_errors_has_no_such_file(world: World, de_a: Navegador, kind: str) -> None:
    world.hire(ANA)
    numero = world.checked("INS", world.line("INS", ANA))
    de_a.get(f"/lotes/{numero}/errores.{kind}", status=404)


@pytest.mark.parametrize("kind", KINDS)
def test_nor_has_one_that_is_not_checked_and_a_stranger_gets_none(
    world: World, de_a: Navegador, de_b: Navegador, numero: str, kind: str
) -> None:
    waiting = world.receive("INS", "x;y")
    de_a.get(f"/lotes/{waiting}/errores.{kind}", status=404)
    de_b.get(f"/lotes/{numero}/errores.{kind}", status=404)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sent_as_a_workbook_comes_back_too(world: World, de_a: Navegador, kind: str) -> None:
    world.hire(ANA)
    sent = workbook([world.line("INS", one).split(";") for one in (ANA, NADIE)])
    numero = send(de_a, "INS", ("extras.xlsx", sent))
    assert world.check(numero).con_error == 1
    body = given_back(de_a, numero, kind)
    text = body.decode("utf-8-sig") if kind == "txt" else "\n".join(";".join(row) for row in cells(body))
    assert NADIE in text and ANA not in text
