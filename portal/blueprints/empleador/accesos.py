"""Who looked at an empleador's data: the trail of the staff, for the empleador it concerns."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import empleador, mi_ambito
from portal.soporte.rastro.rastro_leido import of_empleador
from portal.web import db
from portal.web.request import whole

blueprint = Blueprint("accesos", __name__)


@blueprint.get("/accesos")
@empleador
def lista() -> ResponseReturnValue:
    antes = whole(request.args, "antes") or None
    return render_template("accesos/lista.html", pagina=of_empleador(db(), mi_ambito(), antes), antes=antes)
