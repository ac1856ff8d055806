"""Pieces of files for the engine and its reference: good, odd and broken texts, and days on both sides of a limit."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from portal.files.columns import Contexto
from portal.novedades import todas
from portal.novedades.comunes import cabecera
from tests.revision import reference
from tests.revision.reference import Reg, Rel

RUC = "1799000004001"
BRANCHES = frozenset({1, 9})
FOREIGNER = "6178060443"  # its third digit above 6 means nothing
CEDULAS = ["0912791803", "1710034065", "0909139099", "0970000006", FOREIGNER]

# business dates on either side of the limits of the period before them, and in the years of the sectoral table
DAYS = [
    date(2026, 11, 6),  # October: last day in time, after Difuntos and Cuenca
    date(2026, 11, 9),
    date(2026, 12, 15),  # October: 45 days
    date(2026, 12, 16),
    date(2026, 2, 18),  # Ash Wednesday
    date(2026, 2, 28),
    date(2026, 3, 1),
    date(2025, 10, 14),  # a moved holiday behind
    date(2026, 1, 5),
    date(2013, 2, 6),
    date(2013, 2, 28),
]
AMOUNTS = ["600.00", "482.00", "481.99", "470.00", "469.99", "318.00", "317.99", "323.57", "323.56", "241.00", "240.99"]
ODD = ["", " ", "x", "0", "-1", "+1", "99", "00000000", "20261332", "Ñ", "1e5", "٣", "1.2.3", "0" * 15, " 1", "null"]
ODD += ["'", '=""', "-", "N/A", "1.0", "1E+05", "\u200b1", "1\u3000", "１"]
ODD += ["\t", "01", "1", ";", '"', "␀", "y" * 250]
ODD_OF = {
    "sucursal": ["1", "0002", "009", " 0001", "0000", "٣"],
    "ruc": ["1790085783001", "179900000400", "x", "'1799000004001", "1.799000004001E+12", "1799000004001.0"],
    "anio": ["2026.0", "2027", "1999", "2000", "26", "2O26", "2999", "1899", "+202"],
    "mes": ["7", "00", "13", "+1", " 02"],
    "movimiento": ["INS", "ent", " SAL", "Msu", "XXX"],
    "cedula": [
        '="0912791803"',
        "912791803.0",
        "0912\u200b791803",
        "９１２７９１８０３",
        "912791803",
        "0912791804",
        "6112345678",
        " 1710034065",
        "091279180",
        "3000000004",
    ],
    "monto": [
        "600",
        "600,5",
        "0.00",
        "-4.00",
        "00000000378.00",
        "850.5000000001",
        "850.555",
        "1234567890123.00",
        "1,234",
        "1,234.56",
        "$600.00",
        "00000000060000",
        "         60000",
        "6.0050E+02",
    ],
    "fecha": [
        "2-nov-2026",
        "2026-11-02T00:00:00",
        "02/11/26",
        "0000-00-00",
        "2026-11-02",
        "02/11/2026",
        "31/11/2026",
        "20260230",
        "00010101",
        "99991231",
    ],
    "codigo": ["v", "6", "z", "o", "f", "2", "109", "99", "74", "6.0", "'V"],
    "lapso": ["2026-11 a 2026-11", "2026-9 A 2026-10", "2026-11 A 2026-10", "2026-13 A 2026-13", "2026-11"],
    "rucanterior": ["992123456001", "990012342001", "1790012345000", "992123456000", "2590012342001", "1793213150001"],
    "numero": ["1", "00"],
    "entero": ["05", "0", "31", "745"],
    "texto": ["1ª", "'JEFE", "a" * 65, " DISEÑO ", "A\x1fB"],
}
#: good texts of the fields that only some movements have
GOOD_OF = {"meses": ["01", "01", "02"], "dias": ["1", "1", "9", "16", "16", "30"], "horas": ["1", "160", "744"]}
GOOD_OF |= {"ruc_anterior": ["", "", "1790012344001", "1793213150001", "0970000006001"], "oficio": ["MDT-2026-0123"]}


@dataclass(frozen=True)
class Case:
    """One file and the world it is checked in."""

    hoy: date
    lines: list[tuple[int, str]]
    history: list[Rel] | None
    registered: list[Reg]

    def context(self) -> Contexto:
        return Contexto(RUC, self.hoy, BRANCHES, extranjeros=lambda ns: {int(FOREIGNER)} & set(ns))


def boundary_days(hoy: date) -> list[date]:
    """Days that a limit counted to `hoy` lets in or keeps out, and the ends of the months around."""
    working = next(n for n in range(60) if reference.third_working_day_after(hoy - timedelta(n + 1)) < hoy)
    back = [0, 1, 2, 15, 16, 44, 45, 46, working, working + 1]
    first = hoy.replace(day=1)
    ends = [first, first - timedelta(1), first.replace(day=monthrange(first.year, first.month)[1])]
    return sorted({hoy - timedelta(n) for n in back} | {hoy + timedelta(1), hoy + timedelta(31)} | set(ends))


def periods(hoy: date) -> list[str]:
    """`AAAA;MM` of the months around the business date, its own and the one before more often."""
    number = hoy.year * 12 + hoy.month - 1
    return [f"{n // 12:04d};{n % 12 + 1:02d}" for n in [number + m for m in (0, 0, 0, -1, -1, -2, 1)]]


def months_back(hoy: date, months: int) -> int:
    """AAAAMM, so many months before the business date."""
    number = hoy.year * 12 + hoy.month - 1 - months
    return number // 12 * 100 + number % 12 + 1


def spans(days: list[date]) -> list[str]:
    """Spans of one and of two months around these days."""
    months = sorted({(day.year, day.month) for day in days})
    pairs = [*zip(months, months, strict=True), *zip(months, months[1:], strict=False)]
    return [f"{a:04d}-{b:02d} A {c:04d}-{d:02d}" for (a, b), (c, d) in pairs]


def kind(field) -> str:
    name = type(field.tipo).__name__.lower()
    return field.nombre if field.nombre in ODD_OF else name


def odd_text(field) -> st.SearchStrategy[str]:
    return st.sampled_from(ODD_OF.get(kind(field), []) + ODD_OF.get(type(field.tipo).__name__.lower(), []) + ODD)


def good_texts(field, days: list[date]) -> list[str]:
    name = type(field.tipo).__name__
    if name == "Fecha":
        written = [f"{day.year:04d}{day:%m%d}" for day in days]
        return written + ["00000000"] * (3 * len(days)) if field.tipo.vacio else written
    if name == "Monto":
        return AMOUNTS
    if name == "Lapso":
        return spans(days)
    if field.nombre in GOOD_OF:
        return GOOD_OF[field.nombre]
    if name == "Codigo":
        return sorted(field.tipo.todos)
    if name == "Digitos":
        return ["1507500000011", "1507500000011", "9999999999999"]
    return [field.ejemplo]


@st.composite
def one_line(draw, codigo: str, hoy: date, cedulas: list[str]) -> str:
    """A line of good pieces, at times with one or two odd ones, seldom broken altogether."""
    days, own = boundary_days(hoy), todas()[codigo].campos
    anio, mes = draw(st.sampled_from(periods(hoy))).split(";")
    sucursal = draw(st.sampled_from(["0001", "0001", "0001", "0009"]))
    parts = [RUC, sucursal, anio, mes, codigo, draw(st.sampled_from(cedulas))]
    parts += [draw(st.sampled_from(good_texts(field, days))) for field in own]
    fields = cabecera(codigo) + own
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        place = draw(st.integers(0, len(fields) - 1))
        parts[place] = draw(odd_text(fields[place]))
    text = ";".join(parts)
    return draw(
        st.sampled_from(
            [text] * 20 + [text.removesuffix(";"), text + ";", text + "; ", text + ";x", text + ";;", "x;y", ";" * 30]
        )
    )


@st.composite
def relaciones(draw, hoy: date, cedulas: list[str]) -> list[Rel]:
    """For some workers: relaciones that do not overlap, the last perhaps open, with ends at boundaries."""
    days = sorted({*boundary_days(hoy), hoy - timedelta(400), hoy - timedelta(200)})
    found: list[Rel] = []
    heard = [months_back(hoy, n) for n in range(6)]
    for cedula in cedulas:
        for sucursal in (1, 9):
            ends = sorted(draw(st.sets(st.sampled_from(days), max_size=4 if sucursal == 1 else 2)))
            for place in range(0, len(ends), 2):
                salida = ends[place + 1] if place + 1 < len(ends) else None
                found.append(
                    Rel(
                        len(found) + 1,
                        sucursal,
                        int(cedula),
                        ends[place],
                        salida,
                        draw(st.sampled_from("112")),
                        draw(st.sampled_from(["1507500000011", "9999999999999"])),
                        draw(st.sampled_from([60000, 96399, 96400, 96401, 48200, 120000, None])),
                        draw(st.sampled_from([None, *heard])),
                        draw(st.sampled_from([None, None, *heard[:3]])),
                        draw(st.sampled_from([None, None, *days])),
                    )
                )
    return found


@st.composite
def cases(draw, codigo: str) -> Case:
    """A file with repeated and contradicting lines, a history, and some lines registered before."""
    hoy = draw(st.sampled_from(DAYS))
    cedulas = CEDULAS[: draw(st.integers(2, len(CEDULAS)))]
    texts = draw(st.lists(one_line(codigo, hoy, cedulas), min_size=1, max_size=7))
    texts += draw(st.lists(st.sampled_from(texts), max_size=3))
    numbers = draw(st.sampled_from([list(range(1, 20)), list(range(2, 60, 3))]))  # blank lines leave holes
    lines = list(zip(numbers, texts, strict=False))
    history = draw(relaciones(hoy, cedulas)) if draw(st.integers(0, 9)) else None
    case = Case(hoy, lines, history, [])
    return Case(hoy, lines, history, draw(registrations(codigo, case)))


@st.composite
def registrations(draw, codigo: str, case: Case) -> list[Reg]:
    """For some of the lines: registered before, with the same values or with others."""
    from collections import Counter

    ctx = case.context()
    ctx.meet([int(FOREIGNER)])
    found: dict[tuple, Reg] = {}
    for n, text in case.lines:
        how = draw(st.sampled_from(["no", "no", "no", "same", "other"]))
        line = reference.read_line(codigo, n, text, ctx, Counter())
        if line.whole and how != "no":
            key = reference.key_of(codigo, line.values)
            data = reference.data_of(codigo, line.values)
            found[key] = Reg(*key, data if how == "same" else "9" + data, 100 + n)
    return list(found.values())
