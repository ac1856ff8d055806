"""The calendar: what is due when, and holidays."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import publico
from portal.novedades.calendario import month
from portal.web import config, hoy

blueprint = Blueprint("calendario", __name__)
FIRST, LAST = 2000, 2100


@blueprint.get("/calendario")
@publico
def ver() -> ResponseReturnValue:
    first = _asked(request.args.get("mes", ""))
    days = month(first.year, first.month, config().plazo_entrada_dias, config().plazo_habiles)
    return render_template(
        "calendario/mes.html",
        primero=first,
        dias=days,
        hoy=hoy(),
        anterior=(first - timedelta(days=1)).strftime("%Y-%m"),
        siguiente=(first + timedelta(days=31)).strftime("%Y-%m"),
        plazo_entrada=config().plazo_entrada_dias,
        plazo_habiles=config().plazo_habiles,
        extemporanea=config().extemporanea_dias,
    )


def _asked(mes: str) -> date:
    """`2026-11` as its first day; nothing: this month."""
    if not mes:
        return hoy().replace(day=1)
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", mes)
    if not found or not FIRST <= int(found[1]) < LAST:
        abort(404)
    return date(int(found[1]), int(found[2]), 1)
