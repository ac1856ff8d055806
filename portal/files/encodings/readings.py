"""Which encoding each line of a text is in, and where that cannot be known.

Each line that is not ASCII is UTF-8, or in one of the old code pages, or has to be examined by itself (`pages`,
`mended`). Where only one decoding is natural it is taken. Where two are, the rest of the file may decide, provided that
its evidence agrees and the other decoding is the weaker one. Otherwise the line is doubtful: it is read in the likelier
way, and reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from portal.files.encodings import letters, pages
from portal.files.encodings.mended import Mended, in_bulk, mend
from portal.files.encodings.pages import HARD, PAGES, UTF8, WINDOWS, Odd
from portal.files.understood import Duda, count, difference, some_lines

PIECE = 1 << 20
SAMPLES, SOME = 2, 5
TRIES = 200  # lines searched for samples: a file may repeat one doubtful word a million times
#: hard lines examined one by one; later ones are read unchanged, as doubtful
ONE_BY_ONE = 200_000
#: ways to read a line, beside the places of PAGES
AS_UTF8, BY_ITSELF = len(PAGES), len(PAGES) + 1


@dataclass(frozen=True)
class Lectura:
    """A text in UTF-8, how it was written, and which of its lines (numbers from 1, in order) are doubtful."""

    cuerpo: bytes
    codificacion: str
    notas: tuple[str, ...] = ()
    dudosas: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint32))
    dudas: tuple[Duda, ...] = ()


@dataclass(frozen=True)
class _Piece:
    """The beginning and the end of a piece, and its lines that have to be examined."""

    start: int
    stop: int
    odd: Odd | None


def read(cuerpo: bytes) -> Lectura:
    """The reading of bytes that are not all ASCII."""
    valid = is_utf8(cuerpo)
    survey = [_Piece(start, stop, pages.look(cuerpo[start:stop], valid)) for start, stop in _pieces(cuerpo)]
    if not any(piece.odd for piece in survey):
        return Lectura(cuerpo, "UTF-8")
    return _Reader(cuerpo, survey, valid).read()


def is_utf8(cuerpo: bytes) -> bool:
    """Strictly. polars does it several times as fast as Python's decoder, which makes a text of it."""
    return all(_valid(cuerpo[start:stop]) for start, stop in _pieces(cuerpo))


