"""The steps an agent dictates, in order. What stands in «» is written so on the caller's page, on the page of sending
or in the file that is being mended; tests hold it to those pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from portal.lotes.vista.problema_dicho import WHOLE_LINE, label
from portal.modelos import Lote
from portal.novedades import Novedad, todas
from portal.soporte.llamada.pasos_de_archivo import choose_and_send, send_again
from portal.soporte.llamada.pasos_de_archivo import of_file as of_file
from portal.soporte.llamada.por_telefono import lower_first

Steps = tuple[str, ...]
NOTHING = "No tiene que hacer nada."
DOWNLOAD = "En la página del lote, bajo «Qué corregir», escoja «Excel»."
SAVE = "Guarde el libro."

#: errors that no correction of the line mends, or not always: what is done instead of mending the red cell
_ALONE: Mapping[str, str] = {
    "YA-02": "Si vale lo registrado, quite la línea. Si no, anule antes la línea del otro lote y después envíe esta.",
    "DUP-02": "Deje solo la línea correcta y borre la otra.",
    "ENT-01": "Si es la misma entrada, borre la línea. Si salió y volvió, envíe antes el aviso de salida.",
    "LIN-01": "Compare la línea con las demás: complete o quite el campo que falta o sobra.",
    "LIN-02": "Borre la causa que sobra al final de la línea.",
    "MOV-01": "Pase la línea al archivo de su novedad, o corrija el código del movimiento.",
    "RUC-02": "Si la línea es suya, escriba su RUC. Si es de otro empleador, bórrela de este archivo.",
    "SAL-07": "Si la fecha está bien, guarde la línea y envíela cuando el trabajador haya salido. Si no, corríjala.",
    "ENT-02": "Si la fecha está bien, guarde la línea y envíela ese día. Si no, corríjala.",
    "IDE-03": "Si es una cédula, corrija la celda roja. Si es un extranjero, registre antes a la persona en el IESS.",
    "RHT-04": "Revise las horas, y en la historia del trabajador sus fechas de ingreso y de salida.",
    "RUC-04": "Compare el RUC anterior con su certificado. Si el empleador no cambió de RUC, deje vacía esa celda.",
    "MND-02": "Deje en la línea los días de ese mes y ponga los que siguen en una línea del mes siguiente.",
}
_RELATION = "Revise en esa línea la cédula, la sucursal y las fechas. Si su entrada no se registró, envíela antes."
_EARLIER = "Revise la fecha. Si está bien, anule antes lo registrado que se le opone, desde el lote que lo registró."
_BY_FAMILY = {
    _RELATION: ("SAL-01", "MSU-01", "INS-01", "FDR-01", "PRA-01", "MND-01", "RHT-01", "RRT-01"),
    _EARLIER: ("ENT-06", "SAL-02", "SAL-06", "SAL-10"),
}
_INSTEAD = {**_ALONE, **{codigo: step for step, codes in _BY_FAMILY.items() for codigo in codes}}
_BY_HAND: Steps = (
    "No vuelva a enviar esa línea: pasado ese tiempo el portal no la registra.",
    "Haga ese aviso en una ventanilla del IESS, con el documento que respalda la fecha.",
)
_DONE_BEFORE = "Decida primero el lote {numero}; después vuelva a este y escoja «Revisar de nuevo»."
_CHECK_AGAIN = "El lote {numero} ya se decidió: en este escoja «Revisar de nuevo»."


def of_problem(lote: Lote, codigo: str, nivel: str, campo: str, before: Sequence[Lote] = ()) -> Steps:
    """For a problem of a checked lote. `before`: lotes whose decision may put it right."""
    if lote.estado not in ("revisado", "registrado"):
        return of_state(lote)
    if nivel == "error":
        return _of_error(lote, codigo, campo, before)
    if nivel == "aviso":
        return _of_warning(lote)
    return (NOTHING, *_register(lote)) if lote.estado == "revisado" and lote.correctas else (NOTHING,)


def _of_error(lote: Lote, codigo: str, campo: str, before: Sequence[Lote]) -> Steps:
    nov = todas()[lote.movimiento]
    rest = _register(lote, rest=True)
    if codigo == "PLA-02":
        return (*_BY_HAND, *rest)
    if before and lote.estado == "revisado":
        waits = [one for one in before if one.estado == "revisado"]
        numero = (waits or list(before))[0].numero
        return ((_DONE_BEFORE if waits else _CHECK_AGAIN).format(numero=numero),)
    again = send_again(nov, "Enviar el archivo corregido") if not lote.correctas and lote.estado == "revisado" else None
    return (DOWNLOAD, _mend(nov, codigo, campo), SAVE, *(again or choose_and_send(nov)), *rest)


def _mend(nov: Novedad, codigo: str, campo: str) -> str:
    name = label(nov, campo)
    known = any(c.nombre == campo for c in nov.campos) or name != WHOLE_LINE
    return _INSTEAD.get(codigo) or (
        f"Corrija la celda roja de la columna «{name}»." if known else "Corrija la línea marcada."
    )


def _of_warning(lote: Lote) -> Steps:
    if lote.estado == "registrado":
        return ("No tiene que hacer nada: la línea está registrada, con ese aviso.",)
    again = "Si no es correcto: «Desistir de este lote», corrija su archivo y envíelo de nuevo."
    return ("Abra el aviso bajo «Qué revisar» y compare la línea con sus datos.", *_register(lote), again)


def register_button(lote: Lote) -> str:
    """The button of the decision, word for word."""
    if lote.correctas == 1:
        return "Registrar la línea correcta"
    lines = f"{lote.correctas or 0:,}".replace(",", "\u202f")
    return f"Registrar las {lines} líneas" if lote.correctas == lote.leidas else f"Registrar las {lines} correctas"


def _register(lote: Lote, rest: bool = False) -> Steps:
    """The decision; with `rest`, of what is right beside what is being mended."""
    if lote.estado != "revisado" or not lote.correctas or lote.no_se_registra:
        return ()
    button = register_button(lote)
    said = f"Lo que está correcto se registra aparte: «{button}»." if rest else f"Si es correcto: «{button}»."
    return (said,)


def of_state(lote: Lote) -> Steps:
    """For a lote without anything wrong, or not checked yet."""
    return _STATES[lote.estado](lote)


def _waits(_lote: Lote) -> Steps:
    return ("No envíe el archivo otra vez: está guardado.", "Puede cerrar la página. El lote queda en «Mis lotes».")


def _stopped(_lote: Lote) -> Steps:
    return (
        "No envíe el archivo otra vez: está guardado y el portal reintenta.",
        "Anote el número del lote. Si mañana sigue detenido, llame de nuevo.",
    )


def _to_decide(lote: Lote) -> Steps:
    if not lote.correctas:
        return ("No tiene que hacer nada: no queda ninguna línea por registrar.",)
    if lote.no_se_registra:
        return (
            "Es el ejemplo que da el portal: no se registra, aunque se cambien las fechas.",
            "En su archivo, escriba los valores verdaderos de cada trabajador y guárdelo.",
            *send_again(todas()[lote.movimiento], "Enviar el archivo con valores verdaderos"),
        )
    return (
        "Lea en la página del lote lo que dice «Si registra ahora».",
        f"Si está de acuerdo, escoja «{register_button(lote)}».",
        "Si no, escoja «Desistir de este lote»: no se registra nada.",
    )


def _registered(lote: Lote) -> Steps:
    return ("No tiene que hacer nada más.", "Escoja «Ver el comprobante» y guárdelo o imprímalo.")


def _given_up(_lote: Lote) -> Steps:
    return (
        "Si quiere registrarlo, escoja «Revisar de nuevo»: no hace falta subir el archivo otra vez.",
        "Cuando esté revisado, decida en la página del lote nuevo.",
    )


def _annulled(_lote: Lote) -> Steps:
    return (
        "No tiene que hacer nada: lo de este lote ya no cuenta.",
        "Si fue un error, escoja «Revisar de nuevo»: el mismo archivo entra como otro lote.",
    )


def _refused(lote: Lote) -> Steps:
    return send_again(todas()[lote.movimiento], "Enviar el archivo corregido")


_STATES: Mapping[str, Callable[[Lote], Steps]] = {
    "recibido": _waits,
    "en_cola": _waits,
    "revisando": _waits,
    "registrando": _waits,
    "fallido": _stopped,
    "revisado": _to_decide,
    "registrado": _registered,
    "desistido": _given_up,
    "anulado": _annulled,
    "rechazado": _refused,
}


def general(codigo: str, nivel: str) -> Steps:
    """For a code alone, when there is no lote to look at."""
    if codigo == "PLA-02":
        return _BY_HAND
    if nivel == "archivo":
        return of_file(codigo, None, {})
    if nivel == "nota":
        return (NOTHING,)
    if nivel == "aviso":
        return ("Compare la línea con sus datos.", "Si es correcta, no cambie nada: se registra con ese aviso.")
    mend = _INSTEAD.get(codigo, "Corrija la celda roja.")
    look = "Ingrese, escoja «Ver todos mis lotes» y abra el lote."
    return (look, lower_first(DOWNLOAD).replace("en la página del lote, bajo", "Bajo"), mend, SAVE, *_AFTER)


_AFTER: Steps = ("Vuelva a «Procesos», escoja «Enviar un archivo» y envíe el libro que guardó.",)
