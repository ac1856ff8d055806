"""Laws of the reader: any bytes give a table or a FileProblem; any simple table comes back equal from any form."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.files.packed.containers import EXTENSIONES as _EXTENSIONES
from portal.files.problems import POR_CODIGO, FileProblem
from portal.files.reader import HINT_NOTE, Formato, Limites, Tabla, open_table
from tests.laws import law

LIMITES = Limites(300_000, 500)
CAMPOS = ("ruc", "sucursal", "anio", "mes", "movimiento", "cedula", "valor", "causa")
FORMATO = Formato(tuple((campo,) for campo in CAMPOS))
ROW = ["1799000004001", "0009", "2013", "01", "INS", "0710435207", "872.71", "O"]
SLOW = law(80)

FRAGMENTS = st.sampled_from(
    [b";", b",", b"\t", b"|", b'"', b"'", b"=", b"#ERROR", b"\r", b"\n", b"\r\n", b"\0", b"\x01", b"\x1f", b"\x1a"]
    + [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"\x81", b"\xf1", b"a"]
    + [b"ruc;sucursal", b"0009;", b"\xc2\x85", b"\xe2\x80\xa8", b" ", b"ruc;sucursal;anio;mes;movimiento;cedula"]
)
ANY_BYTES = st.one_of(st.binary(max_size=400), st.lists(FRAGMENTS, max_size=60).map(b"".join))


def lines(tabla: Tabla, filas: int = 3, desde: int = 0) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for chunk in tabla.chunks(filas, desde):
        assert chunk.height and chunk.columns == ["linea", "texto"]
        found += chunk.rows()
    return found


def opened(contenido: bytes, nombre: str = "x.txt", limites: Limites = LIMITES) -> Tabla:
    return open_table(contenido, nombre, FORMATO, limites)


def values(tabla: Tabla) -> list[tuple[int, list[str]]]:
    return [(number, text.split(tabla.separador)) for number, text in lines(tabla)]


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


@SLOW
@given(ANY_BYTES, st.sampled_from(["x.txt", "x.csv", "x.xlsx", "x.gz", "X.ZIP", "x", ""]))
def test_any_bytes_give_a_table_or_a_file_problem(contenido: bytes, nombre: str) -> None:
    try:
        tabla = opened(contenido, nombre)
    except FileProblem as problem:
        assert problem.codigo in POR_CODIGO
        assert "{" not in problem.causa() + problem.arreglo()
        return
    found = lines(tabla)
    assert len(found) == tabla.lineas == tabla.entendido.lineas > 0
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers)) and numbers[0] >= 1
    assert not any(set(text) & {"\r", "\n", "\0"} for _, text in found)
    json.dumps(tabla.entendido.as_dict())


@SLOW
@given(st.data())
def test_a_damaged_archive_or_workbook_gives_a_table_or_a_file_problem(data: st.DataObject) -> None:
    from portal.files.written.writer import Columna, template_xlsx

    whole = template_xlsx("INS", [Columna(c, c, "", 10, ("a",)) for c in CAMPOS], [ROW])
    kind = data.draw(
        st.sampled_from([whole, zipped("x.txt", b"a;b\r\n" * 50), gzip.compress(b"a;b\r\n" * 50, mtime=0)])
    )
    broken = bytearray(kind[: data.draw(st.integers(1, len(kind)))])
    for _ in range(data.draw(st.integers(0, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert lines(opened(bytes(broken)))
    except FileProblem as problem:
        assert problem.codigo in POR_CODIGO


@SLOW
@given(st.data())
def test_a_workbook_with_damaged_parts_gives_a_table_or_a_file_problem(data: st.DataObject) -> None:
    from portal.files.written.writer import Columna, template_xlsx

    whole = template_xlsx("INS", [Columna(c, c, "", 10) for c in CAMPOS], [ROW])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(out, "w") as target:
        chosen = data.draw(st.sampled_from(source.namelist()))
        for name in source.namelist():
            part = bytearray(source.read(name))
            if name == chosen:
                for _ in range(data.draw(st.integers(1, 5))):
                    part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(32, 126))
            target.writestr(name, bytes(part))
    try:
        assert lines(opened(out.getvalue(), "x.xlsx"))
    except FileProblem as problem:
        assert problem.codigo in POR_CODIGO


SIMPLE = st.text("abcXYZ0189ñÁé .-/", min_size=1, max_size=12)
TABLES = st.lists(st.lists(SIMPLE, min_size=8, max_size=8), min_size=1, max_size=8)
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}


@SLOW
@given(
    TABLES,
    st.sampled_from(sorted(ENCODINGS)),
    st.sampled_from(";,\t|"),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from(["plain", "gz", "zip"]),
    st.booleans(),
    st.integers(0, 3),
)
def test_a_simple_table_comes_back_equal_from_every_form(
    table: list[list[str]], encoding: str, mark: str, end: str, container: str, header: bool, blanks: int
) -> None:
    assume(all(any(value.strip() for value in row) for row in table))
    assume(not any(set(row) & set(CAMPOS) for row in table))
    rows = [list(CAMPOS), *table] if header else table
    text = end * blanks + "".join(mark.join(row) + end for row in rows)
    content = text.encode(encoding)
    packed = {"plain": content, "gz": gzip.compress(content), "zip": zipped("x.csv", content)}[container]
    tabla = opened(packed, {"plain": "x.CSV", "gz": "x.csv.gz", "zip": "x.zip"}[container])
    first = 1 + blanks + header
    doubtful = set(tabla.dudosas.tolist())
    unsure = doubtful if encoding == "cp1252" else set()  # no Spanish: a small letter before Á, é between capitals
    for (number, found), (place, row) in zip(values(tabla), enumerate(table), strict=True):
        assert number == first + place and (found == row or number in unsure)
    entendido = tabla.entendido
    if doubtful:
        return
    assert entendido.encabezado == header
    assert entendido.contenedor == ("" if container == "plain" else container)
    assert entendido.codificacion == (
        "ASCII" if encoding in ("utf-8", "cp1252") and text.isascii() else ENCODINGS[encoding]
    )


@SLOW
@given(st.lists(st.sampled_from(["a;b", "", " ", ";;", '"x";y', "a;#ERROR;c", "ñ;1", "\0;2"]), min_size=1), st.data())
def test_the_size_of_chunks_and_where_they_begin_change_nothing(texts: list[str], data: st.DataObject) -> None:
    content = "a;b\n" + "\n".join(texts)
    whole = lines(opened(content.encode()), filas=10_000)
    assert whole == lines(opened(content.encode()), filas=data.draw(st.integers(1, 9)))
    start = data.draw(st.integers(0, len(texts) + 3))
    assert [pair for pair in whole if pair[0] > start] == lines(opened(content.encode()), filas=2, desde=start)


def test_line_numbers_hold_past_the_blocks_the_index_counts_in() -> None:
    content = b"".join(b"%d;%s\r\n" % (n, b"x" * (n % 97)) for n in range(1, 8_001))
    tabla = opened(content, limites=Limites(10_000_000, 10_000))
    assert len(content) > 4 * 65_536
    for filas in (1_000, 4_096, 7_777):
        assert all(text.startswith(f"{number};") for number, text in lines(tabla, filas))
        assert len(lines(tabla, filas)) == tabla.lineas == 8_000
    assert lines(tabla, 500, desde=7_990)[0][0] == 7_991


def test_windows_1252_holds_across_the_pieces_it_is_decoded_in() -> None:
    content = "Muñoz;€\r\n".encode("cp1252") * 200_000
    tabla = opened(content, limites=Limites(10_000_000, 1_000_000))
    assert {text for _, text in lines(tabla, 50_000)} == {"Muñoz;€"}


def test_bytes_windows_1252_has_no_letter_for_raise_nothing() -> None:
    assert lines(opened(b"a;\x81\x8d\x8f\x90\x9d\xf1\r\n")) == [(1, "a;\x81\x8d\x8f\x90\x9dñ")]


def test_marks_of_files_copied_one_behind_the_other_are_dropped() -> None:
    assert lines(opened(b"\xef\xbb\xbfa;1\r\n\xef\xbb\xbf\xef\xbb\xbfb;2\r\n"), filas=1) == [(1, "a;1"), (2, "b;2")]


def test_a_line_of_several_kinds_of_separators_is_not_blank() -> None:
    assert lines(opened(b";;;,\r\n")) == [(1, ";;;,")]


def test_a_field_of_ten_thousand_characters_is_read() -> None:
    assert lines(opened(b"a;" + b"x" * 10_000 + b";b\r\n")) == [(1, "a;" + "x" * 10_000 + ";b")]


def test_limits_are_inclusive() -> None:
    five = b"1;2\r\n" * 5
    assert opened(five + b"\r\n" * 9, limites=Limites(len(five) + 18, 5)).lineas == 5
    with pytest.raises(FileProblem, match="ARC-05") as caught:
        opened(five + b"6;6", limites=Limites(1_000, 5))
    assert caught.value.datos == {"lineas": "6", "maximo": "5"}
    with pytest.raises(FileProblem, match="ARC-04"):
        opened(five, limites=Limites(len(five) - 1, 5))


def test_names_are_a_header_whatever_their_case_accents_and_spaces() -> None:
    header = "R.U.C.;SUCURSAL;Ánio;Mes;Movimiento;Cédula;VALOR;causa;\r\n".encode()
    tabla = opened(header + ";".join(ROW).encode())
    assert tabla.entendido.encabezado and [number for number, _ in lines(tabla)] == [2]


def test_a_header_with_a_column_missing_says_which() -> None:
    with pytest.raises(FileProblem, match="ARC-12") as caught:
        opened(b"ruc;sucursal;anio;mes;movimiento;cedula;causa\r\n1;2;3;4;5;0710435207;7\r\n")
    assert caught.value.datos["detalle"] == "«valor»"


def test_a_header_may_leave_out_optional_fields() -> None:
    optional = Formato(FORMATO.campos, opcionales=1)
    tabla = open_table(
        b"ruc;sucursal;anio;mes;movimiento;cedula;valor\r\n1;2;3;4;5;6;7\r\n", "x.txt", optional, LIMITES
    )
    assert tabla.entendido.encabezado and tabla.lineas == 1


def test_a_line_of_data_is_never_taken_for_a_header() -> None:
    tabla = opened(b"ruc;0001;2026;03;causa;0912791803;600.00;X\r\n")
    assert not tabla.entendido.encabezado and tabla.lineas == 1


def test_only_a_field_equal_to_the_marker_cuts_a_line() -> None:
    tabla = opened(b"a;x#ERROR;c\r\na;b;#ERROR;'=c;#ERROR;d\r\n'=a;'-1;'x;''=;#ERROR\r\n'=a;b\r\n")
    assert [text for _, text in lines(tabla)] == ["a;x#ERROR;c", "a;b", "=a;-1;'x;'=", "'=a;b"]
    assert not opened(b"a;#ERRORES\r\n").entendido.devuelto


def test_the_sentence_says_the_figure_with_a_narrow_space() -> None:
    tabla = opened("año;ñ\r\n".encode("cp1252") * 1_200, limites=Limites(100_000, 2_000))
    assert tabla.entendido.frase() == "Windows-1252, separador punto y coma, 1\u202f200 líneas"


def test_every_extension_is_met_at_the_door() -> None:
    assert set(_EXTENSIONES) == {".txt", ".dat", ".csv", ".xlsx", ".xlsm", ".gz", ".zip"}


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("said", ["{}", ";", ",", "", "^"])
@pytest.mark.parametrize("hint", ["sep={}", '"sep={}"', "SEP={}", "sep={};;;", "\ufeffsep={}"])
@pytest.mark.parametrize("header", [False, True])
def test_a_first_line_that_says_the_separator_is_no_data(mark: str, said: str, hint: str, header: bool) -> None:
    rows = [list(CAMPOS), ROW, ROW] if header else [ROW, ROW]
    text = hint.replace("{}", said.replace("{}", mark)) + "\r\n" + "".join(mark.join(row) + "\r\n" for row in rows)
    tabla = opened(text.encode())
    assert values(tabla) == [(2 + header, ROW), (3 + header, ROW)]
    assert tabla.lineas == 2 and tabla.entendido.encabezado == header and tabla.entendido.notas == HINT_NOTE


def test_the_hint_counts_only_as_a_first_line_by_itself() -> None:
    assert opened(b"sep=;1;2\r\na;b;c\r\n").lineas == 2
    assert opened(b"a;b\r\nsep=;\r\n").lineas == 2
    with pytest.raises(FileProblem, match="ARC-01"):
        opened(b"sep=;\r\n")


LINE = ";".join(ROW)


@pytest.mark.parametrize(
    "content",
    [
        f"{LINE}\r\n{LINE}\r\n" + "\0" * 4_000,
        f"{LINE}\r\n{LINE}" + "\0" * 4_000,
        f"{LINE}\r\n{LINE}\r\n\x1a" + "\0" * 100 + "\x1a",
        (LINE + "\0" * 70 + "\r\n") * 2,
        (LINE + "\r\n" + "\0" * 70) * 2,
        f"\x0c{LINE}\r\n\x0c{LINE}\r\n",
        f"{LINE}\x0c\r\n{LINE}\r\n\x0c",
        f"{LINE}\r\n\x1a{LINE}\r\n\x1a",
    ],
)
@pytest.mark.parametrize("codec", ["ascii", "utf-16"])
def test_what_fills_up_files_and_lines_is_no_text(content: str, codec: str) -> None:
    tabla = opened(content.encode(codec))
    assert values(tabla) == [(1, ROW), (2, ROW)]
    assert not any("símbolo" in nota for nota in tabla.entendido.notas)


def test_a_nul_inside_a_field_stays_seen() -> None:
    tabla = opened(b"a\0b;1\0\r\n")
    assert lines(tabla) == [(1, "a␀b;1")]
    assert tabla.entendido.notas == ("1 carácter que no es texto: se muestra con un símbolo.",)


def test_many_nuls_alone_are_an_empty_file() -> None:
    with pytest.raises(FileProblem, match="ARC-01"):
        opened(b"\0" * 500)
