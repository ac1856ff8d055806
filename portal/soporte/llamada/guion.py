"""What an agent says to the caller, and the steps to dictate: from the dictionary's own texts, as one says them.

Nothing of a worker is read aloud but the last four digits of a number that is wrong. Where a value is hidden from the
agent, the sentence goes without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.files.explain import Explicacion
from portal.lotes.vista import resultado
from portal.lotes.vista.consulta import earlier_undecided
from portal.lotes.vista.estado_dicho import sentence
from portal.lotes.vista.problema_dicho import Dicho, Vista, explanation, hide_ids, say
from portal.modelos import Lote, Problema
from portal.novedades import Novedad, todas
from portal.novedades.diccionario import about_field, field_name
from portal.revision.diccionario import entradas
from portal.revision.plan import plan
from portal.soporte.llamada import pasos, respuestas
from portal.soporte.llamada.comparado import Cambios as Cambios
from portal.soporte.llamada.comparado import Causa as Causa
from portal.soporte.llamada.comparado import changes_since_good as changes_since_good
from portal.soporte.llamada.comparado import frequent_causes as frequent_causes
from portal.soporte.llamada.por_telefono import (
    HIDDEN,
    closed,
    last_digits,
    lower_first,
    sentences,
    so_many_lines,
    spoken,
    without_holes,
)
from portal.soporte.motivos import motivo_of, motivo_of_state

_IDS = ("cedula",)
_VALUES = ("valor", "registrado")
#: states in which what is wrong with the lines is what a call is about
_WITH_FINDINGS = ("revisado", "registrado")


@dataclass(frozen=True)
class Guion:
    """`codigo`: the problem it is about; None: the state of the lote. `motivo`: a key of `motivos.MOTIVOS`. `frases`:
    to say, the main one first. `si`: (what the caller may answer, what to say then). `pasos`: to dictate, in order,
    buttons in «» as the caller's page shows them. `linea`, `campo`: what is worth pointing at, as in `Problema`."""

    codigo: str | None
    motivo: str
    frases: tuple[str, ...]
    si: tuple[tuple[str, str], ...]
    pasos: tuple[str, ...]
    linea: int | None = None
    campo: str | None = None


def guion(session: Session, lote: Lote, codigo: str | None = None, vista: Vista = Vista.AJENA) -> Guion:
    """What to say of a problem of that lote; without `codigo`, of its most frequent error, else of its state."""
    fault = resultado.fault(session, lote)
    if fault:
        said = closed(hide_ids(fault.telefono()))
        steps = pasos.of_file(fault.codigo, todas()[lote.movimiento], fault.datos)
        return Guion(fault.codigo, motivo_of(fault.codigo), (said,), respuestas.answers(fault.codigo), steps)
    chosen = codigo or (_most_frequent(session, lote) if lote.estado in _WITH_FINDINGS else None)
    if chosen in (lote.por_codigo or {}):
        first = session.scalar(
            select(Problema).where(Problema.lote_id == lote.id, Problema.codigo == chosen).order_by(Problema.linea)
            .limit(1)
        )  # fmt: skip
        if first:
            return _of_problem(session, lote, first, vista)
    if codigo in entradas():
        return general(session, str(codigo))
    return _of_state(lote)


def _of_state(lote: Lote) -> Guion:
    undecided = lote.estado != "revisado" or (bool(lote.correctas) and not lote.no_se_registra)
    said, answers = respuestas.of_state(lote.estado) if undecided else ((), ())
    return Guion(None, motivo_of_state(lote), (sentence(lote), *said), answers, pasos.of_state(lote))


def general(session: Session, codigo: str) -> Guion:
    """The same of a code alone: for calls without a lote."""
    words = explanation(session, codigo)
    said = _without_data(words)
    more = " ".join(without_holes(words.arreglo))
    steps = pasos.general(codigo, words.nivel)
    frases = (said, more) if more and more != said else (said,)
    return Guion(codigo, motivo_of(codigo), frases, respuestas.answers(codigo, words.nivel), steps)


