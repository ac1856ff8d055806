"""What a lote gives back: the original, the lines in error, the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.access import empleador, lote_or_404, mi_ambito
from portal.files.written.workbook import errors_xlsx
from portal.files.written.writer import errors_txt
from portal.lotes import storage
from portal.lotes.efectos_dichos import by_period, effects, unit
from portal.lotes.vista import anulaciones, resultado
from portal.lotes.vista.errores import columns_of, lines_in_error
from portal.lotes.vista.lineas import fact_of, registered_lines
from portal.lotes.vista.pagina import PaginaDeLote
from portal.modelos import Lote
from portal.novedades import todas
from portal.revision.plan import plan
from portal.web import config, database, db
from portal.web.request import from_outside

blueprint = Blueprint("descargas", __name__)

LISTED_ON_RECEIPT = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _download(body: bytes | Iterator[bytes], nombre: str, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(nombre)}"
    return response


@blueprint.get("/lotes/<numero>/original")
@empleador
def original(numero: str) -> ResponseReturnValue:
    lote = lote_or_404(numero)
    response = _download(storage.pieces(database(), lote.archivo_id), lote.archivo.nombre, "application/octet-stream")
    response.content_length = lote.archivo.bytes
    return response


def _with_errors(numero: str) -> Lote:
    lote = lote_or_404(numero)
    if not lote.con_error or lote.estado not in ("revisado", "registrando", "registrado", "desistido", "anulado"):
        abort(404)
    return lote


@blueprint.get("/lotes/<numero>/errores.txt")
@empleador
def errores_txt(numero: str) -> ResponseReturnValue:
    lote = _with_errors(numero)
    nov, rows = lines_in_error(database(), config(), lote.id)
    body = errors_txt(plan(nov).nombres, ((fields, causa, arreglo) for fields, causa, arreglo, _ in rows), numero)
    return _download(body, f"{numero}-errores.txt", "text/plain")


@blueprint.get("/lotes/<numero>/errores.xlsx")
@empleador
def errores_xlsx(numero: str) -> ResponseReturnValue:
    lote = _with_errors(numero)
    nov, rows = lines_in_error(database(), config(), lote.id)
    return _download(errors_xlsx(columns_of(nov), rows, numero), f"{numero}-errores.xlsx", XLSX)


@blueprint.get("/lotes/<numero>/comprobante")
@empleador
def comprobante(numero: str) -> ResponseReturnValue:
    lote = lote_or_404(numero)
    if lote.estado not in ("registrado", "anulado"):
        abort(404)
    nov = todas()[lote.movimiento]
    return render_template(
        "lotes/comprobante.html",
        pagina=PaginaDeLote(
            lote=lote,
            nov=nov,
            momentos={},
            efectos=effects(nov, lote.efectos, done=True, ambito=mi_ambito()),
            periodos=by_period(nov, lote.efectos),
            reparaciones=resultado.repairs(lote),
        ),
        seguir=from_outside(url_for("seguimiento.estado", token=lote.seguimiento)),
        unidad=unit(nov),
        datos=fact_of,
        anulaciones=[a for a in anulaciones.of_lote(db(), lote) if a.anuladas],
        lineas=registered_lines(db(), lote, LISTED_ON_RECEIPT),
        en_lista=LISTED_ON_RECEIPT,
    )
