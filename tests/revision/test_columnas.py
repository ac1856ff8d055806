"""The question about a sheet's columns: what content says of them, and what an answer must hold."""

from __future__ import annotations

from datetime import date

import pytest

from portal.files.tables.locate import Pregunta
from portal.novedades import todas
from portal.revision.columnas import LONGEST, MOST_COLUMNS, answer, known_of_all, question

RUC, HOY = "1799000004001", date(2026, 12, 1)
PEOPLE = [
    ["1", "PEREZ ANA", "0912791803", "450.50", "V", "20261116"],
    ["2", "X", "1710034065", "9.00", "R", "20261117"],
]


def asked(faltan: list[str], filas: list[list[str]] = PEOPLE, columnas: dict[str, int] | None = None) -> Pregunta:
    return Pregunta((), filas, columnas or {}, faltan, max(map(len, filas)), "f")


@pytest.mark.parametrize(
    ("movimiento", "faltan", "guessed"),
    [
        ("INS", ["cedula", "valor"], {"cedula": 2, "valor": 3}),
        ("INS", ["cedula", "valor", "anio", "mes", "sucursal"], {"cedula": 2, "valor": 3}),  # the first counts rows
        ("SAL", ["cedula", "fecha_salida", "causa"], {"cedula": 2, "fecha_salida": 5, "causa": 4}),
        ("ENT", ["cedula", "cargo"], {"cedula": 2}),  # any column may be free text
    ],
)
def test_a_guess_is_what_the_content_proves(movimiento: str, faltan: list[str], guessed: dict[str, int]) -> None:
    assert question(todas()[movimiento], asked(faltan), RUC, HOY)["columnas"] == guessed


def test_a_known_column_is_kept_and_not_guessed_for_another_field() -> None:
    told = question(todas()["INS"], asked(["valor"], columnas={"cedula": 3}), RUC, HOY)
    assert told["columnas"] == {"cedula": 3, "valor": 0}


def test_what_is_kept_of_a_sheet_is_little() -> None:
    wide = [["x" * 500] * 200] * 50
    told = question(todas()["INS"], asked(["cedula"], wide), RUC, HOY)
    assert told["ancho"] == MOST_COLUMNS and len(told["filas"]) == 5
    assert {len(row) for row in told["filas"]} == {MOST_COLUMNS}
    assert {len(text) for row in told["filas"] for text in row} == {LONGEST}


def test_what_is_known_of_every_line() -> None:
    assert known_of_all(todas()["INS"], RUC, [9]) == {
        "ruc": RUC,
        "movimiento": "INS",
        "sucursal": "0009",
        "causa": "O",
    }
    assert "sucursal" not in known_of_all(todas()["SAL"], RUC, [1, 9])
    assert "causa" not in known_of_all(todas()["SAL"], RUC, [1])
    assert known_of_all(todas()["SAL"], RUC, [1])["fecha_fallecimiento"] == "00000000"


def test_an_answer_holds_each_field_once_and_none_may_be_missing() -> None:
    nov, known = todas()["INS"], {"ruc": RUC, "movimiento": "INS", "causa": "O", "sucursal": "0001"}
    dados = {"anio": "2026", "mes": "11"}
    assert answer(nov, {2: "cedula", 3: "valor"}, dados, known) == ({"cedula": 2, "valor": 3}, [])
    _, wrong = answer(nov, {2: "cedula", 3: "cedula"}, {}, known)
    assert [field for field, _ in wrong] == ["columna-4", "anio", "mes", "valor"]
