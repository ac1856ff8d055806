"""Attentions: the end of a call in one click, calls without a code, and the queues of what is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock
from portal.access import personal, usuario
from portal.soporte.atencion import atenciones, cola_atenciones
from portal.soporte.atencion.atenciones import AtencionAjena, AtencionCerrada, MalEscrita
from portal.soporte.atencion.cola_atenciones import COLAS, Fila
from portal.soporte.llamada import llamadas
from portal.soporte.llamada.lotes import look
from portal.soporte.motivos import MOTIVOS, motivo_of
from portal.soporte.numeros import read, written
from portal.soporte.rastro.rastro_dicho import QUE
from portal.web import db, writing

blueprint = Blueprint("atenciones", __name__)
blueprint.add_app_template_global(MOTIVOS.items, "motivos_de_llamada")

#: queue → its name, in the order of the page
NAMES = {"abiertas": "Abiertas", "resueltas": "Resueltas hoy", "supervision": "En supervisión"}
LISTA = "/soporte/atenciones"
#: once a call is closed: where the next one begins
NEXT = "/soporte/llamada"
DICHO = {"resuelta": "resuelta", "abierta": "sigue abierta", "escalada": "pasa a supervisión"}
HECHO = {
    "resolver": "resuelta",
    "escalar": "pasa a supervisión",
    "tomar": "ahora es suya",
    "nota": "con su nota guardada",
}
Acto = Callable[[Session, int, int, "str | None", datetime], None]
ACTOS: dict[str, Acto] = {
    "resolver": atenciones.resolve,
    "escalar": atenciones.escalate,
    "tomar": lambda session, atencion_id, cuenta_id, _nota, now: atenciones.take(session, atencion_id, cuenta_id, now),
    "nota": atenciones.annotate,
}


@blueprint.get("/soporte/atenciones")
@personal
def lista() -> ResponseReturnValue:
    cola = request.args.get("cola", "abiertas")
    if cola not in COLAS or (cola == "supervision" and usuario().rol != "supervisor"):
        abort(404)
    asked = request.args.get("pagina", "1")
    pagina = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    found = cola_atenciones.queue(db(), cola, usuario().cuenta_id, clock.now(), pagina)
    return render_template(
        "atenciones/lista.html", cola=cola, colas=_queues(), pagina=found, puede=_may_act, ahora=clock.now()
    )


def _queues() -> list[tuple[str, str]]:
    """The queues of this visitor, each with its name."""
    return [(cola, name) for cola, name in NAMES.items() if cola != "supervision" or usuario().rol == "supervisor"]


@blueprint.get("/soporte/atenciones/nueva")
@personal
def nueva() -> ResponseReturnValue:
    return _form({"motivo": "llego"}, {})


@blueprint.post("/soporte/atenciones")
@personal
def registrar() -> ResponseReturnValue:
    given, wrong = _given(), {}
    seen = look(db(), given["lote"]) if given["lote"].strip() else None
    if given["lote"].strip() and seen is None:
        wrong["lote"] = "No hay un lote con ese número: repita los dígitos y el verificador, o déjelo vacío"
    if not wrong:
        try:
            with writing() as session:
                row_id = atenciones.record(
                    session,
                    usuario().cuenta_id,
                    clock.now(),
                    **_facts(given),
                    empleador_id=seen[1] if seen else None,
                    lote_id=seen[0] if seen else None,
                )
        except MalEscrita as bad:
            wrong[bad.campo] = bad.dicho
    if wrong:
        return Response(_form(given, wrong), 422)
    flash(f"Atención {written('A', row_id)} guardada: {DICHO[given['resultado']]}.")
    return redirect(NEXT, 303)


@blueprint.get("/soporte/atenciones/<numero>")
@personal
def atencion(numero: str) -> ResponseReturnValue:
    return _page(_found(numero))


@blueprint.post("/soporte/atenciones/<int:atencion>/cierre")
@personal
def cierre(atencion: int) -> ResponseReturnValue:
    fila = _found(written("A", atencion))
    given, now = _given(), clock.now()
    try:
        with writing() as session:
            llamada_id = atenciones.hang_up(session, atencion, usuario().cuenta_id, **_facts(given), now=now)
            if llamada_id is not None:
                llamadas.end(session, llamada_id, "agente", now)
    except MalEscrita as bad:
        return Response(_page(fila, given, {bad.campo: bad.dicho}), 422)
    except (AtencionAjena, AtencionCerrada) as late:
        flash(str(late))
        return redirect(f"{LISTA}/{fila.numero}", 303)
    lasted = cola_atenciones.minutes(fila.empezada_en, now) or 1
    minutos = "1 minuto" if lasted == 1 else f"{lasted} minutos"
    flash(f"Atención {fila.numero} guardada: {DICHO[given['resultado']]}, {minutos}.")
    return redirect(NEXT, 303)


@blueprint.post("/soporte/atenciones/<numero>/<any(resolver, escalar, tomar, nota):accion>")
@personal
def actuar(numero: str, accion: str) -> ResponseReturnValue:
    fila, nota = _found(numero), request.form.get("nota")
    try:
        with writing() as session:
            ACTOS[accion](session, fila.id, usuario().cuenta_id, nota, clock.now())
    except MalEscrita as bad:
        return Response(_page(fila, {"nota": nota or ""}, {bad.campo: bad.dicho}), 422)
    except (AtencionAjena, AtencionCerrada) as late:
        flash(str(late))
    else:
        flash(f"Atención {fila.numero}: {HECHO[accion]}.")
    return redirect(f"{LISTA}/{fila.numero}" if accion in ("nota", "tomar") else LISTA, 303)


def _given() -> dict[str, str]:
    """What was typed, as far as it may be shown again."""
    most = {"resultado": 20, "motivo": 40, "codigo": 40, "nota": 1000, "lote": 40}
    return {name: request.form.get(name, "")[:size].replace("\0", "") for name, size in most.items()}


def _facts(given: dict[str, str]) -> dict[str, str]:
    return {name: given[name] for name in ("resultado", "motivo", "codigo", "nota")}


def _found(numero: str) -> Fila:
    """The attention of a number as it is written; anything else is not there."""
    row_id = read("A", numero)
    if row_id is None or written("A", row_id) != numero:
        abort(404)
    fila = cola_atenciones.one(db(), row_id, clock.now())
    if fila is None:
        abort(404)
    return fila


def _may_act(fila: Fila) -> bool:
    """Whether this visit may act on it, as `atenciones.held_by` decides."""
    mine = fila.cuenta_id == usuario().cuenta_id and fila.estado != "escalada"
    return mine or usuario().rol == "supervisor"


def _may_take(fila: Fila) -> bool:
    """Whether this visit may take it over: it is somebody else's, not solved, and nobody talks about it now."""
    if fila.cuenta_id == usuario().cuenta_id or fila.estado == "resuelta" or fila.en_linea:
        return False
    return fila.estado != "escalada" or _may_act(fila)


def _page(fila: Fila, given: dict[str, str] | None = None, wrong: dict[str, str] | None = None) -> str:
    past = [(en, QUE.get(que, que), quien) for en, que, quien in cola_atenciones.history(db(), fila)]
    given = given or {"motivo": fila.motivo or motivo_of(fila.codigo), "codigo": fila.codigo or "", "nota": fila.nota}
    return render_template(
        "atenciones/atencion.html",
        fila=fila,
        dado=given,
        fallas=wrong or {},
        errores=list((wrong or {}).items()),
        historia=past,
        puede=_may_act(fila),
        mia=fila.cuenta_id == usuario().cuenta_id,
        puede_tomar=_may_take(fila),
    )


def _form(given: dict[str, str], wrong: dict[str, str]) -> str:
    return render_template("atenciones/nueva.html", dado=given, fallas=wrong, errores=list(wrong.items()))
