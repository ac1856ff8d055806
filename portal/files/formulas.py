"""What keeps a value from running as a formula in a spreadsheet, and its undoing; the marker of error files."""

from __future__ import annotations

import re

MARCA = "#ERROR"
LOTE = "lote"
CAUSA = "causa_del_error"
ARREGLO = "como_se_corrige"
#: how many fields the line had: in a workbook a field that was missing is a cell like any other
CAMPOS = "campos_enviados"
_STARTS = re.compile(r"'*[=+\-@\t\r]")


def neutralize(texto: str) -> str:
    """`texto` so that no spreadsheet takes it for a formula: an apostrophe before it. `restore` undoes it exactly."""
    return "'" + texto if _STARTS.match(texto) else texto


def restore(texto: str) -> str:
    """What `neutralize` was given."""
    return texto[1:] if texto.startswith("'") and _STARTS.match(texto) else texto
