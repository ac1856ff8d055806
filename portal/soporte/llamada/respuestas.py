"""What a caller may answer to a sentence, and what the agent says then. By code, else by its family."""

from __future__ import annotations

from collections.abc import Mapping

Answers = tuple[tuple[str, str], ...]

_NO_RELATION: Answers = (
    (
        "Si dice que sí trabaja ahí",
        "Revise la sucursal y el mes. Si su entrada no está registrada, envíe antes el aviso de entrada.",
    ),
    ("Si dice que trabaja en otra sucursal", "Cambie la sucursal en esa línea y envíela de nuevo."),
)
_LOOK: Answers = (
    ("Si dice que así es", "Entonces no cambie nada: se registra, con ese aviso."),
    ("Si dice que está mal", "Entonces no lo registre todavía: corrija el archivo y envíelo de nuevo."),
)
_EARLIER: Answers = (
    ("Si dice que la fecha está mal", "Corríjala en el archivo y envíe solo esa línea."),
    (
        "Si dice que lo registrado está mal",
        "Anule primero lo que está mal, desde el lote que lo registró, y después envíe esta línea.",
    ),
)
_SAME: Answers = (
    ("Si pregunta si se cobra dos veces", "No. El portal registra cada línea una sola vez."),
    ("Si dice que quería cambiar el valor", "Entonces hay que anular la línea registrada y enviar la nueva."),
)
_REPAIRED: Answers = (("Si pregunta si debe corregir", "No. La línea vale así; el comprobante dice qué se repuso."),)
_ANSWERS: Mapping[str, Answers] = {
    "IDE-01": (
        ("Si lee otro número", "Escriba en el archivo el del documento y envíe solo esa línea."),
        ("Si lee el mismo número", "Pida a la persona su documento: ese número no es de nadie."),
    ),
    "IDE-02": (
        ("Si dice que empieza con cero", "Escríbala con el cero, los diez dígitos, y envíe solo esa línea."),
        ("Si dice que es de un extranjero", "Escriba el código que le dio el IESS, completo."),
    ),
    "IDE-03": (
        ("Si dice que es una cédula", "Compárela con el documento: un dígito está cambiado."),
        ("Si dice que es extranjero", "Primero hay que registrar a la persona en el IESS; después envíe la línea."),
    ),
    "DUP-01": (("Si pregunta si se registra dos veces", "No. Se registra una sola vez."),),
    "DUP-02": (
        ("Si dice que una está mal", "Borre esa, deje la correcta y envíela de nuevo."),
        ("Si dice que las dos valen", "Van juntas en una sola línea, con el valor completo."),
    ),
    "YA-01": _SAME,
    "YA-02": (
        ("Si dice que vale lo registrado", "Entonces no tiene que enviarla otra vez."),
        ("Si dice que vale lo nuevo", "Anule antes la línea registrada, desde su lote, y después envíe esta."),
    ),
    "PLA-01": (
        ("Si pregunta si se registra", "Sí, se registra, con la nota de que está fuera de plazo."),
        ("Si pregunta por la multa", "El atraso puede generar responsabilidad patronal. En ventanilla le informan."),
    ),
    "PLA-02": (
        ("Si dice que la fecha está mal", "Entonces corríjala en el archivo y envíe solo esa línea."),
        ("Si dice que la fecha está bien", "Ese aviso se hace en una ventanilla del IESS, con el respaldo."),
    ),
    "ENT-01": (
        ("Si dice que es la misma entrada", "Ya está registrada: quite la línea."),
        ("Si dice que salió y volvió", "Envíe primero el aviso de salida, y después esta entrada."),
    ),
    "ARC-01": (
        ("Si ve líneas con datos", "Guarde el archivo otra vez y envíelo de nuevo."),
        ("Si lo ve vacío", "Genere el archivo otra vez desde su programa."),
    ),
    "ARC-02": (("Si dice que es Excel", "Ábralo en Excel y guárdelo de nuevo como libro .xlsx."),),
    "ARC-06": (
        ("Si dice que sí", "Escoja el botón que empieza con «Abrirlo como»: no hay que subirlo otra vez."),
        ("Si dice que no", "Entonces envíe el archivo de la novedad que eligió."),
    ),
    "ARC-10": (("Si dice que sí, era la plantilla", "Llénela con sus trabajadores, guárdela y envíela."),),
    "ARC-13": (("Si lo hace un sistema", "Pida a quien lo mantiene que ponga un salto al final de cada línea."),),
    "SAL-01": _NO_RELATION,
    "MSU-01": _NO_RELATION,
    "INS-01": _NO_RELATION,
    "FDR-01": _NO_RELATION,
    "PRA-01": _NO_RELATION,
    "MND-01": _NO_RELATION,
    "RHT-01": _NO_RELATION,
    "RRT-01": _NO_RELATION,
    "ENT-06": _EARLIER,
    "SAL-02": _EARLIER,
    "SAL-06": _EARLIER,
    "SAL-10": _EARLIER,
    "RHT-04": (
        ("Si dice que las horas están bien", "Entonces revise el ingreso y la salida que constan de ese trabajador."),
        ("Si dice que son de dos meses", "Escriba en cada mes solo las horas de ese mes, en dos archivos."),
    ),
    "MOV-01": (
        ("Si dice que es de otra novedad", "Pásela al archivo de esa novedad y envíe ese archivo aparte."),
        ("Si dice que es de esta", "Corrija el código del movimiento y los demás campos de la línea."),
    ),
}
_QUESTIONS: Mapping[str, str] = {
    "IDE-01": "¿Puede leerme el documento, desde el final?",
    "IDE-02": "¿Puede leerme la cédula completa del documento?",
    "IDE-03": "¿Es una cédula, o el código de un extranjero?",
    "DUP-02": "¿Cuál de las dos es la correcta?",
    "YA-02": "¿Cuál de los dos valores es el correcto?",
    "ENT-01": "¿Es la misma entrada, o salió y volvió?",
}


