"""A file that is of another movement altogether is refused whole, with an offer to open it as that one."""

from __future__ import annotations

from portal.files.problems import FileProblem
from portal.files.reader import Tabla
from portal.novedades import Novedad, todas

SAMPLE = 1_000
_FIELD = 4  # counted from 0: the movement is the fifth field of every line


def refuse_foreign(tabla: Tabla, nov: Novedad) -> None:
    """Whoever checks a file, with a database or without, begins so. Raises FileProblem, ARC-06."""
    if otro := foreign_movement(tabla, nov.codigo):
        raise FileProblem("ARC-06", otro=otro, elegido=nov.codigo)


def foreign_movement(tabla: Tabla, codigo: str) -> str | None:
    """The code that all lines carry when it is a known one and not `codigo`; None otherwise, and for lines in error
    that come back: those that strayed into another's file are all that is in it."""
    if tabla.entendido.devuelto:
        return None
    otro: str | None = None
    for lineas in tabla.chunks(SAMPLE):
        texts = lineas["texto"].str.split(tabla.separador).list.get(_FIELD, null_on_oob=True)
        codes = texts.str.strip_chars().str.to_uppercase().unique()
        if len(codes) != 1 or codes[0] not in todas() or codes[0] == codigo or otro not in (None, codes[0]):
            return None
        otro = codes[0]
    return otro
