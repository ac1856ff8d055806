"""What the public may read of the portal's work: the page and its two files."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import publico
from portal.lotes.redacciones import entries
from portal.novedades import todas
from portal.soporte.cifras import transparencia as cifras
from portal.soporte.cifras.cifras import TODAS, period_of
from portal.soporte.cifras.transparencia_csv import months_csv, times_csv
from portal.web import db
from portal.web.filters import MONTH_NAMES

blueprint = Blueprint("transparencia", __name__)


@blueprint.get("/transparencia")
@publico
def ver() -> ResponseReturnValue:
    now = clock.now()
    meses, propias = cifras.months(db(), now), cifras.figures(db(), now)
    known = [mes for mes in meses if mes.atenciones is not None]
    anios = sorted({mes.periodo // 100 for mes in meses})[-cifras.YEARS :]
    return render_template(
        "transparencia/cifras.html",
        **_table(meses, anios),
        **_totals([mes for mes in known if mes.terminado]),
        en_curso=_running(known, now),
        propio=next((mes.periodo for mes in known if mes.fuente == cifras.PORTAL), None),
        oficial=cifras.official_series()[0].periodo,
        propias=propias,
        nombres={codigo: nov.nombre for codigo, nov in todas().items()} | {TODAS: "Todas"},
        titulos={codigo: entrada.explicacion.titulo for codigo, entrada in entries(db()).items()},
        duracion=cifras.duration,
        parte=cifras.share,
        pocos=cifras.FEW,
    )


@blueprint.get("/transparencia.csv")
@publico
def bajar() -> Response:
    return _download(months_csv(cifras.months(db(), clock.now())), "atenciones-y-quejas.csv")


@blueprint.get("/transparencia-tiempos.csv")
@publico
def bajar_tiempos() -> Response:
    return _download(times_csv(cifras.figures(db(), clock.now())), "tiempos-de-respuesta.csv")


def _table(meses: list[cifras.Mes], anios: list[int]) -> dict[str, object]:
    """Months by year as the page has them, and the bars, from the first of these years on."""
    by_period = {mes.periodo: mes for mes in meses}
    rows = [(name, [by_period.get(anio * 100 + n) for anio in anios]) for n, name in enumerate(MONTH_NAMES, 1)]
    sums = [sum(mes.atenciones or 0 for mes in meses if mes.periodo // 100 == anio) for anio in anios]
    return {
        "anios": anios,
        "filas": rows,
        "sumas": sums,
        "barras": [mes for mes in meses if mes.periodo // 100 in anios],
        "antes": meses[0].periodo // 100 < anios[0],
    }


def _totals(ended: list[cifras.Mes]) -> dict[str, object]:
    """Of the months that are over; the official series is never empty."""
    return {
        "ultimo": ended[-1],
        "primero": ended[0].periodo,
        "quejas": sum(mes.quejas or 0 for mes in ended),
        "atenciones": sum(mes.atenciones or 0 for mes in ended),
        "cuantos": len(ended),
    }


def _running(known: list[cifras.Mes], now: datetime) -> cifras.Mes | None:
    return known[-1] if known[-1].periodo == period_of(now) and not known[-1].terminado else None


def _download(body: str, nombre: str) -> Response:
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{nombre}"'
    return response
