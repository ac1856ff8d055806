"""Workbooks made by hand, part by part: what no program that writes them lets through."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
SHEET_END = "</sheetData></worksheet>"

#: a part's text, or its pieces: some are larger unpacked than anybody wants in memory
Part = str | Iterable[bytes]


def workbook_xml(sheets: str = "", tail: str = "") -> str:
    sheets = sheets or '<sheet name="Hoja1" sheetId="1" r:id="rId1"/>'
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{tail}</workbook>'


def relations(*more: str) -> str:
    own = (
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{own}{"".join(more)}</Relationships>'


def sheet_xml(rows: str = "", tail: str = "") -> str:
    return f"{SHEET}{rows}</sheetData>{tail}</worksheet>"


def parts(rows: str = "", **others: Part) -> dict[str, Part]:
    """The parts of a workbook with one sheet; `others` by their names, `__` for `/` and `_` for `.`."""
    found: dict[str, Part] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook_xml(),
        "xl/_rels/workbook.xml.rels": relations(),
        "xl/worksheets/sheet1.xml": sheet_xml(rows),
    }
    return found | others


def packed(members: Mapping[str, Part], level: int = 9) -> bytes:
    """The parts as an archive, written a piece at a time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in members.items():
            with archive.open(name, "w", force_zip64=True) as target:
                for piece in (part.encode(),) if isinstance(part, str) else part:
                    target.write(piece)
    return out.getvalue()


def book(rows: str = "", **others: Part) -> bytes:
    return packed({**parts(rows), **others})


def many(before: str, element: str, times: int, after: str) -> Iterable[bytes]:
    """`element` written `times` times between two texts, in pieces of some hundred kilobytes."""
    yield before.encode()
    some = max(1, 400_000 // len(element))
    for done in range(0, times, some):
        yield element.encode() * min(some, times - done)
    yield after.encode()


def cells(*values: str, row: int = 1) -> str:
    """A row of cells of text."""
    inside = "".join(f'<c r="{chr(65 + n)}{row}" t="str"><v>{v}</v></c>' for n, v in enumerate(values))
    return f'<row r="{row}">{inside}</row>'
