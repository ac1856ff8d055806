"""One content, however it was saved: the same lines, the same problems, the same repairs."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from itertools import zip_longest

import pytest
import xlsxwriter

from portal.files.columns import Contexto
from portal.files.reader import Limites
from portal.novedades import todas
from portal.novedades.diccionario import fields
from portal.novedades.ejemplos import good_line
from portal.revision.offline import check_file, like_foreigners

HOY = date(2026, 11, 20)
RUC = "1799000004001"
CEDULAS = ["0912791803", "1710034065", "0909139099", "0710435207", "0928887181", "0918014127"]

#: of each movement: changes of the good line, one worker each; odd ones that are put right, and bad ones
CHANGES: dict[str, list[dict[str, str]]] = {
    "ENT": [
        {"cargo": "DISEÑO GRÁFICO", "sueldo": "600,50"},
        {"fecha_ingreso": "2026-11-18", "fecha_registro": "20/11/2026", "relacion_trabajo": "6"},
        {"cargo": "a" * 65, "sueldo": "0.00", "jornada": "9"},
        {"sectorial": "9999999999999", "sueldo": "481.99"},
        {"fecha_ingreso": "20261131", "mes": "13"},
    ],
    "SAL": [
        {"causa": "v", "sucursal": "1"},
        {"causa": "F"},
        {"causa": "Ñ", "fecha_salida": "19-11-2026"},
        {"fecha_fallecimiento": "", "fecha_salida": "20260901"},
        {"cedula": "912791803", "causa": "T"},  # contradicts the first one
    ],
    "INS": [
        {"valor": "850.5000000001", "mes": " 11"},
        {"valor": "1,200", "causa": "VÍSPERA"},
        {"valor": "$5", "cedula": "0912791804"},
        {"causa": "o", "valor": "00000000087.50"},
        {"ruc": "1790085783001"},
    ],
    "PFM": [
        {"lapso": "2026-9 A 2026-11", "anio": "2026", "mes": "09", "meses": "3"},
        {"lapso": "2026-11 a 2026-09"},
        {"lapso": "2026-13 A 2026-13", "tipo_periodo": "g"},
        {"meses": "02", "tipo_periodo": "Z"},
    ],
    "PPF": [
        {"ruc_anterior": "1790012345001", "oficio": "OFICIO N.º 7"},
        {"ruc_anterior": "992123456001", "fecha_aprobacion": "x"},
        {"ruc_anterior": "1790012345000", "oficio": ""},
    ],
    "MND": [
        {"dias": "05", "fecha_inicio": "2026-11-03"},
        {"dias": "31", "fecha_inicio": "20261102"},
        {"dias": "cinco"},
    ],
}


def lines_of(codigo: str) -> list[list[str]]:
    """The good line, the changed ones, the first of them again, and one of another movement."""
    nov = todas()[codigo]
    workers = zip(CEDULAS, [{}, *CHANGES[codigo]], strict=False)
    names = [campo.nombre for campo in fields(nov)]
    good = dict(zip_longest(names, good_line(nov, HOY, RUC), fillvalue=""))
    whole = [list({**good, "cedula": cedula, **changes}.values()) for cedula, changes in workers]
    stray = [*whole[0]]
    stray[names.index("movimiento")] = "XXX"
    return [*whole, whole[1], stray]


def as_text(rows: list[list[str]]) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in rows).encode()


def as_csv(header: list[str], rows: list[list[str]]) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in [header, *rows]).encode("cp1252")


def as_xlsx(header: list[str], rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Novedades")
    for number, row in enumerate([header, *rows]):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value)
    book.close()
    return out.getvalue()


def as_zip(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("novedades.txt", as_text(rows))
    return out.getvalue()


def saved(codigo: str, rows: list[list[str]]) -> dict[str, tuple[bytes, int]]:
    """Name → bytes, and how many lines stand above the first one with data."""
    header = [campo.etiqueta for campo in fields(todas()[codigo])]
    return {
        "novedades.txt": (as_text(rows), 0),
        "novedades.csv": (as_csv(header, rows), 1),
        "novedades.xlsx": (as_xlsx(header, rows), 1),
        "novedades.zip": (as_zip(rows), 0),
    }


def told(codigo: str, nombre: str, contenido: bytes, above: int):
    """Everything said of a file but the words that name line numbers and the form itself."""
    ctx = Contexto(RUC, HOY, frozenset({1, 9}), extranjeros=like_foreigners)
    informe = check_file(contenido, nombre, todas()[codigo], ctx, Limites(10**7, 10_000))
    assert informe.falla is None
    problems = [(p.linea - above, p.campo, p.codigo, p.nivel, p.valor) for p in informe.problemas]
    counts = (informe.leidas, informe.correctas, informe.con_error, informe.repetidas)
    return counts, problems, informe.reparaciones


@pytest.mark.parametrize("codigo", CHANGES)
def test_the_same_content_is_judged_the_same_however_it_was_saved(codigo):
    rows = lines_of(codigo)
    forms = saved(codigo, rows)
    plain = told(codigo, "novedades.txt", *forms["novedades.txt"])
    counts, problems, repairs = plain
    assert counts[0] == len(rows) == sum(counts[1:]) and all(counts[1:])  # good, bad and repeated lines
    assert len({codigo for _, _, codigo, _, _ in problems}) >= 4 and repairs
    for nombre, (contenido, above) in forms.items():
        assert told(codigo, nombre, contenido, above) == plain, nombre


@pytest.mark.parametrize("codigo", ["SAL", "INS"])
def test_a_line_with_a_field_too_many_is_the_same_line_in_every_form(codigo):
    rows = lines_of(codigo)
    rows.append([*rows[1], "de más", "x"])
    forms = saved(codigo, rows)
    plain = told(codigo, "novedades.txt", *forms["novedades.txt"])
    assert plain[1][-1][2] == "LIN-01"
    for nombre, (contenido, above) in forms.items():
        assert told(codigo, nombre, contenido, above) == plain, nombre
