"""Write the samples again: one small file for each way a file comes that is not the canonical one.

Usage: python tests/samples/make.py. All hold the same three INS lines, unless the name says what is broken.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import xlsxwriter

HERE = Path(__file__).resolve().parent
FIELDS = ["RUC", "sucursal", "año", "mes", "movimiento", "cédula", "valor de extras", "causa"]
ROWS = [
    ["1799000004001", "0009", "2013", "01", "INS", "0710435207", "872.71", "O"],
    ["1799000004001", "0009", "2013", "01", "INS", "0928887181", "87.53", "O"],
    ["1799000004001", "0009", "2013", "01", "INS", "0918014127", "56.72", "O"],
]


def text(separator: str = ";", end: str = "\r\n", header: bool = False, tail: str = "") -> str:
    """The rows as text."""
    rows = [FIELDS, *ROWS] if header else ROWS
    return "".join(separator.join(row) + tail + end for row in rows)


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A ZIP with a fixed date, so that the sample does not change when it is made again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def texts() -> dict[str, bytes]:
    """Samples that are text, or pretend to be."""
    plain = text().encode()
    accents = text(header=True)
    return {
        "canonical.txt": plain,
        "bom-utf8.txt": b"\xef\xbb\xbf" + plain,
        "windows-1252.csv": accents.encode("cp1252"),
        "utf8.csv": accents.encode(),
        "utf16.txt": accents.encode("utf-16"),
        "utf16-cut.txt": accents.encode("utf-16")[:-1],
        "utf16-without-mark.txt": accents.encode("utf-16-le"),
        "tab.txt": text("\t").encode(),
        "bar.dat": text("|").encode(),
        "comma.csv": text(",").encode(),
        "decimal-comma.txt": text().replace(".", ",").encode(),
        "header.csv": accents.encode(),
        "header-only.csv": (";".join(FIELDS) + "\r\n").encode(),
        "header-moved.csv": (";".join(FIELDS[::-1]) + "\r\n").encode() + plain,
        "trailing-separator.txt": text(tail=";").encode(),
        "lf-only.txt": text(end="\n").encode(),
        "cr-only.txt": text(end="\r").encode(),
        "mixed-ends.txt": (text(end="\r\n") + text(end="\n") + text(end="\r")).encode(),
        "no-line-ends.txt": plain.replace(b"\r\n", b";") * 1_000,
        "blank-lines.txt": b"\r\n" + plain + b" \r\n;;;;;;;\r\n\r\n",
        "dos-end.txt": plain + b"\x1a",
        "nul.txt": plain.replace(b"87.53", b"87\x00.53"),
        "quoted.csv": ('"' + text(",").replace(",", '","').replace("\r\n", '"\r\n"')).rstrip('"').encode(),
        "quoted-separator.csv": plain.replace(b";O", b';"O;X"'),
        "quoted-lines.txt": "".join(f'"{line}"\r\n' for line in text().splitlines()).encode(),
        "stray-quote.txt": plain.replace(b"INS;0928887181", b'INS;"0928887181'),
        "sent-back.txt": plain.replace(b";O\r\n", b";'=O;#ERROR;No existe esa causa.;Escriba O.\r\n"),
        "empty.txt": b"",
        "blank.txt": b"\r\n \r\n;;;\r\n",
        "binary-renamed.txt": bytes(range(256)) * 8,
        "pdf-renamed.txt": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + plain,
        "picture-renamed.csv": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "old-excel-renamed.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "web-page.csv": b"<html><table><tr><td>1799000004001</td></tr></table></html>",
    }


def archives() -> dict[str, bytes]:
    """Samples that are archives, good and bad."""
    plain = text().encode()
    return {
        "one.zip": zipped(("INS.txt", plain), ("__MACOSX/._INS.txt", b"x"), ("carpeta/", b"")),
        "two.zip": zipped(("a.txt", plain), ("b.txt", plain)),
        "none.zip": zipped(),
        "nested.zip": zipped(("a.zip", zipped(("a.txt", plain)))),
        "cut.zip": zipped(("a.txt", plain))[:-30],
        "word.zip": zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")),
        "text.csv.gz": gzip.compress(plain, mtime=0),
        "gzip-renamed.txt": gzip.compress(plain, mtime=0),
        "cut.gz": gzip.compress(plain, mtime=0)[:-9],
        "text-renamed.xlsx": plain,
    }


def workbook(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = (), hidden_row: int = 0) -> bytes:
    """A workbook of plain cells; numbers stay numbers, as a person's own workbook has them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
        if name in hidden:
            sheet.hide()
        else:
            sheet.activate()  # the active sheet is never hidden
        if hidden_row:
            sheet.set_row(hidden_row, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


def far_corner() -> bytes:
    """Two cells at opposite corners: a reader that fills the rectangle between them takes 400 GB."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "x")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    return out.getvalue()


def workbooks() -> dict[str, bytes]:
    """Samples that are workbooks."""
    numbers = [[1799000004001, 9, 2013, 1, "INS", 710435207, 872.71, "O"], *ROWS[1:]]
    return {
        "plain.xlsx": workbook({"Hoja1": [FIELDS, *ROWS]}),
        "numbers.xlsx": workbook({"Hoja1": numbers}),
        "hidden-sheet.xlsx": workbook({"Borrador": [["x"]], "Hoja1": ROWS, "Otra": [["y"]]}, hidden=("Borrador",)),
        "hidden-row.xlsx": workbook({"Hoja1": ROWS}, hidden_row=1),
        "one-column.xlsx": workbook({"Hoja1": [[";".join(row)] for row in ROWS]}),
        "gaps.xlsx": workbook({"Hoja1": [[], [], FIELDS, [], *ROWS]}),
        "blank.xlsx": workbook({"Hoja1": []}),
        "far-corner.xlsx": far_corner(),
        "workbook-renamed.txt": workbook({"Hoja1": ROWS}),
        "workbook.zip": zipped(("libro.xlsx", workbook({"Hoja1": ROWS}))),
        "cut.xlsx": workbook({"Hoja1": ROWS})[:-200],
    }


def generators() -> dict[str, bytes]:
    """What public payroll programs get wrong, one mistake a file; to be judged on 2 July 2026."""
    lines = {
        "trailing-separator": ["INS;0912791803;87.50;O;", "INS;1710034065;12.00;O;"],
        "eighth-field": ["MSU;0912791803;600.00;O", "MSU;1710034065;700.00;O"],
        "float-amounts": ["INS;0912791803;100.0;O", "INS;1710034065;850.5000000001;O"],
        "short-months": ["PFM;0912791803;500.00;2026-6 A 2026-6;01;G", "PFM;1710034065;500.00;2026-6 A 2026-6;01;G"],
        "slashed-dates": ["SAL;0912791803;30/06/2026;V;00000000", "SAL;1710034065;29/06/2026;T;00000000"],
        "two-letter-causes": ["SAL;0912791803;20260630;VO;00000000", "SAL;1710034065;20260629;TC;00000000"],
        "empty-death": ["SAL;0912791803;20260630;V;", "SAL;1710034065;20260629;F;"],
        "decimal-comma": ["INS;0912791803;87,50;O", "INS;1710034065;1,200;O"],
    }
    head = "1799000004001;0001;2026;06;"
    return {f"generator-{name}.txt": "".join(f"{head}{x}\r\n" for x in both).encode() for name, both in lines.items()}


def main() -> None:
    """Write them all."""
    for name, data in {**texts(), **archives(), **workbooks(), **generators()}.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
