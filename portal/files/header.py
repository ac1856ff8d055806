"""Whether the first line is a header that repeats the field names, and whether they stand where they belong."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from portal.files.formulas import MARCA
from portal.files.problems import FileProblem


@dataclass(frozen=True)
class Formato:
    """For each field the header spellings it goes by (name, label), first the one to show.

    `opcionales` says how many of the last fields a file may leave out.
    """

    campos: tuple[tuple[str, ...], ...]
    opcionales: int = 0

    @property
    def minimo(self) -> int:
        return len(self.campos) - self.opcionales


def is_header(valores: Sequence[str], formato: Formato) -> bool:
    """Whether `valores`, the fields of the first line, are field names.

    Raises FileProblem ARC-12 when they are, but in another order, or some are missing or too many: the data below
    would be read into the wrong fields.
    """
    names = _names(valores)
    known = [{bare(spelling) for spelling in campo} for campo in formato.campos]
    somewhere = [any(name in spellings for spellings in known) for name in names]
    if sum(somewhere) < 2 or sum(somewhere) * 2 < len(names) or any(name.isdigit() for name in names):
        return False
    if detalle := _difference(names, somewhere, known, formato):
        raise FileProblem("ARC-12", detalle=detalle, esperado="; ".join(campo[0] for campo in formato.campos))
    return True


def bare(name: str) -> str:
    """A name as it is compared: no case, no accents, nothing but letters and digits."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def _names(valores: Sequence[str]) -> list[str]:
    own = list(valores[: valores.index(MARCA)]) if MARCA in valores else list(valores)
    while own and not own[-1].strip():
        own.pop()
    return [bare(name) for name in own]


def _difference(names: list[str], somewhere: list[bool], known: list[set[str]], formato: Formato) -> str:
    missing = [campo[0] for campo, spellings in zip(formato.campos, known, strict=True) if not spellings & set(names)]
    if len(names) < formato.minimo:
        return f"falta {', '.join(missing)}" if missing else "faltan columnas"
    if len(names) > len(known):
        return f"hay {len(names)} columnas y el formato tiene {len(known)}"
    moved = any(
        there and name not in spellings for name, there, spellings in zip(names, somewhere, known, strict=False)
    )
    return "las columnas están en otro orden" if moved else ""
