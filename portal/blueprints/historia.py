"""The labour history of one's own workers: searched by POST, shown under an opaque id."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import empleador, mi_empleador
from portal.historia.trabajador import find_worker, history, worker_of
from portal.web import db

blueprint = Blueprint("historia", __name__)

LARGEST_ID = 2**63 - 1  # a database takes no larger number, not even to say that it is not there


@blueprint.get("/historia")
@empleador
def buscar() -> ResponseReturnValue:
    return render_template("historia/buscar.html", errores=[], error="")


@blueprint.post("/historia")
@empleador
def encontrar() -> ResponseReturnValue:
    texto = request.form.get("cedula", "")
    digits = "".join(c for c in texto if c.isascii() and c.isdigit())
    if len(digits) not in (9, 10):
        return _again("La cédula debe tener 10 dígitos")
    found = find_worker(db(), mi_empleador().id, int(digits))
    if found is None:
        return _again("Ese trabajador no consta en su historia laboral")
    return redirect(f"/historia/{found}", 303)


@blueprint.get("/historia/<int:trabajador>")
@empleador
def ver(trabajador: int) -> ResponseReturnValue:
    mine = mi_empleador()
    cedula = worker_of(db(), mine.id, trabajador) if trabajador <= LARGEST_ID else None
    if cedula is None:
        abort(404)
    return render_template("historia/trabajador.html", cedula=cedula, relaciones=history(db(), mine.id, cedula))


def _again(error: str) -> ResponseReturnValue:
    return Response(render_template("historia/buscar.html", errores=[("cedula", error)], error=error + "."), 422)
