"""Supervision: the wordings of the error dictionary, with their history."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import supervisor, usuario
from portal.lotes.redacciones import PARTES, entries, in_force
from portal.novedades.diccionario import Entrada
from portal.revision.diccionario import entradas
from portal.soporte.atencion import nota
from portal.soporte.supervision import redactar
from portal.web import db, hoy, writing
from portal.web.request import whole

blueprint = Blueprint("textos", __name__)

MORE = 100  # characters that a field takes beyond its limit: what is too long is told so, not cut
MEANWHILE = "Otra persona cambió estos textos mientras usted escribía: compare con el historial y guarde otra vez"


@blueprint.get("/supervision/textos")
@supervisor
def lista() -> ResponseReturnValue:
    changed = in_force(db())
    return render_template(
        "textos/lista.html", entradas=entries(db()).values(), cambiados=changed, en_total=len(changed)
    )


@blueprint.get("/supervision/textos/<codigo>")
@supervisor
def texto(codigo: str) -> ResponseReturnValue:
    entrada = _entrada(codigo)
    given = redactar.current(db(), entrada.codigo)
    back = redactar.earlier(db(), entrada.codigo, whole(request.args, "desde"))
    if back:
        given |= dict([back])
    return _page(entrada, given, vuelve=redactar.NOMBRES[back[0]] if back else "")


@blueprint.post("/supervision/textos/<codigo>")
@supervisor
def cambiar(codigo: str) -> ResponseReturnValue:
    entrada = _entrada(codigo)
    given, motivo = redactar.tidy(request.form), nota.tidy(request.form.get("motivo", ""))
    if "ver" in request.form:
        wrong = redactar.text_faults(entrada.codigo, given)
        return Response(_page(entrada, given, wrong, motivo), 422 if wrong else 200)
    wrong = redactar.faults(entrada.codigo, given, motivo)
    if wrong:
        return Response(_page(entrada, given, wrong, motivo), 422)
    seen = whole(request.form, "visto")
    try:
        with writing() as session:
            changed = redactar.save(session, entrada.codigo, given, seen, motivo, usuario().cuenta_id, clock.now())
    except redactar.CambioEntretanto:
        return Response(_page(entrada, given, [("historial", MEANWHILE)], motivo), 409)
    flash(_told(entrada.codigo, changed))
    return redirect(f"/supervision/textos/{entrada.codigo}", 303)


def _told(codigo: str, changed: object) -> str:
    if not changed:
        return "Los textos ya eran esos: no se cambió nada."
    return f"Se guardó. Los textos nuevos de {codigo} se ven desde ahora en todo el portal."


def _entrada(codigo: str) -> Entrada:
    found = entradas().get(codigo)
    if found is None:
        abort(404)
    return found


def _page(
    entrada: Entrada,
    given: dict[str, str],
    errores: list[tuple[str, str]] | None = None,
    motivo: str = "",
    vuelve: str = "",
) -> str:
    codigo, datos = entrada.codigo, entrada.ejemplo(hoy()).datos
    historial = redactar.history(db(), codigo, whole(request.args, "antes"))
    words = redactar.worded(codigo, given)
    return render_template(
        "textos/texto.html",
        codigo=codigo,
        dado=given,
        errores=errores or [],
        motivo=motivo,
        vuelve=vuelve,
        partes=PARTES,
        nombres=redactar.NOMBRES,
        maximos={parte: most + MORE for parte, most in redactar.MAXIMOS.items()},
        huecos=redactar.holes(codigo),
        propio=redactar.own(codigo),
        vigente=redactar.current(db(), codigo),
        asi={parte: words.decir(getattr(words, parte), **datos) for parte in PARTES},
        historial=historial,
        antes=historial[-1].id if len(historial) == redactar.SHOWN else None,
        visto=redactar.last_id(db(), codigo),
    )
