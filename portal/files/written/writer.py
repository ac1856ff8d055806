"""Tables to text: the canonical batch file, and the file of lines in error that can be sent back as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from portal.files.formulas import ARREGLO, CAUSA, LOTE, MARCA, neutralize, restore
from portal.files.written.workbook import Columna, LineaConError, errors_xlsx, template_xlsx

__all__ = [
    "MARCA",
    "Columna",
    "LineaConError",
    "errors_txt",
    "errors_xlsx",
    "neutralize",
    "restore",
    "template_xlsx",
    "write_txt",
]

SEPARATOR = ";"
LINE_END = "\r\n"
_BREAKS = re.compile(r"[\r\n]+")


def write_txt(filas: Iterable[Sequence[str]], encabezado: Sequence[str] | None = None) -> bytes:
    """The institute's form: `;` between fields, none after the last, CRLF after every line, no accents.

    ASCII unless a letter has no plain form (then UTF-8). A `;` or line end inside a value, which that form can't
    carry, becomes a comma or a space.
    """
    rows = [encabezado, *filas] if encabezado is not None else filas
    return "".join(SEPARATOR.join(map(_plain, row)) + LINE_END for row in rows).encode()


def _plain(value: str) -> str:
    value = _BREAKS.sub(" ", value).replace(SEPARATOR, ",")
    if value.isascii():
        return value
    return "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))


def errors_txt(encabezado: Sequence[str], filas: Iterable[tuple[Sequence[str], str, str]], lote: str = "") -> bytes:
    """The lines in error, each (values, cause, fix): values as sent, then the marker, the lote's number, cause and fix.

    Formulas are neutralised; a value that holds `;` or quotes is quoted. UTF-8, with a byte order mark only when some
    letter is not ASCII, so that spreadsheets read it right. The reader takes it back as it is.
    """
    lines = [SEPARATOR.join([*map(_quoted, encabezado), MARCA, LOTE, CAUSA, ARREGLO])]
    for valores, causa, arreglo in filas:
        values = [_quoted(neutralize(value)) for value in valores]
        lines.append(SEPARATOR.join([*values, MARCA, lote, _sentence(causa), _sentence(arreglo)]))
    text = LINE_END.join([*lines, ""])
    return text.encode() if text.isascii() else text.encode("utf-8-sig")


def _quoted(value: str) -> str:
    value = _BREAKS.sub(" ", value)
    return '"' + value.replace('"', '""') + '"' if SEPARATOR in value or '"' in value else value


def _sentence(text: str) -> str:
    return neutralize(_BREAKS.sub(" ", text).replace(SEPARATOR, ",").replace('"', "'"))
