"""The menu: "Procesos batch, novedades por procesos batch y formatos"."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.access import empleador, mi_empleador, usuario
from portal.cuentas.empleadores import may_send
from portal.lotes.consulta import last_sent, pending
from portal.novedades import todas
from portal.web import db

blueprint = Blueprint("procesos", __name__)


@blueprint.get("/procesos")
@empleador
def procesos() -> ResponseReturnValue:
    who = usuario()
    return render_template(
        "procesos/procesos.html",
        pendientes=pending(db(), mi_empleador().id),
        novedades=[nov for nov in todas().values() if may_send(who, nov.codigo)],
        todas=todas(),
        ultimos=last_sent(db(), mi_empleador().id),
    )
