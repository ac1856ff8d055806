"""What a person is asked of a sheet's columns, with the best guess that their content allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.files.columns import Cedula, Codigo, Contexto, Digitos, Fecha, Lapso, Monto, Numero, Ruc
from portal.files.tables.locate import Pregunta
from portal.novedades import Campo, Novedad
from portal.revision.plan import plan

ROWS = 5  # shown as they are
LONGEST = 60  # characters of a cell that are shown
MOST_COLUMNS = 60
#: of the cells of a column, how many have to be readable as a field for a guess
ENOUGH = 0.6
WITHOUT_CENTS = 0.9
#: kinds of fields by how much their content proves, and how many distinct texts tell
_PROOF = (Cedula, Ruc, Lapso, Digitos, Codigo, Fecha, Monto, Numero)
_TRIED = 50
#: fields that one value may be given for all lines
OF_ALL = ("anio", "mes", "sucursal")


def question(nov: Novedad, asked: Pregunta, ruc: str, hoy: date) -> dict[str, Any]:
    """The question as it is kept with the lote, in plain values. `columnas`: field → column (from 0), known or
    guessed; `faltan`: fields that the sheet's headings leave open."""
    # a column that counts its rows looks like months: these are never guessed
    wanted = [campo for campo in plan(nov).campos if campo.nombre in asked.faltan and campo.nombre not in OF_ALL]
    free = [place for place in range(min(asked.ancho, MOST_COLUMNS)) if place not in asked.columnas.values()]
    guessed = _guess(wanted, free, asked.filas, Contexto(ruc=ruc, hoy=hoy))
    return {
        "titulos": list(asked.titulos[:MOST_COLUMNS]),
        "filas": [[text[:LONGEST] for text in row[:MOST_COLUMNS]] for row in asked.filas[:ROWS]],
        "columnas": {**asked.columnas, **guessed},
        "faltan": asked.faltan,
        "ancho": min(asked.ancho, MOST_COLUMNS),
        "forma": asked.forma,
        "primera": asked.primera,
    }


def _guess(
    wanted: Sequence[Campo], free: Sequence[int], filas: Sequence[Sequence[str]], ctx: Contexto
) -> dict[str, int]:
    """The fields whose content says where they are: those that prove most first, each column once."""
    found: dict[str, int] = {}
    for campo in sorted(wanted, key=_proof):
        scores = {place: _readable(campo, _column(filas, place), ctx) for place in free if place not in found.values()}
        best = max(scores, key=lambda place: scores[place], default=None)
        if best is not None and scores[best] >= ENOUGH and _proof(campo) < len(_PROOF):
            found[campo.nombre] = best
    return found


def _proof(campo: Campo) -> int:
    return next((n for n, kind in enumerate(_PROOF) if isinstance(campo.tipo, kind)), len(_PROOF))


def _column(filas: Sequence[Sequence[str]], place: int) -> list[str]:
    texts = (row[place].strip() for row in filas if place < len(row))
    return list(dict.fromkeys(text for text in texts if text))[:_TRIED]


def _readable(campo: Campo, texts: Sequence[str], ctx: Contexto) -> float:
    """The share of the texts that can be read as the field. Of amounts those with cents count a little more: a column
    of numbers without any may count the rows."""
    read = campo.tipo.read_many(texts, ctx)
    share = sum(leido.codigo is None for leido in read) / len(read) if read else 0.0
    plain = isinstance(campo.tipo, Monto) and all(text.isdigit() for text in texts)
    return share * WITHOUT_CENTS if plain else share


def known_of_all(nov: Novedad, ruc: str, sucursales: Sequence[int] | None) -> dict[str, str]:
    """Field → the value of every line, where it is known without the sheet: whose it is, of which movement, the only
    sucursal, the code of a list that has only one, and that a date does not apply which need not."""
    known = {"ruc": ruc, "movimiento": nov.codigo}
    if sucursales and len(sucursales) == 1:
        known["sucursal"] = f"{sucursales[0]:04d}"
    for campo in nov.campos:
        if isinstance(campo.tipo, Codigo) and len(campo.tipo.opciones) == 1:
            known[campo.nombre] = next(iter(campo.tipo.opciones))
        elif campo.tipo.vacio:
            known[campo.nombre] = campo.tipo.vacio
    return known


def answer(
    nov: Novedad, columnas: Mapping[int, str], dados: Mapping[str, str], known: Mapping[str, str]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Field → column (from 0) of what a person chose for each column, and what is wrong with it: (field, why)."""
    found: dict[str, int] = {}
    wrong: list[tuple[str, str]] = []
    for place, name in sorted(columnas.items()):
        if name in found:
            wrong.append((f"columna-{place + 1}", f"«{_label(nov, name)}» está en dos columnas: deje una"))
        else:
            found[name] = place
    needed = plan(nov).campos[: len(plan(nov).campos) - nov.opcionales]
    for campo in needed:
        if campo.nombre not in found and campo.nombre not in known and not dados.get(campo.nombre):
            wrong.append((campo.nombre, f"Falta decir dónde está «{campo.etiqueta}»"))
    return found, wrong


def _label(nov: Novedad, nombre: str) -> str:
    return next(campo.etiqueta for campo in plan(nov).campos if campo.nombre == nombre)
