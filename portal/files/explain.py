"""The shape of everything the portal explains to a person: one code, what happened, why, what to do, what to say."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOLE = re.compile(r"\{([a-z_]+)\}")
_SPACES = re.compile(r" {2,}")


@dataclass(frozen=True)
class Explicacion:
    """One entry of the error dictionary, in plain Spanish.

    `nivel` is "error", "aviso", "nota" or "archivo" (the whole file is refused). `causa`, `arreglo` and `telefono` may
    hold {linea}, {campo}, {valor}, {otra} and other holes that `decir` fills. `fuente` says where the rule comes from.
    """

    codigo: str
    nivel: str
    titulo: str
    causa: str
    arreglo: str
    telefono: str
    fuente: str = ""

    def decir(self, plantilla: str, **datos: object) -> str:
        """`plantilla` with its holes filled from `datos`; a hole without a value is left out. Never raises.

        Values are put in as they are: what looks like a hole inside a value sent by a person is not filled again.
        """
        filled = _HOLE.sub(lambda hole: _text(datos.get(hole.group(1))), plantilla)
        if all(_text(datos.get(name)) for name in _HOLE.findall(plantilla)):
            return filled
        return _SPACES.sub(" ", filled).replace(" «»", "").replace(" .", ".").replace(" ,", ",").strip()


def _text(value: object) -> str:
    try:
        return "" if value is None else str(value)
    except Exception:  # an explanation must come out whatever the value is
        return ""
