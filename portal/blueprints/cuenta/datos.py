"""How many bytes this visit has used, for those who want to know."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import cuenta
from portal.web.respuesta import medidor

blueprint = Blueprint("datos", __name__)

AWAY = "Ahora no se puede medir. Lo demás funciona como siempre; vuelva a intentar más tarde."


@blueprint.get("/datos")
@cuenta
def datos() -> ResponseReturnValue:
    mide = medidor.measures()
    return render_template("medidor/datos.html", mide=mide, total=medidor.total() if mide else None)


@blueprint.post("/datos")
@cuenta
def medir() -> ResponseReturnValue:
    answer = redirect("/datos", 303)
    if request.form.get("medir") != "si":
        return medidor.forget(answer)
    ident = medidor.contador().begin()
    if ident is None:
        flash(AWAY)
        return answer
    return medidor.remember(answer, ident)
