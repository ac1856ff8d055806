"""Sheets of offices: where the table is, which column is which, which rows are no lines; as text and workbook."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from portal.files.reader import Lectura, Limites, Tabla, open_table
from portal.files.tables.headings import bare, find
from portal.files.tables.locate import ColumnasProblem
from portal.novedades import todas
from portal.revision.plan import formato
from tests.laws import law

LIMITES = Limites(5_000_000, 10_000)
KNOWN = {"ruc": "1799000004001", "movimiento": "INS", "sucursal": "0001", "anio": "2026", "mes": "11", "causa": "O"}
ANA, LUIS, EVA = "0912791803", "0910735207", "1710034065"
PEOPLE = [[ANA, "PEREZ ANA", "450.50"], [LUIS, "LOPEZ LUIS", "1234.56"], [EVA, "DIAZ EVA", "88.00"]]
LINES = [f"1799000004001;0001;2026;11;INS;{one};{value};O" for one, _, value in PEOPLE]
Rows = Sequence[Sequence[Any]]


def book(rows: Rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Hoja1")
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value:
                    sheet.write_string(number, place, value)
    return out.getvalue()


def text(rows: Rows) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in rows).encode()


WRITERS = pytest.mark.parametrize("write", [book, text])


def opened(content: bytes, lectura: Lectura | None = None, movimiento: str = "INS") -> Tabla:
    name = "x.xlsx" if content.startswith(b"PK") else "x.csv"
    known = lectura or Lectura(KNOWN)
    return open_table(content, name, formato(todas()[movimiento]), LIMITES, lectura=known)


def lines(tabla: Tabla, size: int = 2) -> list[str]:
    return [t.replace(tabla.separador, ";") for chunk in tabla.chunks(size) for t in chunk["texto"]]


def aside(tabla: Tabla) -> list[tuple[int, str, str]]:
    return [(row["fila"], row["texto"], row["por"]) for row in tabla.entendido.apartadas]


HEADINGS = ["Cédula", "Apellidos y nombres", "Valor"]


@WRITERS
def test_titles_above_and_totals_and_signatures_below_are_no_lines(write: Callable[[Rows], bytes]) -> None:
    above = [["EMPRESA S.A."], ["NÓMINA DE NOVIEMBRE"], []]
    below = [["", "TOTAL", "1773.06"], [], ["Elaborado por: Contadora"], ["Ing. María Pérez", "", "Gerente"]]
    tabla = opened(write([*above, HEADINGS, *PEOPLE, *below]))
    assert lines(tabla) == LINES
    assert aside(tabla) == [
        (1, "EMPRESA S.A.", "título"),
        (2, "NÓMINA DE NOVIEMBRE", "título"),
        (8, "TOTAL · 1773.06", "total"),
        (10, "Elaborado por: Contadora", "pie"),
        (11, "Ing. María Pérez · Gerente", "pie"),
    ]
    assert [n for chunk in tabla.chunks(2) for n in chunk["linea"]] == [5, 6, 7]


@WRITERS
def test_headings_of_the_next_page_and_subtotals_between_are_no_lines(write: Callable[[Rows], bytes]) -> None:
    rows = [HEADINGS, PEOPLE[0], ["", "Subtotal", "450.50"], HEADINGS, *PEOPLE[1:], ["", "", "1773.06"]]
    tabla = opened(write(rows))
    assert lines(tabla) == LINES
    assert [why for _, _, why in aside(tabla)] == ["total", "encabezado repetido", "total"]


@WRITERS
def test_a_worker_without_a_number_is_a_line_and_never_set_aside(write: Callable[[Rows], bytes]) -> None:
    tabla = opened(write([HEADINGS, PEOPLE[0], ["", "SIN CÉDULA", "10.00"], PEOPLE[1], ["", "NADIE", "5.00"]]))
    assert aside(tabla) == []
    assert [line.split(";")[5] for line in lines(tabla)] == [ANA, "", LUIS, ""]


@WRITERS
def test_places_and_dates_below_the_table_are_no_lines(write: Callable[[Rows], bytes]) -> None:
    below = [["TOTAL: 3 personas", "", "1773.06"], ["Quito, 30 de noviembre de 2026"], ["Contador: C.I. 0912345675"]]
    tabla = opened(write([HEADINGS, *PEOPLE, *below]))
    assert lines(tabla) == LINES and [why for _, _, why in aside(tabla)] == ["total", "pie", "pie"]


@WRITERS
def test_the_last_worker_without_a_number_is_a_line_too(write: Callable[[Rows], bytes]) -> None:
    head = ["Cédula", "Nombre", "Fecha de salida", "Causa"]
    rows = [[ANA, "PEREZ ANA", "30/11/2026", "V"], ["", "TOTAL MENDOZA ANA", "30/11/2026", "Renuncia"]]
    known = Lectura({**KNOWN, "movimiento": "SAL", "fecha_fallecimiento": "00000000"})
    tabla = opened(write([head, *rows]), known, "SAL")
    assert tabla.lineas == 2 and aside(tabla) == []


def test_one_worker_and_two_totals_are_enough_to_know_the_column() -> None:
    rows = [HEADINGS, PEOPLE[0], ["TOTAL", "", "450.50"], ["TOTAL GENERAL", "", "450.50"]]
    assert lines(opened(book(rows))) == LINES[:1]


@WRITERS
def test_a_short_number_is_a_line(write: Callable[[Rows], bytes]) -> None:
    tabla = opened(write([HEADINGS, *PEOPLE, ["1234", "", "5.00"]]))
    assert aside(tabla) == [] and tabla.lineas == 4


@WRITERS
@pytest.mark.parametrize("order", [(2, 1, 0), (1, 0, 2), (0, 2, 1)])
def test_columns_may_stand_in_any_order_and_own_ones_are_left_out(
    write: Callable[[Rows], bytes], order: tuple[int, ...]
) -> None:
    tabla = opened(write([[row[place] for place in order] for row in [HEADINGS, *PEOPLE]]))
    assert lines(tabla) == LINES
    assert tabla.entendido.sin_usar == ("Apellidos y nombres",)
    assert tabla.entendido.columnas["cedula"] == {
        "columna": order.index(0) + 1,
        "titulo": "Cédula",
        "como": "encabezado",
    }
    assert tabla.entendido.columnas["anio"] == {"valor": "2026", "como": "sabida"}


def test_empty_columns_before_the_table_count_in_what_is_said() -> None:
    tabla = opened(book([["", "", *row] for row in [HEADINGS, *PEOPLE]]))
    assert lines(tabla) == LINES and tabla.entendido.columnas["valor"]["columna"] == 5


@pytest.mark.parametrize(
    "heading",
    ["CÉDULA", "C.I.", "Nro. de cédula", "cedula ", "IDENTIFICACIÓN", "N° Cédula", "Documento", "Cédula (10)"],
)
def test_offices_call_the_workers_number_by_many_names(heading: str) -> None:
    assert lines(opened(text([[heading, "Nombre", "Valor (USD)"], *PEOPLE]))) == LINES


@WRITERS
def test_what_no_heading_says_is_asked(write: Callable[[Rows], bytes]) -> None:
    with pytest.raises(ColumnasProblem) as asked:
        opened(write([["TRABAJADOR", "NOMBRES", "X"], *PEOPLE]))
    pregunta = asked.value.pregunta
    assert pregunta.titulos == ("TRABAJADOR", "NOMBRES", "X") and pregunta.faltan == ["cedula", "valor"]
    assert pregunta.filas[0] == PEOPLE[0] and "«Valor de extras»" in asked.value.causa()


@WRITERS
def test_the_answer_is_taken_and_what_was_said_of_a_file_like_it_too(write: Callable[[Rows], bytes]) -> None:
    rows = [["TRABAJADOR", "NOMBRES", "X"], *PEOPLE]
    said = {"cedula": 0, "valor": 2}
    assert lines(opened(write(rows), Lectura(KNOWN, said))) == LINES
    with pytest.raises(ColumnasProblem) as asked:
        opened(write(rows))
    shapes = {asked.value.pregunta.forma: said}
    tabla = opened(write(rows), Lectura(KNOWN, recordar=shapes.get))
    assert lines(tabla) == LINES and tabla.entendido.columnas["cedula"]["como"] == "recordada"
    other = [["TRABAJADOR", "NOMBRES", "Y"], *PEOPLE]
    with pytest.raises(ColumnasProblem):
        opened(write(other), Lectura(KNOWN, recordar=shapes.get))


@WRITERS
def test_without_headings_it_is_asked_and_titles_above_are_no_lines(write: Callable[[Rows], bytes]) -> None:
    rows = [["NÓMINA"], *PEOPLE]
    with pytest.raises(ColumnasProblem) as asked:
        opened(write(rows))
    assert asked.value.pregunta.titulos == ()
    tabla = opened(write(rows), Lectura(KNOWN, {"cedula": 0, "valor": 2}))
    assert lines(tabla) == LINES and aside(tabla) == [(1, "NÓMINA", "título")]


@WRITERS
def test_a_heading_that_lies_is_asked_about(write: Callable[[Rows], bytes]) -> None:
    with pytest.raises(ColumnasProblem) as asked:
        opened(write([["Nombre", "Cédula", "Valor"], *PEOPLE]))
    assert asked.value.pregunta.faltan == ["cedula"]


@WRITERS
def test_two_columns_that_may_be_the_same_field_are_asked_about(write: Callable[[Rows], bytes]) -> None:
    with pytest.raises(ColumnasProblem) as asked:
        opened(write([["Cédula", "Extras", "Total extras"], *[[a, c, c] for a, _, c in PEOPLE]]))
    assert asked.value.pregunta.faltan == ["valor"]


@WRITERS
def test_a_batch_file_is_read_as_one_whatever_is_wrong_with_it(write: Callable[[Rows], bytes]) -> None:
    whole = [line.split(";") for line in LINES]
    assert lines(opened(write(whole))) == LINES
    short = [line[:-1] for line in whole]
    assert [line.split(";")[:7] for line in lines(opened(write(short)))] == short
    assert opened(write(whole)).entendido.columnas == {}


def test_a_row_with_a_worker_is_never_the_headings() -> None:
    rows = [(1, ["Cédula", "Valor"]), (2, [ANA, "Sueldo"])]
    found = find(rows, formato(todas()["INS"]))
    assert found is not None and found.fila == 1


CELLS = st.text(
    st.characters(codec="latin-1", exclude_characters=';"\r\n\t|,\x1f#=', categories=["L", "N"]), max_size=9
)


@law(60)
@given(
    st.lists(
        st.tuples(st.sampled_from([ANA, LUIS, EVA]), CELLS, st.decimals("0.01", "9999", places=2)),
        min_size=1,
        max_size=8,
    ),
    st.permutations([0, 1, 2]),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([book, text]),
)
def test_rows_are_headings_rows_set_aside_and_lines_and_no_value_changes(
    people: list[tuple[str, str, Any]], order: list[int], titles: int, total: bool, write: Callable[[Rows], bytes]
) -> None:
    table = [[one, f"N {name}", str(value)] for one, name, value in people]
    rows = [[row[place] for place in order] for row in [HEADINGS, *table]]
    above = [[f"TITULO {'I' * n}"] for n in range(1, titles + 1)]
    below = [["TOTAL"]] if total else []
    tabla = opened(write([*above, *rows, *below]))
    assert [line.split(";")[5:7] for line in lines(tabla)] == [[row[0], row[2]] for row in table]
    assert 1 + len(tabla.entendido.apartadas) + tabla.lineas == len(above) + len(rows) + len(below)


def test_headings_are_compared_by_their_letters_and_digits() -> None:
    assert bare(" Nro. de  CÉDULA ") == bare("nrodecedula")


def two_sheets(first: Rows, second: Rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        for name, rows in (("Resumen", first), ("Extras", second)):
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def test_of_several_sheets_the_one_of_this_format_is_read() -> None:
    summary = [["Resumen de noviembre"], ["Departamento", "Personas"], ["Ventas", "12"]]
    tabla = opened(two_sheets(summary, [HEADINGS, *PEOPLE]))
    assert lines(tabla) == LINES and tabla.entendido.hoja == "Extras"
    assert any("se leyó «Extras»" in nota for nota in tabla.entendido.notas)


@pytest.mark.parametrize(("before", "numbers"), [(0, (1, 3)), (2, (3, 5))])
def test_columns_are_numbered_as_in_the_file(before: int, numbers: tuple[int, int]) -> None:
    rows = [[*[""] * before, *row] for row in [["TRABAJADOR", "NOMBRES", "X"], *PEOPLE]]
    known = Lectura(KNOWN, numeros=dict(zip(("cedula", "valor"), numbers, strict=True)))
    tabla = opened(book(rows), known)
    assert lines(tabla) == LINES and tabla.entendido.columnas["valor"]["columna"] == numbers[1]
    with pytest.raises(ColumnasProblem) as asked:
        opened(book(rows))
    assert asked.value.pregunta.primera == before + 1


def test_where_no_sheet_is_of_this_format_the_first_is_read() -> None:
    assert opened(two_sheets([["uno", "dos"]], [["tres", "cuatro"]])).entendido.hoja == "Resumen"
