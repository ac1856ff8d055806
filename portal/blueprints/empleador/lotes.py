"""My lotes; one lote, live; the decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal import clock
from portal.access import empleador, lote_or_404, mi_ambito, usuario
from portal.cuentas.empleadores import may_send
from portal.jobs import bell_in_turn
from portal.lotes.efectos_dichos import by_period, effects, unit
from portal.lotes.trabajo import a_mano
from portal.lotes.trabajo.decide import NoSeRegistra, decide
from portal.lotes.vista import anulaciones, lineas, resultado
from portal.lotes.vista.comparacion import comparison
from portal.lotes.vista.consulta import (
    EN_ESPERA,
    ahead_in_queue,
    checked_again_as,
    earlier_undecided,
    list_lotes,
    mending,
    to_mend,
)
from portal.lotes.vista.pagina import PaginaDeLote
from portal.modelos import Lote
from portal.modelos.lote import ESTADOS
from portal.novedades import todas
from portal.revision.diccionario import entradas
from portal.ventanilla import cannot_send, check_again
from portal.web import config, database, db
from portal.web.guia import PACE, guia
from portal.web.momento import wait_a_moment
from portal.web.request import LAST_LINE, LAST_PAGE, from_outside, whole
from portal.web.seguridad import suceso

blueprint = Blueprint("lotes", __name__)

#: states in which what the check found is shown
CHECKED = ("revisado", "registrando", "registrado", "desistido", "anulado")
ANNULMENTS = 20  # on the page of their lote
IN_A_CALL = "-g"
OTHER_MOVEMENT = "ARC-06"  # the file is of another one
FASTER = ("500ms", "1s")
CHOOSE = "Elija registrar las líneas correctas o desistir del lote."
NOT_TO_REGISTER = "No registramos nada: este lote no se puede registrar. Aquí le decimos por qué y qué hacer."
NOTHING_TO_REGISTER = "Este lote no tiene líneas correctas: no hay nada que registrar. Corrija las líneas y envíelas."


class Paged(Protocol):
    """A page of a list."""

    @property
    def numero(self) -> int: ...
    @property
    def paginas(self) -> int: ...


Page = TypeVar("Page", bound=Paged)


def _page_asked_for(fetch: Callable[[int], Page]) -> Page:
    """The page that the address names; past the end, the last one."""
    pagina = fetch(whole(request.args, "pagina", 1, 1, LAST_PAGE))
    return pagina if pagina.numero <= pagina.paginas else fetch(pagina.paginas)


@blueprint.get("/lotes")
@empleador
def lista() -> ResponseReturnValue:
    movimiento, estado = request.args.get("movimiento", ""), request.args.get("estado", "")
    movimiento = movimiento if movimiento in todas() else ""
    estado = estado if estado in ESTADOS else ""
    pagina = _page_asked_for(lambda n: list_lotes(db(), mi_ambito(), movimiento, estado, n))
    return render_template(
        "lotes/lista.html",
        pagina=pagina,
        por_corregir=to_mend(db(), pagina.filas),
        novedades=todas(),
        movimiento=movimiento,
        estado=estado,
        estados=ESTADOS,
    )


@blueprint.get("/lotes/<numero>")
@empleador
def lote(numero: str) -> ResponseReturnValue:
    found = lote_or_404(numero)
    seguir = from_outside(url_for("seguimiento.estado", token=found.seguimiento))
    return render_template("lotes/lote.html", sondea=resultado.polls(found), seguir=seguir, **_context(found))


@blueprint.get("/lotes/<numero>/avance")
@empleador
def avance(numero: str) -> ResponseReturnValue:
    """The live fragment: 204 when nothing changed since `v`."""
    found = lote_or_404(numero)
    if request.args.get("v") == _version(found, clock.now(), _ahead(found)):
        return "", 204
    return render_template("lotes/_avance.html", **_context(found))


def _version(found: Lote, now: datetime, ahead: int) -> str:
    """Changes when the page has something new to show: of the lote, or of a guided call."""
    call = guia()
    return resultado.version(found, now, ahead) + (f"{IN_A_CALL}{call.version}" if call else "")


def _pace(found: Lote, now: datetime) -> str:
    """The polling interval: in a guided call never longer than on the caller's other pages."""
    often = resultado.pace(found, now)
    return PACE if guia() and (often not in FASTER or not resultado.polls(found)) else often


