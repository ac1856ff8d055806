"""The menu: "Procesos batch, novedades por procesos batch y formatos"."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import empleador, mi_empleador, usuario
from portal.cuentas.empleadores import may_send
from portal.lotes.consulta import last_sent, pending
from portal.lotes.subidas import under_way
from portal.novedades import todas
from portal.web import db

blueprint = Blueprint("procesos", __name__)


@blueprint.get("/procesos")
@empleador
def procesos() -> ResponseReturnValue:
    who = usuario()
    mine = {codigo: nov for codigo, nov in todas().items() if may_send(who, codigo)}
    return render_template(
        "procesos/procesos.html",
        pendientes=pending(db(), mi_empleador().id),
        en_camino=[u for u in under_way(db(), mi_empleador().id, clock.now()) if u.recibidos and u.movimiento in mine],
        novedades=mine.values(),
        todas=todas(),
        ultimos=last_sent(db(), mi_empleador().id),
    )
