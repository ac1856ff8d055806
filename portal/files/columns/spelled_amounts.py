"""The spellings of an amount: marks of thousands and decimals, currency signs, scientific notation (dominio 1)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from portal.files.columns.wrappings import scientific

_CURRENCY = r"(?:us *\$|u\$s|usd *\$?|\$)"
_SIGNED = re.compile(
    rf"(?P<minus>-?) *(?P<before>{_CURRENCY})? *(?P<inner>-?) *(?P<number>[0-9].*?) *(?P<after>{_CURRENCY})?",
    re.IGNORECASE | re.DOTALL,
)
_NEGATIVE = re.compile(r"\( *([^()+-]+?) *\)|([^()+-]+?) *-", re.DOTALL)
_POSITIVE = re.compile(r"([^()+-]+?) *\+", re.DOTALL)
_PLAIN = re.compile(r"([0-9]+)(?:([.,])([0-9]*))?")
_GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:([., '\u2019])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])([0-9]*))?")


class Escrito(NamedTuple):
    """An amount taken apart: digits before and after the mark, as many as were written; or the code of what is wrong.
    `ancho`: its characters without thousands and currency."""

    dolares: str = ""
    decimales: str = ""
    ancho: int = 0
    negativo: bool = False
    notas: tuple[str, ...] = ()
    codigo: str | None = None


_UNREADABLE = Escrito(codigo="MON-01")
_DOUBTFUL = Escrito(codigo="MON-05")


def parse(texto: str) -> Escrito:
    """An amount in its parts; its code MON-01, MON-05 or CIE-01 where it can't be read as one number. Accountants put
    the sign behind, or parentheses for a minus."""
    if taken_off := _NEGATIVE.fullmatch(texto):
        return _signed(taken_off[1] or taken_off[2])._replace(negativo=True)
    if plus := _POSITIVE.fullmatch(texto):
        escrito = _signed(plus[1])
        return _UNREADABLE if escrito.negativo else escrito._replace(notas=("REP-SIGNO", *escrito.notas))
    return _signed(texto)


def _signed(texto: str) -> Escrito:
    found = _SIGNED.fullmatch(texto)
    if not found or (found["minus"] and found["inner"]):
        return _UNREADABLE
    negative = bool(found["minus"] or found["inner"])
    escrito = _number(found["number"])
    moneda = ("REP-MONEDA",) if found["before"] or found["after"] else ()
    return escrito._replace(negativo=negative, ancho=escrito.ancho + negative, notas=(*moneda, *escrito.notas))


def _number(texto: str) -> Escrito:
    if plain := _PLAIN.fullmatch(texto):
        return _one_mark(plain[1], plain[2] or "", plain[3] or "")
    if grouped := _GROUPED.fullmatch(texto):
        return _thousands(*grouped.groups(""))
    return _written_out(texto)


def _one_mark(dolares: str, mark: str, decimales: str) -> Escrito:
    """Three digits after the only mark may be thousands; not where no dollar, or more than a group, stands before."""
    if len(decimales) == 3 and 1 <= len(dolares.lstrip("0")) <= 3:
        return _DOUBTFUL
    return Escrito(
        dolares, decimales, len(dolares) + len(mark) + len(decimales), notas=("REP-COMA",) if mark == "," else ()
    )


def _thousands(whole: str, thousands: str, mark: str, decimales: str) -> Escrito:
    """Two kinds of mark, or one that comes again: the first separates thousands."""
    if mark == thousands:
        return _UNREADABLE
    if not mark and whole.count(thousands) == 1:
        return _DOUBTFUL
    dolares = whole.replace(thousands, "")
    notas = ("REP-MILES", "REP-COMA") if mark == "," else ("REP-MILES",)
    return Escrito(dolares, decimales, len(dolares) + len(mark) + len(decimales), notas=notas)


def _written_out(texto: str) -> Escrito:
    """Scientific notation: a digit after the point must stand there too, or cents may have been cut off."""
    if not (number := scientific(texto)):
        return _UNREADABLE
    if len(number.fraccion) <= number.exponente:
        return Escrito(codigo="CIE-01")
    exact = Decimal(f"{number.entero}.{number.fraccion}e{number.exponente}")
    dolares, _, decimales = f"{exact:f}".partition(".")
    return Escrito(dolares, decimales, len(dolares) + 1 + len(decimales), notas=("REP-CIENTIFICA",))


def is_machine_tail(dolares: str, decimales: str) -> bool:
    """Whether these decimals are what binary floating point leaves of two: `5000000001`, `29999999999`. The more
    dollars, the shorter: it has some sixteen digits in all."""
    if len(decimales) > 8:
        return bool(re.match(r"\d\d?(0{5}|9{5})", decimales))
    digits = len(dolares.lstrip("0")) + len(decimales)
    return digits >= 16 and bool(re.match(r"\d\d?(0{3}|9{3})", decimales)) and bool(decimales[2:].strip("0"))
