"""Support: a lote by its number."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import personal, usuario
from portal.lotes.numeros import tidy
from portal.soporte.llamada.lotes import look, seen_just_now, write_down
from portal.soporte.motivos import MOTIVOS
from portal.soporte.rastro import rastro
from portal.web import db, writing
from portal.web.puerta.mirada import looks, only_for_a_look

blueprint = Blueprint("soporte", __name__)

#: the reason that is chosen when the form opens, and the one of who comes to a lote's address without saying why
LIKELY, UNTOLD = "llego", "otra"


@blueprint.get("/soporte")
@personal
def inicio() -> ResponseReturnValue:
    return _form({}, "", LIKELY)


@blueprint.post("/soporte")
@personal
def buscar() -> ResponseReturnValue:
    given = "".join(c for c in request.form.get("numero", "") if c.isprintable())
    motivo, numero = request.form.get("motivo", LIKELY), tidy(given)
    wrong = {}
    if numero is None:
        wrong["numero"] = "Ese número no es de un lote: repita los dígitos y el verificador"
    elif look(db(), numero) is None:
        wrong["numero"] = "No hay un lote con ese número"
    if motivo not in MOTIVOS:
        wrong["motivo"] = "Elija por qué llama la persona"
    if wrong:
        return Response(_form(wrong, numero or given, motivo), 422)
    return redirect(f"/soporte/lotes/{numero}?motivo={motivo}", 303)


@blueprint.get("/soporte/lotes/<numero>")
@personal
def lote(numero: str) -> ResponseReturnValue:
    only_for_a_look()
    found = look(db(), numero)
    if found is None:
        abort(404)
    lote_id, empleador_id, seen = found
    motivo = request.args.get("motivo", UNTOLD)
    motivo = motivo if motivo in MOTIVOS else UNTOLD
    _look_once(lote_id, empleador_id, motivo)
    return render_template("soporte/lote.html", lote=seen, motivo=motivo)


def _look_once(lote_id: int, empleador_id: int, motivo: str) -> None:
    """Records the look; not again when the page is only reloaded, nor twice for concurrent requests."""
    cuenta_id, now = usuario().cuenta_id, clock.now()
    if looks() and not seen_just_now(db(), cuenta_id, lote_id, motivo, now):
        with writing() as session:
            rastro.one_at_a_time(session)
            if not seen_just_now(session, cuenta_id, lote_id, motivo, now):
                write_down(session, cuenta_id, lote_id, empleador_id, motivo, now)


def _form(wrong: dict[str, str], numero: str, motivo: str) -> str:
    return render_template(
        "soporte/inicio.html",
        errores=list(wrong.items()),
        fallas=wrong,
        numero=numero[:20],
        motivo=motivo if motivo in MOTIVOS else LIKELY,
        motivos=list(MOTIVOS.items()),
    )
