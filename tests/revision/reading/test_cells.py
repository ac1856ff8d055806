"""What a spreadsheet leaves where no value is: named by its cell and an error of its field, in every field of every
movement, in a workbook as in a text."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from files.books import book, workbook_xml
from portal.files.books.cells import SIN_RESULTADO, fault, letters
from portal.files.columns import Contexto
from portal.files.reader import Limites
from portal.novedades import todas
from portal.novedades.ejemplos import RUC, good_line
from portal.revision.offline import Informe, check_file, like_foreigners
from portal.revision.plan import plan

HOY = date(2026, 11, 20)
LIMITES = Limites(10_000_000, 10_000)
CALCULATE = workbook_xml(tail='<calcPr fullCalcOnLoad="1"/>')
NA, NO_RESULT = '<c r="{r}" t="e"><v>#N/A</v></c>', '<c r="{r}"><f>A1*2</f></c>'
#: how writers leave it: (cell, code, what the message says), and what the list of sheets says
LEFT = {
    "an error": (NA, "CEL-01", "#N/A", ""),
    "a newer error": (NA.replace("N/A", "SPILL!"), "CEL-01", "#SPILL!", ""),
    "an error in Spanish": (NA.replace("N/A", "¡REF!"), "CEL-01", "#¡REF!", ""),
    "an error of a formula": ('<c r="{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "CEL-01", "#DIV/0!", ""),
    "an error that is text": ('<c r="{r}" t="inlineStr"><is><t>#N/D</t></is></c>', "CEL-01", "#N/D", ""),
    "an error without a name": ('<c r="{r}" t="e"/>', "CEL-01", "#ERROR!", ""),
    "a formula without a value": (NO_RESULT, "CEL-02", SIN_RESULTADO, ""),
    "a formula with an empty value": ('<c r="{r}"><f>A1</f><v></v></c>', "CEL-02", SIN_RESULTADO, ""),
    "a formula never worked out": ('<c r="{r}"><f>A1</f><v>0</v></c>', "CEL-02", SIN_RESULTADO, CALCULATE),
}


def checked(codigo: str, contenido: bytes, nombre: str = "x.xlsx") -> Informe:
    ctx = Contexto(RUC, HOY, extranjeros=like_foreigners)
    return check_file(contenido, nombre, todas()[codigo], ctx, LIMITES)


def row(fields: list[str], number: int, cells: dict[int, str]) -> str:
    said = (
        cells.get(n, '<c r="{r}" t="inlineStr"><is><t>' + value + "</t></is></c>").replace(
            "{r}", f"{letters(n + 1)}{number}"
        )
        for n, value in enumerate(fields)
    )
    return f'<row r="{number}">{"".join(said)}</row>'


def whole_line(codigo: str) -> list[str]:
    """The good line with the fields that may be left out."""
    good = good_line(todas()[codigo], HOY)
    return good + [""] * (len(plan(todas()[codigo]).campos) - len(good))


def faults(informe: Informe) -> list[tuple[int, str, str, str]]:
    return [(p.linea, p.campo, p.codigo, p.causa) for p in informe.problemas if p.codigo.startswith("CEL")]


@pytest.mark.parametrize("how", LEFT)
@pytest.mark.parametrize("codigo", todas())
def test_each_field_names_the_cell_that_holds_no_value(codigo: str, how: str) -> None:
    cell, code, said, workbook = LEFT[how]
    good, names = whole_line(codigo), plan(todas()[codigo]).nombres
    rows = "".join(row(good, n + 1, {n: cell}) for n in range(len(names)))
    informe = checked(codigo, book(rows, **({"xl/workbook.xml": workbook} if workbook else {})))
    found = faults(informe)
    assert [(linea, campo, codigo) for linea, campo, codigo, _ in found] == [
        (n + 1, c, code) for n, c in enumerate(names)
    ]
    words = "una fórmula sin resultado guardado" if code == "CEL-02" else said
    assert all(causa.startswith(f"{letters(n + 1)}{n + 1} contiene {words}") for n, (*_, causa) in enumerate(found))
    assert (informe.correctas, informe.con_error) == (0, len(names))


@pytest.mark.parametrize("text", ["#N/A", "#¡REF!", "#DIV/0!", "######", "Err:502", " #N/A "])
@pytest.mark.parametrize("codigo", todas())
def test_so_does_a_text_by_the_name_of_its_field(codigo: str, text: str) -> None:
    good, names = whole_line(codigo), plan(todas()[codigo]).nombres
    lines = [";".join([*good[:n], text, *good[n + 1 :]]) for n in range(len(names))]
    informe = checked(codigo, "\r\n".join(lines).encode(), "x.txt")
    assert [(linea, campo) for linea, campo, *_ in faults(informe)] == list(enumerate(names, 1))
    assert all(causa.startswith("El campo «") and text.strip() in causa for *_, causa in faults(informe))


def test_beyond_the_last_field_it_is_named_beside_the_count() -> None:
    informe = checked("INS", book(row([*good_line(todas()["INS"], HOY), "", "x"], 7, {9: NA})))
    assert [(p.codigo, p.linea) for p in informe.problemas] == [("LIN-01", 7), ("CEL-01", 7)]
    assert informe.problemas[1].causa.startswith("J7 contiene #N/A") and informe.con_error == 1


def test_a_sheet_that_begins_further_right_names_the_cells_it_has() -> None:
    good = good_line(todas()["INS"], HOY)
    informe = checked("INS", book(row(["", "", *good], 3, {0: "", 1: "", 2: NO_RESULT, 4: NA})))
    assert [causa.partition(" ")[0] for *_, causa in faults(informe)] == ["C3", "E3"]


def test_a_sheet_of_formulas_alone_is_not_empty() -> None:
    good = good_line(todas()["INS"], HOY)
    informe = checked("INS", book(row(good, 1, dict.fromkeys(range(len(good)), NO_RESULT))))
    assert informe.con_error == 1 and len(faults(informe)) == len(good)


def test_a_result_that_is_stored_is_read_even_when_it_is_empty_or_nothing() -> None:
    good = good_line(todas()["SAL"], HOY)
    stored = {6: f'<c r="{{r}}" t="str"><f>A1</f><v>{good[6]}</v></c>', 8: '<c r="{r}"><f>A1</f><v>0</v></c>'}
    assert faults(checked("SAL", book(row(good, 1, stored)))) == []
    assert checked("SAL", book(row(good, 1, stored))).correctas == 1
    empty = {8: '<c r="{r}" t="str"><f>A1</f><v></v></c>'}
    assert faults(checked("SAL", book(row(good, 1, empty)))) == []


def test_formulas_as_a_library_writes_them_without_working_them_out() -> None:
    good = good_line(todas()["SAL"], HOY)
    made = xlsxwriter.Workbook(out := io.BytesIO(), {"in_memory": True})
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, good)
    sheet.write_formula(0, 8, '=IF(1=1,"00000000","")')
    sheet.write_boolean(1, 6, True)
    made.close()
    informe = checked("SAL", out.getvalue())
    assert faults(informe)[0][3].startswith("I1 contiene una fórmula sin resultado guardado")
    assert informe.con_error == 2 and informe.correctas == 0


@pytest.mark.parametrize("text", ["ANALISTA #1", "#1 ANALISTA", "N/A", "ERRADICADOR", "Error: 5", "C#", "#"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert fault(text) is None
    good = good_line(todas()["ENT"], HOY)
    lines = ";".join([*good[:12], text, *good[13:]])
    assert faults(checked("ENT", lines.encode(), "x.txt")) == []
