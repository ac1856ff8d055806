"""The law of the field types: the two ways of reading agree, and nothing a person can write makes reading fail."""

import re
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.files.columns import Cedula, Codigo, Contexto, Digitos, Fecha, Leido, Monto, Numero, Ruc, Sucursal, Texto
from portal.files.explain import Explicacion
from portal.novedades import todas
from portal.novedades.comunes import Movimiento
from tests.laws import law

RUC = "1799000004001"
FOREIGNER = 6169060443
BAD = Explicacion("X-01", "error", "t", "c", "a", "p")
TYPES = {
    "cedula": Cedula(),
    "ruc": Ruc(),
    "sucursal": Sucursal(),
    "anio": Numero(4, 1900, 2999, BAD),
    "mes": Numero(2, 1, 12, BAD, ceros=True),
    "movimiento": Movimiento("ENT"),
    "codigo": Codigo({"06": "a", "53": "b", "109": "c", "V": "d", "I": "e"}, {"X": "read only"}),
    "digitos": Digitos(13, BAD),
    "fecha": Fecha(),
    "fecha opcional": Fecha(opcional=True),
    "monto": Monto(),
    "texto": Texto(64),
}
# what else a movement brings: types that are not among the above, or not with the same settings
for nov in todas().values():
    for campo in nov.campos:
        same = [t for t in TYPES.values() if type(t) is type(campo.tipo) and vars(t) == vars(campo.tipo)]
        TYPES |= {} if same else {f"{nov.codigo}.{campo.nombre}": campo.tipo}
LAWS = [(name, tipo, frozenset({1, 9, 9999})) for name, tipo in TYPES.items()]
LAWS.append(("sucursal of an unknown empleador", TYPES["sucursal"], None))

number_like = st.from_regex(r"[ +\-]?[0-9]{0,15}([.,][0-9]{0,12})?[ \t]?", fullmatch=True)
day_like = st.dates(date(1, 1, 1), date(9999, 12, 31)).flatmap(
    lambda d: st.sampled_from([f"{d:%Y}{d:%m}{d:%d}".zfill(8), f"{d:%Y-%m-%d}", f"{d:%d/%m/%Y}"])
)
code_like = st.text("0123456789VvIiXxıſßENTent", max_size=4)
exact = st.sampled_from(
    [
        "",
        " ",
        "00000000",
        "0",
        "1",
        "0001",
        "06",
        "6",
        RUC,
        "912791803",
        "0912791803",
        str(FOREIGNER),
        "٣٧٨.٠٠",
        "9" * 40,
    ]
    + [
        "9" * 30 + ".500000000001",
        "1.2.3",
        "\xa0378.00",
        "ANALISTA",
        "DISEÑO; Á",
        "A\x1f",
        "\x00",
        "␀",
        "x" * 65,
        "\ud7ff",
    ]
)
#: what programs put around a value, or inside it
wrapped = st.tuples(
    st.sampled_from(["'", '="', "\ufeff", "$", "USD ", " ", "\u3000", ""]),
    st.one_of(number_like, day_like, code_like, exact),
    st.sampled_from(['"', ".0", ",00", "E+02", " 00:00", "\u200b", "\xa0", ".", " USD", ""]),
).map("".join)
texts = st.one_of(
    number_like, wrapped, day_like, code_like, exact, st.text(max_size=16), st.text(st.characters(max_codepoint=126))
)


def context(sucursales=None) -> Contexto:
    return Contexto(RUC, date(2026, 11, 20), sucursales, extranjeros=lambda ns: {FOREIGNER} & set(ns))


def column(tipo, textos, ctx, arreglo=lambda t: t):
    frame = pl.DataFrame({"t": textos}, schema={"t": pl.String})
    return frame.select(v=tipo.fast(arreglo(pl.col("t")), ctx))["v"].to_list()


@pytest.mark.parametrize("tipo, sucursales", [law[1:] for law in LAWS], ids=[law[0] for law in LAWS])
def test_the_two_ways_of_reading_agree(tipo, sucursales):
    known = {p.codigo for p in tipo.problemas} | {"VAC-01", "CIE-01", "CEL-01", "CEL-02"}

    @law(100)
    @given(st.lists(texts, min_size=1, max_size=40))
    def holds(textos):
        ctx = context(sucursales)
        plain = tipo.read_many(textos, ctx)  # whatever the text is, an answer
        fast = column(tipo, textos, ctx)
        for text, value, read in zip(textos, fast, plain, strict=True):
            assert value is None or tuple(read) == (value, None, (), None), text
            assert read.codigo is None or (read.codigo in known and read == Leido(codigo=read.codigo)), text
            assert read.aviso is None or read.aviso in known, text
        for nota, arreglo in tipo.arreglos:
            mended = column(tipo, textos, ctx, arreglo)
            for text, canonical, value, read in zip(textos, fast, mended, plain, strict=True):
                if canonical is None and value is not None:
                    assert tuple(read) == (value, None, (nota,), None), text

    holds()


DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
FIRST_CENTS, LAST_CENTS = 1, 10**13 - 1
VALUES = {
    "fecha": DAYS,
    "fecha opcional": DAYS,
    "monto": st.integers(FIRST_CENTS, LAST_CENTS),
    "sucursal": st.integers(1, 9999),
    "anio": st.integers(1900, 2999),
    "mes": st.integers(1, 12),
    "codigo": st.sampled_from(["06", "53", "109", "V", "I", "X"]),
    "digitos": st.from_regex(r"[0-9]{13}", fullmatch=True),
    "texto": st.from_regex(r"(?!Err:)[!\"$-&(-:<>-~]([ -:<-~]{0,62}[!-:<-~])?", fullmatch=True).filter(
        lambda text: not re.search("[A-Za-z][?]+[A-Za-z]", text)
    ),
    "ruc": st.just(RUC),
}


@pytest.mark.parametrize("name", VALUES)
def test_what_is_written_is_canonical_and_reads_as_it_was(name):
    tipo = TYPES[name]

    @law(60)
    @given(st.lists(VALUES[name], min_size=1))
    def holds(values):
        frame = pl.DataFrame({"v": values}, schema={"v": tipo.dtype})
        written = frame.select(t=tipo.write(pl.col("v")))["t"].to_list()
        assert column(tipo, written, context()) == values
        assert all(len(text) <= tipo.ancho and text.isascii() for text in written)

    holds()


@given(st.integers(0, 10**9 - 1))
@law(150)
def test_a_cedula_is_written_with_its_leading_zero_and_read_back(nine):
    text = with_check_digit(f"{nine:09d}")
    read = column(Cedula(), [text], context())
    if read[0] is not None:
        frame = pl.DataFrame({"v": read}, schema={"v": pl.Int64})
        assert frame.select(t=Cedula().write(pl.col("v")))["t"].to_list() == [text]


def with_check_digit(nine: str) -> str:
    """Nine digits and the modulus-10 digit, by the rule as the Registro Civil words it."""
    total = 0
    for place, digit in enumerate(nine):
        n = int(digit) * (2 if place % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return nine + str(-total % 10)


def test_a_date_that_does_not_apply_is_written_as_zeros():
    frame = pl.DataFrame({"v": [None, date(2026, 3, 2)]}, schema={"v": pl.Date})
    assert frame.select(t=Fecha(opcional=True).write(pl.col("v")))["t"].to_list() == ["00000000", "20260302"]


def test_days_around_the_calendar_are_read_as_they_are():
    day = date(2023, 12, 30)
    wanted = [day + timedelta(n) for n in range(500)]
    assert column(Fecha(), [d.strftime("%Y%m%d") for d in wanted], context()) == wanted
