"""Workbooks that are small as they travel and enormous unpacked: each ends as a file problem, in bounded memory, and
what is read of it is bounded by its elements."""

from __future__ import annotations

import os
import resource
import tracemalloc
from collections.abc import Callable, Iterable

import pytest

from files.books import MAIN, SHEET, SHEET_END, Part, book, cells, many, parts, relations, workbook_xml
from portal.files.books import marks, sheet_scan, strings
from portal.files.problems import FileProblem
from portal.files.reader import Formato, Limites, Tabla, open_table

FORMATO = Formato(tuple((n,) for n in ("ruc", "sucursal", "anio", "mes", "movimiento", "cedula", "valor", "causa")))
LIMITES = Limites(100_000_000, 1_000_000)
ROW = cells("1799000004001", "0009", "2013", "01", "INS", "0710435207", "872.71", "O")
SST = f'<sst xmlns="{MAIN}">'
TWICE = '<sheet name="h" sheetId="1" r:id="rId1"/>' * 2
SHEET_1, WORKBOOK, STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def in_part(name: str, part: Part) -> dict[str, Part]:
    return {name: part}


def in_sheet(element: str, times: int, before: str = "", after: str = "") -> dict[str, Part]:
    return in_part(SHEET_1, many(SHEET + before, element, times, after + SHEET_END))


def before_end(whole: str, element: str, times: int) -> Iterable[bytes]:
    head, _, tail = whole.rpartition("</")
    return many(head, element, times, "</" + tail)


def named_sheets(count: int) -> str:
    return workbook_xml("".join(f'<sheet name="h{n}" sheetId="{n}" r:id="rId1"/>' for n in range(count)))


#: the three that were met, as large as they were
MET: dict[str, Callable[[], dict[str, Part]]] = {
    "22,000,000 elements in the list of sheets": lambda: in_part(
        WORKBOOK, before_end(workbook_xml(), "<a/>", 22_000_000)
    ),
    "24,000,000 empty cells": lambda: in_sheet("<c/>", 24_000_000, "<row>", "</row>"),
    "15,000,000 empty rows": lambda: in_sheet("<row/>", 15_000_000),
}
#: the others of their kind: with limits a hundred times smaller, to be tried in no time
KIND: dict[str, tuple[str, Callable[[], dict[str, Part]]]] = {
    "strings": ("ARC-15", lambda: in_part(STRINGS, many(SST, "<si/>", 190_000, "</sst>"))),
    "room for strings": ("ARC-15", lambda: in_part(STRINGS, SST.replace(">", ' uniqueCount="99999999999"></sst>'))),
    "relations": ("ARC-15", lambda: in_part(RELATIONS, before_end(relations(), "<a/>", 220_000))),
    "styles": ("ARC-15", lambda: in_part("xl/styles.xml", many("<styleSheet>", "<xf/>", 800_000, "</styleSheet>"))),
    "defined names": ("ARC-15", lambda: in_part(WORKBOOK, before_end(workbook_xml(), "<n>b</n>", 200_000))),
    "sheets": ("ARC-15", lambda: in_part(WORKBOOK, named_sheets(2_001))),
    "the same sheet twice": ("ARC-09", lambda: in_part(WORKBOOK, workbook_xml(TWICE))),
    "elements inside each other": ("ARC-15", lambda: in_sheet("<a>", 90_000)),
    "cells inside each other": ("ARC-15", lambda: in_sheet("<c>", 30_000, "<row>")),
    "ends that are text": ("ARC-15", lambda: in_sheet("<a>/>", 90_000)),
    "ends in a comment": ("ARC-15", lambda: in_sheet("<a><!-- /> -->", 200_000)),
    "a huge value of an attribute": ("ARC-15", lambda: in_sheet("1", 3_000_000, '<row r="', '"/>')),
    "a huge text": ("ARC-15", lambda: in_sheet("1", 3_000_000, '<row><c t="str"><v>', "</v></c></row>")),
    "merged cells": ("ARC-15", lambda: in_sheet('<mergeCell ref="A1:B2"/>', 60_000)),
    "values outside of cells": ("ARC-15", lambda: in_sheet("<v/>", 60_000, "<row>", "</row>")),
    "texts in one cell": ("ARC-15", lambda: in_sheet("<t/>", 60_000, '<row><c t="inlineStr"><is>', "</is></c></row>")),
    "formulas in one cell": ("ARC-15", lambda: in_sheet("<f/>", 60_000, "<row><c>", "</c></row>")),
    "names of elements": ("ARC-15", lambda: in_sheet("".join(f"<a{n}/>" for n in range(20_000)), 1)),
    "one string in every cell": (
        "ARC-04",
        lambda: (
            in_sheet('<row><c t="s"><v>0</v></c></row>', 9_000)
            | in_part(STRINGS, f"{SST}<si><t>{'x' * 30_000}</t></si></sst>")
        ),
    ),
    "one string of many runs in every cell": (
        "ARC-04",
        lambda: (
            in_sheet('<row><c t="s"><v>0</v></c></row>', 9_000)
            | in_part(STRINGS, many(f"{SST}<si>", "<r><t>xxxxxxxxxxxxxxxx</t></r>", 3_000, "</si></sst>"))
        ),
    ),
    "a string that hides where it begins": (
        "ARC-04",
        lambda: (
            in_sheet('<row><c t="s"><v>0</v></c></row>', 9_000)
            | in_part(STRINGS, many(f"{SST}<si><t>", "<![CDATA[<si> xxxxxxxxxxxxxxxx]]>", 3_000, "</t></si></sst>"))
        ),
    ),
    "a sheet called a list of styles": (
        "ARC-09",
        lambda: in_part("xl/styles.xml", f"{SHEET}{SHEET_END}") | in_part(RELATIONS, to_styles()),
    ),
    "a sheet with another first element": (
        "ARC-09",
        lambda: in_part(SHEET_1, "<x><sheetData><row><c r='XFD1048576'><v>1</v></c></row></sheetData></x>"),
    ),
    "letters of another alphabet": ("ARC-09", lambda: in_part(SHEET_1, ebcdic())),
    "entities": ("ARC-09", lambda: in_part(SHEET_1, f'<!DOCTYPE x [<!ENTITY a "b">]>{SHEET}{ROW}{SHEET_END}')),
}


