"""The old code pages a text may be encoded in, and how natural each makes its lines: by columns, not by line.

A byte alone says little: 0xE9 is é in Windows-1252 and Ú in the DOS pages. Its neighbours say more: `letters.natural`
is precomputed for all bytes and neighbours, and looked up here for a million lines at a time. cp437 has no table of its
own: all that Spanish needs is where cp850 has it, and it lacks Á Í Ó Ú.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache

import numpy as np

from portal.files.encodings import letters

LF, CR, HIGH = 10, 13, 0x80


@dataclass(frozen=True)
class Page:
    """A code page: `nombre` as people are told, `table` its 256 characters, `chars` those of them that count, `most`
    how natural a text in it is taken to be at best."""

    nombre: str
    table: str
    chars: frozenset[str]
    most: int = letters.NATURAL

    def decode(self, data: bytes) -> str:
        return codecs.charmap_decode(data, "strict", self.table)[0]

    def encode(self, texto: str) -> bytes | None:
        """The bytes that this page shows as `texto`; None where it has not all its characters."""
        try:
            return codecs.charmap_encode(texto, "strict", _encoding_map(self.table))[0]
        except UnicodeEncodeError:
            return None

    def score(self, texto: str) -> int:
        """How natural a text is that came out of this page."""
        odd = {char for char in texto if not char.isascii()}
        return min(letters.score(texto), self.most) if odd <= self.chars else letters.NEVER


def _table(codec: str) -> str:
    """Bytes without a character become the C1 control of the same number, as browsers do."""
    return "".join(bytes([b]).decode(codec, "ignore") or chr(b) for b in range(256))


@cache
def _encoding_map(table: str) -> dict[int, int]:
    return {ord(char): byte for byte, char in enumerate(table)}


_ALL = frozenset(_table("cp1252")[HIGH:])
_DOS = letters.SPANISH | frozenset("ªº¿¡«»°·±½¼¾§´¹²³®\xa0\xad")
WINDOWS = Page("Windows-1252", _table("cp1252"), _ALL)
DOS = Page("DOS (cp850 o cp437)", _table("cp850"), _DOS)
# Its signs stand where Windows has letters, so only a whole text of Spanish letters speaks for it, and never loudly.
MAC = Page("Macintosh", _table("mac_roman"), letters.SPANISH | frozenset("ªº°"), letters.POSSIBLE)
PAGES = (WINDOWS, DOS, MAC)

#: what is said of a line besides the scores of its pages: UTF-8 that reads well; nothing reads it as it stands
UTF8, HARD = 255, 254


@dataclass(frozen=True)
class Odd:
    """The lines of a piece that are not ASCII: `linea` (from 0, in the piece) and `inicio` (byte) of each, and its
    `codigo`: UTF8, HARD, or the score of each page, two bits a page."""

    linea: np.ndarray
    inicio: np.ndarray
    codigo: np.ndarray


def scores_of(codigo: int) -> tuple[int, ...]:
    """The score of each of PAGES."""
    return tuple(codigo >> 2 * place & 3 for place in range(len(PAGES)))


def look(piece: bytes, valid: bool) -> Odd | None:
    """What the lines of `piece` (whole lines) may be; None where there is nothing to ask: ASCII, or UTF-8 without a
    trace of another reading. `valid`: it is known to be UTF-8."""
    data = np.frombuffer(piece, np.uint8)
    at = np.flatnonzero(data.view(np.int8) < 0)
    if not len(at) or (valid and not _suspicious(data, at).any()):
        return None
    ends = _line_ends(data)
    which = np.searchsorted(ends, at)
    first = np.flatnonzero(np.diff(which, prepend=-1))
    lines = which[first]
    starts = np.append(ends, -1)[lines - 1] + 1
    return Odd(lines, starts, _codes(data, at, first))


def count_lines(piece: bytes) -> int:
    """Ends of lines: LF, CRLF, or CR alone."""
    return len(_line_ends(np.frombuffer(piece, np.uint8)))


def _line_ends(data: np.ndarray) -> np.ndarray:
    """Where lines end: LF, or CR that no LF follows."""
    lf = np.flatnonzero(data == LF)
    crs = data == CR
    if np.count_nonzero(crs) == np.count_nonzero(crs[lf[lf > 0] - 1]):
        return lf
    cr = np.flatnonzero(crs)
    return np.sort(np.concatenate([lf, cr[np.append(data, 0)[cr + 1] != LF]]))


def _codes(data: np.ndarray, at: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The code of each line; `first`: which of the places `at` is the first of its line."""
    packed = np.zeros(len(first), np.uint8)
    for place, page in enumerate(PAGES):
        if (scores := _page_scores(page, data, at)) is not None:
            packed |= np.minimum.reduceat(scores, first) << np.uint8(2 * place)
    codes = np.where(packed == 0, np.uint8(HARD), packed)
    if not (data[at] < 0xC0).any():  # without a continuation byte nothing is UTF-8
        return codes
    sound = np.logical_and.reduceat(_in_sequence(data, at), first)
    odd = np.logical_or.reduceat(_suspicious(data, at), first)
    return np.where(sound, np.where(odd, np.uint8(HARD), np.uint8(UTF8)), codes)


