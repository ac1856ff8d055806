"""Bytes to UTF-8 text by a fixed ladder: byte order mark, strict UTF-8, Windows-1252. Never by guessing.

Guessing by frequency reads Spanish Windows-1252 as a Macintosh charset; the ladder is right or visibly wrong.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import numpy as np

from portal.files import signatures
from portal.files.census import Census, take_census
from portal.files.problems import FileProblem

PIECE = 1 << 20
HEAD = 1 << 16
# Windows-1252 leaves five bytes without a character: they become the C1 control of the same number, as browsers do.
_CP1252 = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(256))
CONTROLS = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
PICTURES = {b: chr(0x2421 if b == 0x7F else 0x2400 + b) for b in CONTROLS}
DOS_END = b"\x1a"
_LATER_MARKS = re.compile(rb"(^|[\r\n])(?:\xef\xbb\xbf)+")


@dataclass(frozen=True)
class Texto:
    """Lines in UTF-8 that end in LF or CRLF, without control characters; and what was met on the way."""

    cuerpo: bytes
    codificacion: str
    fin_de_linea: str
    censo: Census
    notas: tuple[str, ...] = ()


def decode(contenido: bytes) -> Texto:
    """The text of a file. Raises FileProblem ARC-02 (not text) or ARC-11 (broken UTF-16)."""
    wide = contenido.startswith(signatures.UTF16)
    if not wide:
        refuse_binary(contenido[:HEAD])
    cuerpo, codificacion = _from_utf16(contenido) if wide else _from_bytes(contenido)
    if wide:
        refuse_binary(cuerpo[:HEAD])
    if codificacion != "ASCII":
        cuerpo = _without_marks(cuerpo)
    return _tidy(cuerpo.rstrip(DOS_END), codificacion)


def _without_marks(cuerpo: bytes) -> bytes:
    """Without byte order marks at line starts, as files put together by copying hold them.

    They are invisible, and polars drops one at the start of what it reads, so a chunk's first line would differ.
    """
    if codecs.BOM_UTF8 not in cuerpo:
        return cuerpo
    return _LATER_MARKS.sub(rb"\1", cuerpo)


def refuse_binary(head: bytes) -> None:
    """Raise FileProblem when more than 2 % of `head` (and more than 8 bytes) are control characters."""
    data = np.frombuffer(head, np.uint8)
    controls = np.isin(data, np.frombuffer(CONTROLS, np.uint8))
    if np.count_nonzero(controls) <= max(8, len(data) // 50):
        return
    zeros = np.count_nonzero(data[::2] == 0), np.count_nonzero(data[1::2] == 0)
    if max(zeros) > len(data) * 0.4 and min(zeros) < len(data) * 0.02:
        raise FileProblem("ARC-11", motivo="le falta la marca del inicio que lo dice")
    raise FileProblem("ARC-02", parece="un documento de otro programa o un archivo dañado")


def _from_utf16(contenido: bytes) -> tuple[bytes, str]:
    try:
        return contenido.decode("utf-16").encode(), "UTF-16"
    except UnicodeError as error:
        raise FileProblem("ARC-11", motivo="está cortado o mezclado con otro texto") from error


def _from_bytes(contenido: bytes) -> tuple[bytes, str]:
    cuerpo = contenido.removeprefix(codecs.BOM_UTF8)
    if cuerpo.isascii():
        return cuerpo, "ASCII" if len(cuerpo) == len(contenido) else "UTF-8"
    if _is_utf8(cuerpo):
        return cuerpo, "UTF-8"
    return _from_cp1252(cuerpo), "Windows-1252"


def _is_utf8(cuerpo: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(cuerpo)
    try:
        for start in range(0, len(view), PIECE):
            decoder.decode(view[start : start + PIECE])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _from_cp1252(cuerpo: bytes) -> bytes:
    out = bytearray()
    for start in range(0, len(cuerpo), PIECE):
        out += codecs.charmap_decode(cuerpo[start : start + PIECE], "strict", _CP1252)[0].encode()
    return bytes(out)


def _tidy(cuerpo: bytes, codificacion: str) -> Texto:
    censo = take_census(cuerpo)
    fixed = _show_controls(cuerpo) if censo.controls else cuerpo
    if censo.crs != censo.crlfs:
        fixed = fixed.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    notas = (_controls_note(censo.controls),) if censo.controls else ()
    return Texto(fixed, codificacion, censo.line_end, censo if fixed is cuerpo else take_census(fixed), notas)


def _show_controls(cuerpo: bytes) -> bytes:
    """Each control character as its visible picture (a NUL as ␀): nothing is lost, and the field fails by itself."""
    for control, picture in PICTURES.items():
        cuerpo = cuerpo.replace(bytes([control]), picture.encode())
    return cuerpo


def _controls_note(count: int) -> str:
    if count == 1:
        return "1 carácter que no es texto: se muestra con un símbolo."
    return f"{count} caracteres que no son texto: se muestran con un símbolo."