def _without_data(words: Explicacion) -> str:
    """The phone sentence of no line: what speaks of one falls away, and the title stands for it."""
    said, every = without_holes(words.telefono), sentences(words.telefono)
    return " ".join(said if said and said[0] == every[0] else [closed(words.titulo), *said])


def _most_frequent(session: Session, lote: Lote) -> str | None:
    """The error of most lines; where nothing is left to register and nothing wrong, why: all of it was before."""
    counted = [(-n, c) for c, n in (lote.por_codigo or {}).items()]
    about = [one for one in counted if explanation(session, one[1]).nivel == "error"]
    if not about and not lote.correctas:
        about = [one for one in counted if motivo_of(one[1]) == "ya_registrada"]
    return min(about)[1] if about else None


def _of_problem(session: Session, lote: Lote, problema: Problema, vista: Vista) -> Guion:
    nov = todas()[lote.movimiento]
    dicho = say(session, lote.empleador_id, nov, [problema], vista)[0]
    before = earlier_undecided(session, lote) if resultado.blames_history(lote) else ()
    n = (lote.por_codigo or {})[problema.codigo]
    extra = [*([_others(n)] if n > 1 else []), *_due_today(lote)]
    asked = respuestas.question(problema.codigo)
    return Guion(
        problema.codigo,
        motivo_of(problema.codigo),
        (_phone(explanation(session, problema.codigo), nov, problema, dicho), *([asked] if asked else []), *extra),
        (*_if_meant(dicho), *respuestas.answers(problema.codigo, dicho.nivel)),
        pasos.of_problem(lote, problema.codigo, dicho.nivel, problema.campo, before),
        problema.linea,
        problema.campo,
    )


def _others(n: int) -> str:
    return f"Hay {so_many_lines(n - 1)} más con lo mismo."


def _due_today(lote: Lote) -> list[str]:
    n = (lote.efectos or {}).get("vencen_hoy", 0)
    if not n:
        return []
    return [f"Hoy vence el plazo de {so_many_lines(n)} con error: conviene enviarlas hoy."]


def _phone(words: Explicacion, nov: Novedad, problema: Problema, dicho: Dicho) -> str:
    """The phone sentence with this line's data; without its values where they are hidden or not known."""
    end = last_digits(dicho.valor) if problema.campo in _IDS else ""
    datos = {**_data(nov, problema, dicho), "valor": f"que termina en {end}" if end else dicho.valor}
    unsaid = {name for name in _VALUES if not datos[name] or HIDDEN in str(datos[name])}
    unsaid &= {name for name in _VALUES if f"{{{name}}}" in words.telefono}
    if not unsaid:
        return words.decir(words.telefono, **datos)
    rest = without_holes(words.telefono, frozenset(unsaid))
    if rest and rest[0] == sentences(words.telefono)[0]:
        return words.decir(" ".join(rest), **datos)
    rest = without_holes(words.telefono, frozenset({*unsaid, "linea"}))
    said = f"En la línea {datos['linea']}: {lower_first(closed(words.titulo))} {' '.join(rest)}"
    return words.decir(said, **datos).strip()


def _data(nov: Novedad, problema: Problema, dicho: Dicho) -> Mapping[str, object]:
    campo = next((c for c in plan(nov).campos if c.nombre == problema.campo), None)
    return {
        "linea": spoken(problema.linea),
        "campo": field_name(campo) if campo else "la línea",
        "otra": dicho.otro_lote or (spoken(problema.otra) if problema.otra is not None else ""),
        "otra_linea": spoken(dicho.otra_linea) if dicho.otra_linea is not None else "",
        "fecha": dicho.registrada_el,
        "registrado": dicho.registrado,
        "tiene": problema.otra,
        **about_field(nov, campo, problema.valor or ""),
    }


def _if_meant(dicho: Dicho) -> tuple[tuple[str, str], ...]:
    end = last_digits(dicho.sugerida)
    if not end:
        return ()
    return ((f"Si dice que termina en {end}", "Ese es. Cámbielo en el archivo y envíe solo esa línea."),)
