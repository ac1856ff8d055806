"""Why people call: the reasons an agent chooses from, for the trail and for the attention."""

from __future__ import annotations

#: key → words, the most likely first. The first five are the calls that docs/support.md measures.
MOTIVOS = {
    "formato": "El archivo no se lee",
    "ceros": "Cédulas sin el cero inicial",
    "llego": "¿Llegó mi archivo?",
    "ya_registrada": "Ya estaba registrada",
    "extemporanea": "Fuera de plazo",
    "error": "Otro error en las líneas",
    "decidir": "No sabe cómo seguir",
    "anular": "Quiere anular",
    "acceso": "No puede ingresar",
    "otra": "Otra consulta",
}
_BY_CODE = {"YA-01": "ya_registrada", "YA-02": "ya_registrada"}


def motivo_of(codigo: str | None) -> str:
    """The reason a problem code most likely stands for; "llego" without one."""
    if not codigo:
        return "llego"
    if codigo in _BY_CODE:
        return _BY_CODE[codigo]
    return "formato" if codigo.startswith("ARC") else "error"
