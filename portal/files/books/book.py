"""A workbook, examined part by part before the spreadsheet reader sees it; the reader gets only examined parts.

The reader gets an archive of its own with the parts it needs, each of them bounded. So neither a second central
directory, nor a part under another name, nor an uncounted part can mislead it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from portal.files.books.cells import SUPPORTED_BY_READER, is_error
from portal.files.books.marks import Marks, bloated, figure
from portal.files.books.sheet_scan import Hallazgos, Pass, parser_of
from portal.files.books.strings import PART, Strings, refuse_copies
from portal.files.packed.containers import ARCHIVE_FAULTS, PIECE, open_entry, open_zip
from portal.files.problems import FileProblem

#: elements of a part that is no sheet and no list of strings: the largest honest ones are styles, and defined names
MOST_ELEMENTS = {"styles.xml": 600_000, "workbook.xml": 100_000, "workbook.xml.rels": 20_000, ".rels": 1_000}
#: bytes of a part that is held in memory while the others are examined
MOST_KEPT = 8_000_000
#: sheets in a workbook
MOST_SHEETS = 2_000
#: at this density a workbook as large as a file may be holds more elements than any with data
BYTES_PER_ELEMENT = 10
FEWEST_ELEMENTS = 100_000
#: bytes of all shared strings where cells name them, up to which nobody counts one by one
FAIR = 256_000_000
_STRINGS = PART.lower()
_WORKBOOK, _RELATIONS = "workbook.xml", "workbook.xml.rels"
_SHEET = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<(?:[^<>\s/:]+:)?worksheet[\s>]")
_VALUE = re.compile(rb"(#[^<>]{1,40})(</(?:[^<>\s/:]+:)?v>)")
_XML_FAULTS = (*ARCHIVE_FAULTS, expat.ExpatError)


@dataclass(frozen=True)
class Libro:
    """`contenido`: the archive to read; `hojas`: what each sheet holds, by the sheet's name, in order, for sheets that
    hold anything. `sin_calcular`: its writer asks that formulas be worked out when it is opened, so a stored 0 is no
    result."""

    contenido: bytes
    hojas: Mapping[str, Hallazgos]
    sin_calcular: bool


def examine(contenido: bytes, max_bytes: int, beat: Callable[[], None]) -> Libro:
    """The workbook in the bytes `contenido`. Raises FileProblem ARC-04, 09, 14 or 15; calls `beat` between pieces."""
    try:
        with open_zip(contenido) as source:
            return _Examination(source, max_bytes, beat).result()
    except _XML_FAULTS as error:
        raise FileProblem("ARC-09", motivo="dañado") from error


class _Examination:
    """One pass over the parts that the reader may open."""

    def __init__(self, source: zipfile.ZipFile, max_bytes: int, beat: Callable[[], None]) -> None:
        self._source, self._max_bytes, self._beat = source, max_bytes, beat
        self._most = max(FEWEST_ELEMENTS, max_bytes // BYTES_PER_ELEMENT)
        self._sheets: dict[str, Hallazgos] = {}
        self._small: dict[str, bytes] = {}
        self._strings = Strings()

    def result(self) -> Libro:
        paths = [plain_path(entry.filename) for entry in self._source.infolist()]
        if len(set(paths)) != len(paths):
            raise FileProblem("ARC-09", motivo="dañado")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for entry in self._source.infolist():
                self._part(entry, target)
            names = self._names()
            for part in {part for part in names.values() if part in self._sheets}:
                self._bound_strings(part)
        hojas = {name: self._sheets[part] for name, part in names.items() if part in self._sheets}
        return Libro(out.getvalue(), hojas, self._asks_to_calculate())

    def _part(self, entry: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
        path = plain_path(entry.filename)
        base = path.rpartition("/")[2]
        with open_entry(self._source, entry) as stream:
            first = stream.read(PIECE)
            if base in MOST_ELEMENTS:
                pieces = self._pieces(path, first, stream, MOST_ELEMENTS[base])
                _copy(path, pieces if base == "styles.xml" else self._kept(path, pieces), target)
            elif base == _STRINGS:
                _copy(path, map(self._strings.seen, self._pieces(path, first, stream, self._most)), target)
            elif _SHEET.match(first[:4096]):
                _copy(path, self._scanned(path, first, stream), target)

    def _pieces(self, path: str, first: bytes, stream: IO[bytes], most: int) -> Iterator[bytes]:
        marks, tail = Marks(path, most), b""
        for piece in _rest(first, stream):
            self._beat()
            marks.add(piece)
            if b"sheetData" in tail + piece:  # the reader would take it for a sheet, unmeasured
                raise FileProblem("ARC-09", motivo="dañado")
            tail = piece[-16:]
            yield piece

    def _scanned(self, path: str, first: bytes, stream: IO[bytes]) -> Iterator[bytes]:
        marks, sheet, tail = Marks(path, self._most), Pass(path), b""
        for piece in _rest(first, stream):
            self._beat()
            marks.add(piece)
            sheet.feed(piece, marks)
            whole, end, tail = (tail + piece).rpartition(b">")
            yield _readable(whole + end)
        yield tail
        self._sheets[path] = sheet.finish(marks)

    def _kept(self, path: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
        kept = bytearray()
        for piece in pieces:
            kept += piece
            if len(kept) > MOST_KEPT:
                raise bloated(path, f"más de {figure(MOST_KEPT)} caracteres")
            yield piece
        self._small[path] = bytes(kept)

    def _names(self) -> dict[str, str]:
        """The part of each sheet, by the sheet's name, as the reader finds it: by the workbook's list and relations."""
        folder = self._folder()
        targets = {
            a.get("Id"): a.get("Target", "")
            for tag, a in _elements(self._small.get(f"{folder}_rels/{_RELATIONS}", b""))
            if tag == "Relationship"
        }
        sheets = [a for tag, a in _elements(self._small.get(folder + _WORKBOOK, b"")) if tag == "sheet"]
        if len(sheets) > MOST_SHEETS:
            raise bloated(_WORKBOOK, f"más de {figure(MOST_SHEETS)} hojas")
        names = {a.get("name", ""): _resolved(folder, targets.get(_relation(a), "")) for a in sheets}
        if len(names) != len(sheets):
            raise FileProblem("ARC-09", motivo="dañado")
        return names

    def _folder(self) -> str:
        """Where the workbook's own parts are, `xl/` of all programs known."""
        package = _elements(self._small.get("_rels/.rels", b""))
        targets = [a.get("Target", "") for _, a in package if a.get("Type", "").endswith("/officeDocument")]
        return plain_path(targets[-1]).rpartition("/")[0] + "/" if targets and "/" in targets[-1] else ""

    def _asks_to_calculate(self) -> bool:
        workbook = _elements(self._small.get(self._folder() + _WORKBOOK, b""))
        return any(tag == "calcPr" and a.get("fullCalcOnLoad") in ("1", "true") for tag, a in workbook)

    def _bound_strings(self, part: str) -> None:
        """Each cell may name the longest string: together they are no more than a file may be."""
        lengths = self._strings.lengths()
        if max(lengths, default=0) * self._sheets[part].valores <= FAIR:
            return
        entry = next(e for e in self._source.infolist() if plain_path(e.filename) == part)
        with open_entry(self._source, entry) as stream:
            refuse_copies(_rest(b"", stream), lengths, self._max_bytes, self._beat)


