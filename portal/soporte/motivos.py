"""Why people call: the reasons an agent chooses from, for the trail and for the attention."""

from __future__ import annotations

from portal.modelos import Lote
from portal.revision.diccionario import entradas

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
#: the reason of every look in a guided call: nobody chooses it
GUIADA = "guiada"
#: all that the trail may give as a reason
RAZONES = MOTIVOS | {GUIADA: "Pidió ayuda por teléfono y dio su código"}
_BY_CODE = {
    "YA-01": "ya_registrada",
    "YA-02": "ya_registrada",
    "DUP-01": "ya_registrada",
    "ENT-01": "ya_registrada",
    "PLA-01": "extemporanea",
    "PLA-02": "extemporanea",
    "IDE-02": "ceros",
    "REP-CERO": "ceros",
    "LIN-01": "formato",
    "LIN-02": "formato",
    "MOV-01": "formato",
}
_BY_LEVEL = {"archivo": "formato", "aviso": "decidir", "nota": "decidir"}
_BY_STATE = {"revisado": "decidir", "desistido": "decidir", "rechazado": "formato", "anulado": "anular"}


def motivo_of(codigo: str | None) -> str:
    """The reason a problem code most likely stands for; "llego" without one."""
    if not codigo:
        return "llego"
    entrada = entradas().get(codigo)
    return _BY_CODE.get(codigo) or _BY_LEVEL.get(entrada.explicacion.nivel if entrada else "", "error")


def motivo_of_state(lote: Lote) -> str:
    """The reason for a call about a lote of which nothing is in error."""
    return _BY_STATE.get(lote.estado, "llego")
