"""What programs leave around and inside a value, taken off before a field type reads it (dominio 4).

Each step says by its repair what it did. Nothing here may change a text that some `fast` takes as canonical.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_EDGES = " \t\n\r\v\f"
#: from U+FF01 to U+FF5E: the ASCII signs in the width of an ideograph, as phones and copied tables bring them
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
#: ASCII and the letters of Latin scripts: nothing among them is invisible, wide or another kind of space
_LETTERS = re.compile("[\x00-\x7f\xa1-\xac\xae-\u024f]*")
_APOSTROPHES = "'\u2018\u2019"
_AS_FORMULA = re.compile(r'=\s*"(.*)"', re.DOTALL)
_FRACTION = re.compile(r"([0-9]+)[.,](0+)")
_APART = re.compile(r"[0-9]+(?: [0-9]+)+")
_SCIENTIFIC = re.compile(r"([0-9]+)(?:[.,]([0-9]*))?[eE]([+-]?)([0-9]{1,3})")
SHORTEST_ID = 9  # digits: an id or a code this long may be joined again, a number of days may not


class Limpio(NamedTuple):
    """A text without its wrappings, and the repairs that took them off."""

    texto: str
    notas: tuple[str, ...] = ()


class Cientifico(NamedTuple):
    """A number in scientific notation: its digits before the exponent, those after the mark, and the exponent."""

    entero: str
    fraccion: str
    exponente: int


def unwrap(sent: str) -> Limpio:
    """The text itself: no invisible characters, full-width signs, spaces around it, `="…"` or apostrophe before it."""
    texto, notas = (sent, ()) if sent.isascii() or _LETTERS.fullmatch(sent) else _common_characters(sent)
    stripped = texto.strip(_EDGES)
    quoted = _without_quotes(stripped)
    inner = quoted.strip(_EDGES)
    spaces = ("REP-ESPACIO",) if (stripped != texto or inner != quoted) and "REP-ESPACIO" not in notas else ()
    quotes = ("REP-COMILLA",) if quoted != stripped else ()
    return Limpio(inner, (*notas, *spaces, *quotes))


def _common_characters(sent: str) -> tuple[str, tuple[str, ...]]:
    seen = "".join(c for c in sent if not is_invisible(c))
    narrow = seen.translate(_WIDE)
    spaced = "".join(" " if unicodedata.category(c) in ("Zs", "Zl", "Zp") else c for c in narrow)
    steps = (("REP-INVISIBLE", seen != sent), ("REP-ANCHO", narrow != seen), ("REP-ESPACIO", spaced != narrow))
    return spaced, tuple(nota for nota, done in steps if done)


def is_invisible(c: str) -> bool:
    """Whether a character shows nothing and takes no room: Unicode Cf, variation selectors, grapheme joiner."""
    return unicodedata.category(c) == "Cf" or "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef" or c == "͏"


def _without_quotes(texto: str) -> str:
    if found := _AS_FORMULA.fullmatch(texto):
        return found[1]
    if not texto.startswith(tuple(_APOSTROPHES)):
        return texto
    rest = texto[1:]
    paired = rest.endswith(tuple(_APOSTROPHES)) and not any(c in _APOSTROPHES for c in rest[:-1])
    return rest[:-1] if paired else rest


def without_fraction(texto: str) -> Limpio:
    """`2026.0` → `2026`. Not where three zeros after one mark may be thousands."""
    found = _FRACTION.fullmatch(texto)
    if not found or (len(found[2]) == 3 and len(found[1]) <= 3):
        return Limpio(texto)
    return Limpio(found[1], ("REP-FRACCION",))


def scientific(texto: str) -> Cientifico | None:
    """`1.23E+05` in its parts; None: it is not written so."""
    if not (found := _SCIENTIFIC.fullmatch(texto)):
        return None
    exponent = int(found[4])
    return Cientifico(found[1], found[2] or "", -exponent if found[3] == "-" else exponent)


def whole(texto: str) -> Limpio | None:
    """A number of which every digit counts, written plainly; None: in scientific notation, with digits lost."""
    if number := scientific(texto):
        return _written_out(number)
    if _APART.fullmatch(texto) and sum(c != " " for c in texto) >= SHORTEST_ID:
        return Limpio(texto.replace(" ", ""), ("REP-ESPACIO",))
    return without_fraction(texto)


def _written_out(number: Cientifico) -> Limpio | None:
    """Every digit before the point must stand there: zeros put in would stand for digits that were cut off."""
    rest = number.fraccion[number.exponente :]
    if number.exponente < 0 or len(number.fraccion) < number.exponente or rest.strip("0"):
        return None
    return Limpio(number.entero + number.fraccion[: number.exponente], ("REP-CIENTIFICA",))
