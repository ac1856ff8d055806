"""Annulling a registered lote or some of its lines: what it would do, asking for it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.access import empleador, lote_or_404, mi_ambito, usuario
from portal.cuentas.empleadores import may_send
from portal.jobs import bell_in_turn
from portal.lotes.efectos_dichos import by_period, count, number, undone
from portal.lotes.numeros import is_number
from portal.lotes.spans import lines_of, read_lines, spans_of, write_lines
from portal.lotes.trabajo import annul
from portal.lotes.trabajo.annul import Alcance, AnnulRefused, Pedido
from portal.lotes.trabajo.sweeper import mark_called
from portal.lotes.vista import anulaciones, resultado
from portal.lotes.vista.anulaciones import Anteriores
from portal.modelos import Anulacion, Lote
from portal.novedades import todas
from portal.web import config, database, db, hoy
from portal.web.momento import wait_a_moment

blueprint = Blueprint("anulaciones", __name__)

IN_COURSE = "Este lote ya tiene una anulación en curso: es esta. Cuando termine puede pedir otra."


@dataclass(frozen=True)
class Formulario:
    """What a person asked for, as typed."""

    texto: str
    alcance: str
    motivo: str


@dataclass
class Vista:
    """What annulling that would do; or why it cannot be, with the field that is to blame."""

    lineas: Sequence[int] | None = None
    alcance: Alcance | None = None
    antes: Anteriores = field(default_factory=Anteriores)
    libres: list[int] = field(default_factory=list)
    errores: list[tuple[str, str]] = field(default_factory=list)

    @property
    def que(self) -> str:
        """What the page is about, before the number of the lote."""
        return f"Anular {count(len(self.lineas), 'línea', 'líneas')} del lote " if self.lineas else "Anular el lote "

    @property
    def dependen_de(self) -> str:
        """On which lines the other ones depend."""
        return "esta línea" if self.alcance and self.alcance.lineas == 1 else "estas"

    @property
    def anular_las_otras(self) -> str:
        """The words of the link to what nothing forbids."""
        if len(self.libres) == 1:
            return "Anular la otra línea"
        return f"Anular las otras {number(len(self.libres))} líneas"

    @property
    def se_anula(self) -> str:
        """How much is annulled, and which lines."""
        if self.alcance is None:
            return ""
        many = "Se anula 1 línea" if self.alcance.lineas == 1 else f"Se anulan {number(self.alcance.lineas)} líneas"
        if not self.lineas:
            return f"{many}: todo lo que queda registrado de este lote"
        return f"{many}: {'la ' if len(self.lineas) == 1 else ''}{anulaciones.told(self.lineas)}"


@blueprint.get("/lotes/<numero>/anulacion")
@empleador
def pedir(numero: str) -> ResponseReturnValue:
    lote = _mine_to_annul(numero)
    if elsewhere := _nothing_to_ask(lote):
        return elsewhere
    pedido = _read_form(request.args)
    vista = _look(lote, pedido)
    return _page(lote, pedido, vista, 422 if vista.errores else 200)


@blueprint.post("/lotes/<numero>/anulacion")
@empleador
def anular(numero: str) -> ResponseReturnValue:
    lote = _mine_to_annul(numero)
    if elsewhere := _nothing_to_ask(lote):
        return elsewhere
    pedido = _read_form(request.form)
    vista = _look(lote, pedido)
    if "ver" in request.form:
        return _page(lote, pedido, vista, 422 if vista.errores else 200)
    if not annul.MOTIVO_MINIMO <= len(" ".join(pedido.motivo.split())) <= annul.MOTIVO_MAXIMO:
        span = f"de {annul.MOTIVO_MINIMO} a {annul.MOTIVO_MAXIMO} caracteres"
        vista.errores.append(("motivo", f"Escriba por qué se anula, {span}"))
    if vista.antes:
        vista.errores.append(("antes", "Antes hay que anular otras líneas"))
    return _page(lote, pedido, vista, 422) if vista.errores else _ask(lote, pedido, vista)


@blueprint.get("/anulaciones/<numero>")
@empleador
def anulacion(numero: str) -> ResponseReturnValue:
    found = _annulment_or_404(numero)
    return render_template("anulaciones/anulacion.html", sondea=resultado.polls(found), **_context(found))


@blueprint.get("/anulaciones/<numero>/avance")
@empleador
def avance(numero: str) -> ResponseReturnValue:
    """The live fragment: 204 when nothing changed since `v`."""
    found = _annulment_or_404(numero)
    if request.args.get("v") == resultado.version(found, clock.now()):
        return "", 204
    return render_template("anulaciones/_avance.html", **_context(found))


def _mine_to_annul(numero: str) -> Lote:
    lote = lote_or_404(numero)
    if not may_send(usuario(), lote.movimiento):
        abort(404)
    return lote


def _nothing_to_ask(lote: Lote) -> ResponseReturnValue | None:
    """To where it is said, when an annulment is under way or there is nothing to annul."""
    if waiting := annul.pending(db(), lote.id):
        flash(IN_COURSE)
        return redirect(f"/anulaciones/{waiting.numero}", 303)
    if lote.estado == "registrado" and lote.registradas > lote.anuladas:
        return None
    flash("Este lote ya está anulado." if lote.anuladas else "Este lote no tiene líneas registradas que anular.")
    return redirect(f"/lotes/{lote.numero}", 303)


def _read_form(given: MultiDict[str, str]) -> Formulario:
    """`lineas` as text and `linea` from check boxes, both any number of times."""
    parts = [part.strip() for part in given.getlist("lineas") if part.strip()]
    texto = ", ".join(parts + ([_tidy(given.getlist("linea"))] if "linea" in given else []))
    return Formulario(texto, "algunas" if texto else given.get("alcance", "todo"), given.get("motivo", ""))


def _tidy(marked: list[str]) -> str:
    numbers = [int(one) for one in marked if one.isascii() and one.isdigit() and len(one) < 10]
    return write_lines(spans_of(numbers)) if len(numbers) == len(marked) else ", ".join(marked)


def _look(lote: Lote, pedido: Formulario) -> Vista:
    """Lines that are typed count, whatever else was chosen: what is left over can be annulled afterwards."""
    vista = Vista()
    try:
        vista.lineas = read_lines(pedido.texto, lote.leidas or 0) or None
        if vista.lineas is None and (pedido.texto or pedido.alcance == "algunas"):
            vista.errores.append(("lineas", "Escriba qué líneas se anulan, por ejemplo 3, 7-12"))
            return vista
        vista.alcance = annul.scope(db(), lote, vista.lineas)
    except ValueError as wrong:
        part = str(wrong) if len(str(wrong)) <= 40 else f"{str(wrong)[:40]}…"
        vista.errores.append(("lineas", f"«{part}» no es una línea de este lote: van números de 1 a {lote.leidas}"))
    except AnnulRefused as refused:
        why = anulaciones.why_not(db(), lote, refused.lineas) or ["Ya no queda nada que anular"]
        vista.errores.extend(("lineas", one) for one in why)
    if vista.alcance and vista.alcance.impide:
        vista.antes = anulaciones.first_to_annul(db(), [vars(one) for one in vista.alcance.impide], mi_ambito())
        vista.libres = anulaciones.free_lines(db(), lote, vista.lineas)
    return vista


def _ask(lote: Lote, pedido: Formulario, vista: Vista) -> ResponseReturnValue:
    now = clock.now()
    try:
        asked = Pedido(lote.id, usuario().cuenta_id, pedido.motivo, vista.lineas)
        found = annul.ask(database(), asked, hoy(), now)
    except AnnulRefused:  # another transaction was first: the page says what changed
        return redirect(f"/lotes/{lote.numero}/anulacion", 303)
    if found.pedida_en != now:
        flash(IN_COURSE)
    elif bell_in_turn(current_app.extensions["portal_cola"], config(), database())("annul", found.id, 0):
        mark_called(database(), found.id, now)
        wait_a_moment(lambda session: session.get_one(Anulacion, found.id).estado != "pedida")
    return redirect(f"/anulaciones/{found.numero}", 303)


def _page(lote: Lote, pedido: Formulario, vista: Vista, status: int) -> ResponseReturnValue:
    nov, alcance = todas()[lote.movimiento], vista.alcance
    efectos = {"lineas": alcance.lineas, "suma": alcance.suma, "periodos": alcance.periodos} if alcance else None
    page = render_template(
        "anulaciones/pedir.html",
        lote=lote,
        nov=nov,
        novedades=todas(),
        pedido=pedido,
        vista=vista,
        efectos=undone(nov, efectos, done=False, ambito=mi_ambito()),
        periodos=by_period(nov, efectos),
        libres=anulaciones.in_address(vista.libres),
        puede=lambda movimiento: may_send(usuario(), movimiento),
        errores=vista.errores,
    )
    return Response(page, status)


def _annulment_or_404(numero: str) -> Anulacion:
    found = anulaciones.find(db(), numero, mi_ambito()) if is_number(numero) else None
    if found is None:
        abort(404)
    return found


def _context(found: Anulacion) -> dict[str, Any]:
    now, nov = clock.now(), todas()[found.lote.movimiento]
    return {
        "anulacion": found,
        "lote": found.lote,
        "nov": nov,
        "novedades": todas(),
        "paso": resultado.pace(found, now),
        "version": resultado.version(found, now),
        "sondeo": resultado.polls(found),
        "lineas": anulaciones.told_spans(found.lineas) if found.lineas else "",
        "efectos": undone(nov, found.efectos, done=True, ambito=mi_ambito()),
        "periodos": by_period(nov, found.efectos),
        "antes": anulaciones.first_to_annul(db(), found.impide or [], mi_ambito()),
        "otra_vez": anulaciones.in_address(lines_of(found.lineas) or []),
        "puede": lambda movimiento: may_send(usuario(), movimiento),
    }