def _page_scores(page: Page, data: np.ndarray, at: np.ndarray) -> np.ndarray | None:
    """How natural each of the bytes `at` stands in that page; None where it explains none of them."""
    classes, table = _tables(page)
    bytes_at = data[at] - HIGH
    if not table[:, np.bincount(bytes_at, minlength=HIGH) > 0].any():
        return None
    before = np.where(at > 0, classes[data[at - 1]], letters.OTHER)
    after = classes[np.append(data, np.uint8(32))[at + 1]]
    found: np.ndarray = table[before, bytes_at, after]
    return found


@cache
def _tables(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """The class of each byte, and how natural each byte from 0x80 stands between two classes."""
    classes = np.array([letters.class_of(char) for char in page.table], np.uint8)
    table = np.zeros((letters.CLASSES, HIGH, letters.CLASSES), np.uint8)
    for byte, char in enumerate(page.table[HIGH:]):
        if char in page.chars and not letters.is_nasal(char):
            for before in range(letters.CLASSES):
                for after in range(letters.CLASSES):
                    table[before, byte, after] = min(letters.natural(before, char, after), page.most)
    return classes, table


# --- UTF-8 ------------------------------------------------------------------------------------------------------
def _in_sequence(data: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Which of the bytes `at` (those from 0x80) are part of a complete UTF-8 sequence."""
    padded = np.append(data, np.zeros(3, np.uint8))
    lead, second = padded[at], padded[at + 1]
    more = _FOLLOWING[lead]
    whole = (more > 0) & (second >= _SECOND[0][lead]) & (second <= _SECOND[1][lead])
    for step in (2, 3):
        whole &= (more < step) | ((padded[at + step] & 0xC0) == HIGH)
    marks = np.zeros(len(padded), bool)
    for step in range(4):
        marks[at[whole & (more >= step)] + step] = True
    return marks[at]


_FOLLOWING = np.repeat(np.array([0, 1, 2, 3, 0], np.uint8), [0xC2, 30, 16, 5, 11])
_SECOND = np.full(256, 0x80, np.uint8), np.full(256, 0xBF, np.uint8)
_SECOND[0][[0xE0, 0xF0]] = 0xA0, 0x90
_SECOND[1][[0xED, 0xF4]] = 0x9F, 0x8F


def _suspicious(data: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Which of the bytes `at` begin a UTF-8 character that Spanish names of work do not hold, or a capital letter
    with an accent after a small one."""
    lead = data[at]
    begins = at[lead >= 0xC0]
    padded = np.append(data, np.zeros(2, np.uint8))
    two = padded[begins].astype(np.uint16) << 8 | padded[begins + 1]
    plain = _plain()[two] & ~(_capitals()[two] & _after_a_small_letter(data, begins))
    plain |= (two == 0xE280) & _PUNCTUATION[padded[begins + 2]]
    found = np.zeros(len(at), bool)
    found[lead >= 0xC0] = ~plain
    return found


def _after_a_small_letter(data: np.ndarray, begins: np.ndarray) -> np.ndarray:
    before = np.where(begins > 0, data[begins - 1], 0)
    return (before >= ord("a")) & (before <= ord("z"))


@cache
def _plain() -> np.ndarray:
    """Of the first two bytes of a character: whether it is a letter, sign or accent that belongs there."""
    return _of_two([*letters.SPANISH, *"ªº°¿¡«»\xa0´·", *map(chr, range(0x300, 0x370))])


@cache
def _capitals() -> np.ndarray:
    return _of_two([char for char in letters.SPANISH if char.isupper()])


def _of_two(chars: list[str]) -> np.ndarray:
    mask = np.zeros(1 << 16, bool)
    mask[[int.from_bytes(char.encode()) for char in chars]] = True
    return mask


_PUNCTUATION = np.zeros(256, bool)
_PUNCTUATION[[char.encode()[2] for char in "–—‘’“”…"]] = True
