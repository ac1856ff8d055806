"""What the first bytes of a file say it is, when they say it for certain."""

from __future__ import annotations

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
GZIP = b"\x1f\x8b"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16 = (b"\xff\xfe", b"\xfe\xff")

# Only signatures that no line of text begins with; "BM" or "MZ" alone could be the start of one.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "un documento PDF"),
    (b"\x89PNG", "una imagen"),
    (b"\xff\xd8\xff", "una imagen"),
    (b"GIF8", "una imagen"),
    (b"II*\x00", "una imagen"),
    (b"MM\x00*", "una imagen"),
    (OLE, "un documento antiguo de Excel o Word (.xls o .doc)"),
    (b"Rar!\x1a\x07", "un archivo comprimido RAR"),
    (b"7z\xbc\xaf\x27\x1c", "un archivo comprimido 7z"),
    (b"BZh9", "un archivo comprimido bz2"),
    (b"\xfd7zXZ", "un archivo comprimido xz"),
    (b"MZ\x90\x00", "un programa"),
    (b"\x7fELF", "un programa"),
    (b"SQLite format 3\x00", "una base de datos"),
    (b"\x00\x01\x00\x00Standard", "una base de datos de Access"),
    (b"{\\rtf", "un documento de texto con formato (RTF)"),
)
_MARKUP = ((b"<!doctype html", "una página web"), (b"<html", "una página web"), (b"<table", "una página web"))
_XML = (b"<?xml", "un documento XML")


def looks_like(head: bytes) -> str:
    """What a file that begins with `head` is, in Spanish with its article; "" when it may well be text."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    start = head[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for signature, name in (*_MARKUP, _XML):
        if start.startswith(signature):
            return name
    return ""
