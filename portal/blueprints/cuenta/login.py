"""Signing in and out, and the choice of the RUC."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user
from flask_wtf.csrf import CSRFError

from portal import clock
from portal.access import publico, representante, signed_in, usuario
from portal.cuentas.empleadores import representaciones
from portal.cuentas.segundo import factor_of, new_seed
from portal.cuentas.sesiones import choose_empleador, close_sesion, open_sesion
from portal.cuentas.signin import Problem, authenticate, confirm_key, input_problems, normal_identificacion, why_refused
from portal.cuentas.usuario import STAFF
from portal.modelos import Cuenta
from portal.web import db, hoy, writing
from portal.web.formularios import formularios
from portal.web.formularios.formularios import from_here
from portal.web.puerta import visita
from portal.web.puerta.limites import CLAVE, LETTERS, count_as_wrong, limited
from portal.web.respuesta import medidor
from portal.web.seguridad import suceso

blueprint = Blueprint("login", __name__)

NO_MATCH = Problem(
    "identificacion",
    "La cédula y la clave no coinciden",
    "La cédula y la clave no coinciden. Revise las dos y escríbalas otra vez.",
)


OLD = Problem(
    "clave",
    "Escriba otra vez su clave",
    "La página estuvo abierta mucho tiempo y no pudimos comprobar que el envío es suyo. Escriba otra vez su clave.",
)


def account_tried() -> str:
    """The account of the form, for the rate limit."""
    return normal_identificacion(request.form.get("identificacion", "")[:LETTERS])


@blueprint.get("/ingresar")
@publico
def ingresar() -> ResponseReturnValue:
    who = signed_in()
    if who is not None:
        return redirect(who.inicio)
    return render_template(
        "login/ingresar.html", errores=[], detalles={}, identificacion="", siguiente=visita.siguiente()
    )


@blueprint.post("/ingresar")
@publico
@limited(CLAVE, account_tried)
def entrar() -> ResponseReturnValue:
    identificacion, clave = account_tried(), request.form.get("clave", "")
    if problems := input_problems(identificacion, clave):
        return _again(problems)
    cuenta = authenticate(db(), identificacion, clave)
    answer = _key_was_right(cuenta, clave) if cuenta else None
    if answer is None:
        count_as_wrong()
        suceso("ingreso_fallido", identificacion, why_refused(db(), identificacion))
        return _again([NO_MATCH])
    return answer


@blueprint.post("/salir")
@publico
def salir() -> ResponseReturnValue:
    who = signed_in()
    if who is not None:
        with writing() as transaction:
            close_sesion(transaction, who.token, clock.now())
        suceso("salida")
        logout_user()
    session.clear()
    flash("Salió del portal.")
    return medidor.forget(redirect("/", 303))


@blueprint.get("/empleadores")
@representante
def empleadores() -> ResponseReturnValue:
    mine = representaciones(db(), usuario().cuenta_id, hoy())
    return render_template(
        "login/empleadores.html", representaciones=mine, cuantas=len(mine), siguiente=visita.siguiente()
    )


@blueprint.post("/empleadores")
@representante
def elegir() -> ResponseReturnValue:
    who = usuario()
    ruc = request.form.get("ruc", "")
    chosen = next((one for one in representaciones(db(), who.cuenta_id, hoy()) if one.empleador.ruc == ruc), None)
    if chosen is None:
        suceso("empleador_ajeno")
        abort(404)
    with writing() as transaction:
        choose_empleador(transaction, who.token, chosen.empleador_id, clock.now())
    suceso("empleador_elegido")
    return redirect(visita.siguiente() or who.inicio, 303)


def _key_was_right(cuenta: Cuenta, clave: str) -> ResponseReturnValue | None:
    """Opens the visit of an empleador's account. Staff continue with the second step, and nothing is open yet. None:
    the account changed while its key was compared."""
    staff = cuenta.rol in STAFF
    mine = [] if staff else representaciones(db(), cuenta.id, hoy())
    only = mine[0].empleador_id if len(mine) == 1 else None
    has_factor = staff and factor_of(db(), cuenta.id) is not None
    before, now = signed_in(), clock.now()
    with writing() as transaction:
        marca = confirm_key(transaction, cuenta, clave)
        if marca is None:
            return None
        if before is not None:
            close_sesion(transaction, before.token, now)
        token = None if staff else open_sesion(transaction, cuenta.id, now, only)
    if token is None:
        within = visita.CODE_WITHIN if has_factor else visita.SET_UP_WITHIN
        visita.key_was_right(visita.Prueba.begin(cuenta.id, now, within, new_seed(), marca))
        suceso("clave_correcta", cuenta.id)
        return visita.to("/ingresar/segundo", visita.siguiente())
    visita.remember(token)
    suceso("ingreso", cuenta.id)
    if only is None:
        return visita.to("/empleadores", visita.siguiente())
    return redirect(visita.siguiente() or "/procesos", 303)


@blueprint.errorhandler(CSRFError)
def without_token(error: CSRFError) -> ResponseReturnValue:
    """The sign-in page again, with the number: the form came without the CSRF token of this browser."""
    if request.endpoint != "login.entrar" or not from_here():
        return formularios.without_token(error)
    suceso("formulario_sin_prueba")
    return _again([OLD], 400)


def _again(problems: list[Problem], status: int = 422) -> ResponseReturnValue:
    page = render_template(
        "login/ingresar.html",
        errores=[(problem.field, problem.short) for problem in problems],
        detalles={problem.field: problem.long for problem in problems},
        identificacion=request.form.get("identificacion", "")[:20],
        siguiente=visita.siguiente(),
    )
    return page, status