_WAITS = (
    ("Su archivo llegó y está guardado. No hace falta enviarlo otra vez.",),
    (
        (
            "Si pregunta cuánto falta",
            "La página lo dice y se actualiza sola. Puede cerrarla: el trabajo sigue sin usted.",
        ),
    ),
)
_STATES: Mapping[str, tuple[tuple[str, ...], Answers]] = {
    **dict.fromkeys(("recibido", "en_cola", "revisando", "registrando"), _WAITS),
    "fallido": (
        ("La falla es nuestra. Su archivo está guardado y el portal reintenta solo.",),
        (("Si pregunta si lo envía otra vez", "No hace falta: no se pierde nada de lo que envió."),),
    ),
    "revisado": (
        ("¿Quiere que lo veamos juntos y decida ahora?",),
        (
            (
                "Si dice que sí",
                "Lea lo que dice «Si registra ahora» y, si está de acuerdo, escoja el botón «Registrar».",
            ),
            ("Si dice que no", "El lote lo espera. Mientras no decida, no se registra nada."),
        ),
    ),
    "registrado": (
        ("Quedó registrado. En la página del lote está su comprobante.",),
        (("Si dice que hay algo mal", "Se puede anular el lote o algunas líneas, desde la misma página."),),
    ),
    "desistido": (
        ("No se registró nada de ese lote. El archivo sigue guardado.",),
        (("Si quiere registrarlo", "Escoja «Revisar de nuevo»: no hace falta subirlo otra vez."),),
    ),
    "anulado": (
        ("Lo de ese lote ya no cuenta. El archivo y el comprobante siguen guardados.",),
        (("Si fue un error", "Escoja «Revisar de nuevo»: el mismo archivo entra como otro lote."),),
    ),
}


def answers(codigo: str, nivel: str = "") -> Answers:
    """(what the caller may say, what to say then); nothing where there is only one way."""
    if codigo.startswith("REP-"):
        return _REPAIRED
    return _ANSWERS.get(codigo, _LOOK if nivel == "aviso" else ())


def of_state(estado: str) -> tuple[tuple[str, ...], Answers]:
    """What is said after the state itself, and what may be answered."""
    return _STATES.get(estado, ((), ()))


def question(codigo: str) -> str:
    """What to ask the caller, where the answer decides what to do; else nothing."""
    return _QUESTIONS.get(codigo, "")
