"""The menu: "Procesos batch, novedades por procesos batch y formatos"."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import empleador, mi_ambito, usuario
from portal.cuentas.empleadores import may_send
from portal.lotes.entrada.subidas import under_way
from portal.lotes.vista.consulta import last_sent, pending, to_mend
from portal.novedades import todas
from portal.web import config, db, hoy

blueprint = Blueprint("procesos", __name__)


@blueprint.get("/procesos")
@empleador
def procesos() -> ResponseReturnValue:
    who, ambito = usuario(), mi_ambito()
    mine = {codigo: nov for codigo, nov in todas().items() if may_send(who, codigo)}
    pendientes = pending(db(), ambito, hoy() - timedelta(days=config().extemporanea_dias))
    return render_template(
        "procesos/procesos.html",
        pendientes=pendientes,
        por_corregir=to_mend(db(), pendientes),
        en_camino=[una for una in under_way(db(), ambito, clock.now()) if una.recibidos],
        novedades=mine.values(),
        todas=todas(),
        ultimos=last_sent(db(), ambito),
    )
