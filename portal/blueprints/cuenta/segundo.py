"""The second step of the staff: a code of the telephone, its setting up, and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import personal, publico, signed_in, usuario
from portal.cuentas import segundo
from portal.cuentas.keys import key_mark
from portal.cuentas.sesiones import open_sesion
from portal.cuentas.usuario import STAFF
from portal.modelos import Cuenta, SegundoFactor
from portal.soporte.rastro import rastro
from portal.web import config, db, writing
from portal.web.puerta import visita
from portal.web.puerta.limites import SEGUNDO, count_as_wrong, limited
from portal.web.seguridad import suceso

blueprint = Blueprint("segundo", __name__)

HOME = "/soporte/llamada"
NOT_THE_CODE = (
    "El código no coincide",
    "El código no coincide. Escriba el que el teléfono muestra ahora: cambia cada 30 segundos. Si no coincide otra "
    "vez, revise que la hora del teléfono sea automática, o use un código de recuperación.",
)
NOT_PROVED = (
    "El código no coincide",
    "El código no coincide. Escriba el que la aplicación muestra ahora para esta cuenta, y revise que la hora del "
    "teléfono sea automática.",
)
USED = ("Ese código ya se usó", "Ese código ya se usó. Espere el siguiente: cambia cada 30 segundos.")
NOT_RECOVERY = (
    "El código de recuperación no coincide",
    "Ese código de recuperación no es de su lista o ya se usó. Compárelo letra por letra, o escriba otro de la lista.",
)
Problem = tuple[str, str]  # for the summary, beside the field


@dataclass(frozen=True)
class Waiting:
    """Someone of the staff whose key was right; `factor` None: it is set up now, from `semilla`."""

    cuenta: Cuenta
    factor: SegundoFactor | None
    semilla: str


def waiting() -> Waiting | None:
    """Who stands at the second step, or None: without a right key, too late, blocked or with another key meanwhile."""
    proof = visita.prueba()
    if proof is None or not proof.holds(clock.now()):
        return None
    cuenta = db().get(Cuenta, proof.cuenta_id)
    if cuenta is None or cuenta.rol not in STAFF or cuenta.bloqueada_en is not None:
        return None
    if key_mark(cuenta.clave_hash) != proof.marca:
        return None
    return Waiting(cuenta, segundo.factor_of(db(), cuenta.id), proof.semilla)


def account_at_step() -> str:
    """The account whose second factor is tried, for the rate limit."""
    who, proof = signed_in(), visita.prueba()
    cuenta_id = who.cuenta_id if who else proof.cuenta_id if proof else 0
    cuenta = db().get(Cuenta, cuenta_id)
    return cuenta.identificacion if cuenta else ""


@blueprint.get("/ingresar/segundo")
@publico
def pedir() -> ResponseReturnValue:
    someone = waiting()
    return _page(someone) if someone else _back_to_the_key()


@blueprint.post("/ingresar/segundo")
@publico
@limited(SEGUNDO, account_at_step)
def probar() -> ResponseReturnValue:
    someone = waiting()
    if someone is None:
        return _back_to_the_key()
    typed = segundo.without_gaps(request.form.get("codigo"))
    problem = _form_problem(typed, recovery=someone.factor is not None)
    if problem:
        return _page(someone, problem)
    if someone.factor is None:
        return _set_up(someone, typed)
    return _sign_in(someone, someone.factor, typed)


@blueprint.get("/soporte/clave")
@personal
def clave() -> ResponseReturnValue:
    return _own_page()


@blueprint.post("/soporte/clave")
@personal
@limited(SEGUNDO, account_at_step)
def renovar() -> ResponseReturnValue:
    """New recovery codes, for whoever has the telephone at hand."""
    cuenta_id, now = usuario().cuenta_id, clock.now()
    typed = segundo.without_gaps(request.form.get("codigo"))
    problem = _form_problem(typed, recovery=False)
    if problem:
        return _own_page(problem)
    factor = _own_factor(cuenta_id)
    paso = segundo.step_of(_secret(factor.semilla), typed, now)
    if paso is None:
        return _own_page(_wrong(NOT_THE_CODE))
    with writing() as transaction:
        codes = segundo.new_codes(transaction, cuenta_id) if segundo.take_step(transaction, factor, paso) else []
        if codes:
            rastro.write(transaction, "hace_codigos", cuenta_id, "acceso", now)
    if not codes:
        return _own_page(_wrong(USED))
    suceso("recuperacion_nueva")
    return _codes_page(codes, HOME)


def _sign_in(someone: Waiting, factor: SegundoFactor, typed: str) -> ResponseReturnValue:
    cuenta_id, now = someone.cuenta.id, clock.now()
    by_phone = segundo.is_code(typed)
    paso = segundo.step_of(_secret(factor.semilla), typed, now) if by_phone else None
    if by_phone and paso is None:
        return _page(someone, _wrong(NOT_THE_CODE))
    with writing() as transaction:
        if paso is not None:
            passed = segundo.take_step(transaction, factor, paso)
        else:
            passed = segundo.use_recovery_code(transaction, cuenta_id, typed, now)
        if passed and not by_phone:
            rastro.write(transaction, "usa_recuperacion", cuenta_id, "acceso", now)
        token = open_sesion(transaction, cuenta_id, now) if passed else ""
        left = segundo.codes_left(transaction, cuenta_id)
    if not passed:
        return _page(someone, _wrong(USED if by_phone else NOT_RECOVERY))
    suceso("segundo_correcto" if by_phone else "recuperacion_usada", cuenta_id)
    after = visita.siguiente()
    visita.remember(token)
    suceso("ingreso", cuenta_id)
    _say_how_many(left, by_phone)
    return redirect(after or HOME, 303)


def _set_up(someone: Waiting, typed: str) -> ResponseReturnValue:
    """The first code proves that the telephone holds the secret; with it the visit opens."""
    cuenta_id, now = someone.cuenta.id, clock.now()
    paso = segundo.step_of(_secret(someone.semilla), typed, now)
    if paso is None:
        return _page(someone, _wrong(NOT_PROVED))
    with writing() as transaction:
        done = segundo.activate(transaction, cuenta_id, someone.semilla, paso, now)
        codes = segundo.new_codes(transaction, cuenta_id) if done else []
        token = open_sesion(transaction, cuenta_id, now) if done else ""
        if done:
            rastro.write(transaction, "activa_segundo", cuenta_id, "acceso", now)
    if not done:
        visita.forget_prueba()
        flash("El segundo paso de su cuenta ya se activó en otra ventana. Ingrese con el código de ese teléfono.")
        return visita.to("/ingresar", visita.siguiente())
    after = visita.siguiente() or HOME
    visita.remember(token)
    suceso("segundo_activado", cuenta_id)
    suceso("ingreso", cuenta_id)
    return _codes_page(codes, after)


def _form_problem(typed: str, *, recovery: bool) -> Problem | None:
    """What is wrong with the form of the code, without comparing it; such a try does not count."""
    if segundo.is_code(typed) or (recovery and segundo.is_recovery_code(typed)):
        return None
    if not typed:
        return "Escriba el código", "Escriba el código de 6 dígitos que muestra el teléfono."
    if typed.isascii() and typed.isdigit():
        digits = "1 dígito" if len(typed) == 1 else f"{len(typed)} dígitos"
        return f"El código tiene {digits} y debe tener 6", f"El código tiene {digits} y debe tener 6."
    if not recovery:
        return "El código lleva solo números", "El código del teléfono lleva solo números: 6 dígitos."
    return (
        "Ese no es un código completo",
        "El código del teléfono tiene 6 dígitos. El de recuperación tiene 12 letras y números, sin 0, 1, i, l ni o.",
    )


def _wrong(problem: Problem) -> Problem:
    count_as_wrong()
    suceso("segundo_fallido", account_at_step())
    return problem


def _back_to_the_key() -> ResponseReturnValue:
    who, proof = signed_in(), visita.prueba()
    if who is not None:
        return redirect(who.inicio, 303 if request.method == "POST" else 302)
    if proof is not None:
        suceso("segundo_perdido", proof.cuenta_id)
    if proof is None:
        flash("Escriba primero su cédula y su clave. Después se pide el código del teléfono.")
    elif not proof.holds(clock.now()):
        flash("Pasó demasiado tiempo desde que escribió su clave. Ingrese otra vez.")
    else:
        flash("Su cuenta cambió mientras ingresaba. Ingrese otra vez.")
    visita.forget_prueba()
    return visita.to("/ingresar", visita.siguiente())


def _page(someone: Waiting, problem: Problem | None = None) -> ResponseReturnValue:
    errores, detalle = _said(problem)
    typed = request.form.get("codigo", "")
    common = {"errores": errores, "detalle": detalle, "siguiente": visita.siguiente()}
    if someone.factor is not None:
        letras = "recuperacion" in request.values or not all(c.isdigit() or c.isspace() for c in typed)
        page = render_template("login/segundo.html", letras=letras, escrito=typed[:30], **common)
    else:
        secret = _secret(someone.semilla)
        page = render_template(
            "login/activar.html", qr=_qr(secret, someone.cuenta.nombre), secreto=segundo.in_fours(secret), **common
        )
    return Response(page, 422 if problem else 200)


def _own_page(problem: Problem | None = None) -> ResponseReturnValue:
    errores, detalle = _said(problem)
    cuenta_id = usuario().cuenta_id
    factor, left = _own_factor(cuenta_id), segundo.codes_left(db(), cuenta_id)
    page = render_template(
        "soporte/clave.html",
        errores=errores,
        detalle=detalle,
        activado_en=factor.activado_en,
        quedan=left,
        pocos=left <= segundo.POCOS,
    )
    return Response(page, 422 if problem else 200)


def _codes_page(codes: list[str], after: str) -> ResponseReturnValue:
    return render_template("login/codigos.html", codigos=codes, seguir=after)


def _own_factor(cuenta_id: int) -> SegundoFactor:
    factor = segundo.factor_of(db(), cuenta_id)
    if factor is None:
        abort(404)  # reset a moment ago: this visit ends too, with the next request
    return factor


def _said(problem: Problem | None) -> tuple[list[tuple[str, str]], str]:
    return ([("codigo", problem[0])], problem[1]) if problem else ([], "")


def _say_how_many(left: int, by_phone: bool) -> None:
    """After a sign-in: that a recovery code is used up, and when few are left."""
    used = "" if by_phone else "Ese código de recuperación ya no sirve. "
    count = {0: "No le quedan códigos", 1: "Le queda 1 código"}.get(left, f"Le quedan {left} códigos")
    if used or left <= segundo.POCOS:
        flash(f"{used}{count} de recuperación. Puede hacer nuevos en «Su ingreso».")


def _secret(semilla: str) -> str:
    return segundo.secret_of(config().secret_key, semilla)


def _qr(secret: str, nombre: str) -> str:
    """The QR as SVG without styles, 4 px a module, black on white also where the page is dark."""
    issuer = f"{config().institucion['siglas']} Cargas Batch"
    code = segno.make_qr(segundo.uri_of(secret, nombre, issuer), error="m")
    return code.svg_inline(scale=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
