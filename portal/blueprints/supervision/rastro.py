"""The trail of the staff, for supervisors: who looked at what and why, by agent and by kind."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import supervisor, usuario
from portal.soporte.rastro import rastro
from portal.soporte.rastro.rastro_dicho import QUE
from portal.soporte.rastro.rastro_leido import just_written, last, of_staff, staff
from portal.web import db, writing
from portal.web.puerta.mirada import looks, only_for_a_look
from portal.web.request import whole

blueprint = Blueprint("rastro", __name__)


@blueprint.get("/supervision/rastro")
@supervisor
def lista() -> ResponseReturnValue:
    only_for_a_look()
    _look_once()
    agentes, que, antes = staff(db()), request.args.get("que", ""), whole(request.args, "antes") or None
    asked = whole(request.args, "agente")
    agente, que = asked if asked in agentes else None, que if que in QUE else ""
    return render_template(
        "accesos/rastro.html",
        pagina=of_staff(db(), agente, que, antes),
        antes=antes,
        agentes=agentes,
        agente=agente,
        que=que,
        clases=QUE,
        con_filtro=partial(_address, agente, que),
        ultima=last(db()),
    )


def _address(agente: int | None, que: str, antes: int | None = None) -> str:
    """This page with its filter, from before that row on."""
    asked = {"agente": agente, "que": que or None, "antes": antes}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"/supervision/rastro?{query}" if query else "/supervision/rastro"


def _look_once() -> None:
    """Whoever reads the trail is recorded in it too; once a minute, so that pages and filters do not fill it."""
    cuenta_id, now = usuario().cuenta_id, clock.now()
    if looks() and not just_written(db(), "ve_rastro", cuenta_id, "", None, now):
        with writing() as session:
            rastro.one_at_a_time(session)
            if not just_written(session, "ve_rastro", cuenta_id, "", None, now):
                rastro.write(session, "ve_rastro", cuenta_id, "", now)
