"""Letters whose encoding the file does not determine: the line counts, and the person is told (dominio 1)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from portal.files.columns import Texto
from portal.files.explain import Explicacion
from portal.revision.plan import plan
from portal.revision.tramo import Dicho, Tramo

LETRAS = Explicacion(
    "LET-01",
    "aviso",
    "No se sabe qué letras son",
    "El campo «{campo}» se leyó «{valor}», y también se puede leer de otra manera: el archivo no dice con qué "
    "codificación se guardó.",
    "Compare ese texto con su lista. Si está bien, no haga nada: se registra. Si no, escríbalo bien en su archivo, o "
    "guárdelo como «UTF-8», y envíelo de nuevo.",
    "En la línea {linea}, el campo {campo} se leyó {valor}. Si no es eso, escríbalo bien en el archivo y envíelo "
    "otra vez.",
)


def unsure(por_codigo: Mapping[str, int]) -> bool:
    """Whether, of a checked file with these codes, a person has to look at letters before anything is registered."""
    return LETRAS.codigo in por_codigo


def note(tramo: Tramo, dudosas: np.ndarray) -> None:
    """An aviso on each text of the lines `dudosas` (numbers, in order) that holds more than ASCII and can be read."""
    lines = tramo.datos["linea"].to_numpy()
    if not len(dudosas) or not len(lines):
        return
    nearest = np.minimum(np.searchsorted(dudosas, lines), len(dudosas) - 1)
    doubtful = dudosas[nearest] == lines
    for campo in plan(tramo.nov).campos if doubtful.any() else ():
        if isinstance(campo.tipo, Texto):
            where = np.flatnonzero(doubtful & _more_than_ascii(tramo, campo.nombre))
            tramo.dichos.append(Dicho(where, campo.nombre, LETRAS.codigo, LETRAS.nivel))


def _more_than_ascii(tramo: Tramo, nombre: str) -> np.ndarray:
    texts = tramo.textos[nombre]
    odd = (texts.str.len_bytes() != texts.str.len_chars()).fill_null(False) & tramo.datos[nombre].is_not_null()
    mask: np.ndarray = odd.to_numpy()
    return mask
