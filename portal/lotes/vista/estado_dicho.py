"""A lote's state in one plain text, the same on its page, on the receipt, on the agent's screen and in `/e/…`.

Counts only: no name, no RUC, no amount. It is true whoever reads or hears it, so it speaks of the empleador and not of
"usted", and it ends with who has to do what next. An answer of `/e/…` has 400 bytes with its headers: files of hundreds
of thousands of lines, with lines of every kind, are told in fewer words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from portal.lotes.efectos_dichos import count, number
from portal.modelos import Lote

BYTES = 140  # what the answer's headers, its time and the lote's number leave
PORTAL = "Le toca al portal: no hay que hacer nada."
NOTHING = "No hay que hacer nada."
DECIDE = ("Falta que el empleador decida: registrar o desistir.", "Falta que el empleador decida.", "Falta decidir.")
EXAMPLE = ("Es el ejemplo del portal: no se registra.", "Ejemplo: no se registra.")
#: not that it must: another lote may have mended them by now
MEND = ("El empleador puede corregir los errores.", "Puede corregir.")


#: state → the class of its mark, and its word, on the empleador's own pages
MARKS = {
    "recibido": ("doing", "Recibido"),
    "en_cola": ("doing", "En espera"),
    "revisando": ("doing", "En revisión"),
    "revisado": ("warning", "Espera por usted"),
    "registrando": ("doing", "Registrando"),
    "registrado": ("ok", "Registrado"),
    "rechazado": ("error", "Rechazado"),
    "desistido": ("", "Desistido"),
    "fallido": ("warning", "Falla del portal"),
    "anulado": ("", "Anulado"),
}


def mark(lote: Lote, ajeno: bool = False, por_corregir: int = 0) -> tuple[str, str]:
    """The class and the word of its state in a list; to staff (`ajeno`), of somebody else's lote. `por_corregir`: lines
    registered in part that are left to be mended."""
    if por_corregir:
        return "warning", "Registrado en parte"
    if lote.estado != "revisado":
        return MARKS[lote.estado]
    if lote.no_se_registra:
        return "warning", "Ejemplo del portal"
    if lote.correctas:
        return "warning", "Falta decidir" if ajeno else MARKS["revisado"][1]
    return "error" if lote.con_error else "", "Nada por registrar"


def to_decide(lote: Lote) -> bool:
    """Whether it waits for a decision that registers something."""
    return lote.estado == "revisado" and bool(lote.correctas) and not lote.no_se_registra


def in_brief(lote: Lote, por_corregir: int = 0) -> str:
    """One line about what became of it; nothing while it waits."""
    if por_corregir:
        done = count(lote.registradas, "registrada", "registradas")
        return f"{done}, {number(por_corregir)} por corregir{_annulled_later(lote)}"
    return BRIEF[lote.estado](lote)


def _checked_in_brief(lote: Lote) -> str:
    lines = count(lote.leidas or 0, "línea", "líneas")
    if lote.no_se_registra:
        return f"{lines}: no se registra"
    wrong = f" y {number(lote.con_error)} con error" if lote.con_error else ""
    return f"{lines}: {count(lote.correctas or 0, 'correcta', 'correctas')}{wrong}"


def _registered_in_brief(lote: Lote) -> str:
    done = count(lote.registradas, "línea registrada", "líneas registradas")
    return f"{done} de {number(lote.leidas or 0)}{_annulled_later(lote)}"


def _annulled_later(lote: Lote) -> str:
    return f"; {count(lote.anuladas, 'anulada', 'anuladas')} después" if lote.anuladas else ""


def _so_far(done: int, of: int, one: str, many: str) -> str:
    return f"{number(done)} de {count(of, one, many)}"


BRIEF: dict[str, Callable[[Lote], str]] = {
    "recibido": lambda lote: "",
    "en_cola": lambda lote: "",
    "revisando": lambda lote: _so_far(lote.revisadas, lote.leidas or 0, "línea revisada", "líneas revisadas"),
    "revisado": _checked_in_brief,
    "registrando": lambda lote: _so_far(
        lote.registradas, lote.correctas or 0, "línea registrada", "líneas registradas"
    ),
    "registrado": _registered_in_brief,
    "rechazado": lambda lote: "El archivo no se pudo leer: nada se registró",
    "desistido": lambda lote: "Nada se registró",
    "anulado": lambda lote: (
        f"{count(lote.anuladas, 'línea registrada y anulada', 'líneas registradas y anuladas')} después"
    ),
    "fallido": lambda lote: "Lo seguimos intentando: no tiene que hacer nada",
}


def sentence(lote: Lote) -> str:
    """How the lote stands and what comes next."""
    return f"Lote {lote.numero}: {STATES[lote.estado](lote)}"


def _received(_lote: Lote) -> str:
    return f"recibido. El archivo está guardado y espera su turno. {PORTAL}"


def _in_line(_lote: Lote) -> str:
    return f"en cola. El archivo está guardado y espera su turno. {PORTAL}"


def _being_checked(lote: Lote) -> str:
    return f"en revisión. {_checked_so_far(lote)}{PORTAL}"


def _checked_so_far(lote: Lote) -> str:
    if lote.leidas is None:
        return ""
    lines = count(lote.leidas, "línea revisada", "líneas revisadas")
    return f"{number(lote.revisadas)} de {lines}, {number(lote.con_error)} con error hasta ahora. "


def _being_registered(lote: Lote) -> str:
    lines = count(lote.correctas or 0, "línea registrada", "líneas registradas")
    return f"registrando. {number(lote.registradas)} de {lines}. {PORTAL}"


def _failed(lote: Lote) -> str:
    """While it was checked, or while it was registered: what was registered stays so."""
    done = count(lote.correctas or 0, "registrada", "registradas")
    so_far = f"{number(lote.registradas)} de {done}. " if lote.decidido_en else ""
    return f"detenido. La falla es del portal, no del archivo. {so_far}El portal reintenta: {NOTHING.lower()}"


def _refused(_lote: Lote) -> str:
    return (
        "rechazado. El archivo no se pudo usar: nada se registró. "
        "El empleador ve la causa en el portal y envía el archivo corregido."
    )


def _given_up(lote: Lote) -> str:
    lines = count(lote.leidas or 0, "línea leída", "líneas leídas")
    return f"desistido. Nada se registró de {lines}. Si hace falta, el empleador puede revisarlo de nuevo."


def _checked(lote: Lote) -> str:
    ends: tuple[str, ...]
    if lote.no_se_registra:
        ends = EXAMPLE
    elif lote.correctas:
        ends = DECIDE
    elif lote.con_error:
        ends = tuple(f"Nada que registrar. {end}" for end in MEND)
    else:
        ends = (f"Nada que registrar: {NOTHING.lower()}",)
    return _sum("revisado", [count(lote.correctas or 0, "correcta", "correctas")], lote, ends)


def _registered(lote: Lote) -> str:
    done = count(lote.registradas, "registrada", "registradas")
    fewer = f" de {count(lote.registradas + lote.cambiadas, 'correcta', 'correctas')}" if lote.cambiadas else ""
    full, brief = done + fewer, done
    if lote.anuladas:
        full += ", " + count(lote.anuladas, "de ellas anulada", "de ellas anuladas")
        brief += f" ({count(lote.anuladas, 'anulada', 'anuladas')})"
    return _sum("registrado", [full, brief], lote, MEND if lote.con_error else (NOTHING,))


def _undone(lote: Lote) -> str:
    done = count(lote.registradas, "registrada y luego anulada", "registradas y luego anuladas")
    ends = (f"Ninguna cuenta ya: {NOTHING.lower()}", NOTHING)
    return _sum("anulado", [done, count(lote.anuladas, "anulada", "anuladas")], lote, ends)


def _sum(estado: str, good: Sequence[str], lote: Lote, ends: Sequence[str]) -> str:
    """The counts that add up to the lines read: in the fullest words that fit. Fewest: without their sum."""
    rest = ", ".join(
        [
            f"{number(lote.con_error)} con error",
            count(lote.repetidas, "repetida", "repetidas"),
            count(lote.ya_registradas, "ya registrada", "ya registradas"),
        ]
    )
    counts = [f"{one}, {rest}; {count(lote.leidas or 0, 'leída', 'leídas')}" for one in good] + [f"{good[-1]}, {rest}"]
    said = [f"{estado}. {one}. {end}" for one, end in product(counts, ends)]
    return next((one for one in said if len(one.encode()) <= BYTES), said[-1])


STATES: dict[str, Callable[[Lote], str]] = {
    "recibido": _received,
    "en_cola": _in_line,
    "revisando": _being_checked,
    "revisado": _checked,
    "registrando": _being_registered,
    "registrado": _registered,
    "rechazado": _refused,
    "desistido": _given_up,
    "fallido": _failed,
    "anulado": _undone,
}
