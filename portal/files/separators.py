"""Which character separates the fields: the one that splits the first lines most evenly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from portal.files.formulas import MARCA

NAMES = {";": "punto y coma", "\t": "tabulador", "|": "barra vertical", ",": "coma"}
SHEET = "\x1f"
SHEET_NAME = "columnas de Excel"
# The head of every movement has six fields: a character met less often is more likely part of a value.
HEAD_SEPARATORS = 5
_BESIDE_MARKER = re.compile(f'([;\t|,])"?{MARCA}"?\\1')
#: what spreadsheets put first to say what separates the fields; it is no data, and not always true
_HINT = re.compile(rb'"?sep=([^\r\n"]?)"?[;,|\t\x1f ]*\r?(?:\n|$)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def detect(lineas: Sequence[str], campos: int, opcionales: int = 0) -> str:
    """The separator of the sample `lineas` of a format with `campos` fields. `;` wins ties and stands in for none.

    A comma may be a decimal mark, so it comes last. In an error file it is what stands on both sides of the marker: the
    lines in error may be of any shape.
    """
    if found := next(filter(None, map(_BESIDE_MARKER.search, lineas)), None):
        return found[1]
    samples = [_bare(linea) for linea in lineas]
    return max(NAMES, key=lambda mark: _score([_marks(s, mark, campos) for s in samples], campos, opcionales))


def _marks(linea: str, mark: str, campos: int) -> int:
    """How many of these marks split the line; those after the last field, with nothing between them, do not count."""
    met = linea.count(mark)
    return met if met < campos else max(campos - 1, linea.rstrip(f"{mark} \t").count(mark))


def has_hint(cuerpo: bytes) -> bool:
    """Whether the first line is `sep=;`, with any character or none: no line of data is."""
    return _HINT.match(cuerpo) is not None


def _bare(linea: str) -> str:
    """The line without what stands in quotes, unless that is all of it; and without what follows the error marker."""
    linea = linea.split(MARCA)[0]
    return _QUOTED.sub("", linea).strip('"') or linea


def _score(counts: Sequence[int], campos: int, opcionales: int) -> tuple[float, float]:
    expected = range(campos - 1 - opcionales, campos + 1)
    fitting = sum(c in expected and c > 0 for c in counts) / max(1, len(counts))
    usual, times = Counter(c for c in counts if c).most_common(1)[0] if any(counts) else (0, 0)
    even = times / max(1, len(counts))
    return fitting, even if usual >= HEAD_SEPARATORS else even / 2
