"""Supervision: what needs a hand now, the agents' work, the problems behind the calls, what failed, accounts."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import supervisor, usuario
from portal.cuentas.signin import input_problems, normal_identificacion
from portal.lotes.numeros import is_number
from portal.soporte.atencion.nota import problem as note_problem
from portal.soporte.atencion.nota import tidy
from portal.soporte.supervision import accesos, fallidos, supervision
from portal.web import config, database, db, writing
from portal.web.puerta.limites import forget_wrong_tries
from portal.web.seguridad import suceso

blueprint = Blueprint("supervision", __name__)

MINIMO, MAXIMO = 5, 120
HECHO = {
    "bloquear": "La cuenta quedó bloqueada y sus visitas, cerradas.",
    "desbloquear": "La cuenta ya puede ingresar.",
    "intentos": "La cuenta puede intentar otra vez ahora mismo.",
    "visitas": "Las visitas de la cuenta quedaron cerradas.",
    "segundo": "El segundo paso se quitó: la persona lo activa otra vez al ingresar.",
}
#: act → what the log of security calls it
SUCESO = {
    "bloquear": "cuenta_bloqueada",
    "desbloquear": "cuenta_desbloqueada",
    "intentos": "intentos_olvidados",
    "visitas": "visitas_cerradas",
    "segundo": "segundo_reiniciado",
}


@blueprint.get("/supervision")
@supervisor
def inicio() -> ResponseReturnValue:
    return render_template("supervision/inicio.html", hay=supervision.to_do(db()))


@blueprint.get("/supervision/agentes")
@supervisor
def agentes() -> ResponseReturnValue:
    period = _month()
    found = supervision.agents(db(), period)
    return render_template("supervision/agentes.html", agentes=found, **_months(period))


@blueprint.get("/supervision/problemas")
@supervisor
def problemas() -> ResponseReturnValue:
    period = _month()
    found, reckoned = supervision.problems(db(), period)
    return render_template("supervision/problemas.html", problemas=found, calculada=reckoned, **_months(period))


@blueprint.get("/supervision/lotes")
@supervisor
def lotes() -> ResponseReturnValue:
    return _failed("", "", {})


@blueprint.post("/supervision/lotes/<numero>/reencolar")
@supervisor
def reencolar(numero: str) -> ResponseReturnValue:
    if not is_number(numero):
        abort(404)
    porque = tidy(request.form.get("porque", "")[:1000])
    if wrong := _why_not(porque):
        return Response(_failed(numero, porque, {f"porque-{numero}": wrong}), 422)
    done = fallidos.try_again(database(), numero, usuario().cuenta_id, porque, clock.now())
    flash(f"{numero} vuelve a intentarse." if done else f"{numero} ya no está fallido: no hizo falta.")
    return redirect("/supervision/lotes", 303)


@blueprint.get("/supervision/cuentas")
@supervisor
def cuentas() -> ResponseReturnValue:
    return render_template("supervision/cuentas.html", identificacion="", errores=[], error="")


@blueprint.post("/supervision/cuentas")
@supervisor
def buscar_cuenta() -> ResponseReturnValue:
    given = request.form.get("identificacion", "")[:40].replace("\0", "")
    problems = input_problems(normal_identificacion(given), "x")
    found = None if problems else accesos.find(db(), given)
    if found is not None:
        return redirect(f"/supervision/cuentas/{found}", 303)
    short = problems[0].short if problems else "No hay una cuenta con ese número"
    long = problems[0].long if problems else "No hay una cuenta con ese número: compárelo con el documento."
    page = render_template(
        "supervision/cuentas.html", identificacion=given, errores=[("identificacion", short)], error=long
    )
    return Response(page, 422)


@blueprint.get("/supervision/cuentas/<int:cuenta>")
@supervisor
def una_cuenta(cuenta: int) -> ResponseReturnValue:
    return _account(cuenta, "", "")


@blueprint.post("/supervision/cuentas/<int:cuenta>/<any(bloquear, desbloquear, intentos, visitas, segundo):accion>")
@supervisor
def actuar(cuenta: int, accion: str) -> ResponseReturnValue:
    seen = accesos.shown(db(), cuenta, clock.now())
    if seen is None or (accion == "segundo" and not seen.personal):
        abort(404)
    if cuenta == usuario().cuenta_id:  # its page has no form
        return redirect(f"/supervision/cuentas/{cuenta}", 303)
    porque = tidy(request.form.get("porque", "")[:1000])
    if wrong := _why_not(porque):
        return Response(_account(cuenta, porque, wrong), 422)
    with writing() as session:
        number = accesos.act(session, accion, cuenta, usuario().cuenta_id, porque, clock.now())
    if accion in ("intentos", "desbloquear"):
        forget_wrong_tries(number)
    suceso(SUCESO[accion], number)
    flash(HECHO[accion])
    return redirect(f"/supervision/cuentas/{cuenta}", 303)


def _why_not(porque: str) -> str | None:
    """What is wrong with a reason; it goes to the trail, which others read."""
    if not MINIMO <= len(porque) <= MAXIMO:
        return f"Escriba por qué, de {MINIMO} a {MAXIMO} caracteres"
    wrong = note_problem(porque)
    return wrong.replace("La nota", "El motivo") if wrong else None


def _failed(numero: str, porque: str, wrong: dict[str, str]) -> str:
    failed = fallidos.failed(db(), config().reintentos)
    return render_template(
        "supervision/lotes.html",
        fallidos=failed,
        tope=fallidos.MOST,
        hay_mas=len(failed) >= fallidos.MOST,
        numero=numero,
        porque=porque,
        fallas=wrong,
        errores=list(wrong.items()),
    )


def _account(cuenta: int, porque: str, wrong: str) -> str:
    found = accesos.shown(db(), cuenta, clock.now())
    if found is None:
        abort(404)
    errores = [("porque", wrong)] if wrong else []
    propia = cuenta == usuario().cuenta_id
    return render_template(
        "supervision/cuenta.html", acceso=found, porque=porque, error=wrong, errores=errores, propia=propia
    )


def _month() -> int:
    """`mes` of the address (AAAA-MM) as AAAAMM; the present one in Ecuador without it. 404 for what is no month."""
    here = clock.local(clock.now())
    asked = request.args.get("mes")
    if not asked:
        return here.year * 100 + here.month
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", asked):
        abort(404)
    return int(asked.replace("-", ""))


def _months(period: int) -> dict[str, object]:
    """The month shown, as an address and the ones beside it; none that has not begun."""
    here = clock.local(clock.now())
    before = period - 1 if period % 100 > 1 else period - 89
    after = period + 1 if period % 100 < 12 else period + 89
    return {
        "periodo_visto": period,
        "anterior": f"{before // 100}-{before % 100:02d}",
        "siguiente": f"{after // 100}-{after % 100:02d}" if after <= here.year * 100 + here.month else None,
    }
