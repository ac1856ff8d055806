"""The spellings of a day: figures in the order of year or day first, month names, a midnight after it, two-digit years.

A day stands before its month, never after: Ecuador writes no `11/27/2026`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from portal.files.columns.wrappings import unwrap

MESES = (
    ("enero", "ene"),
    ("febrero", "feb"),
    ("marzo", "mar"),
    ("abril", "abr"),
    ("mayo", "may"),
    ("junio", "jun"),
    ("julio", "jul"),
    ("agosto", "ago"),
    ("septiembre", "setiembre", "sept", "sep", "set"),
    ("octubre", "oct"),
    ("noviembre", "nov"),
    ("diciembre", "dic"),
)
_MONTH = {name: number for number, names in enumerate(MESES, 1) for name in names}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_WEEKDAY = "(?:(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo),? +)?"
_BETWEEN = r"(?: *[-/.] *| +de +| +del +| +|, *)"
_NAMED = re.compile(rf"{_WEEKDAY}([0-9]{{1,2}}){_BETWEEN}({_NAMES})\.?{_BETWEEN}([0-9]{{4}}|[0-9]{{2}})", re.IGNORECASE)
_FIGURES = (
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), (1, 2, 3)),
    (re.compile(r"([0-9]{4}) *([-/.]) *([0-9]{1,2}) *\2 *([0-9]{1,2})"), (1, 3, 4)),
    (re.compile(r"([0-9]{1,2}) *([-/.]) *([0-9]{1,2}) *\2 *([0-9]{4})"), (4, 3, 1)),
)
_SHORT = (
    re.compile(r"([0-9]{1,2}) *(?P<mark>[-/.]) *([0-9]{1,2}) *(?P=mark) *([0-9]{1,2})"),
    re.compile(r"([0-9]{2})(?P<mark>)([0-9]{2})([0-9]{2})"),
)
_OFFSET = "(?: *(?:Z|[+-][0-9]{2}:?[0-9]{2}))?"
_MIDNIGHT = re.compile(
    rf"(?<=[0-9])(?:T| +T?)(?:0{{1,2}}:00(?::00(?:[.,]0+)?)?{_OFFSET}|12:00(?::00)? *a\.? ?m\.?)", re.IGNORECASE
)
_ZEROS = re.compile(r"[0/\-.: ]*0[0/\-.: ]*")


def without_midnight(texto: str) -> str:
    """The day alone, where the time after it is the beginning of that day and says nothing."""
    found = _MIDNIGHT.search(texto)
    return texto[: found.start()] if found and found.end() == len(texto) else texto


def all_zeros(texto: str) -> bool:
    """Whether it is a date of zeros only, however it is split: `00/00/0000`, `0000-00-00`, `0`."""
    return bool(_ZEROS.fullmatch(texto))


def read_day(texto: str) -> tuple[int, int, int] | None:
    """Year, month and day as they stand there, on the calendar or not; None: it is no such spelling."""
    for pattern, places in _FIGURES:
        if found := pattern.fullmatch(texto):
            year, month, day = (int(found[place]) for place in places)
            return year, month, day
    if (found := _NAMED.fullmatch(texto)) and len(found[3]) == 4:
        return int(found[3]), _MONTH[found[2].lower()], int(found[1])
    return None


def readings(texto: str) -> tuple[date, ...] | None:
    """The days that a date with a two-digit year may mean: this century, the last one, the year written first.

    None: it is no such date; empty: it is none of the calendar.
    """
    if not (parts := _short_parts(texto)):
        return None
    days = (_day(*numbers) for numbers in _meant(*parts))
    return tuple(dict.fromkeys(day for day in days if day))


def _short_parts(texto: str) -> tuple[str, int, str] | None:
    if found := _NAMED.fullmatch(texto):
        return found[1], _MONTH[found[2].lower()], found[3]
    found = next((f for pattern in _SHORT if (f := pattern.fullmatch(texto))), None)
    return (found[1], int(found[3]), found[4]) if found else None


def _meant(first: str, month: int, last: str) -> Iterator[tuple[int, int, int]]:
    if len(last) == 2:
        yield 2000 + int(last), month, int(first)
        yield 1900 + int(last), month, int(first)
    if len(first) == 2:
        yield 2000 + int(first), month, int(last)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def readings_told(sent: str) -> str:
    """What a date with a two-digit year may mean, in figures and words, a sentence; else nothing."""
    told = [_told(day) for day in readings(without_midnight(unwrap(sent).texto)) or ()]
    listed = f"{', '.join(told[:-1])} o {told[-1]}" if len(told) > 1 else "".join(told)
    return listed and f"Escriba {listed}."


def _told(day: date) -> str:
    return f"{day:%Y%m%d} si es el {day.day} de {MESES[day.month - 1][0]} de {day.year}"
