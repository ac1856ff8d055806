"""In, out, and for which RUC."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from portal import clock
from portal.access import publico, representante, signed_in, usuario
from portal.cuentas.empleadores import representaciones
from portal.cuentas.segundo import factor_of, new_seed
from portal.cuentas.sesiones import choose_empleador, close_sesion, open_sesion
from portal.cuentas.signin import Problem, authenticate, input_problems, normal_identificacion, refresh_key
from portal.cuentas.usuario import STAFF
from portal.extensions import limiter
from portal.modelos import Cuenta
from portal.web import db, hoy, medidor, visita, writing
from portal.web.limites import CLAVE, POR_CUENTA, account_key, count_as_wrong, was_wrong

blueprint = Blueprint("login", __name__)

NO_MATCH = Problem(
    "identificacion",
    "La cédula y la clave no coinciden",
    "La cédula y la clave no coinciden. Revise las dos y escríbalas otra vez.",
)


def account_tried() -> str:
    """The account of the form, for the limit."""
    return account_key(request.form.get("identificacion"))


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
@limiter.shared_limit(POR_CUENTA, CLAVE, key_func=account_tried, deduct_when=was_wrong)
@limiter.limit("60 per 15 minutes", deduct_when=was_wrong)
def entrar() -> ResponseReturnValue:
    identificacion = normal_identificacion(request.form.get("identificacion"))
    clave = request.form.get("clave", "")
    problems = input_problems(identificacion, clave)
    cuenta = None if problems else authenticate(db(), identificacion, clave)
    if cuenta is None:
        if not problems:
            count_as_wrong()
        return _again(problems or [NO_MATCH])
    return _key_was_right(cuenta, clave)


@blueprint.post("/salir")
@publico
def salir() -> ResponseReturnValue:
    who = signed_in()
    if who is not None:
        with writing() as transaction:
            close_sesion(transaction, who.token, clock.now())
        logout_user()
    session.clear()
    flash("Salió del portal.")
    return medidor.forget(redirect("/", 303))


@blueprint.get("/empleadores")
@representante
def empleadores() -> ResponseReturnValue:
    mine = representaciones(db(), usuario().cuenta_id, hoy())
    return render_template("login/empleadores.html", representaciones=mine, siguiente=visita.siguiente())


@blueprint.post("/empleadores")
@representante
def elegir() -> ResponseReturnValue:
    who = usuario()
    ruc = request.form.get("ruc", "")
    chosen = next((one for one in representaciones(db(), who.cuenta_id, hoy()) if one.empleador.ruc == ruc), None)
    if chosen is None:
        abort(404)
    with writing() as transaction:
        choose_empleador(transaction, who.token, chosen.empleador_id, clock.now())
    return redirect(visita.siguiente() or who.inicio, 303)


def _key_was_right(cuenta: Cuenta, clave: str) -> ResponseReturnValue:
    """Opens the visit of an empleador's account; staff go on to the second step, and nothing is open yet."""
    staff = cuenta.rol in STAFF
    mine = [] if staff else representaciones(db(), cuenta.id, hoy())
    only = mine[0].empleador_id if len(mine) == 1 else None
    has_factor = staff and factor_of(db(), cuenta.id) is not None
    before, now = signed_in(), clock.now()
    with writing() as transaction:
        refresh_key(transaction, cuenta.id, clave)
        if before is not None:
            close_sesion(transaction, before.token, now)
        token = None if staff else open_sesion(transaction, cuenta.id, now, only)
    if token is None:
        within = visita.CODE_WITHIN if has_factor else visita.SET_UP_WITHIN
        visita.key_was_right(cuenta.id, new_seed(), now + within)
        return visita.to("/ingresar/segundo", visita.siguiente())
    visita.remember(token)
    if only is None:
        return visita.to("/empleadores", visita.siguiente())
    return redirect(visita.siguiente() or "/procesos", 303)


def _again(problems: list[Problem]) -> ResponseReturnValue:
    page = render_template(
        "login/ingresar.html",
        errores=[(problem.field, problem.short) for problem in problems],
        detalles={problem.field: problem.long for problem in problems},
        identificacion=request.form.get("identificacion", "")[:20],
        siguiente=visita.siguiente(),
    )
    return page, 422
