"""Which column is which: asked where a sheet does not say it, and where somebody disagrees with how it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import empleador, lote_or_404, mi_empleador, usuario
from portal.cuentas.empleadores import may_send
from portal.historia.sucursal import sucursales_of
from portal.lotes.entrada import columnas
from portal.lotes.vista.hoja.columnas import PaginaDeColumnas, page_of
from portal.modelos import Lote
from portal.novedades import Novedad, todas
from portal.revision.columnas import MOST_COLUMNS, OF_ALL, answer, known_of_all
from portal.revision.plan import plan
from portal.ventanilla import check_again
from portal.web import db, hoy, writing
from portal.web.filters import MONTH_NAMES

blueprint = Blueprint("columnas", __name__)

#: field → the shape of what may be given for all lines, and what is said of anything else
GIVEN = {
    "anio": (r"20[0-9]{2}", "Escriba el año con cuatro cifras, por ejemplo 2026"),
    "mes": (r"0?[1-9]|1[0-2]", "Elija el mes"),
    "sucursal": (r"[0-9]{1,4}", "Elija la sucursal"),
}
MONTHS = [("", "Elija el mes"), *((f"{n:02d}", name.capitalize()) for n, name in enumerate(MONTH_NAMES, 1))]
STANDS = "Este mismo archivo ya está en este lote. Nada se registra dos veces. Lo que dijo vale para el próximo."
FORGOTTEN = "Lo que se dijo de archivos como este ya no se usa. La próxima vez le preguntaremos otra vez."


@blueprint.get("/lotes/<numero>/columnas")
@empleador
def preguntar(numero: str) -> ResponseReturnValue:
    lote = _asked_or_404(numero)
    chosen = {place: name for name, place in (lote.pregunta or {})["columnas"].items()}
    dados = {name: value for name, value in (lote.lectura or {}).get("dados", {}).items() if name in OF_ALL}
    return _page(lote, chosen, {"anio": str(hoy().year), **dados}, [])


@blueprint.post("/lotes/<numero>/columnas")
@empleador
def responder(numero: str) -> ResponseReturnValue:
    lote = _asked_or_404(numero)
    if "olvidar" in request.form:
        with writing() as session:
            columnas.forget(session, lote)
        flash(FORGOTTEN)
        return redirect(f"/lotes/{numero}/columnas", 303)
    nov, chosen = todas()[lote.movimiento], _chosen(lote)
    dados, wrong = _given()
    found, missing = answer(nov, chosen, dados, _known(nov))
    if errores := _about_given(wrong, found) + [(_place_of(field), why) for field, why in missing]:
        return _page(lote, chosen, dados, errores)
    with writing() as session:
        columnas.remember(session, lote, found, usuario().cuenta_id, clock.now())
    values = {name: value for name, value in dados.items() if name not in found}
    recibo = check_again(lote, lote.movimiento, {"columnas": found, "dados": values})
    if not recibo.nuevo:
        flash(STANDS)
    return redirect(f"/lotes/{recibo.numero}", 303)


def _asked_or_404(numero: str) -> Lote:
    lote = lote_or_404(numero)
    if not lote.pregunta or not may_send(usuario(), lote.movimiento):
        abort(404)
    return lote


def _known(nov: Novedad) -> dict[str, str]:
    return known_of_all(nov, mi_empleador().ruc, list(sucursales_of(db(), mi_empleador().id)))


def _chosen(lote: Lote) -> dict[int, str]:
    """Column (from 0) → field, of the columns that are used."""
    names = plan(todas()[lote.movimiento]).nombres
    asked = range(min((lote.pregunta or {})["ancho"], MOST_COLUMNS))
    given = {place: request.form.get(f"columna-{place + 1}", "") for place in asked}
    return {place: name for place, name in given.items() if name and name in names}


def _given() -> tuple[dict[str, str], dict[str, str]]:
    """What was given for all lines, as lines have it; and field → what is wrong with it."""
    dados: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, (pattern, why) in GIVEN.items():
        typed = request.form.get(name, "").strip()
        if typed and not re.fullmatch(pattern, typed):
            wrong[name] = why
        elif typed:
            dados[name] = typed.zfill({"mes": 2, "sucursal": 4}.get(name, 0))
    return dados, wrong


def _place_of(field: str) -> str:
    """Where on the page something is to be said of a field."""
    return field if field in OF_ALL or field.startswith("columna-") else "columna-1"


def _about_given(wrong: Mapping[str, str], found: Mapping[str, int]) -> list[tuple[str, str]]:
    """What is wrong with values for all lines, where a column does not say it anyway."""
    return [(name, why) for name, why in wrong.items() if name not in found]


def _branches() -> list[tuple[str, str]]:
    mine = sucursales_of(db(), mi_empleador().id)
    return [
        ("", "Elija la sucursal"),
        *((f"{codigo:04d}", f"{codigo:04d} {nombre}") for codigo, nombre in mine.items()),
    ]


def _remembered(lote: Lote) -> bool:
    return columnas.is_remembered(db(), lote)


def _page(lote: Lote, chosen: Mapping[int, str], dados: Mapping[str, str], errores: list[tuple[str, str]]) -> Response:
    nov = todas()[lote.movimiento]
    pagina: PaginaDeColumnas = page_of(lote, nov, chosen, dados, _known(nov))
    context: dict[str, Any] = {"lote": lote, "nov": nov, "pagina": pagina, "errores": errores}
    page = render_template(
        "lotes/columnas.html", sucursales=_branches(), meses=MONTHS, recordado=_remembered(lote), **context
    )
    return Response(page, 422 if errores else 200)
