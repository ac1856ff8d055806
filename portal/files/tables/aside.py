"""Rows of a sheet that are no lines: titles above the table, totals, signatures, headings repeated on each page.

A row is set aside only when it cannot be a line: nobody is identified in it, and it holds words or a sum only. When in
doubt it is a line, and gets its error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from portal.files.tables.headings import bare
from portal.files.tables.layout import Apartada

TITULO, REPETIDO, TOTAL, PIE = "título", "encabezado repetido", "total", "pie"
#: digits that identify somebody, or mean to; a sentence with a date in it does not
IDENTIFIES = r"(?:[0-9][^0-9]*){6}"
SENTENCE = r"\p{L}{4}"
_SENTENCE = re.compile(r"[^\W\d_]{4}")
TOLD = 80  # characters of a row that are kept
_TOTAL = re.compile(r"\W*(?:sub ?-?total(?:es)?|gran total|total(?:es)?|suman?|sumas|sumatoria)\b", re.IGNORECASE)
_FIGURE = re.compile(r"[-+(]?\s*(?:US\$|USD|\$)?\s*[0-9][0-9.,'’\s]*(?:USD)?\s*\)?")


def titles(rows: Iterable[tuple[int, Sequence[str]]], until: int) -> Iterator[Apartada]:
    """The rows with something in them above the headings, which stand in row `until`."""
    for number, row in rows:
        if number < until and any(text.strip() for text in row):
            yield Apartada(number, told(row), TITULO)


def told(row: Sequence[str]) -> str:
    """What a row says, in one line."""
    words = " · ".join(text.strip() for text in row if text.strip())
    return words if len(words) <= TOLD else words[: TOLD - 1] + "…"


def wordy(lines: pl.DataFrame) -> pl.DataFrame:
    """Those that begin with no digit."""
    return lines.filter(~pl.col("texto").str.contains("^[ \"']*[0-9]"))


def last_but(numbers: pl.Series, others: pl.Series) -> int:
    """The last of the ascending `numbers` that is not among `others`, ascending too; 0 when none is."""
    left = others.to_list()
    for number in reversed(numbers):
        if not left or number != left.pop():
            return int(number)
    return 0


def nameless(lines: pl.DataFrame, separador: str, cedula: int) -> pl.DataFrame:
    """Of these lines (linea, texto) those in whose column `cedula` (from 0) nobody is identified."""
    cell = pl.col("texto").str.splitn(separador, cedula + 2).struct.field(f"field_{cedula}")
    identified = cell.str.contains(IDENTIFIES) & ~cell.str.contains(SENTENCE)
    return lines.filter(~identified.fill_null(False))


def judge(found: pl.DataFrame, separador: str, cedula: int, titulos: Sequence[str], last: int) -> Iterator[Apartada]:
    """Of rows that identify nobody those that are no lines; `last`: the number of the last row that identifies
    somebody, which ends the table (0: none does). Digits in the column of the `cedula` make a row a line, be they few,
    unless they stand in a sentence."""
    headings = [bare(titulo) for titulo in titulos]
    for number, texto in found.select("linea", "texto").iter_rows():
        row = texto.split(separador)
        own = row[cedula].strip() if cedula < len(row) else ""
        if any(c.isdigit() for c in own) and not _SENTENCE.search(own):
            continue
        if why := _why(row, headings, 0 < last < number):
            yield Apartada(number, told(row), why)


def _why(row: Sequence[str], headings: Sequence[str], below: bool) -> str:
    """Why a row that identifies nobody is no line; "" when it may be one."""
    cells = [text.strip() for text in row if text.strip()]
    if not cells:
        return ""
    if headings and [bare(text) for text in row if text.strip()] == [name for name in headings if name]:
        return REPETIDO
    sums = [text for text in cells if _TOTAL.match(text) or _FIGURE.fullmatch(text)]
    if len(sums) == len(cells) and (below or any(_TOTAL.match(text) for text in cells)):
        return TOTAL
    if len(cells) == 1 and _is_sentence(cells[0], below):
        return PIE if below else TITULO
    return PIE if below and not any(c.isdigit() for text in cells for c in text) else ""


def _is_sentence(text: str, below: bool) -> bool:
    """Whether the only cell of a row is no value of a line; below the table it may hold a date or a number."""
    return not any(c.isdigit() for c in text) or (below and _SENTENCE.search(text) is not None)


def is_total(row: Sequence[str]) -> bool:
    """Whether it says that it is one."""
    return any(_TOTAL.match(text.strip()) for text in row)
