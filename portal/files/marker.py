"""An error file that comes back: everything after the marker is ignored, and neutralised formulas are restored.

Two figures after the marker are read: the number of the lote, and in a workbook how many fields the line had.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from portal.files.formulas import MARCA


def is_used(cuerpo: bytes, separador: str) -> bool:
    """Whether any field of the UTF-8 bytes is the marker, quoted or not. Nearly free when there is no `#`."""
    if b"#" not in cuerpo or MARCA.encode() not in cuerpo:
        return False
    mark = re.escape(separador)
    return re.search(f'(?:^|[{mark}\n])"?{MARCA}"?(?:[{mark}\r\n]|$)'.encode(), cuerpo) is not None


def origin(lines: Iterable[str], separador: str) -> str:
    """The number of the lote that gave these lines back, which stands right after the marker; "" when none does."""
    mark = re.escape(separador)
    after = re.compile(f'(?:^|{mark})"?{MARCA}"?{mark}"?([0-9]{{4}}-[0-9]{{6,9}}-[0-9])')
    return next((found[1] for line in lines if (found := after.search(line))), "")


def cut(textos: pl.Series, separador: str) -> pl.Series:
    """Lines with a field equal to the marker end before it, each of their values as it was first sent."""
    mark = re.escape(separador)
    marked = textos.str.contains(MARCA, literal=True).fill_null(False)
    own = textos.filter(marked)
    if own.is_empty():
        return textos
    marked_field = own.str.contains(f"^(?:.*{mark})?{MARCA}(?:{mark}.*)?$")
    before = own.str.extract(f"^(?:(.*?){mark})??{MARCA}(?:{mark}.*)?$", 1).fill_null("")
    starts = "".join(c for c in "=+@\t" if c != separador) + r"\-"
    restored = before.str.replace_all(f"(^|{mark})'('*[{starts}])", "${1}${2}")
    sent = own.str.extract(f"(?:^|{mark}){MARCA}(?:{mark}[^{mark}]*){{3}}{mark}([0-9]{{1,6}})(?:{mark}|$)", 1)
    return textos.scatter(marked.arg_true(), _as_long(restored, sent, separador).zip_with(marked_field, own))


def _as_long(textos: pl.Series, sent: pl.Series, separador: str) -> pl.Series:
    """Lines without the empty fields at their end that nobody sent, where it is known how many were sent: an empty cell
    is no field, and one that was filled since is."""
    if sent.null_count() == len(sent):
        return textos
    lines = pl.DataFrame({"texto": textos, "sent": sent.cast(pl.UInt32)}).with_columns(
        fields=pl.col("texto").str.split(separador)
    )
    filled = pl.col("texto").str.strip_chars_end(separador).str.count_matches(separador, literal=True) + 1
    kept = pl.col("fields").list.head(pl.max_horizontal("sent", filled)).list.join(separador)
    return lines.select(pl.when(pl.col("sent").is_null()).then("texto").otherwise(kept)).to_series()
