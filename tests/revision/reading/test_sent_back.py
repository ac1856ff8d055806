"""Lines in error sent back unmended say the same again: as they were first sent, as text and as workbook; and empty
columns after the last field are no fields."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from portal.files.columns import Contexto
from portal.files.reader import Limites, open_table
from portal.files.written.workbook import errors_xlsx
from portal.files.written.writer import errors_txt
from portal.lotes.vista.errores import _fields, columns_of
from portal.novedades import Novedad, todas
from portal.novedades.comunes import cabecera, reglas_comunes
from portal.novedades.diccionario import failing_text
from portal.novedades.ejemplos import RUC, failing_line, good_line
from portal.revision.offline import Informe, check_file, like_foreigners
from portal.revision.plan import formato, plan
from tests.laws import law

HOY = date(2026, 11, 20)
LIMITES = Limites(10_000_000, 10_000)
Codes = dict[int, list[tuple[str, str]]]


def checked(nov: Novedad, contenido: bytes, nombre: str = "x.txt") -> Informe:
    return check_file(contenido, nombre, nov, Contexto(RUC, HOY, extranjeros=like_foreigners), LIMITES)


def in_error(informe: Informe) -> Codes:
    """Line → its codes, of lines that have an error."""
    assert informe.falla is None, informe.falla
    said: Codes = defaultdict(list)
    for p in informe.problemas:
        if p.nivel == "error":
            said[p.linea].append((p.campo, p.codigo))
    return {linea: sorted(codes) for linea, codes in sorted(said.items())}


def given_back(nov: Novedad, contenido: bytes, nombre: str, lines: Codes) -> list[list[str]]:
    tabla = open_table(contenido, nombre, formato(nov), LIMITES)
    width = len(plan(nov).campos)
    texts = {n: text for chunk in tabla.chunks(1_000) for n, text in chunk.iter_rows()}
    return [_fields(texts[n], tabla.separador, width) for n in lines]


def assert_the_same_again(nov: Novedad, contenido: bytes, nombre: str = "x.txt") -> Codes:
    first = in_error(checked(nov, contenido, nombre))
    if not first:
        return first
    rows = given_back(nov, contenido, nombre, first)
    text = errors_txt(plan(nov).nombres, [(row, "Causa; «así».", "Arreglo.") for row in rows], "2026-000123-7")
    book = errors_xlsx(columns_of(nov), [(row, "Causa; «así».", "Arreglo.", 0) for row in rows], "2026-000123-7")
    for again, name in ((text, "errores.txt"), (book, "errores.xlsx")):
        second = in_error(checked(nov, again, name))
        assert list(second.values()) == list(first.values()), name
        assert given_back(nov, again, name, second) == rows, name
    return first


def bad_lines(nov: Novedad) -> Iterator[list[str]]:
    """Every failing example of the movement, and lines of every wrong shape."""
    good = good_line(nov, HOY)
    for regla in (*reglas_comunes(nov), *nov.reglas):
        if regla.falla is not None:
            yield failing_line(nov, HOY, regla.falla)
    for place, campo in enumerate(cabecera(nov.codigo) + nov.campos):
        for text in ["", *(failing_text(t, HOY) for t in campo.tipo.ejemplos.values()), *TRICKY]:
            yield [*good[:place], text, *good[place + 1 :]]
    for length in range(1, len(good)):
        yield good[:length]
    yield from ([*good, "x"], [*good, "", "x"], [*good[:3], "", ""], [*good[1:], ""], ["", *good], [*good, "O"])


TRICKY = ["=1+1", "'=1", "\t1", "a\tb", '"', '"a', 'a"b', " x ", "'", "-", "#N/A", "+593", "@x", "ñandú", "a,b|c"]


@pytest.mark.parametrize("codigo", todas())
def test_every_bad_line_of_a_movement_says_the_same_when_it_comes_back(codigo: str) -> None:
    nov = todas()[codigo]
    lines = [";".join(line) for line in bad_lines(nov)]
    first = assert_the_same_again(nov, "\r\n".join([";".join(good_line(nov, HOY)), *lines]).encode())
    assert len(first) > len(plan(nov).campos) * 4
    assert "LIN-01" in {codigo for codes in first.values() for _, codigo in codes}


@pytest.mark.parametrize("codigo", todas())
def test_so_does_each_by_itself(codigo: str) -> None:
    nov = todas()[codigo]
    good = good_line(nov, HOY)
    for line in ([*good[:-1], "?", "x"], good[:-2], [*good[:5], "123", *good[6:]], [*good[:4], "XXX", *good[5:]]):
        assert assert_the_same_again(nov, ";".join(line).encode())


def test_a_line_that_strayed_from_another_movement_comes_back_alone() -> None:
    ins, sal = todas()["INS"], todas()["SAL"]
    contenido = "\r\n".join(";".join(good_line(nov, HOY)) for nov in (ins, sal)).encode()
    assert list(assert_the_same_again(ins, contenido)) == [2]


FIELD = st.text("aZ09 .,;|\"'=+-@#ñ\t/", max_size=8) | st.sampled_from(TRICKY)


@law(60)
@given(st.sampled_from(list(todas())), st.lists(st.lists(FIELD, min_size=1, max_size=14), min_size=1, max_size=5))
def test_any_lines_say_the_same_when_they_come_back(codigo: str, rows: list[list[str]]) -> None:
    nov = todas()[codigo]
    lines = [";".join(row) for row in ([*good_line(nov, HOY)], *rows)]
    assert_the_same_again(nov, "\n".join(lines).encode())


def workbook(rows: Sequence[Sequence[str]], blanks: Sequence[str]) -> bytes:
    made = xlsxwriter.Workbook(out := io.BytesIO(), {"in_memory": True})
    sheet = made.add_worksheet()
    for number, values in enumerate(rows):
        for column, value in enumerate([*values, *blanks]):
            sheet.write_string(number, column, value)
    made.close()
    return out.getvalue()


@pytest.mark.parametrize("blanks", [[""] * 1, [""] * 4, [""] * 200, [" ", "", "\xa0"]], ids=["1", "4", "200", "spaces"])
@pytest.mark.parametrize("header", [False, True], ids=["lines", "header"])
@pytest.mark.parametrize("codigo", todas())
def test_empty_columns_after_the_last_are_no_fields(codigo: str, header: bool, blanks: list[str]) -> None:
    nov = todas()[codigo]
    rows = [list(plan(nov).nombres)] * header + [good_line(nov, HOY)]
    for separator in ";,\t|":
        text = "\r\n".join(separator.join([*row, *blanks]) for row in rows)
        informe = checked(nov, text.encode())
        assert (informe.falla, informe.con_error, informe.correctas) == (None, 0, 1), separator
    informe = checked(nov, workbook(rows, blanks), "x.xlsx")
    assert (informe.falla, informe.con_error, informe.correctas) == (None, 0, 1)
