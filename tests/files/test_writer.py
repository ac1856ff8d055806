"""What the portal writes can be read back by the portal, and no value runs as a formula."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.files.problems import FileProblem
from portal.files.reader import Formato, Limites, Tabla, open_table
from portal.files.written.writer import (
    MARCA,
    Columna,
    LineaConError,
    errors_txt,
    errors_xlsx,
    neutralize,
    restore,
    template_xlsx,
    write_txt,
)
from tests.laws import law

LIMITES = Limites(1_000_000, 1_000)
NAMES = ("ruc", "sucursal", "nombre", "sueldo")
LABELS = ("RUC del empleador", "Sucursal", "Nombre y apellido", "Sueldo")
FORMATO = Formato(tuple(zip(NAMES, LABELS, strict=True)))
COLUMNAS = [
    Columna(n, e, f"Ayuda de {e}.", 20, ("0001", "0009") if n == "sucursal" else ())
    for n, e in zip(NAMES, LABELS, strict=True)
]
SLOW = law(60)

# Anything a field may hold once it was read: no line ends, tabs or control characters, which the reader shows.
VALUE = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff"), max_size=12)
TRICKY = st.sampled_from(
    ["=1+1", "'=1", "''-2", "+593", "@x", "a;b", '"', 'a"b', '"a;b"', "'", "", " ", "ñ", "#", "0009"]
)
ROWS = st.lists(st.lists(VALUE | TRICKY, min_size=4, max_size=4), min_size=1, max_size=6)


def values(tabla: Tabla) -> list[list[str]]:
    return [text.split(tabla.separador) for chunk in tabla.chunks(2) for text in chunk["texto"]]


def opened(data: bytes, nombre: str) -> Tabla:
    return open_table(data, nombre, FORMATO, LIMITES)


def fit(rows: list[list[str]]) -> bool:
    return all(any(v.strip(" ;") for v in row) and MARCA not in row for row in rows)


@given(st.text(st.sampled_from("'=+-@\t\ra1")))
def test_neutralizing_is_undone_exactly(texto: str) -> None:
    assert restore(neutralize(texto)) == texto
    assert neutralize(texto)[:1] not in tuple("=+-@\t\r") or not texto


@SLOW
@given(ROWS)
def test_the_error_file_as_text_brings_back_the_values_as_sent(rows: list[list[str]]) -> None:
    assume(fit(rows))
    data = errors_txt(NAMES, [(row, "Causa; con punto y coma.", '=Corrija "esto"\r\nasí.') for row in rows])
    tabla = opened(data, "errores.txt")
    assert tabla.entendido.devuelto and tabla.entendido.encabezado
    assert values(tabla) == rows
    assert data.startswith(b"\xef\xbb\xbf") != data.isascii()
    assert data.count(b"\r\n") == len(rows) + 1


@law(40)
@given(ROWS)
def test_the_error_file_as_workbook_brings_back_the_values_as_sent(rows: list[list[str]]) -> None:
    assume(fit(rows))
    data = errors_xlsx(COLUMNAS, [LineaConError(row, "Causa.", "Arreglo.", 3) for row in rows])
    tabla = opened(data, "errores.xlsx")
    assert tabla.entendido.devuelto and tabla.entendido.encabezado
    assert values(tabla) == rows
    assert tabla.entendido.notas == ()


def test_a_line_with_too_many_fields_comes_back_with_all_of_them() -> None:
    row = ["1", "2", "3", "4", "5", "6"]
    assert values(opened(errors_txt(NAMES, [(row, "c", "a")]), "e.txt")) == [row]
    assert values(opened(errors_xlsx(COLUMNAS, [(row, "c", "a", (4, 5))]), "e.xlsx")) == [row]


def test_what_was_corrected_in_an_error_file_is_what_is_read() -> None:
    data = errors_txt(NAMES, [(["1", "9", "x", "=600"], "c", "a")]).replace(b"'=600", b"600.00")
    assert values(opened(data, "e.txt")) == [["1", "9", "x", "600.00"]]


@law(40)
@given(st.lists(st.lists(st.text("aZ09 .,|'=-", max_size=9), min_size=4, max_size=4), min_size=1, max_size=6))
def test_the_canonical_file_reads_back_as_plain_text(plain: list[list[str]]) -> None:
    assume(fit(plain))
    data = write_txt(plain)
    assert data.endswith(b"\r\n") and data.isascii()
    assert values(opened(data, "x.txt")) == plain


def test_the_canonical_file_has_no_accents_and_no_separator_in_values() -> None:
    assert write_txt([["Núñez; José", "a\r\nb"]], ["cédula", "año"]) == b"cedula;ano\r\nNunez, Jose;a b\r\n"


def test_the_template_is_read_back_with_its_examples() -> None:
    rows = [["1799000004001", "0001", "=HOLA", "0600.00"], ["0990000000001", "0009", "ñ", "1"]]
    tabla = opened(template_xlsx("MSU", COLUMNAS, rows, ["Llene una fila por trabajador."]), "MSU.xlsx")
    assert values(tabla) == rows
    assert (tabla.entendido.hoja, tabla.entendido.notas, tabla.entendido.encabezado) == ("MSU", (), True)


def test_an_unfilled_template_is_told_so() -> None:
    with pytest.raises(FileProblem, match="ARC-10"):
        opened(template_xlsx("MSU", COLUMNAS), "MSU.xlsx")


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_template_offers_choices_and_help() -> None:
    sheet = parts(template_xlsx("MSU", COLUMNAS))["xl/worksheets/sheet1.xml"]
    assert 'type="list"' in sheet and "Listas!$B$1:$B$2" in sheet
    assert "Ayuda de Sueldo." in sheet and 'state="frozen"' in sheet
    assert "B2:B1048576" in sheet


def test_a_workbook_holds_neither_numbers_nor_formulas_of_the_sender() -> None:
    sheet = parts(errors_xlsx(COLUMNAS, [(["=1+1", "0009", "+x", "5"], "=c", "@a", 0)]))["xl/worksheets/sheet1.xml"]
    cells = sheet[sheet.index("<sheetData>") : sheet.index("</sheetData>")]
    assert "<f>" not in cells
    assert cells.count("<c ") == cells.count('t="s"')


def test_the_wrong_field_is_red_and_carries_the_cause() -> None:
    found = parts(errors_xlsx(COLUMNAS, [(["1", "2", "3", "4"], "No existe.", "Use 0001.", 1)]))
    assert 'ref="B2"' in found["xl/comments1.xml"] and "No existe. Use 0001." in found["xl/comments1.xml"]


def test_the_same_rows_give_the_same_bytes() -> None:
    assert template_xlsx("MSU", COLUMNAS, [["1"] * 4]) == template_xlsx("MSU", COLUMNAS, [["1"] * 4])
    assert errors_xlsx(COLUMNAS, [(["1"] * 4, "c", "a", 0)]) == errors_xlsx(COLUMNAS, [(["1"] * 4, "c", "a", 0)])
