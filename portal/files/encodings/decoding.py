"""Bytes to UTF-8 text: by byte order mark, as strict UTF-8, or line by line by the only encoding that explains the
line.

Nothing is guessed: counting frequencies reads Spanish Windows-1252 as a Macintosh charset. A line that two encodings
explain is read in the likelier one and reported as doubtful (`readings`).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

import numpy as np

from portal.files.encodings import readings
from portal.files.encodings.census import Census, take_census
from portal.files.packed import signatures
from portal.files.problems import FileProblem
from portal.files.understood import Duda

HEAD = 1 << 16
CONTROLS = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
PICTURES = {b: chr(0x2421 if b == 0x7F else 0x2400 + b) for b in CONTROLS}
#: padding at the end of a file and of its lines: DOS end of file, NUL, form feed
END = b"\x1a\0"
PADDING = (b"\x1a", b"\x0c", b"\0")
_NO_CONTROLS = bytes(sorted(set(range(256)) - set(CONTROLS)))
_LATER_MARKS = re.compile(rb"(^|[\r\n])(?:\xef\xbb\xbf)+")


@dataclass(frozen=True)
class Texto:
    """Lines in UTF-8 that end in LF or CRLF, without control characters; and what was met on the way.

    `dudosas`: the numbers (from 1, in order) of lines that may be read in two ways, `dudas` some words of them.
    """

    cuerpo: bytes
    codificacion: str
    fin_de_linea: str
    censo: Census
    notas: tuple[str, ...] = ()
    dudosas: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint32))
    dudas: tuple[Duda, ...] = ()


def decode(contenido: bytes) -> Texto:
    """The text of a file. Raises FileProblem ARC-02 (not text) or ARC-11 (broken UTF-16)."""
    wide = contenido.startswith(signatures.UTF16)
    if not wide:
        refuse_binary(contenido[:HEAD])
    cuerpo = _from_utf16(contenido) if wide else contenido.rstrip(END)
    if wide:
        refuse_binary(cuerpo[:HEAD])
    if cuerpo.isascii():
        return _tidy(readings.Lectura(cuerpo, "UTF-16" if wide else "ASCII"))
    lectura = readings.read(_without_marks(cuerpo))
    return _tidy(replace(lectura, codificacion="UTF-16") if wide else lectura)


def reread(texto: Texto) -> Texto:
    """The same, with mojibake repaired: for text from a workbook."""
    if texto.cuerpo.isascii():
        return texto
    found = readings.read(texto.cuerpo)
    censo = texto.censo if found.cuerpo is texto.cuerpo else take_census(found.cuerpo)
    notas = texto.notas + found.notas
    return replace(texto, cuerpo=found.cuerpo, censo=censo, notas=notas, dudosas=found.dudosas, dudas=found.dudas)


def _without_marks(cuerpo: bytes) -> bytes:
    """Removes byte order marks at line starts, which concatenated files contain.

    They are invisible, and polars drops one at the start of its input, so a chunk's first line would differ.
    """
    if codecs.BOM_UTF8[:1] not in cuerpo or codecs.BOM_UTF8 not in cuerpo:  # one byte is found ten times as fast
        return cuerpo
    return _LATER_MARKS.sub(rb"\1", cuerpo)


def refuse_binary(head: bytes) -> None:
    """Raise FileProblem when more than 2 % of `head` (and more than 8 bytes) are control characters."""
    if _too_many(head) and _too_many(_unpadded(head)):
        data = np.frombuffer(head, np.uint8)
        zeros = np.count_nonzero(data[::2] == 0), np.count_nonzero(data[1::2] == 0)
        if max(zeros) > len(data) * 0.4 and min(zeros) < len(data) * 0.02:
            raise FileProblem("ARC-11", motivo="le falta la marca del inicio que lo dice")
        raise FileProblem("ARC-02", parece="un documento de otro programa o un archivo dañado")


def _too_many(head: bytes) -> bool:
    controls = np.isin(np.frombuffer(head, np.uint8), np.frombuffer(CONTROLS, np.uint8))
    return bool(np.count_nonzero(controls) > max(8, len(head) // 50))


def _unpadded(cuerpo: bytes) -> bytes:
    """Without the controls that fill up a line or begin a page: those at its very start or end."""
    for _ in range(2):  # one kind may stand behind another
        before = cuerpo
        for control in PADDING:
            if control in cuerpo and _pads(cuerpo, control):
                cuerpo = re.sub(control + control + b"*", _inside, cuerpo)  # a literal first byte is found fast
        if cuerpo is before:
            break
    return cuerpo


def _pads(cuerpo: bytes, control: bytes) -> bool:
    """Whether any padding exists: testing a few positions is cheaper than rewriting the whole text."""
    data = np.frombuffer(cuerpo, np.uint8)
    at, last = np.flatnonzero(data == control[0]), len(data) - 1
    beside = data[np.maximum(at - 1, 0)], data[np.minimum(at + 1, last)]
    return bool(at[0] == 0 or at[-1] == last or np.isin(beside, (10, 13)).any())


def _inside(found: re.Match[bytes]) -> bytes:
    whole, (start, end) = found.string, found.span()
    at_an_end = start == 0 or end == len(whole) or whole[start - 1] in b"\r\n" or whole[end] in b"\r\n"
    return b"" if at_an_end else found[0]


def _from_utf16(contenido: bytes) -> bytes:
    try:
        return contenido.decode("utf-16").rstrip(END.decode()).encode()
    except UnicodeError as error:
        raise FileProblem("ARC-11", motivo="está cortado o mezclado con otro texto") from error


def _tidy(lectura: readings.Lectura) -> Texto:
    cuerpo = lectura.cuerpo
    censo = take_census(cuerpo)
    fixed, notas = _show_controls(cuerpo) if censo.controls else (cuerpo, ())
    if censo.crs != censo.crlfs:
        fixed = fixed.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    final = censo if fixed is cuerpo else take_census(fixed)
    notas = lectura.notas + notas
    return Texto(fixed, lectura.codificacion, censo.line_end, final, notas, lectura.dudosas, lectura.dudas)


def _show_controls(cuerpo: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Replaces each control character, except padding, by its visible picture (a NUL by ␀): nothing is lost, and the
    field fails by itself. Also returns the note with their number."""
    cuerpo = _unpadded(cuerpo)
    there = cuerpo.translate(None, _NO_CONTROLS)
    for control in set(there):
        cuerpo = cuerpo.replace(bytes([control]), PICTURES[control].encode())
    return cuerpo, (_controls_note(len(there)),) if there else ()


def _controls_note(count: int) -> str:
    if count == 1:
        return "1 carácter que no es texto: se muestra con un símbolo."
    return f"{count} caracteres que no son texto: se muestran con un símbolo."
