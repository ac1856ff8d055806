"""Complaints, for the staff: supervisors read and answer them; agents say how one stands."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import personal, supervisor, usuario
from portal.cuentas.signin import Problem
from portal.modelos import Queja
from portal.soporte import quejas
from portal.web import database, db, hoy
from portal.web.puerta.mirada import looks, only_for_a_look

blueprint = Blueprint("quejas_personal", __name__)
NO_NUMBER = "Ese número no es de una queja: repita los dígitos y el último"


@blueprint.get("/supervision/quejas")
@supervisor
def lista() -> ResponseReturnValue:
    only_for_a_look()
    asked = request.args.get("pagina", "1")
    numero = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    pagina = quejas.listed(db(), max(1, numero))
    if looks():
        quejas.note_list(database(), usuario().cuenta_id, clock.now())
    return render_template("quejas/lista.html", pagina=pagina, numero_de=quejas.numero, hoy=hoy())


@blueprint.get("/supervision/quejas/<numero>")
@supervisor
def queja(numero: str) -> ResponseReturnValue:
    only_for_a_look()
    found = _found(numero)
    page = _page(found)
    if looks():
        quejas.note_look(database(), found, "ve_queja", usuario().cuenta_id, clock.now())
    return page


@blueprint.post("/supervision/quejas/<numero>")
@supervisor
def responder(numero: str) -> ResponseReturnValue:
    found = _found(numero)
    respuesta = quejas.clean(request.form.get("respuesta", "")[:20_000])
    if found.respondida_en is None:
        if problems := quejas.answer_problems(respuesta):
            return Response(_page(found, respuesta, problems), 422)
        if quejas.answer(database(), found, respuesta, usuario().cuenta_id, clock.now()):
            flash(f"La respuesta a la queja {quejas.numero(found)} quedó guardada.")
            return redirect("/supervision/quejas", 303)
    return Response(_page(_found(numero), respuesta, tarde=True), 409)


@blueprint.get("/soporte/quejas")
@personal
def preguntar() -> ResponseReturnValue:
    return _state("", None)


@blueprint.post("/soporte/quejas")
@personal
def estado() -> ResponseReturnValue:
    typed = " ".join(quejas.clean(request.form.get("numero", "")[:40]).split())
    found = quejas.find(db(), typed)
    if found is None:
        return Response(_state(typed, None, NO_NUMBER), 422)
    quejas.note_look(database(), found, "estado_queja", usuario().cuenta_id, clock.now())
    return _state(quejas.numero(found), found)


def _found(numero: str) -> Queja:
    """The complaint of an address, re-read, because another supervisor may have answered meanwhile."""
    found = quejas.find(db(), numero)
    if found is None or quejas.numero(found) != numero:
        abort(404)
    db().refresh(found)
    return found


def _page(found: Queja, respuesta: str = "", problems: list[Problem] | None = None, tarde: bool = False) -> str:
    """`tarde`: somebody else answered first, and `respuesta` was not kept."""
    return render_template(
        "quejas/responder.html",
        queja=found,
        numero=quejas.numero(found),
        texto=quejas.shown(found),
        lote=quejas.lote_of(db(), found),
        respuesta=respuesta,
        tarde=tarde,
        errores=[(problem.field, problem.short) for problem in problems or []],
        detalles={problem.field: problem.long for problem in problems or []},
        hoy=hoy(),
    )


def _state(typed: str, found: Queja | None, error: str = "") -> str:
    return render_template(
        "quejas/estado.html",
        tecleado=typed,
        queja=found,
        errores=[("numero", error)] if error else [],
        error=f"{error}." if error else "",
        hoy=hoy(),
    )
