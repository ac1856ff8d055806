"""The note of an attention: short, and without personal data."""

from __future__ import annotations

import re
import unicodedata

from portal.lotes.numeros import is_number

MAXIMO = 280
#: nine digits or more, also with spaces, dashes, dots or slashes between: a cédula, a RUC, a telephone
_LARGO = re.compile(r"\d(?:[\s.\-_/\u2010-\u2015]{0,3}\d){8,}")
_CORREO = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_LOTE = re.compile(r"(?<![\d\-])20\d\d-\d{6}-\d(?![\d\-])")


def tidy(text: str) -> str:
    """As it is stored: one line, without invisible characters."""
    seen = (" " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(seen).split())


def personal_data(text: str) -> str | None:
    """The part that looks like a number of a person or a firm, or an address; None when there is none. A lote's number
    says nothing of anybody and may stand in a note."""
    found = _CORREO.search(text) or _LARGO.search(_LOTE.sub(lambda one: "x" if is_number(one[0]) else one[0], text))
    return found[0] if found else None


def problem(text: str) -> str | None:
    """What is wrong with a note (already tidy), as one sentence; None when it may be stored."""
    if len(text) > MAXIMO:
        return f"La nota tiene {len(text)} caracteres y caben {MAXIMO}: acórtela"
    found = personal_data(text)
    if found is None:
        return None
    what = "una dirección de correo" if "@" in found else "un número de nueve cifras o más"
    return f"La nota lleva {what}, «{found[:40]}»: quítelo, aquí no van datos de personas ni empresas"