def to_styles() -> str:
    return relations().replace("worksheets/sheet1.xml", "styles.xml")


def ebcdic() -> Iterable[bytes]:
    yield f'<?xml version="1.0" encoding="cp037"?>{SHEET}'.encode()
    yield f"{ROW}{SHEET_END}".encode("cp037")


def opened(others: dict[str, Part], limites: Limites = LIMITES, beat: Callable[[], None] = lambda: None) -> Tabla:
    return open_table(book(ROW, **others), "x.xlsx", FORMATO, limites, beat)


@pytest.fixture
def a_hundredth(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, names in (
        (sheet_scan, ("MAX_ROWS", "MAX_EMPTY", "MAX_OTHER")),
        (strings, ("MOST",)),
    ):
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name) // 100)
    monkeypatch.setattr("portal.files.books.book.FAIR", 2_560_000)


def within(megabytes: int, packed: bytes) -> int:
    """The number of the file problem (ARC-15: 15) found by a process that may take so much more memory, and no more."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        with open("/proc/self/statm") as statm:
            now = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + megabytes * 1_000_000,) * 2)
        open_table(packed, "x.xlsx", FORMATO, LIMITES)
        os._exit(0)
    except FileProblem as problem:
        os._exit(int(problem.codigo[-2:]))
    finally:
        os._exit(99)


@pytest.mark.parametrize("name", MET)
def test_the_workbooks_that_were_met_are_refused_by_what_they_hold(name: str) -> None:
    packed = book(ROW, **MET[name]())
    assert len(packed) < 150_000
    assert within(300, packed) == 15


@pytest.mark.parametrize("name", KIND)
@pytest.mark.usefixtures("a_hundredth")
def test_so_are_the_others_of_their_kind(name: str) -> None:
    codigo, made = KIND[name]
    tracemalloc.start()
    with pytest.raises(FileProblem) as caught:
        opened(made(), Limites(20_000_000, 1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.codigo == codigo and peak < 60_000_000


def test_a_part_that_nobody_reads_may_hold_what_it_likes() -> None:
    comments = in_part("xl/comments1.xml", many("<comments>", "<a/>", 300_000, "</comments>"))
    assert opened(comments).lineas == 1


def test_a_refused_book_is_not_unpacked_to_its_end() -> None:
    beats = []
    with pytest.raises(FileProblem):
        opened(MET["15,000,000 empty rows"](), beat=lambda: beats.append(1))
    measured = 15_000_000 * len("<row/>") // (1 << 18)
    assert measured < len(beats) < measured + 60, "measured whole, and then left once it was too much"


def test_a_long_reading_is_heard_again_and_again() -> None:
    beats = []
    rows = in_sheet('<row><c t="str"><v>1799000004001</v></c></row>', 60_000)
    assert opened(rows, beat=lambda: beats.append(1)).lineas == 60_000
    assert len(beats) > 20


def test_honest_books_of_every_part_are_read() -> None:
    rows = in_sheet('<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c><v>3</v></c></row>', 20_000)
    told = SST.replace(">", ' uniqueCount="2">')
    found = opened(rows | in_part(STRINGS, f"{told}<si><t>a</t></si><si><t>b</t></si></sst>"))
    assert found.lineas == 20_000
    assert next(found.chunks(1))["texto"][0].split(found.separador)[:3] == ["a", "b", "3"]


def test_a_book_whose_second_list_of_contents_names_another_sheet_is_read_as_the_one_that_was_looked_at() -> None:
    harmless, far = book(ROW), book('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert open_table(far[:-22] + harmless, "x.xlsx", FORMATO, LIMITES).lineas == 1


def test_parts_are_told_apart_as_the_reader_does() -> None:
    with pytest.raises(FileProblem, match="ARC-09"):
        opened({"XL\\Worksheets\\Sheet1.xml": SHEET + SHEET_END})


def test_marks_count_the_same_in_whatever_pieces_they_come() -> None:
    text = b"".join(
        x if isinstance(x, bytes) else x.encode() for x in [SHEET, ROW, "<!-- <a> -->", "<?p x?>", SHEET_END]
    )
    seen = set()
    for size in (1, 2, 3, 7, 1_000):
        counted = marks.Marks("x", 10_000)
        for start in range(0, len(text), size):
            counted.add(text[start : start + size])
        seen.add((counted.elements, counted.tidy))
    assert len(seen) == 1 and not seen.pop()[1]
    assert parts(ROW)[SHEET_1]
