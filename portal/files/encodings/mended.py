"""Odd text that no single code page explains: double encoding, UTF-8 mixed with a code page, unlikely signs.

Fields are examined one by one, in plain Python. `ftfy` repairs UTF-8 that was decoded as Windows-1252 and saved again,
also twice, and is careful with what only looks like it. It does not know the DOS and Macintosh pages. Those are
repaired here by the same step: back to the bytes, decoded as what they were.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import ftfy

from portal.files.encodings import letters
from portal.files.encodings.pages import DOS, MAC, PAGES, WINDOWS, Page

_LEFT_BEHIND = frozenset(WINDOWS.table + DOS.table)
_FIELDS = re.compile(rb"([;,|\t\x1f\r\n]+)")
REMEMBERED, LONGEST = 20_000, 256  # texts, bytes: a file has few names of work and many lines


class Mended(NamedTuple):
    """A text as it is read, and in another way it may be read; `doble`: it had been read wrongly and saved again."""

    texto: str
    otra: str
    dudosa: bool = False
    doble: bool = False


def mend(data: bytes) -> Mended:
    """The best reading of a line, or of several."""
    fields = _FIELDS.split(data)
    odd = {place: _field(field) for place, field in enumerate(fields) if not field.isascii()}
    texto, otra = ([*fields], [*fields])
    for place, field in odd.items():
        texto[place], otra[place] = field.texto.encode(), field.otra.encode()
    dudosa, doble = (any(field[flag] for field in odd.values()) for flag in (2, 3))
    return Mended(b"".join(texto).decode(), b"".join(otra).decode(), dudosa, doble)


def _field(field: bytes) -> Mended:
    return _remembered(field) if len(field) <= LONGEST else _read(field)


def _read(field: bytes) -> Mended:
    try:
        return _of_utf8(field.decode())
    except UnicodeDecodeError:
        return _of_bytes(field)


_remembered = lru_cache(REMEMBERED)(_read)


def _of_utf8(texto: str) -> Mended:
    """What is UTF-8: undone where it had been UTF-8 before and that reads better, else left as it is; doubtful where
    it does not read well. What was sent back to be mended comes out as it went in."""
    stands = letters.score(texto)
    undone = max(_undone(texto), key=letters.score, default=texto)
    if undone != texto and letters.score(undone) > max(stands, letters.RARE):
        return Mended(undone, texto, doble=True)
    if stands > letters.RARE:
        return Mended(texto, texto)
    found, other = max(_in_other_pages(texto), key=lambda found: found[0], default=(letters.NEVER, texto))
    if stands == letters.RARE:  # FRANÇOIS is nothing else; ADMINISTRACIËN is ADMINISTRACIÓN
        return Mended(texto, other, dudosa=True) if found == letters.NATURAL else Mended(texto, texto)
    if found == letters.NEVER and letters.score(_of_old_pages(texto)) > letters.NEVER:
        return Mended(texto, texto)
    return Mended(texto, other, dudosa=True)


def _of_old_pages(texto: str) -> str:
    """Without the characters that no program leaves which takes one encoding for another: № is what was written."""
    return "".join(char for char in texto if char in _LEFT_BEHIND)


def _undone(texto: str) -> Iterator[str]:
    """As the text was before it was read as something that it was not."""
    yield ftfy.fix_encoding(texto)
    for page in (DOS, MAC):
        if (data := page.encode(texto)) is not None:
            try:
                yield data.decode()
            except UnicodeDecodeError:
                continue


def _in_other_pages(texto: str) -> Iterator[tuple[int, str]]:
    """The same where one old page was taken for another, or for UTF-8: how natural, and the text."""
    sources = (texto.encode(), *(page.encode(texto) for page in PAGES))
    for data, page in product((data for data in sources if data is not None), PAGES):
        read = page.decode(data)
        if read != texto and (found := page.score(read)) >= letters.POSSIBLE:
            yield found, read


def _of_bytes(field: bytes) -> Mended:
    """What is not UTF-8: in one page, or UTF-8 with letters of a page in it. Sure where a single reading is natural."""
    readings = [reading for page in PAGES for reading in (page.decode(field), _with_strays(field, page))]
    scored = {reading: letters.score(reading) for reading in readings}
    good = sorted((text for text, found in scored.items() if found > letters.NEVER), key=lambda t: -scored[t])
    if not good:
        return Mended(readings[0], DOS.decode(field), dudosa=True)
    return Mended(good[0], good[-1] if len(good) == 1 else good[1], dudosa=len(good) > 1)


def _with_strays(field: bytes, page: Page) -> str:
    """Whole UTF-8 sequences as such, the bytes between them as characters of `page`."""
    return field.decode(errors=_HANDLERS[page.nombre])


def _register(page: Page) -> str:
    def stray(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        return page.table[error.object[error.start]], error.start + 1

    name = f"stray-{page.nombre}"
    codecs.register_error(name, stray)
    return name


_HANDLERS = {page.nombre: _register(page) for page in PAGES}


def in_bulk(data: bytes) -> bytes | None:
    """UTF-8 that as a whole is UTF-8 read as Windows-1252, undone; None where it is not."""
    try:
        encoded = WINDOWS.encode(data.decode())
        return encoded if encoded is not None and encoded.decode() else None
    except UnicodeDecodeError:
        return None
