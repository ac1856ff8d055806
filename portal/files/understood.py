"""What the portal understood of a file, to be said to the person who sent it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

THIN = "\u202f"
_APART = re.compile(r'[ ;,|"\t\x1f\r\n]')  # not \s: a blank that does not break may be what is asked about
NAMED = 5  # lines named in a note, of many


@dataclass(frozen=True)
class Duda:
    """A word that may be read in two ways: its line, as it was read, and as it may be too ("" when nobody knows)."""

    linea: int
    leida: str
    otra: str


@dataclass(frozen=True)
class Entendido:
    """How a file was read. Texts are Spanish; `lineas` counts the lines with data, without header and blank ones.

    `contenedor` is "", "gz" or "zip"; `fin_de_linea` "CRLF", "LF", "CR", "mezclado", "ninguno" or "" for a workbook;
    `hoja` is the sheet that was read, `columna` the number of its first column with data; `devuelto` says that the
    file carries the marker of an error file, `devuelto_de` the lote it says it came from; `dudas` some words that may
    be read in two ways. `apartadas`: rows that are no lines (`fila`, `texto`, `por`). `columnas`: where the columns are
    not those of the format, field → `columna` (number in the file), `titulo` and `como` it was found, or its `valor`;
    `sin_usar` the headings of others.
    """

    contenedor: str
    codificacion: str
    separador: str
    encabezado: bool
    devuelto: bool
    fin_de_linea: str
    lineas: int
    hoja: str = ""
    notas: tuple[str, ...] = ()
    devuelto_de: str = ""
    columna: int = 1
    dudas: tuple[Duda, ...] = ()
    apartadas: tuple[Mapping[str, Any], ...] = ()
    columnas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sin_usar: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = asdict(self) | {"notas": list(self.notas), "dudas": [asdict(duda) for duda in self.dudas]}
        plain |= {"apartadas": list(self.apartadas), "sin_usar": list(self.sin_usar)}
        return {**plain, "frase": self.frase()}

    def frase(self) -> str:
        """ "Windows-1252, separador punto y coma, 1 200 líneas", with a narrow space in the figure."""
        parts = [self.codificacion]
        parts += [f"hoja «{self.hoja}»"] if self.hoja else [f"separador {self.separador}"]
        parts += ["con encabezado"] if self.encabezado else []
        return ", ".join([*parts, count(self.lineas, "línea", "líneas")])


def count(number: int, one: str, many: str) -> str:
    """ "1 línea", "1 200 líneas"."""
    return f"{number:,}".replace(",", THIN) + f" {one if number == 1 else many}"


def some_lines(numbers: Sequence[int], total: int) -> str:
    """ "línea 3", "líneas 3, 17 y 40", "líneas 3, 5, 7, 9, 11 y 1 200 más"."""
    named = [f"{number:,}".replace(",", THIN) for number in numbers[:NAMED]]
    if total == 1:
        return f"línea {named[0]}"
    more = f"{total - len(named):,} más".replace(",", THIN) if total > len(named) else named.pop()
    return f"líneas {', '.join(named)} y {more}"


def difference(one: str, other: str) -> tuple[str, str]:
    """The words in which two readings of a text differ first; the first odd word of both where they do not."""
    alike = one == other
    place = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b or alike and not a.isascii()), 0
    )
    return _word(one, place), _word(other, place)


def _word(text: str, place: int) -> str:
    start = max((found.end() for found in _APART.finditer(text, 0, place)), default=0)
    end = _APART.search(text, place)
    return text[start : end.start() if end else len(text)][:64]
