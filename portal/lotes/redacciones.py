"""The dictionary as people read it: the portal's own texts, overridden by the wordings of supervisors.

The room `revision` knows no database and holds the portal's own texts. Whoever shows a text to a person asks here, with
its open session. A session reads the last row's id once, and the wordings only when that id has moved; the process
caches them. So a new wording shows in every process from its next page on, and the number of queries does not depend on
the number of problems. docs/adr/0015-wordings.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.files.explain import Explicacion
from portal.files.problems import FileProblem
from portal.modelos import TextoDiccionario
from portal.novedades.diccionario import Entrada
from portal.revision.diccionario import entradas

PARTES = ("titulo", "causa", "arreglo", "telefono")
_KEY = "dictionary"
#: engine → (id of the last row, the dictionary with all rows up to it)
_known: WeakKeyDictionary[Any, tuple[int, Mapping[str, Entrada]]] = WeakKeyDictionary()


def entries(session: Session) -> Mapping[str, Entrada]:
    """Every code with the words in force, as this session found them when it first asked."""
    found: Mapping[str, Entrada] | None = session.info.get(_KEY)
    if found is None:
        found = session.info[_KEY] = _now(session)
    return found


def explanation(session: Session, codigo: str) -> Explicacion:
    """The words in force of a code."""
    return entries(session)[codigo].explicacion


def reword(session: Session, problem: FileProblem) -> FileProblem:
    """A refused file's problem, from now on in the words in force."""
    problem.palabras = explanation(session, problem.codigo)
    return problem


def forget(session: Session) -> None:
    """After this session changed a wording: it reads the last row's id again."""
    session.info.pop(_KEY, None)


def in_force(session: Session) -> dict[str, dict[str, str]]:
    """Code → part → the wording that stands instead of the portal's own."""
    rows = select(TextoDiccionario.codigo, TextoDiccionario.parte, TextoDiccionario.texto)
    last = select(func.max(TextoDiccionario.id)).group_by(TextoDiccionario.codigo, TextoDiccionario.parte)
    found: dict[str, dict[str, str]] = {}
    for codigo, parte, texto in session.execute(rows.where(TextoDiccionario.id.in_(last))):
        if texto is not None:
            found.setdefault(codigo, {})[parte] = texto
    return found


def _now(session: Session) -> Mapping[str, Entrada]:
    last = session.scalar(select(func.max(TextoDiccionario.id)))
    if not last:
        return entradas()
    engine = session.get_bind().engine
    known = _known.get(engine)
    if known is None or known[0] != last:
        known = _known[engine] = (last, _with(in_force(session)))
    return known[1]


def _with(wordings: Mapping[str, Mapping[str, str]]) -> Mapping[str, Entrada]:
    """The dictionary with these wordings. Those of codes or parts that no longer exist are ignored."""
    return {
        codigo: _reworded(entrada, {p: t for p, t in wordings.get(codigo, {}).items() if p in PARTES})
        for codigo, entrada in entradas().items()
    }


def _reworded(entrada: Entrada, parts: Mapping[str, str]) -> Entrada:
    return replace(entrada, explicacion=replace(entrada.explicacion, **parts)) if parts else entrada