def _ahead(found: Lote) -> int:
    """How many files wait before this one, while it waits itself."""
    return ahead_in_queue(db(), found) if found.estado in EN_ESPERA else 0


def _context(found: Lote) -> dict[str, Any]:
    """The page of the lote, and how it is watched."""
    now, ahead = clock.now(), _ahead(found)
    mended, later = mending(db(), found)
    annulled = anulaciones.of_lote(db(), found)
    return {
        "pagina": _page(found, now, ahead),
        "paso": _pace(found, now),
        "version": _version(found, now, ahead),
        "termino_la_guia": IN_A_CALL in request.args.get("v", "") and guia() is None,
        "sondeo": resultado.polls(found),
        "se_registra_solo": found.registrar_automaticamente and not a_mano.always(todas()[found.movimiento]),
        "corrige": mended,
        "corregido_en": later,
        "cada": request.args.get("cada") == "30",
        "anulaciones": annulled[:ANNULMENTS],
        "anulaciones_en_total": len(annulled) if len(annulled) > ANNULMENTS else 0,
        "lineas_de": anulaciones.told_spans,
    }


def _page(found: Lote, now: datetime, ahead: int) -> PaginaDeLote:
    call, moments = guia(), resultado.moments(db(), found)
    return PaginaDeLote(
        lote=found,
        nov=todas()[found.movimiento],
        momentos=moments,
        puede_decidir=may_send(usuario(), found.movimiento),
        por_corregir=to_mend(db(), [found]).get(found.id, 0),
        delante=ahead,
        falta=resultado.remaining(found, moments.get("revisando"), now),
        reparos=a_mano.said(found) if found.estado == "revisado" else (),
        otra_vez=checked_again_as(db(), found) if found.estado in ("desistido", "anulado") else None,
        antes=_may_depend_on(found),
        senalada=call.linea if call else 0,
        **_refusal(found),
        **_findings(found),
        **_consequences(found),
    )


def _refusal(found: Lote) -> dict[str, Any]:
    """Why the whole file was refused, and as what movement it may be opened."""
    fault = resultado.fault(db(), found)
    other = todas().get(str(fault.datos.get("otro"))) if fault and fault.codigo == OTHER_MOVEMENT else None
    forbidden = cannot_send(other.codigo) if other and not may_send(usuario(), other.codigo) else ""
    return {"falla": fault, "abrirlo_como": other, "no_puede": forbidden}


def _findings(found: Lote) -> dict[str, Any]:
    """What the check had to say, by code."""
    if found.estado not in CHECKED:
        return {}
    said_with_effects = resultado.MSU_FALLS if (found.efectos or {}).get("bajan_mucho") else None
    avisos = resultado.groups(db(), found, "aviso")
    return {
        "errores": resultado.groups(db(), found, "error"),
        "avisos": avisos,
        "avisos_aparte": [g for g in avisos if g.explicacion.codigo != said_with_effects],
        "notas": resultado.groups(db(), found, "nota"),
        "reparaciones": resultado.repairs(found),
    }


def _consequences(found: Lote) -> dict[str, Any]:
    """What registering would do, beside the last time, or did."""
    nov = todas()[found.movimiento]
    return {
        "efectos": effects(nov, found.efectos, done=found.estado == "registrado", ambito=mi_ambito()),
        "periodos": by_period(nov, found.efectos),
        "comparacion": comparison(db(), found) if found.estado == "revisado" else None,
    }


def _may_depend_on(found: Lote) -> Sequence[Lote]:
    """Lotes sent before whose decision may put right what the history is to blame for here."""
    if found.estado == "revisado" and resultado.blames_history(found):
        return earlier_undecided(db(), found, mi_ambito())
    return ()


