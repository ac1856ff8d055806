"""Spelling × field: what is put right in one field is put right in every field of its kind, of all twelve movements.

Each kind has a good text and its value; each spelling makes of that text what people and programs send, and says which
repairs or which code must come. A field that a movement gets later is asked too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest

from portal.files.columns import (
    Cedula,
    Codigo,
    Contexto,
    Digitos,
    Entero,
    Fecha,
    Lapso,
    Leido,
    Monto,
    Numero,
    Ruc,
    RucAnterior,
    Sucursal,
    Texto,
    Tipo,
)
from portal.files.columns.spelled_days import readings_told
from portal.novedades import Campo, todas
from portal.novedades.comunes import Movimiento
from portal.novedades.diccionario import about_field, fields
from portal.revision.diccionario import entradas
from portal.revision.file import check_chunk

RUC = "0990012345001"
HOY = date(2026, 11, 20)
CTX = Contexto(RUC, HOY, frozenset({1, 9}))


@dataclass(frozen=True)
class Good:
    """A canonical text of a field, and its value."""

    texto: str
    valor: Any


def good_of(campo: Campo) -> Good:
    """For the kind of that field. Codes: the first of its catalogue."""
    tipo = campo.tipo
    if isinstance(tipo, Codigo):
        return Good(next(iter(tipo.opciones)), next(iter(tipo.opciones)))
    if isinstance(tipo, Numero):
        text = {"anio": "2026", "mes": "07"}.get(campo.nombre, "12")
        return Good(text, int(text))
    return GOOD[type(tipo)]


GOOD: dict[type[Tipo], Good] = {
    Ruc: Good(RUC, RUC),
    RucAnterior: Good("1790012345001", "1790012345001"),
    Sucursal: Good("0009", 9),
    Cedula: Good("0912791803", 912791803),
    Fecha: Good("20261127", date(2026, 11, 27)),
    Monto: Good("1234.50", 123450),
    Lapso: Good("2026-03 A 2026-05", 202603202605),
    Digitos: Good("1507500000011", "1507500000011"),
    Texto: Good("ANALISTA 2", "ANALISTA 2"),
}
ALL = [(nov, campo) for nov in todas().values() for campo in fields(nov)]


def distinct() -> list[tuple[str, Campo]]:
    """Every field of every movement, those that are read alike once: the head, sueldos, dates…"""
    found: list[tuple[str, Campo]] = []
    for nov, campo in ALL:
        alike = [c for _, c in found if c.nombre == campo.nombre and type(c.tipo) is type(campo.tipo)]
        if not any(vars(c.tipo) == vars(campo.tipo) for c in alike):
            found.append((f"{nov.codigo}.{campo.nombre}", campo))
    return found


FIELDS = distinct()


def is_a(*types: type[Tipo]) -> Callable[[Campo], bool]:
    return lambda campo: isinstance(campo.tipo, types)


def is_whole(campo: Campo) -> bool:
    """Whether the field takes a whole number, or a code of digits."""
    return campo.tipo.cifras or (isinstance(campo.tipo, Codigo) and good_of(campo).texto.isdigit())


def not_text(campo: Campo) -> bool:
    return not isinstance(campo.tipo, Texto)


def everywhere(_: Campo) -> bool:
    return True


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in text)


def inside(mark: str) -> Callable[[str], str]:
    return lambda text: text[: len(text) // 2] + mark + text[len(text) // 2 :]


def scientific(text: str) -> str:
    """As a spreadsheet writes a number of which it shows every digit."""
    digits = text.lstrip("0")
    return f"{digits[0]}.{digits[1:]}E+{len(digits) - 1:02d}"


#: name, fields, what is sent of the good text, the repairs that say it
Spelling = tuple[str, Callable[[Campo], bool], Callable[[str], str], tuple[str, ...]]
ANYWHERE: list[Spelling] = [
    (f"{name} {place}", everywhere, (lambda t, m=mark, p=place: m + t if p == "before" else t + m), (nota,))
    for mark, name, nota in [
        (" ", "space", "REP-ESPACIO"),
        ("\t", "tab", "REP-ESPACIO"),
        ("\xa0", "no-break space", "REP-ESPACIO"),
        ("\u2007", "figure space", "REP-ESPACIO"),
        ("\u202f", "narrow space", "REP-ESPACIO"),
        ("\u3000", "ideographic space", "REP-ESPACIO"),
        ("\u200b", "zero width space", "REP-INVISIBLE"),
        ("\u200e", "left-to-right mark", "REP-INVISIBLE"),
        ("\ufeff", "byte order mark", "REP-INVISIBLE"),
        ("\u00ad", "soft hyphen", "REP-INVISIBLE"),
        ("\u2060", "word joiner", "REP-INVISIBLE"),
        ("\ufe0f", "variation selector", "REP-INVISIBLE"),
        ("\U000e0100", "variation selector of the supplement", "REP-INVISIBLE"),
    ]
    for place in ("before", "after")
]
INSIDE: list[Spelling] = [
    ("zero width space inside", everywhere, inside("\u200b"), ("REP-INVISIBLE",)),
    ("soft hyphen inside", everywhere, inside("\u00ad"), ("REP-INVISIBLE",)),
    ("full width", everywhere, wide, ("REP-ANCHO",)),
    ("apostrophe", everywhere, lambda t: "'" + t, ("REP-COMILLA",)),
    ("typographic apostrophe", everywhere, lambda t: "\u2019" + t, ("REP-COMILLA",)),
    ("formula", everywhere, lambda t: f'="{t}"', ("REP-COMILLA",)),
    ("formula with spaces", everywhere, lambda t: f' ="{t} "', ("REP-ESPACIO", "REP-COMILLA")),
]
WHOLE: list[Spelling] = [
    ("a fraction of zeros", is_whole, lambda t: t + ".0", ("REP-FRACCION",)),
    ("a fraction of two zeros", is_whole, lambda t: t + ",00", ("REP-FRACCION",)),
    ("small letters", lambda c: good_of(c).texto.isalpha(), str.lower, ("REP-MAYUSCULA",)),
    ("spaces inside an id", is_a(Cedula, Ruc, RucAnterior, Digitos), inside(" "), ("REP-ESPACIO",)),
]
DAYS: list[Spelling] = [
    (text, is_a(Fecha), (lambda t, text=text: text), ("REP-FECHA",))
    for text in [
        "2026-11-27",
        "2026/11/27",
        "2026.11.27",
        "27/11/2026",
        "27-11-2026",
        "27.11.2026",
        "27-nov-2026",
        "27 nov. 2026",
        "27/Noviembre/2026",
        "27 de noviembre de 2026",
        "27 de NOVIEMBRE del 2026",
        "viernes, 27 de noviembre de 2026",
        "20261127 00:00:00",
        "2026-11-27 00:00:00",
        "2026-11-27T00:00:00",
        "2026-11-27T00:00:00.000Z",
        "27/11/2026 0:00",
        "27/11/2026 12:00:00 AM",
    ]
]
AMOUNTS: list[Spelling] = [
    (text, is_a(Monto), (lambda t, text=text: text), notas)
    for text, notas in [
        ("00000001234.50", ()),
        ("       1234.50", ("REP-ESPACIO",)),
        ("1234.5", ("REP-DECIMALES",)),
        ("1234,50", ("REP-COMA",)),
        ("1.234,50", ("REP-MILES", "REP-COMA")),
        ("1,234.50", ("REP-MILES",)),
        ("1\u202f234,50", ("REP-ESPACIO", "REP-MILES", "REP-COMA")),
        ("$1234.50", ("REP-MONEDA",)),
        ("$ 1,234.50 ", ("REP-ESPACIO", "REP-MONEDA", "REP-MILES")),
        ("USD 1234.50", ("REP-MONEDA",)),
        ("1234.50 USD", ("REP-MONEDA",)),
        ("1234.50 US$", ("REP-MONEDA",)),
        ("1234.5000000001", ("REP-COLA",)),
        ("1234.4999999999998", ("REP-COLA",)),
        ("1.23450E+03", ("REP-CIENTIFICA",)),
    ]
]
SPELLINGS = [*ANYWHERE, *INSIDE, *WHOLE, *DAYS, *AMOUNTS]

#: name, fields, what is sent, the code it must be named by
REFUSED: list[tuple[str, Callable[[Campo], bool], str, str]] = [
    ("digits lost", is_a(Cedula, Ruc, RucAnterior, Digitos, Fecha, Monto), "1.23457E+11", "CIE-01"),
    ("a whole thousand lost", is_a(Numero), "2E+03", "CIE-01"),
    *((text, is_a(Fecha), text, "FEC-03") for text in ("27/11/26", "27-nov-26", "26-11-27", "271126", "27.11.26")),
    *((text, is_a(Fecha), text, "FEC-01") for text in ("2026-11-27 08:30", "ayer", "noviembre 2026")),
    *((text, is_a(Fecha), text, "FEC-02") for text in ("31/11/2026", "2026-02-30", "11/27/2026", "18991231")),
    *((text, is_a(Monto), text, "MON-05") for text in ("1.234", "1,234", "600.000", "$600.000", "600,505", "1 234")),
    *((text, is_a(Monto), text, "MON-06") for text in ("00000000060000", "0000000060000.", "         60000")),
    *((text, is_a(Monto), text, "MON-04") for text in ("1234.505", "600.5055", "1.234,567")),
    *((text, is_a(Monto), text, "MON-01") for text in ("1.234.56", "12,34.56", "600 EUR", "seis")),
    ("a sectoral code of twelve digits", is_a(Digitos), "150750000001", "SEC-01"),
    ("a sectoral code without its first zero", is_a(Digitos), "507500000011", "SEC-01"),
    ("nine digits that no zero makes right", is_a(Cedula), "912791804", "IDE-02"),
    ("nine digits of no registered foreigner", is_a(Cedula), "616906044", "IDE-02"),
    ("twelve digits of another RUC", is_a(Ruc), "992123456001", "RUC-02"),
    ("a sucursal that is not there", is_a(Sucursal), "2", "SUC-02"),
]

ZEROS = ["00/00/0000", "0000-00-00", "0000/00/00", "00-00-0000", "0.0.0", "0", "000000", "0000-00-00 00:00:00"]
NOTHING = ["N/A", "n/a", "-", "—", "no aplica", "No aplica.", "", "  ", "'", '=""']


def named(table: list[Any]) -> list[Any]:
    return [pytest.param(*row[1:], id=row[0]) for row in table]


def those(fits: Callable[[Campo], bool]) -> list[tuple[str, Campo]]:
    found = [(name, campo) for name, campo in FIELDS if fits(campo)]
    assert found
    return found


def read(campo: Campo, text: str) -> Leido:
    """As the engine does; what its columns read, or put right, is the same."""
    leido = campo.tipo.read_many([text], CTX)[0]
    frame = pl.DataFrame({"t": [text]}, schema={"t": pl.String})
    for nota, mend in (("", lambda t: t), *campo.tipo.arreglos):
        value = frame.select(v=campo.tipo.fast(mend(pl.col("t")), CTX))["v"][0]
        if value is not None and (not nota or leido.notas):
            assert leido == Leido(value, None, (nota,) if nota else ())
    return leido


def test_the_good_text_of_a_field_needs_no_repair():
    for name, campo in FIELDS:
        good = good_of(campo)
        assert read(campo, good.texto) == Leido(good.valor), name


@pytest.mark.parametrize("fits, spell, notas", named(SPELLINGS))
def test_a_spelling_is_put_right_in_every_field_of_its_kind(fits, spell, notas):
    for name, campo in those(fits):
        good = good_of(campo)
        leido = read(campo, spell(good.texto))
        assert (leido.valor, leido.codigo, leido.aviso) == (good.valor, None, None), name
        assert sorted(leido.notas) == sorted(notas), name


@pytest.mark.parametrize("fits, sent, codigo", named(REFUSED))
def test_what_is_doubtful_or_lost_is_named_in_every_field_of_its_kind(fits, sent, codigo):
    for name, campo in those(fits):
        assert read(campo, sent) == Leido(codigo=codigo), name
    assert codigo in entradas()


def test_a_number_whose_every_digit_is_there_is_written_out():
    for name, campo in those(is_whole):
        good = good_of(campo)
        if len(good.texto.lstrip("0")) > 1 and not isinstance(campo.tipo, Codigo):
            zeros = ("REP-CERO",) if good.texto.startswith("0") else ()
            leido = read(campo, scientific(good.texto))
            assert leido == Leido(good.valor, None, ("REP-CIENTIFICA", *zeros)), name


@pytest.mark.parametrize("text", [*ZEROS, *NOTHING])
def test_a_date_that_does_not_apply_may_be_said_in_many_ways(text):
    for name, campo in those(is_a(Fecha)):
        leido = read(campo, text)
        if campo.tipo.vacio:
            assert (leido.valor, leido.codigo) == (None, None) and "REP-VACIO" in leido.notas, name
        else:
            assert leido.codigo in ("FEC-01", "FEC-02", "VAC-01"), name


@pytest.mark.parametrize("text", NOTHING)
def test_a_ruc_anterior_that_does_not_apply_is_left_empty_and_said(text):
    for _, campo in those(is_a(RucAnterior)):
        leido = read(campo, text)
        assert (leido.valor, leido.codigo) == (None, None)
        assert bool(leido.notas) == bool(text)


@pytest.mark.parametrize("text", ["#N/A", "#N/D", "#REF!", "#VALUE!", "N/A N/A"])
def test_an_error_of_a_spreadsheet_is_never_taken_for_nothing(text):
    for name, campo in those(not_text):
        assert read(campo, text).codigo, name


def restores_a_zero(campo: Campo) -> bool:
    good = good_of(campo).texto
    return good.startswith("0") and good.isdigit()


def test_a_zero_is_restored_only_where_something_proves_it_and_is_said():
    """Cédula: its check digit; RUC: the one in session; sucursal: the empleador has it; month: there is none other. In
    a list of codes nothing proves it, so an aviso asks."""
    for name, campo in those(restores_a_zero):
        good = good_of(campo)
        doubt = "CAT-03" if isinstance(campo.tipo, Codigo) else None
        assert read(campo, good.texto[1:]) == Leido(good.valor, None, ("REP-CERO",), doubt), name


def test_whole_numbers_that_are_no_codes_may_have_or_lack_their_zeros():
    for name, campo in those(is_a(Numero)):
        if campo.nombre != "anio":
            notas = ("REP-SOBRA",) if isinstance(campo.tipo, Entero) else ()
            assert read(campo, "05") == Leido(5, None, notas), name


OPEN = [(name, campo) for name, campo in FIELDS if isinstance(campo.tipo, Codigo) and campo.tipo.patron]
CLOSED = [
    (name, campo)
    for name, campo in FIELDS
    if isinstance(campo.tipo, Codigo) and not campo.tipo.patron and not isinstance(campo.tipo, Movimiento)
]


@pytest.mark.parametrize("name, campo", OPEN, ids=lambda x: x if isinstance(x, str) else "")
def test_a_code_that_an_incomplete_list_lacks_is_taken_with_an_aviso(name, campo):
    text = campo.tipo.ejemplos["CAT-02"]
    assert read(campo, text) == Leido(text, None, (), "CAT-02")
    assert read(campo, "#") == Leido(codigo="CAT-01")


@pytest.mark.parametrize("name, campo", CLOSED, ids=lambda x: x if isinstance(x, str) else "")
@pytest.mark.parametrize("text", ["Z", "9", "99", "J"])
def test_a_code_that_a_closed_list_lacks_is_an_error(name, campo, text):
    assert read(campo, text) == Leido(codigo="CAT-01")


def test_an_unknown_causa_de_salida_is_told_where_to_ask():
    words = entradas()["CAT-01"].explicacion
    sal = todas()["SAL"]
    said = words.decir(words.arreglo, **about_field(sal, sal.campo("causa"), "Z"))
    assert "atencionalusuario@iess.gob.ec" in said and "593 23945666" in said
    other = words.decir(words.arreglo, **about_field(todas()["INS"], todas()["INS"].campo("causa"), "Z"))
    assert "@" not in other and other.endswith(".")


@pytest.mark.parametrize(
    "text, days",
    [
        ("27/11/26", ["20261127", "19261127", "20271126"]),
        ("27-nov-26", ["20261127", "19261127", "20271126"]),
        ("271126", ["20261127", "19261127", "20271126"]),
        ("31/12/99", ["20991231", "19991231"]),
        ("5/3/26", ["20260305", "19260305"]),
        ("29/02/26 00:00", ["20290226"]),
        ("99/99/99", []),
        ("20261127", []),
        ("x", []),
    ],
)
def test_a_year_of_two_figures_is_told_with_every_day_it_may_mean(text, days):
    told = readings_told(text)
    assert [word for word in told.replace(",", " ").split() if word.isdigit() and len(word) == 8] == days
    assert bool(told) == bool(days)


def sent(codigo: str, **cambia: str) -> tuple[list[tuple[Any, ...]], dict[tuple[str, str], int]]:
    """What the check says of one good line with these fields changed: (field, code, level), and the repairs."""
    nov = todas()[codigo]
    texts = {campo.nombre: good_of(campo).texto for campo in fields(nov)} | {"movimiento": codigo} | cambia
    frame = pl.DataFrame(
        {"linea": [1], "texto": ["\x1f".join(texts.values())]}, schema={"linea": pl.UInt32, "texto": pl.String}
    )
    tramo = check_chunk(frame, nov, CTX, None, "\x1f")
    rows = tramo.problemas().select("campo", "codigo", "nivel").rows()
    return rows, dict(tramo.notas)


def test_the_check_counts_repairs_and_says_avisos_of_a_code_it_takes():
    rows, notas = sent("ENT", relacion_trabajo="99", tipo_empleador="z", jornada="7", cedula="'912791803")
    assert {row for row in rows if row[1].startswith("CAT")} == {
        ("relacion_trabajo", "CAT-02", "aviso"),
        ("tipo_empleador", "CAT-02", "aviso"),
        ("jornada", "CAT-02", "aviso"),
    }
    assert notas == {
        ("tipo_empleador", "REP-MAYUSCULA"): 1,
        ("cedula", "REP-COMILLA"): 1,
        ("cedula", "REP-CERO"): 1,
    }


def test_a_sueldo_of_a_year_whose_basic_salary_is_not_known_is_an_aviso():
    rows, _ = sent("ENT", anio="2027", mes="01", sueldo="1.00", jornada="1")
    assert ("sueldo", "SBU-01", "aviso") in rows and not any(row[1] == "ENT-05" for row in rows)
    rows, _ = sent("ENT", anio="2027", mes="01", jornada="2")
    assert not any(row[1] == "SBU-01" for row in rows)
    rows, _ = sent("ENT", anio="2026", mes="11", sueldo="1.00", jornada="1")
    assert not any(row[1] == "SBU-01" for row in rows) and any(row[1] == "ENT-05" for row in rows)
