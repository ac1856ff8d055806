"""Support: a lote by its number."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import personal, usuario
from portal.lotes.numeros import tidy
from portal.soporte.lotes import look, write_down
from portal.web import database, db

blueprint = Blueprint("soporte", __name__)


@blueprint.get("/soporte")
@personal
def inicio() -> ResponseReturnValue:
    return render_template("soporte/inicio.html", errores=[], error="", numero="")


@blueprint.post("/soporte")
@personal
def buscar() -> ResponseReturnValue:
    given = "".join(c for c in request.form.get("numero", "") if c.isprintable())
    numero = tidy(given)
    if numero is None:
        return _again("Ese número no es de un lote: repita los dígitos y el verificador", given)
    if look(db(), numero) is None:
        return _again("No hay un lote con ese número", numero)
    return redirect(f"/soporte/lotes/{numero}", 303)


@blueprint.get("/soporte/lotes/<numero>")
@personal
def lote(numero: str) -> ResponseReturnValue:
    found = look(db(), numero)
    if found is None:
        abort(404)
    lote_id, empleador_id, seen = found
    write_down(database(), usuario().cuenta_id, lote_id, empleador_id, clock.now())
    return render_template("soporte/lote.html", lote=seen)


def _again(error: str, numero: str) -> ResponseReturnValue:
    page = render_template("soporte/inicio.html", errores=[("numero", error)], error=error + ".", numero=numero[:20])
    return Response(page, 422)