def _valid(piece: bytes) -> bool:
    try:
        pl.Series([piece], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def _pieces(cuerpo: bytes) -> Iterator[tuple[int, int]]:
    """Where pieces of whole lines begin and end; a line longer than a piece, which nobody reads, is cut."""
    start = 0
    while start < len(cuerpo):
        stop = start + PIECE
        if stop < len(cuerpo):
            stop = (cuerpo.rfind(b"\n", start, stop) + 1) or (cuerpo.rfind(b"\r", start, stop - 1) + 1) or stop
        yield start, min(stop, len(cuerpo))
        start = stop


def decide(codigo: int, solid: set[int]) -> tuple[int, bool]:
    """Of the pages with these scores the one that is taken, and whether that is doubtful. `solid`: pages that alone
    explain some line of the file."""
    scores = pages.scores_of(codigo)
    may = [page for page, found in enumerate(scores) if found]
    best = max(scores)
    backed = [page for page in may if page in solid and scores[page] >= letters.POSSIBLE]
    taken = backed[0] if len(backed) == 1 else scores.index(best)
    rivals = [page for page in may if page != taken]
    strongest = max((scores[page] for page in rivals), default=letters.NEVER)
    clear = scores[taken] > letters.RARE >= strongest and not solid & set(rivals)
    backed_up = scores[taken] == letters.NATURAL > strongest and solid == {taken}
    return taken, not (strongest == letters.NEVER or clear or backed_up)


class _Reader:
    """The decoding of one text that is not plain UTF-8."""

    def __init__(self, cuerpo: bytes, survey: list[_Piece], valid: bool) -> None:
        self._cuerpo, self._survey, self._valid = cuerpo, survey, valid
        self._by_code = np.zeros(256, np.int64)
        for piece in survey:
            if piece.odd:
                self._by_code += np.bincount(piece.odd.codigo, minlength=256)
        self._way, self._doubt = _decided(self._by_code)
        self._left, self._tries = ONE_BY_ONE, 0
        self._doubled: list[np.ndarray] = []
        self._doubtful: list[np.ndarray] = []
        self._mixed: list[np.ndarray] = []
        self._example: tuple[str, str] = "", ""
        self._dudas: dict[tuple[str, str], Duda] = {}

    def read(self) -> Lectura:
        parts: list[bytes] = []
        for place, piece in enumerate(self._survey):
            data = self._cuerpo[piece.start : piece.stop]
            parts += [data] if piece.odd is None else self._read(place, data, piece.odd)
        cuerpo = b"".join(parts)
        dudas = tuple(self._dudas.values())
        return Lectura(cuerpo, self._names(), tuple(self._notes()), _in_order(self._doubtful), dudas)

    def _read(self, place: int, data: bytes, odd: Odd) -> Iterator[bytes]:
        """The piece, run after run of lines that are read in one way; lines in ASCII go along with any."""
        ways = self._way[odd.codigo]
        turns = [*np.flatnonzero(np.diff(ways, prepend=255)).tolist(), len(ways)]
        starts = [*odd.inicio.tolist(), len(data)]
        self._doubt_pages(place, data, odd, starts)
        yield data[: starts[0]]
        for first, last in pairwise(turns):
            if ways[first] == BY_ITSELF:
                yield from self._hard(place, data, odd.linea[first:last], starts[first : last + 1])
            else:
                yield _decoded(data[starts[first] : starts[last]], int(ways[first]))

    # --- lines that have to be examined by themselves ---
    def _hard(self, place: int, data: bytes, lines: np.ndarray, starts: list[int]) -> Iterator[bytes]:
        whole = data[starts[0] : starts[-1]]
        bulk = in_bulk(whole) if len(lines) > 1 else None
        if bulk is not None and pages.look(bulk, valid=True) is None:
            self._double(self._numbers(place, lines), whole.decode(), bulk.decode())
            yield bulk
            return
        for linea, (start, stop) in zip(lines, pairwise(starts), strict=True):
            end = data.find(b"\n", start, stop)
            end = stop if end < 0 else end
            yield self._one(place, linea, data[start:end])
            yield data[end:stop]

    def _one(self, place: int, linea: int, line: bytes) -> bytes:
        self._left -= 1
        mended = mend(line) if self._left >= 0 else _as_it_stands(line)
        text = mended.texto.encode()
        if text != line or mended.dudosa:
            self._note(self._numbers(place, np.array([linea])), mended)
        return text

    def _note(self, number: np.ndarray, mended: Mended) -> None:
        if mended.dudosa:
            self._doubtful.append(number)
            self._sample(int(number[0]), mended.texto, mended.otra)
        elif mended.doble:
            self._double(number, mended.otra, mended.texto)
        else:
            self._mixed.append(number)

    def _double(self, numbers: np.ndarray, before: str, after: str) -> None:
        self._doubled.append(numbers)
        if not self._example[0]:
            self._example = difference(before, after)

    # --- lines that two pages may have written ---
    def _doubt_pages(self, place: int, data: bytes, odd: Odd, starts: list[int]) -> None:
        where = np.flatnonzero(self._doubt[odd.codigo])
        if not len(where):
            return
        numbers = self._numbers(place, odd.linea[where])
        self._doubtful.append(numbers)
        for one, number in zip(where.tolist(), numbers.tolist(), strict=True):
            if len(self._dudas) == SAMPLES or self._tries > TRIES:
                return
            line = data[starts[one] : starts[one + 1]]
            taken = int(self._way[odd.codigo[one]])
            other = _next_best(int(odd.codigo[one]), taken)
            self._sample(number, PAGES[taken].decode(line), PAGES[other].decode(line))

    def _sample(self, linea: int, leida: str, otra: str) -> None:
        self._tries += 1
        if len(self._dudas) == SAMPLES or self._tries > TRIES:
            return
        words = difference(leida, otra)
        if words not in self._dudas:
            self._dudas[words] = Duda(linea, words[0], words[1] if words[1] != words[0] else "")

    # --- what is said of it ---
    def _numbers(self, place: int, lines: np.ndarray) -> np.ndarray:
        """Lines of a piece (from 0) as lines of the text (from 1)."""
        return (self._before[place] + lines + 1).astype(np.uint32)

    @cached_property
    def _before(self) -> np.ndarray:
        """How many lines end before each piece."""
        ends = [pages.count_lines(self._cuerpo[piece.start : piece.stop]) for piece in self._survey]
        return np.cumsum([0, *ends])

    @cached_property
    def _lines(self) -> dict[int, int]:
        """Way of reading → how many lines, the most first."""
        lines = np.bincount(self._way, self._by_code, minlength=BY_ITSELF + 1).astype(int).tolist()
        lines[AS_UTF8 if self._valid else PAGES.index(WINDOWS)] += 0 if any(lines[:BY_ITSELF]) else lines[BY_ITSELF]
        return {way: n for way, n in sorted(enumerate(lines[:BY_ITSELF]), key=lambda item: -item[1]) if n}

    def _names(self) -> str:
        return "UTF-8" if self._valid else " y ".join(map(_name, self._lines))

    def _notes(self) -> Iterator[str]:
        most, *others = self._lines
        for way in others:
            n = self._lines[way]
            said = count(n, "línea no está", "líneas no están")
            yield (
                f"{said} en {_name(most)}, como las demás: {'se leyó' if n == 1 else 'se leyeron'} "
                f"como {_name(way)} ({some_lines(self._first(way), n)})."
            )
        mixed, doubled = _in_order(self._mixed), _in_order(self._doubled)
        if n := len(mixed):
            said = count(n, "línea mezcla", "líneas mezclan")
            yield f"{said} dos codificaciones: cada letra se leyó en la suya ({some_lines(mixed[:SOME].tolist(), n)})."
        if n := len(doubled):
            yield (
                f"{count(n, 'línea traía', 'líneas traían')} letras cambiadas por otro programa: «{self._example[0]}» "
                f"se leyó «{self._example[1]}» ({some_lines(doubled[:SOME].tolist(), n)})."
            )

    def _first(self, way: int) -> list[int]:
        found: list[int] = []
        for place, piece in enumerate(self._survey):
            if piece.odd and len(found) < SOME:
                lines = piece.odd.linea[self._way[piece.odd.codigo] == way]
                found += self._numbers(place, lines[:SOME]).tolist()
        return found[:SOME]


def _in_order(numbers: list[np.ndarray]) -> np.ndarray:
    return np.sort(np.concatenate([np.empty(0, np.uint32), *numbers]))


def _decided(by_code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Code → way of reading, and whether that is doubtful."""
    codes = [code for code in np.flatnonzero(by_code).tolist() if code not in (UTF8, HARD)]
    alone = [scores for scores in map(pages.scores_of, codes) if sum(map(bool, scores)) == 1]
    solid = {scores.index(max(scores)) for scores in alone if max(scores) > letters.RARE}
    way, doubt = np.zeros(256, np.uint8), np.zeros(256, bool)
    way[UTF8], way[HARD] = AS_UTF8, BY_ITSELF
    for code in codes:
        way[code], doubt[code] = decide(code, solid)
    return way, doubt


def _next_best(codigo: int, taken: int) -> int:
    """The page that reads these lines best, but for the one that is taken."""
    scores = list(pages.scores_of(codigo))
    scores[taken] = -1
    return scores.index(max(scores))


def _name(way: int) -> str:
    return "UTF-8" if way == AS_UTF8 else PAGES[way].nombre


def _as_it_stands(line: bytes) -> Mended:
    try:
        texto = line.decode()
    except UnicodeDecodeError:
        texto = WINDOWS.decode(line)
    return Mended(texto, texto, dudosa=True)


def _decoded(data: bytes, way: int) -> bytes:
    """`data` of one way of reading, as UTF-8."""
    if way == AS_UTF8:
        return data
    if PAGES[way] is WINDOWS and not _has_signs(data):
        return data.decode("latin-1").encode()  # the same but for 0x80 to 0x9F, and five times as fast
    return PAGES[way].decode(data).encode()


def _has_signs(data: bytes) -> bool:
    return bool((np.frombuffer(data, np.int8) < -96).any())  # 0x80 to 0x9F, as signed numbers