def plain_path(name: str) -> str:
    """A part's name as the reader compares it."""
    return name.replace("\\", "/").lower().lstrip("/")


def _resolved(folder: str, target: str) -> str:
    return plain_path(target) if target.startswith("/") else plain_path(folder + target)


def _relation(attributes: Mapping[str, str]) -> str | None:
    return next((value for key, value in attributes.items() if key == "id" or key.endswith(":id")), None)


def _copy(path: str, pieces: Iterator[bytes], target: zipfile.ZipFile) -> None:
    """A part into the reader's archive, under the one name by which it is found."""
    with target.open(zipfile.ZipInfo(path), "w", force_zip64=True) as copy:
        for piece in pieces:
            copy.write(piece)


def _rest(first: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    while piece := stream.read(PIECE):
        yield piece


def _readable(piece: bytes) -> bytes:
    """The same, with error values that the reader does not know, and would refuse the book for, in one that it knows;
    what they say was taken down."""
    return _VALUE.sub(_known_error, piece) if b"#" in piece else piece


def _known_error(found: re.Match[bytes]) -> bytes:
    text = found[1].decode(errors="replace").strip()
    return found[0] if text in SUPPORTED_BY_READER or not is_error(text) else b"#N/A" + found[2]


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = parser_of(start=lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes)))
    if xml:
        parser.Parse(xml, True)
    return found
