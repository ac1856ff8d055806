"""A problem in words: its explanation with the line, field and value of this file; workers' ids hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.cuentas.mascara import oculta
from portal.files.columns import check_digit_holds
from portal.files.explain import Explicacion
from portal.lotes.consulta import numbers_of
from portal.lotes.sugerencias import suggest
from portal.modelos import Problema
from portal.novedades import Novedad
from portal.novedades.diccionario import codes_of
from portal.revision.diccionario import entradas
from portal.revision.plan import plan

_WITH_LOTE = ("YA-01", "YA-02")
_WRONG_ID = ("IDE-01", "IDE-02", "IDE-03")


@dataclass(frozen=True)
class Dicho:
    """One problem of one line, ready to be shown. `otro_lote` is a lote number; `sugerida` a worker of the empleador
    whose cédula may have been meant."""

    linea: int
    codigo: str
    nivel: str
    titulo: str
    causa: str
    arreglo: str
    telefono: str
    campo: str
    valor: str
    trabajador: str
    otro_lote: str = ""
    sugerida: str = ""


def say(session: Session, empleador_id: int, nov: Novedad, problemas: Iterable[Problema]) -> list[Dicho]:
    """The problems of an empleador's lote in words, in their order."""
    problemas = list(problemas)
    numbers = numbers_of(session, {p.otra for p in problemas if p.codigo in _WITH_LOTE and p.otra})
    meant = suggest(session, empleador_id, [p.valor for p in problemas if p.codigo in _WRONG_ID and p.valor])
    return [_say_one(nov, problema, numbers, meant) for problema in problemas]


def _say_one(nov: Novedad, problema: Problema, numbers: Mapping[int, str], meant: Mapping[str, str]) -> Dicho:
    what = entradas()[problema.codigo].explicacion
    datos = _data(nov, problema, numbers)
    return Dicho(
        problema.linea,
        problema.codigo,
        problema.nivel,
        what.titulo,
        what.decir(what.causa, **datos),
        what.decir(what.arreglo, **datos),
        what.decir(what.telefono, **datos),
        label(nov, problema.campo),
        shown_value(problema),
        oculta(f"{problema.cedula:010d}") if problema.cedula else "",
        numbers.get(problema.otra or 0, "") if problema.codigo in _WITH_LOTE else "",
        meant.get(problema.valor or "", "") if problema.codigo in _WRONG_ID else "",
    )


def _data(nov: Novedad, problema: Problema, numbers: Mapping[int, str]) -> dict[str, object]:
    with_lote = problema.codigo in _WITH_LOTE
    return {
        "linea": problema.linea,
        "campo": label(nov, problema.campo).lower() if problema.campo not in ("ruc",) else "RUC",
        "valor": shown_value(problema),
        "otra": numbers.get(problema.otra or 0) if with_lote else problema.otra,
        "tiene": problema.otra,
        "deben": len(plan(nov).campos),
        "codigos": next((codes_of(c) for c in plan(nov).campos if c.nombre == problema.campo), ""),
    }


def label(nov: Novedad, campo: str) -> str:
    """A field as people know it."""
    return next((c.etiqueta for c in plan(nov).campos if c.nombre == campo), "Toda la línea")


def shown_value(problema: Problema) -> str:
    """What was sent; the id of a real worker is hidden, a number that belongs to nobody is not."""
    if problema.campo == "cedula" and problema.cedula is not None:
        return oculta(f"{problema.cedula:010d}")
    return (problema.valor or "") if problema.campo == "cedula" else hide_ids(problema.valor or "")


def hide_ids(texto: str) -> str:
    """What was sent, with the ids of workers hidden wherever they slipped to, also without their first zero."""
    return re.sub(r"(?<![0-9])[0-9]{9,10}(?![0-9])", _hidden, texto)


def _hidden(found: re.Match[str]) -> str:
    cedula = found[0].zfill(10)
    return oculta(cedula) if check_digit_holds(cedula) else found[0]


def explanation(codigo: str) -> Explicacion:
    """The dictionary's entry of a code."""
    return entradas()[codigo].explicacion
