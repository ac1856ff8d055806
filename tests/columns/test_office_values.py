"""Values as offices write them: signs of accountants, codes in the words of catalogues, days as numbers."""

from __future__ import annotations

from datetime import date

import pytest

from portal.files.columns import Contexto, Fecha, Leido, Monto, Tipo
from portal.novedades import todas

TEXT = Contexto(ruc="1799000004001", hoy=date(2026, 12, 1))
SHEET = Contexto(ruc="1799000004001", hoy=date(2026, 12, 1), de_hoja=True)


def read(tipo: Tipo, texto: str, ctx: Contexto = TEXT) -> Leido:
    return tipo.read_many([texto], ctx)[0]


@pytest.mark.parametrize(
    ("texto", "expected"),
    [
        ("120.00+", Leido(12_000, None, ("REP-SIGNO",))),
        ("1.234,56 +", Leido(123_456, None, ("REP-SIGNO", "REP-MILES", "REP-COMA"))),
        ("120.00-", Leido(codigo="MON-02")),
        ("(120.00)", Leido(codigo="MON-02")),
        ("( 1.234,56 )", Leido(codigo="MON-02")),
        ("+120.00", Leido(codigo="MON-01")),
        ("120.00+-", Leido(codigo="MON-01")),
        ("(1.234)", Leido(codigo="MON-05")),
    ],
)
def test_the_sign_stands_where_accountants_put_it(texto: str, expected: Leido) -> None:
    assert read(Monto(), texto) == expected


@pytest.mark.parametrize(
    ("movimiento", "campo", "texto", "codigo"),
    [
        ("SAL", "causa", "RENUNCIA VOLUNTARIA", "V"),
        ("SAL", "causa", "Renuncia", "V"),
        ("SAL", "causa", "muerte", "F"),
        ("SAL", "causa", "V - Renuncia voluntaria", "V"),
        ("SAL", "causa", "Terminación de contrato", "T"),
        ("ENT", "jornada", "Normal", "1"),
        ("ENT", "origen_pago", "FONDOS PROPIOS", "P"),
        ("ENT", "relacion_trabajo", "Código del Trabajo", "06"),
    ],
)
def test_a_code_may_be_said_in_the_words_of_its_catalogue(movimiento: str, campo: str, texto: str, codigo: str) -> None:
    leido = read(todas()[movimiento].campo(campo).tipo, texto)
    assert (leido.valor, leido.codigo, leido.notas) == (codigo, None, ("REP-PALABRA",))


@pytest.mark.parametrize(
    ("movimiento", "campo", "texto"),
    [
        ("SAL", "causa", "voluntario"),  # of a resignation, or of leaving the work
        ("SAL", "causa", "R - Renuncia voluntaria"),  # the letter is another entry's
        ("SAL", "causa", "jubilación"),
        ("SAL", "causa", "de"),
        ("ENT", "relacion_trabajo", "trabajo"),  # the list is not complete: it may be one that is not there
    ],
)
def test_words_that_fit_no_entry_or_several_are_not_guessed(movimiento: str, campo: str, texto: str) -> None:
    assert read(todas()[movimiento].campo(campo).tipo, texto).codigo == "CAT-01"


def test_a_number_in_a_column_of_dates_of_a_workbook_is_the_day_it_keeps() -> None:
    assert read(Fecha(), "46357", SHEET) == Leido(date(2026, 12, 1), None, ("REP-SERIE",))
    assert read(Fecha(), "46357").codigo == "FEC-01"
    assert read(Fecha(), "463570", SHEET).codigo in ("FEC-01", "FEC-02", "FEC-03")
