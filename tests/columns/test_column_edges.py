"""What each field type makes of the texts people write: value, code and repairs, one by one (dominio 1 and 4)."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ec import ci

from portal.files.columns import (
    Cedula,
    Contexto,
    Digitos,
    Fecha,
    Monto,
    Numero,
    Ruc,
    Sucursal,
    Texto,
    check_digit_holds,
)
from portal.files.explain import Explicacion
from portal.novedades.comunes import Movimiento, codigos
from tests.laws import law

RUC = "0990012345001"
BAD = Explicacion("X-01", "error", "t", "c", "a", "p")
KNOWN = {6169060443, 2512345678, 234567890, 12345678}


def context(ruc=RUC, sucursales=frozenset({1, 9})):
    return Contexto(ruc, date(2026, 11, 20), sucursales, extranjeros=lambda ns: KNOWN & set(ns))


def read(tipo, texto, **how):
    """As the engine reads an odd text: value or code, repairs, aviso. What is canonical is read so by columns too."""
    valor, codigo, notas, aviso = tipo.read_many([texto], context(**how))[0]
    if is_canonical(tipo, texto, **how):
        assert (codigo, notas, aviso) == (None, (), None)
    return (codigo or valor, *notas, *([aviso] if aviso else []))


def is_canonical(tipo, texto, **how):
    frame = pl.DataFrame({"t": [texto]}, schema={"t": pl.String})
    return frame.select(v=tipo.fast(pl.col("t"), context(**how)))["v"][0] is not None


AMOUNTS = [
    ("600.00", 60000),
    ("00000000378.00", 37800),
    ("0.01", 1),
    ("99999999999.99", 9999999999999),
    ("378", 37800, "REP-DECIMALES"),
    ("100.0", 10000, "REP-DECIMALES"),
    ("100.", 10000, "REP-DECIMALES"),
    ("100.000000", 10000, "REP-DECIMALES"),
    (" 378.00", 37800, "REP-ESPACIO"),
    ("378.00 ", 37800, "REP-ESPACIO"),
    ("\xa0378.00\t", 37800, "REP-ESPACIO"),
    (" 378", 37800, "REP-ESPACIO", "REP-DECIMALES"),
    ("600,50", 60050, "REP-COMA"),
    ("600,5", 60050, "REP-COMA", "REP-DECIMALES"),
    ("850.5000000001", 85050, "REP-COLA"),
    ("850,5000000001", 85050, "REP-COMA", "REP-COLA"),
    ("850.49999999999994", 85050, "REP-COLA"),
    ("0.2899999999999999", 29, "REP-COLA"),
    ("1234567.2000000002", 123456720, "REP-COLA"),
    ("0.500", 50, "REP-DECIMALES"),
    ("0,500", 50, "REP-COMA", "REP-DECIMALES"),
    ("1000.500", 100050, "REP-DECIMALES"),
    ("0.00", "MON-02"),
    ("0", "MON-02"),
    ("-1.00", "MON-02"),
    ("-0.01", "MON-02"),
    ("-5,00", "MON-02"),
    ("0.00000000001", "MON-02"),
    ("100000000000.00", "MON-03"),
    ("000000000378.00", "MON-03"),  # 15 characters, though its value would fit
    ("100000000000", "MON-03"),
    ("9" * 30 + ".500000000001", "MON-03"),
    ("9" * 5000, "MON-03"),
    ("100000000000.0000000001", "MON-03"),
    ("850.5001", "MON-04"),
    ("850,5001", "MON-04"),
    ("123456789.12000001", 12345678912, "REP-COLA"),  # the more dollars, the shorter the tail
    ("850.50000001", "MON-04"),  # eight decimals: a person may have meant them
    ("1.005000000001", "MON-04"),
    ("1.234", "MON-05"),
    ("850.555", "MON-05"),
    ("0000000600.000", "MON-05"),
    ("1 234", "MON-05"),
    ("1'234", "MON-05"),
    ("12.34,56", "MON-01"),
    ("1.234.56", "MON-01"),
    ("1.234,567", "MON-04"),
    ("1,234.56", 123456, "REP-MILES"),
    ("1.234,56", 123456, "REP-MILES", "REP-COMA"),
    ("1 234,56", 123456, "REP-MILES", "REP-COMA"),
    ("1\xa0234.56", 123456, "REP-ESPACIO", "REP-MILES"),
    ("1'234.56", 123456, "REP-MILES"),
    ("1.234.567", 123456700, "REP-MILES", "REP-DECIMALES"),
    ("1,234,567.89", 123456789, "REP-MILES"),
    ("$600.00", 60000, "REP-MONEDA"),
    ("$ 600", 60000, "REP-MONEDA", "REP-DECIMALES"),
    ("600.00 USD", 60000, "REP-MONEDA"),
    ("usd 600,00", 60000, "REP-MONEDA", "REP-COMA"),
    ("US$600.00", 60000, "REP-MONEDA"),
    ("600.00$", 60000, "REP-MONEDA"),
    ("$1.234,56", 123456, "REP-MONEDA", "REP-MILES", "REP-COMA"),
    ("$1.234", "MON-05"),
    ("-$5.00", "MON-02"),
    ("$-5.00", "MON-02"),
    ("600,", 60000, "REP-COMA", "REP-DECIMALES"),
    ("00000000060000", "MON-06"),
    ("0000000060000.", "MON-06"),
    ("0000000060000", "MON-06"),  # the whole width without its mark
    ("         60000", "MON-06"),
    ("60000         ", "MON-06"),
    ("        60000.", "MON-06"),
    ("       \xa0\xa060000", "MON-06"),
    ("000000060000", 6000000, "REP-DECIMALES"),
    ("       600.00 ", 60000, "REP-ESPACIO"),
    ("00000000000000", "MON-02"),
    ("8.505E+02", 85050, "REP-CIENTIFICA", "REP-DECIMALES"),
    ("8,5050e2", 85050, "REP-CIENTIFICA"),
    ("1.234567E+02", "MON-04"),
    ("5.05E-01", "MON-04"),
    ("1.2E-01", 12, "REP-CIENTIFICA"),
    ("6E+02", "CIE-01"),
    ("6.00E+02", "CIE-01"),  # what a spreadsheet shows of 600.40
    ("1.23457E+11", "CIE-01"),
    ("1,234", "MON-05"),
    ("1.230", "MON-05"),
    ("600.000", "MON-05"),
    ("1e5", "CIE-01"),
    ("+600.00", "MON-01"),
    ("1 234.00", 123400, "REP-MILES"),
    ("12 34.00", "MON-01"),
    ("600.00 EUR", "MON-01"),
    ("USD", "MON-01"),
    (".50", "MON-01"),
    (".", "MON-01"),
    ("--5.00", "MON-01"),
    ("NaN", "MON-01"),
    ("٣٧٨.٠٠", "MON-01"),
    ("³78.00", "MON-01"),
    ("600.00\n", 60000, "REP-ESPACIO"),
    ("", "VAC-01"),
    (" \t", "VAC-01"),
]


@pytest.mark.parametrize("texto, expected", [(a[0], a[1:]) for a in AMOUNTS], ids=lambda x: repr(x)[:30])
def test_amounts(texto, expected):
    assert read(Monto(), texto) == expected
    assert is_canonical(Monto(), texto) == (isinstance(expected[0], int) and len(expected) == 1)


DATES = [
    ("20260302", date(2026, 3, 2)),
    ("20240229", date(2024, 2, 29)),
    ("2026-03-02", date(2026, 3, 2), "REP-FECHA"),
    ("02/03/2026", date(2026, 3, 2), "REP-FECHA"),
    (" 20260302", date(2026, 3, 2), "REP-ESPACIO"),
    (" 2026-03-02 ", date(2026, 3, 2), "REP-ESPACIO", "REP-FECHA"),
    ("20260229", "FEC-02"),
    ("20261301", "FEC-02"),
    ("20260400", "FEC-02"),
    ("29/02/2026", "FEC-02"),
    ("2026-13-01", "FEC-02"),
    ("00000000", "FEC-02"),
    ("00010101", "FEC-02"),
    ("18991231", "FEC-02"),
    ("19000101", date(1900, 1, 1)),
    ("2/3/2026", date(2026, 3, 2), "REP-FECHA"),
    ("2026/03/02", date(2026, 3, 2), "REP-FECHA"),
    ("2026.3.2", date(2026, 3, 2), "REP-FECHA"),
    ("02-03-2026", date(2026, 3, 2), "REP-FECHA"),
    ("02.03.2026", date(2026, 3, 2), "REP-FECHA"),
    ("02 / 03 / 2026", date(2026, 3, 2), "REP-FECHA"),
    ("02/03-2026", "FEC-01"),
    ("11/27/2026", "FEC-02"),  # the day stands first
    ("27-nov-2026", date(2026, 11, 27), "REP-FECHA"),
    ("27/Nov./2026", date(2026, 11, 27), "REP-FECHA"),
    ("7 SET 2026", date(2026, 9, 7), "REP-FECHA"),
    ("27 de noviembre de 2026", date(2026, 11, 27), "REP-FECHA"),
    ("27 de noviembre del 2026", date(2026, 11, 27), "REP-FECHA"),
    ("viernes, 27 de noviembre de 2026", date(2026, 11, 27), "REP-FECHA"),
    ("31 de noviembre de 2026", "FEC-02"),
    ("27-nob-2026", "FEC-01"),
    ("20260302.0", date(2026, 3, 2), "REP-FRACCION"),
    ("2.0260302E+07", date(2026, 3, 2), "REP-CIENTIFICA"),
    ("2.026E+07", "CIE-01"),
    ("20260302 00:00", date(2026, 3, 2), "REP-FECHA"),
    ("2026-03-02 00:00:00", date(2026, 3, 2), "REP-FECHA"),
    ("2026-03-02T00:00:00", date(2026, 3, 2), "REP-FECHA"),
    ("2026-03-02T00:00:00.000Z", date(2026, 3, 2), "REP-FECHA"),
    ("2026-03-02T00:00:00-05:00", date(2026, 3, 2), "REP-FECHA"),
    ("02/03/2026 0:00", date(2026, 3, 2), "REP-FECHA"),
    ("2/3/2026 12:00:00 a. m.", date(2026, 3, 2), "REP-FECHA"),
    ("2026-03-02 08:30:00", "FEC-01"),
    ("2026-03-02 12:00:00", "FEC-01"),
    ("0:00", "FEC-02"),
    ("260302", "FEC-03"),
    ("02/03/26", "FEC-03"),
    ("27-nov-26", "FEC-03"),
    ("02/03/26 00:00", "FEC-03"),
    ("32/13/99", "FEC-02"),
    ("00/00/0000", "FEC-02"),
    ("2026030", "FEC-01"),
    ("46083", "FEC-01"),
    ("٢٠٢٦٠٣٠٢", "FEC-01"),
    ("0", "FEC-02"),
    ("N/A", "FEC-01"),
    ("", "VAC-01"),
]


@pytest.mark.parametrize("texto, expected", [(d[0], d[1:]) for d in DATES])
def test_dates(texto, expected):
    assert read(Fecha(), texto) == expected


@pytest.mark.parametrize(
    "texto, expected",
    [
        ("00000000", (None,)),
        ("", (None, "REP-VACIO")),
        ("  ", (None, "REP-VACIO")),
        (" 00000000", (None, "REP-ESPACIO")),
        ("0", (None, "REP-VACIO")),
        ("0.0", (None, "REP-FRACCION", "REP-VACIO")),
        ("20260302", (date(2026, 3, 2),)),
        ("20261301", ("FEC-02",)),
        ("000000", (None, "REP-VACIO")),
        ("00/00/0000", (None, "REP-VACIO")),
        ("0000-00-00", (None, "REP-VACIO")),
        ("00-00-0000", (None, "REP-VACIO")),
        ("0/0/0", (None, "REP-VACIO")),
        ("0000.00.00", (None, "REP-VACIO")),
        ("0000-00-00 00:00:00", (None, "REP-VACIO")),
        ("0000-00-00T00:00:00", (None, "REP-VACIO")),
        ("N/A", (None, "REP-VACIO")),
        ("n/a", (None, "REP-VACIO")),
        (" - ", (None, "REP-ESPACIO", "REP-VACIO")),
        ("No aplica.", (None, "REP-VACIO")),
        ('=""', (None, "REP-VACIO")),
        ("#N/A", ("CEL-01",)),
        ("//", ("FEC-01",)),
    ],
)
def test_a_date_that_may_not_apply(texto, expected):
    assert read(Fecha(opcional=True), texto) == expected


IDENTITIES = [
    ("0912791803", 912791803),
    ("912791803", 912791803, "REP-CERO"),
    (" 0912791803", 912791803, "REP-ESPACIO"),
    (" 912791803", 912791803, "REP-ESPACIO", "REP-CERO"),
    ("1710034065", 1710034065),
    ("2400000002", 2400000002),  # the last province
    ("3000000004", 3000000004),  # registered abroad
    ("0970000006", 970000006),  # third digit above 6: only a warning, later
    ("6169060443", 6169060443),  # a foreigner's code that is registered
    (" 6169060443 ", 6169060443, "REP-ESPACIO"),
    ("2512345678", 2512345678),  # registered, whatever its first two digits are
    ("0912791804", "IDE-01"),
    ("0912791830", "IDE-01"),
    ("9127918031", "IDE-03"),
    ("2500000001", "IDE-03"),
    ("2900000007", "IDE-03"),
    ("3100000003", "IDE-03"),
    ("5000000000", "IDE-03"),  # python-stdnum takes a province 50
    ("0000000000", "IDE-03"),
    ("6169060444", "IDE-03"),
    ("912791804", "IDE-02"),  # nine digits that no zero makes right
    ("616906044", "IDE-02"),
    ("12791803", "IDE-02"),
    ("00912791803", "IDE-02"),
    ("0912 791 803", 912791803, "REP-ESPACIO"),
    ("0912\u200b791803", 912791803, "REP-INVISIBLE"),
    ("\ufeff0912791803\u200e", 912791803, "REP-INVISIBLE"),
    ("0912\u00ad791803\ufe0f", 912791803, "REP-INVISIBLE"),
    ("\u30000912791803\u202f", 912791803, "REP-ESPACIO"),
    ("０９１２７９１８０３", 912791803, "REP-ANCHO"),
    ("'0912791803", 912791803, "REP-COMILLA"),
    ('="0912791803"', 912791803, "REP-COMILLA"),
    ('=" 912791803"', 912791803, "REP-ESPACIO", "REP-COMILLA", "REP-CERO"),
    ("912791803.0", 912791803, "REP-FRACCION", "REP-CERO"),
    ("0912791803,00", 912791803, "REP-FRACCION"),
    ("9.12791803E+08", 912791803, "REP-CIENTIFICA", "REP-CERO"),
    ("1,710034065e9", 1710034065, "REP-CIENTIFICA"),
    ("'6169060443", 6169060443, "REP-COMILLA"),
    ("912791803.5", "IDE-02"),
    ("234567890", 234567890, "REP-CERO"),  # nine figures of a foreigner's code that is registered
    ("091279180-3", "IDE-02"),
    ("091279180a", "IDE-02"),
    ("+912791803", "IDE-02"),
    ("-912791803", "IDE-02"),
    ("٠٩١٢٧٩١٨٠٣", "IDE-02"),
    ("1.71003E+09", "CIE-01"),
    ("1.7100340655E+09", "CIE-01"),
    ("12345678", "IDE-02"),
    ("", "VAC-01"),
]


@pytest.mark.parametrize("texto, expected", [(i[0], i[1:]) for i in IDENTITIES])
def test_identities(texto, expected):
    assert read(Cedula(), texto) == expected


def test_a_foreigners_code_counts_only_when_somebody_was_asked():
    assert Cedula().read("6169060443", Contexto(RUC, date(2026, 11, 20))).codigo == "IDE-03"


def test_the_institute_is_asked_once_for_all_the_codes_of_a_column():
    asked = []
    ctx = Contexto(RUC, date(2026, 11, 20), extranjeros=lambda ns: asked.append(list(ns)) or ns)
    Cedula().read_many(["6169060443", "x", " 6169060444 ", None, "0912791803"], ctx)
    assert asked == [[6169060443, 6169060444, 912791803]]


@given(st.integers(0, 10**10 - 1).map("{:010d}".format))
@law(500)
def test_the_check_digit_is_the_one_of_python_stdnum(cedula):
    nine = cedula[:9]
    ours = [d for d in "0123456789" if check_digit_holds(nine + d)]
    theirs = [d for d in "0123456789" if ci.is_valid(nine + d)]
    if theirs and cedula[:2] != "50":  # it takes a province 50 that nobody was born in
        assert ours == theirs
    assert len(ours) == (1 <= int(cedula[:2]) <= 24 or cedula[:2] == "30")


@given(st.lists(st.integers(0, 10**10 - 1).map("{:010d}".format), min_size=1, max_size=200))
@law(50)
def test_the_check_of_a_column_is_the_check_of_each_cedula(cedulas):
    frame = pl.DataFrame({"t": cedulas})
    found = frame.select(v=Cedula().fast(pl.col("t"), context()))["v"].to_list()
    assert [v is not None for v in found] == [check_digit_holds(c) for c in cedulas]


@pytest.mark.parametrize(
    "texto, expected",
    [
        (RUC, (RUC,)),
        ("990012345001", (RUC, "REP-CERO")),
        (f" {RUC}", (RUC, "REP-ESPACIO")),
        ("1799000004001", ("RUC-02",)),
        ("990012345002", ("RUC-02",)),
        ("99001234500", ("RUC-01",)),
        ("9.9001E+11", ("CIE-01",)),
        ("9.90012345001E+11", (RUC, "REP-CIENTIFICA", "REP-CERO")),
        ("990012345001.0", (RUC, "REP-FRACCION", "REP-CERO")),
        ("0990012345 001", (RUC, "REP-ESPACIO")),
        ("x", ("RUC-01",)),
        ("", ("VAC-01",)),
    ],
)
def test_the_ruc_is_the_one_in_session(texto, expected):
    assert read(Ruc(), texto) == expected


@pytest.mark.parametrize(
    "texto, expected",
    [
        ("0001", (1,)),
        ("0009", (9,)),
        ("1", (1, "REP-CERO")),
        ("009", (9, "REP-CERO")),
        (" 0001", (1, "REP-ESPACIO")),
        ("0002", ("SUC-02",)),
        ("0000", ("SUC-02",)),
        ("0", ("SUC-02",)),
        ("00001", ("SUC-01",)),
        ("+1", ("SUC-01",)),
        ("A", ("SUC-01",)),
        ("1.0", (1, "REP-FRACCION", "REP-CERO")),
        ("0 1", ("SUC-01",)),
        ("１", (1, "REP-ANCHO", "REP-CERO")),
        ("١", ("SUC-01",)),
        ("", ("VAC-01",)),
    ],
)
def test_sucursales(texto, expected):
    assert read(Sucursal(), texto) == expected


def test_where_the_branches_are_not_known_every_number_but_zero_is_one():
    assert [read(Sucursal(), t, sucursales=None) for t in ("0002", "7", "0000")] == [(2,), (7, "REP-CERO"), ("SUC-02",)]


MES, ANIO = Numero(2, 1, 12, BAD, ceros=True), Numero(4, 1900, 2999, BAD)


@pytest.mark.parametrize(
    "tipo, texto, expected",
    [
        (MES, "07", (7,)),
        (MES, "7", (7, "REP-CERO")),
        (MES, "12", (12,)),
        (MES, "00", ("X-01",)),
        (MES, "13", ("X-01",)),
        (MES, "+1", ("X-01",)),
        (MES, "007", ("X-01",)),
        (MES, "7.0", (7, "REP-FRACCION", "REP-CERO")),
        (MES, "7.000", ("X-01",)),
        (MES, "7.5", ("X-01",)),
        (ANIO, "2026.0", (2026, "REP-FRACCION")),
        (ANIO, "'2026", (2026, "REP-COMILLA")),
        (ANIO, "2.026E+03", (2026, "REP-CIENTIFICA")),
        (ANIO, "2E+03", ("CIE-01",)),
        (ANIO, "2026", (2026,)),
        (ANIO, "1900", (1900,)),
        (ANIO, "1899", ("X-01",)),
        (ANIO, "2999", (2999,)),
        (ANIO, "3000", ("X-01",)),
        (ANIO, "26", ("X-01",)),
        (ANIO, "2O26", ("X-01",)),
        (ANIO, "+202", ("X-01",)),
        (ANIO, "02026", ("X-01",)),
        (ANIO, " 2026", (2026, "REP-ESPACIO")),
    ],
)
def test_years_and_months(tipo, texto, expected):
    assert read(tipo, texto) == expected


@pytest.mark.parametrize(
    "tipo, texto, expected",
    [
        (codigos("relaciones_trabajo"), "06", ("06",)),
        (codigos("relaciones_trabajo"), "6", ("06", "REP-CERO", "CAT-03")),
        (codigos("relaciones_trabajo"), "2.0", ("02", "REP-FRACCION", "REP-CERO", "CAT-03")),
        (codigos("relaciones_trabajo"), "109", ("109",)),
        (codigos("relaciones_trabajo"), "74", ("74",)),
        (codigos("relaciones_trabajo"), "75", ("75",)),
        (codigos("relaciones_trabajo"), "99", ("99", "CAT-02")),
        (codigos("relaciones_trabajo"), "006", ("006", "CAT-02")),
        (codigos("relaciones_trabajo"), "9", ("CAT-01",)),
        (codigos("relaciones_trabajo"), "1234", ("CAT-01",)),
        (codigos("relaciones_trabajo"), "5A", ("CAT-01",)),
        (codigos("tipos_empleador"), "4", ("4", "CAT-02")),
        (codigos("tipos_empleador"), "b2", ("B2", "REP-MAYUSCULA", "CAT-02")),
        (codigos("tipos_empleador"), "123", ("CAT-01",)),
        (codigos("tipos_empleador"), "2.0", ("2", "REP-FRACCION")),
        (codigos("jornadas"), "1.0", ("1", "REP-FRACCION")),
        (codigos("jornadas"), "N", ("CAT-01",)),
        (codigos("causas_salida"), "'Ｖ", ("V", "REP-ANCHO", "REP-COMILLA")),
        (codigos("causas_salida"), "v", ("V", "REP-MAYUSCULA")),
        (codigos("causas_salida"), " v", ("V", "REP-ESPACIO", "REP-MAYUSCULA")),
        (codigos("causas_salida"), "Z", ("CAT-01",)),
        (codigos("causas_salida"), "0", ("CAT-01",)),
        (codigos("causas_salida"), "", ("VAC-01",)),
        (codigos("causas_extras"), "O", ("O",)),
        (codigos("causas_extras"), "H", ("H",)),
        (codigos("causas_extras"), "c", ("C", "REP-MAYUSCULA")),
        (codigos("jornadas"), "3", ("3", "CAT-02")),
        (Movimiento("ENT"), "ent", ("ENT", "REP-MAYUSCULA")),
        (Movimiento("ENT"), "SAL", ("MOV-01",)),
        (Movimiento("ENT"), "", ("VAC-01",)),
        (Digitos(13, BAD), "1507500000011", ("1507500000011",)),
        (Digitos(13, BAD), "507500000011", ("X-01",)),
        (Digitos(13, BAD), "1.507500000011E+12", ("1507500000011", "REP-CIENTIFICA")),
        (Digitos(13, BAD), "1.5075E+12", ("CIE-01",)),
        (Digitos(13, BAD), "1507500000011.0", ("1507500000011", "REP-FRACCION")),
        (Digitos(13, BAD), "15075000000111", ("X-01",)),
        (Digitos(13, BAD), "150750000001A", ("X-01",)),
    ],
)
def test_codes(tipo, texto, expected):
    assert read(tipo, texto) == expected


@pytest.mark.parametrize(
    "texto, expected",
    [
        ("ANALISTA", ("ANALISTA",)),
        ("Jefe de area (2)", ("Jefe de area (2)",)),
        ("DISEÑADORA GRÁFICA", ("DISENADORA GRAFICA", "REP-ASCII")),
        ("  JEFE ", ("JEFE", "REP-ESPACIO")),
        ("1º – “JEFE”", ('1o - "JEFE"', "REP-ASCII")),
        ("x" * 64, ("x" * 64,)),
        ("ñ" * 64, ("n" * 64, "REP-ASCII")),
        ("x" * 65, ("TXT-01",)),
        ("A;B", ("TXT-03",)),
        ("A；B", ("TXT-03",)),  # a wide semicolon is one too
        ("A␀B", ("TXT-02",)),
        ("A\x00B", ("TXT-02",)),
        ("A\tB", ("TXT-02",)),
        ("日本", ("TXT-02",)),
        ("´", ("TXT-02",)),
        ("'", ("VAC-01",)),
        ("1ª SECRETARIA", ("1a SECRETARIA", "REP-ASCII")),
        ("SECRETARIA 1°", ("SECRETARIA 1o", "REP-ASCII")),
        ("JEFE…", ("JEFE...", "REP-ASCII")),
        ("O´HARA · CARGO", ("O'HARA - CARGO", "REP-ASCII")),
        ("´JEFE", ("JEFE", "REP-ASCII")),
        ("JEFE\xa0DE\u2009ÁREA", ("JEFE DE AREA", "REP-ESPACIO", "REP-ASCII")),
        ("ANA\u200bLISTA", ("ANALISTA", "REP-INVISIBLE")),
        ("ＪＥＦＥ", ("JEFE", "REP-ANCHO")),
        ("'JEFE", ("JEFE", "REP-COMILLA")),
        ('="JEFE"', ("JEFE", "REP-COMILLA")),
        ("=JEFE", ("=JEFE",)),
        ("DISE?ADOR", ("DISE?ADOR", "TXT-04")),  # a letter that a program on the way did not know
        ("DISEÑADOR DE PR??CTICAS", ("DISENADOR DE PR??CTICAS", "REP-ASCII", "TXT-04")),
        ("CAJERO?", ("CAJERO?",)),
        ("CAJERO ? AYUDANTE", ("CAJERO ? AYUDANTE",)),
        ("1.0", ("1.0",)),
        ("1E5", ("1E5",)),
        ("", ("VAC-01",)),
    ],
)
def test_free_text(texto, expected):
    assert read(Texto(64), texto) == expected
