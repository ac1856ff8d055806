"""Texts of the dictionary as one says them: line numbers in words, the last digits of an id one by one, no holes."""

from __future__ import annotations

import re

_DIGITS = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
_TEENS = ("diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve")
_TENS = ("", "", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_TWENTIES = {22: "veintidós", 23: "veintitrés", 26: "veintiséis"}
_HOLE = re.compile(r"\{[a-z_]+\}")
HIDDEN = "•"


def spoken(number: int) -> str:
    """7 → "siete"; from 100 on in figures, which are read as they stand."""
    if not 0 <= number < 100:
        return f"{number:,}".replace(",", "\u202f")
    if number < 20:
        return (*_DIGITS, *_TEENS)[number]
    tens, rest = divmod(number, 10)
    if not rest:
        return _TENS[tens]
    return _TWENTIES.get(number) or (f"veinti{_DIGITS[rest]}" if tens == 2 else f"{_TENS[tens]} y {_DIGITS[rest]}")


def so_many_lines(number: int) -> str:
    """1 → "una línea", 51 → "cincuenta y una líneas"."""
    said = spoken(number)
    said = f"{said.removesuffix('uno')}una" if said.endswith("uno") else said
    return f"{said} {'línea' if number == 1 else 'líneas'}"


def last_digits(text: str, how_many: int = 4) -> str:
    """`09••••1804` → "uno ocho cero cuatro"; nothing when it does not end in that many digits."""
    end = text.strip()[-how_many:]
    all_digits = len(end) == how_many and end.isascii() and end.isdigit()
    return " ".join(_DIGITS[int(d)] for d in end) if all_digits else ""


def sentences(text: str) -> list[str]:
    """A text by its sentences, each with its stop."""
    return [one for one in re.split(r"(?<=[.?!])\s+(?=[A-ZÁÉÍÓÚÑ¿{])", text.strip()) if one]


def without_holes(texto: str, holes: frozenset[str] | None = None) -> list[str]:
    """The sentences of a template that say nothing of one file: none of `holes` is in them (None: no hole at all)."""
    return [one for one in sentences(texto) if not any(holes is None or h[1:-1] in holes for h in _HOLE.findall(one))]


def closed(texto: str) -> str:
    """With a full stop at its end."""
    return texto if texto.endswith((".", "?", "!")) else f"{texto}."


def lower_first(texto: str) -> str:
    """As it stands after a colon; an abbreviation (RUC) keeps its letters."""
    return texto if texto[:2].isupper() else texto[:1].lower() + texto[1:]
