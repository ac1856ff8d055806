"""Every sample of a breakage is read, or refused with its own code and a full explanation."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from portal.files.problems import FileProblem
from portal.files.reader import Formato, Limites, Tabla, open_table

SAMPLES = Path(__file__).parent.parent / "samples"
LIMITES = Limites(1_000_000, 1_000)
INS = Formato(
    (
        ("ruc",),
        ("sucursal",),
        ("anio", "año"),
        ("mes",),
        ("movimiento",),
        ("cedula",),
        ("v", "valor de extras"),
        ("causa",),
    )
)
ROWS = [
    ["1799000004001", "0009", "2013", "01", "INS", "0710435207", "872.71", "O"],
    ["1799000004001", "0009", "2013", "01", "INS", "0928887181", "87.53", "O"],
    ["1799000004001", "0009", "2013", "01", "INS", "0918014127", "56.72", "O"],
]
# name: lines of the three rows, encoding, separator, header
SAME_ROWS = {
    "canonical.txt": ([1, 2, 3], "ASCII", "punto y coma", False),
    "bom-utf8.txt": ([1, 2, 3], "UTF-8", "punto y coma", False),
    "windows-1252.csv": ([2, 3, 4], "Windows-1252", "punto y coma", True),
    "utf8.csv": ([2, 3, 4], "UTF-8", "punto y coma", True),
    "utf16.txt": ([2, 3, 4], "UTF-16", "punto y coma", True),
    "tab.txt": ([1, 2, 3], "ASCII", "tabulador", False),
    "bar.dat": ([1, 2, 3], "ASCII", "barra vertical", False),
    "comma.csv": ([1, 2, 3], "ASCII", "coma", False),
    "header.csv": ([2, 3, 4], "UTF-8", "punto y coma", True),
    "lf-only.txt": ([1, 2, 3], "ASCII", "punto y coma", False),
    "cr-only.txt": ([1, 2, 3], "ASCII", "punto y coma", False),
    "blank-lines.txt": ([2, 3, 4], "ASCII", "punto y coma", False),
    "dos-end.txt": ([1, 2, 3], "ASCII", "punto y coma", False),
    "quoted.csv": ([1, 2, 3], "ASCII", "coma", False),
    "quoted-lines.txt": ([1, 2, 3], "ASCII", "punto y coma", False),
    "one.zip": ([1, 2, 3], "ASCII", "punto y coma", False),
    "text.csv.gz": ([1, 2, 3], "ASCII", "punto y coma", False),
    "gzip-renamed.txt": ([1, 2, 3], "ASCII", "punto y coma", False),
    "text-renamed.xlsx": ([1, 2, 3], "ASCII", "punto y coma", False),
    "plain.xlsx": ([2, 3, 4], "Excel (XLSX)", "columnas de Excel", True),
    "hidden-sheet.xlsx": ([1, 2, 3], "Excel (XLSX)", "columnas de Excel", False),
    "hidden-row.xlsx": ([1, 2, 3], "Excel (XLSX)", "columnas de Excel", False),
    "one-column.xlsx": ([1, 2, 3], "Excel (XLSX)", "columnas de Excel", False),
    "gaps.xlsx": ([5, 6, 7], "Excel (XLSX)", "columnas de Excel", True),
    "workbook-renamed.txt": ([1, 2, 3], "Excel (XLSX)", "columnas de Excel", False),
    "workbook.zip": ([1, 2, 3], "Excel (XLSX)", "columnas de Excel", False),
}
REFUSED = {
    "empty.txt": "ARC-01",
    "blank.txt": "ARC-01",
    "blank.xlsx": "ARC-01",
    "binary-renamed.txt": "ARC-02",
    "pdf-renamed.txt": "ARC-02",
    "picture-renamed.csv": "ARC-02",
    "web-page.csv": "ARC-02",
    "word.zip": "ARC-02",
    "cut.zip": "ARC-07",
    "cut.gz": "ARC-07",
    "two.zip": "ARC-08",
    "none.zip": "ARC-08",
    "nested.zip": "ARC-08",
    "cut.xlsx": "ARC-09",
    "old-excel-renamed.xlsx": "ARC-09",
    "header-only.csv": "ARC-10",
    "utf16-cut.txt": "ARC-11",
    "utf16-without-mark.txt": "ARC-11",
    "header-moved.csv": "ARC-12",
    "no-line-ends.txt": "ARC-13",
    "far-corner.xlsx": "ARC-14",
}
TOLD_APART = {  # samples with a test of their own below
    "decimal-comma.txt",
    "trailing-separator.txt",
    "mixed-ends.txt",
    "nul.txt",
    "quoted-separator.csv",
    "stray-quote.txt",
    "sent-back.txt",
    "numbers.xlsx",
}


def opened(name: str) -> Tabla:
    return open_table((SAMPLES / name).read_bytes(), name, INS, LIMITES)


def rows(tabla: Tabla, filas: int = 2) -> list[tuple[int, list[str]]]:
    return [(n, t.split(tabla.separador)) for chunk in tabla.chunks(filas) for n, t in chunk.iter_rows()]


@pytest.mark.parametrize("name", SAME_ROWS)
def test_the_same_three_rows_come_out_of_every_accepted_form(name: str) -> None:
    numbers, encoding, separator, header = SAME_ROWS[name]
    tabla = opened(name)
    assert rows(tabla) == list(zip(numbers, ROWS, strict=True))
    entendido = tabla.entendido
    assert (entendido.codificacion, entendido.separador, entendido.encabezado) == (encoding, separator, header)
    assert entendido.lineas == tabla.lineas == 3
    assert not entendido.devuelto


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_fault_has_its_code_and_says_all_of_it(name: str) -> None:
    with pytest.raises(FileProblem) as caught:
        opened(name)
    problem = caught.value
    assert problem.codigo == REFUSED[name]
    for text in (problem.causa(), problem.arreglo(), problem.explicacion.telefono):
        assert text
    assert "{" not in problem.causa() + problem.arreglo()
    assert problem.explicacion.decir(problem.explicacion.causa, **problem.datos) == problem.causa()


def test_the_samples_on_disk_are_those_the_script_makes_and_all_are_tested() -> None:
    made = runpy.run_path(str(SAMPLES / "make.py"))
    assert made["texts"]().keys() | made["archives"]().keys() | made["workbooks"]().keys() == (
        SAME_ROWS.keys() | REFUSED.keys() | TOLD_APART
    )
    for name, data in made["texts"]().items():
        assert (SAMPLES / name).read_bytes() == data, name


@pytest.mark.parametrize(("name", "count", "fields"), [("INS_2013-01.txt", 42, 8), ("MSU_2007-01.txt", 56, 7)])
def test_the_real_files_come_out_as_they_are(name: str, count: int, fields: int) -> None:
    tabla = open_table((SAMPLES / name).read_bytes(), name, Formato(INS.campos[:fields]), LIMITES)
    texts = [text for chunk in tabla.chunks(10) for text in chunk["texto"]]
    assert texts == (SAMPLES / name).read_text().splitlines()
    assert tabla.lineas == count
    assert {len(text.split(tabla.separador)) for text in texts} == {fields}
    assert tabla.entendido.frase() == f"ASCII, separador punto y coma, {count} líneas"
    assert tabla.entendido.fin_de_linea == "CRLF"


def test_a_comma_as_decimal_mark_does_not_separate() -> None:
    tabla = opened("decimal-comma.txt")
    assert tabla.entendido.separador == "punto y coma"
    assert rows(tabla)[0][1][6] == "872,71"


def test_a_trailing_separator_stays_in_the_text() -> None:
    assert all(values[-1] == "" and len(values) == 9 for _, values in rows(opened("trailing-separator.txt")))


def test_mixed_line_ends_are_numbered_as_an_editor_numbers_them() -> None:
    tabla = opened("mixed-ends.txt")
    assert [number for number, _ in rows(tabla)] == list(range(1, 10))
    assert tabla.entendido.fin_de_linea == "mezclado"


def test_a_nul_is_shown_and_only_its_field_suffers() -> None:
    tabla = opened("nul.txt")
    assert [values[6] for _, values in rows(tabla)] == ["872.71", "87␀.53", "56.72"]
    assert tabla.entendido.notas == ("1 carácter que no es texto: se muestra con un símbolo.",)


def test_a_separator_inside_quotes_is_part_of_the_value() -> None:
    assert [values[7] for _, values in rows(opened("quoted-separator.csv"))] == ["O;X"] * 3


def test_a_stray_quote_does_not_swallow_the_lines_after_it() -> None:
    found = rows(opened("stray-quote.txt"))
    assert [values[5] for _, values in found] == ["0710435207", '"0928887181', "0918014127"]


def test_an_error_file_sent_back_is_understood() -> None:
    tabla = opened("sent-back.txt")
    assert tabla.entendido.devuelto
    assert [values for _, values in rows(tabla)] == [[*row[:7], "=O"] for row in ROWS]


def test_numbers_of_a_workbook_become_the_text_excel_shows() -> None:
    assert rows(opened("numbers.xlsx"))[0][1] == ["1799000004001", "9", "2013", "1", "INS", "710435207", "872.71", "O"]


def test_what_a_workbook_hides_is_said() -> None:
    assert opened("hidden-sheet.xlsx").entendido.notas == (
        "El libro tiene 3 hojas: se leyó «Hoja1».",
        "1 hoja oculta: no se leyó.",
    )
    assert opened("hidden-row.xlsx").entendido.notas == ("1 fila oculta: se leyó.",)


def test_a_name_that_disagrees_with_the_content_is_a_note() -> None:
    for name in ("gzip-renamed.txt", "text-renamed.xlsx", "workbook-renamed.txt"):
        assert "se leyó como lo que es" in opened(name).entendido.notas[0]
