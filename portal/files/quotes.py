"""Quoted fields as spreadsheets write them: "a;b". A line is a record; a quote never joins two lines into one.

If lines were joined, one stray quote in a name would swallow the lines after it. So a line that is malformed CSV is
taken unchanged and judged by itself.
"""

from __future__ import annotations

import csv
import re

import polars as pl

from portal.files.separators import SHEET


def are_used(cuerpo: bytes, separador: str) -> bool:
    """Whether any field begins with a quote; a quote inside a value is part of the value."""
    if b'"' not in cuerpo:
        return False
    return cuerpo.startswith(b'"') or b'\n"' in cuerpo or f'{separador}"'.encode() in cuerpo


def unquote(textos: pl.Series, separador: str) -> pl.Series:
    """The same lines without quoting, their fields split by SHEET instead of `separador`.

    Lines whose quotes hold neither quotes nor separators, nearly all, are done by columns; the rest by the csv module.
    """
    mark = re.escape(separador)
    field = f'(?:"[^"{mark}]*"|[^"{mark}]*)'
    simple = textos.str.contains(f"^{field}(?:{mark}{field})*$").fill_null(True)
    plain = textos.str.replace_all('"', "", literal=True).str.replace_all(separador, SHEET, literal=True)
    if simple.all():
        return plain
    hard = [SHEET.join(split(line, separador)) for line in textos.filter(~simple)]
    return plain.scatter((~simple).arg_true(), hard)


def split(line: str, separador: str) -> list[str]:
    """The fields of one line. A whole line inside quotes, as spreadsheets leave a pasted text, is opened first."""
    try:
        fields = next(csv.reader([line], delimiter=separador, strict=True), [""])
    except csv.Error:
        return line.split(separador)
    return fields[0].split(separador) if len(fields) == 1 else fields