@blueprint.get("/lotes/<numero>/lineas")
@empleador
def ver_lineas(numero: str) -> ResponseReturnValue:
    found = lote_or_404(numero)
    estado, codigo = request.args.get("estado") or _list_asked_for(found), request.args.get("codigo", "")
    if estado not in lineas.ESTADOS or (codigo and codigo not in entradas()):
        abort(404)
    pagina = _lines_asked_for(found, estado, codigo)
    codigos = {g.explicacion.codigo: g.lineas for g in resultado.groups(db(), found, estado)}
    return render_template(
        "lotes/lineas.html",
        lote=found,
        nov=todas()[found.movimiento],
        pagina=pagina,
        codigos=codigos if len(codigos) > 1 else {},
        titulos=lineas.ESTADOS,
        bajar=lineas.to_download(found),
        marcada=_line_asked_for(),
        unidad=unit(todas()[found.movimiento]),
        datos=lineas.fact_of,
        puede_anular=found.estado == "registrado" and may_send(usuario(), found.movimiento),
    )


def _list_asked_for(found: Lote) -> str:
    """When the address names none: that of the line it names, or that is pointed at; else that of errors."""
    linea = _line_asked_for()
    return lineas.list_with(db(), found, linea) if linea else "error"


def _line_asked_for() -> int:
    """The line that the address names, or the agent on the phone points at; 0 for none."""
    call = guia()
    pointed = call.linea if call and call.lote == (request.view_args or {}).get("numero") else 0
    return whole(request.args, "linea", pointed, most=LAST_LINE)


def _lines_asked_for(found: Lote, estado: str, codigo: str) -> lineas.PaginaLineas:
    linea = _line_asked_for()
    if linea and "pagina" not in request.args:
        page = lineas.page_with(db(), found, estado, codigo, linea)
        pagina = lineas.lines_page(db(), found, estado, codigo, page)
        if pagina.numero <= pagina.paginas:
            return pagina
    return _page_asked_for(lambda n: lineas.lines_page(db(), found, estado, codigo, n))


@blueprint.post("/lotes/<numero>/decision")
@empleador
def decision(numero: str) -> ResponseReturnValue:
    found = lote_or_404(numero)
    wanted = request.form.get("decision", "")
    if not may_send(usuario(), found.movimiento):
        abort(404)
    try:
        first = decide(database(), found.id, wanted, usuario().cuenta_id, clock.now())
    except NoSeRegistra:
        flash(NOT_TO_REGISTER)
        return redirect(f"/lotes/{numero}", 303)
    except ValueError:
        flash(NOTHING_TO_REGISTER if wanted == "registrar" else CHOOSE)
        return redirect(f"/lotes/{numero}", 303)
    if not first:
        flash("Este lote ya estaba decidido. Esto es lo que quedó.")
    elif wanted == "registrar":
        _ring_to_register(found.id, found.archivo.bytes)
    return redirect(f"/lotes/{numero}", 303)


def _ring_to_register(lote_id: int, size: int) -> None:
    """Of a small file the next page often says already what was registered."""
    ring = bell_in_turn(current_app.extensions["portal_cola"], config(), database())
    estado = select(Lote.estado).where(Lote.id == lote_id)
    if ring("register", lote_id, size) and size <= config().archivo_grande:
        wait_a_moment(lambda session: session.scalar(estado) != "registrando")


@blueprint.post("/lotes/<numero>/revisar")
@empleador
def revisar_de_nuevo(numero: str) -> ResponseReturnValue:
    """A new lote of the same file, for one that registered nothing or is not decided; also as another movement."""
    found = lote_or_404(numero)
    movimiento = request.form.get("movimiento", found.movimiento)
    if movimiento not in todas():
        abort(404)
    if not may_send(usuario(), movimiento):
        suceso("negado", motivo="movimiento")
        flash(cannot_send(movimiento))
        return redirect(f"/lotes/{numero}", 303)
    recibo = check_again(found, movimiento)
    if not recibo.nuevo and recibo.numero != numero:
        flash("Este mismo archivo ya está en este lote. Nada se registra dos veces.")
    return redirect(f"/lotes/{recibo.numero}", 303)
