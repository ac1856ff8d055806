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
_QUOTED = re.compile(r'"[^"]*"')


def detect(lineas: Sequence[str], campos: int, opcionales: int = 0) -> str:
    """The separator of the sample `lineas` of a format with `campos` fields. `;` wins ties and stands in for none.

    A comma may be a decimal mark, so it comes last.
    """
    samples = [_bare(linea) for linea in lineas]
    return max(NAMES, key=lambda mark: _score([s.count(mark) for s in samples], campos, opcionales))


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
