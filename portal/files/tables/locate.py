"""What a file's first rows say of it: whether it is a batch file, or a sheet of an office, and how that is laid out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.files.problems import FileProblem
from portal.files.tables.aside import IDENTIFIES, is_total
from portal.files.tables.headings import CEDULA, Encabezado, Formato, find
from portal.files.tables.layout import (
    DICHA,
    POR_ENCABEZADO,
    RECORDADA,
    SABIDA,
    Disposicion,
    Lectura,
    arrange,
    shape,
)

#: rows below the headings that show what a file is
SAMPLE = 30

_MOVIMIENTO = 4
_IDENTIFIES = re.compile(IDENTIFIES)
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Pregunta:
    """What a person is asked of a file's columns: its headings (none: it has none), some rows as they are, the columns
    that are known (field → column from 0), the fields that are nowhere, and its shape. `primera`: the number of its
    first column in the file."""

    titulos: tuple[str, ...]
    filas: list[list[str]]
    columnas: Mapping[str, int]
    faltan: list[str]
    ancho: int
    forma: str
    primera: int = 1


class ColumnasProblem(FileProblem):
    """ARC-12: nobody can tell which column is which, or what the sheet lacks."""

    def __init__(self, pregunta: Pregunta, detalle: str) -> None:
        super().__init__("ARC-12", detalle=detalle)
        self.pregunta = pregunta


@dataclass(frozen=True)
class Lugar:
    """Where the table begins (`fila`: the number of its headings, or of the row before its first one; 0: nothing stands
    before it), and its layout where it is not that of the format. `encabezado`: its headings, if it has any;
    `pregunta`: what would be asked of its columns, where somebody disagrees."""

    fila: int = 0
    encabezado: Encabezado | None = None
    disposicion: Disposicion | None = None
    pregunta: Pregunta | None = None


def is_of(rows: Sequence[Row], formato: Formato) -> bool:
    """Whether rows have headings of this format, or are lines of a batch file."""
    return find(rows, formato) is not None or (bool(formato.movimientos) and _of_a_batch(rows, formato))


def sent_back(row: Row, formato: Formato) -> Lugar:
    """Where the lines of an error file begin, by its first row: it is laid out as the portal wrote it."""
    head = find([row], formato)
    return Lugar(head.fila, head) if head else Lugar()


def locate(rows: Sequence[Row], formato: Formato, lectura: Lectura, primera: int = 1) -> Lugar:
    """`rows`: the first ones with something in them, each with its number; `primera`: the number of their first column
    in the file. Raises ColumnasProblem."""
    lectura = lectura.beginning_at(primera)
    head = find(rows, formato)
    if lectura.columnas is None:
        if head and _as_the_format(head, formato):
            return Lugar(head.fila, head)
        if not head and (_of_a_batch(rows, formato) or not _of_people(rows)):
            return Lugar()
    head = head or _unknown_headings(rows)
    before = head.fila if head else _before_the_table(rows)
    below = [row for row in rows if row[0] > before]
    return _laid_out(below, head, before, formato, lectura, primera)


def _laid_out(
    rows: Sequence[Row], head: Encabezado | None, before: int, formato: Formato, lectura: Lectura, primera: int
) -> Lugar:
    titulos = head.titulos if head else ()
    ancho = max([len(titulos), *(len(row) for _, row in rows)])
    forma = shape(titulos, ancho)
    said, como = lectura.columnas, DICHA
    if said is None and (remembered := lectura.recordar(forma)) is not None:
        said, como = remembered, RECORDADA
    known = said if said is not None else dict(head.columnas) if head else {}
    unsure = _unsure(head, rows) if head and said is None else frozenset()
    found, missing = arrange(known, formato, lectura, ancho, como if said is not None else POR_ENCABEZADO, unsure)
    known = {name: place for name, place in known.items() if name not in missing}
    asked = Pregunta(titulos, [row for _, row in rows[:SAMPLE]], known, missing, ancho, forma, primera)
    if found is None:
        raise ColumnasProblem(asked, ", ".join(f"«{formato.etiqueta(name)}»" for name in missing))
    return Lugar(before, head, found, asked)


def _unsure(head: Encabezado, rows: Sequence[Row]) -> frozenset[str]:
    """The fields whose headings prove nothing: those that several columns may be, and the worker's where the column
    below it identifies hardly anybody."""
    place = head.columnas.get(CEDULA)
    if place is None:
        return head.repetidos
    named = sum(_IDENTIFIES.search(row[place]) is not None for _, row in rows if place < len(row))
    return head.repetidos if 2 * named >= _with_values(rows, place) else head.repetidos | {CEDULA}


def _with_values(rows: Sequence[Row], place: int) -> int:
    return sum(bool(row[place].strip()) for _, row in rows if place < len(row) and not is_total(row))


def _as_the_format(head: Encabezado, formato: Formato) -> bool:
    """Whether the headings are those of the format, in its order, and no others."""
    own = list(head.titulos)
    while own and not own[-1]:
        own.pop()
    there = [head.columnas.get(name) for name in formato.nombres[: len(own)]]
    return len(formato.necesarios) <= len(own) <= len(formato.campos) and there == list(range(len(own)))


def _of_a_batch(rows: Sequence[Row], formato: Formato) -> bool:
    """Whether these are lines of a batch file, whatever is wrong with them: most have a movement where it belongs, or
    as many fields as a line. Of a format that knows no movements, all are."""
    if not formato.movimientos:
        return True
    codes = sum(_code(row) in formato.movimientos for _, row in rows)
    counts = range(len(formato.necesarios), len(formato.campos) + 1)
    whole = sum(_filled_to(row) in counts for _, row in rows)
    return 2 * codes >= len(rows) or 2 * whole > len(rows)


def _code(row: Sequence[str]) -> str:
    return row[_MOVIMIENTO].strip().upper() if len(row) > _MOVIMIENTO else ""


def _of_people(rows: Sequence[Row]) -> bool:
    """Whether some column of a table of two or more identifies somebody in most rows."""
    columns = Counter(place for _, row in rows if len(row) > 1 for place, text in enumerate(row) if _identifies(text))
    return bool(columns) and 2 * columns.most_common(1)[0][1] >= len(rows)


def _identifies(text: str) -> bool:
    return 8 <= sum(c.isdigit() for c in text) <= 13 and _IDENTIFIES.search(text) is not None


def _filled_to(row: Sequence[str]) -> int:
    return max((place for place, text in enumerate(row, 1) if text.strip()), default=0)


def _before_the_table(rows: Sequence[Row]) -> int:
    """The number of the last row before the first one that identifies somebody."""
    before = 0
    for number, row in rows:
        if any(_identifies(text) for text in row) and len(row) > 1:
            return before
        before = number
    return 0


def _unknown_headings(rows: Sequence[Row]) -> Encabezado | None:
    """A row of words right above the table, none of which is known."""
    before = _before_the_table(rows)
    row = next((row for number, row in rows if number == before), [])
    words = [text for text in row if text.strip()]
    if len(words) < 2 or any(c.isdigit() for text in words for c in text):
        return None
    return Encabezado(before, tuple(text.strip() for text in row), {}, frozenset())


def columns_told(lugar: Lugar, primera: int) -> dict[str, dict[str, str | int]]:
    """Field → its heading or the number of its column in the file (`primera`: that of its first one), and how it was
    found; of one that the sheet has not, its value."""
    if lugar.disposicion is None:
        return {}
    titulos = lugar.encabezado.titulos if lugar.encabezado else ()
    told: dict[str, dict[str, str | int]] = {}
    for (name, como), source in zip(lugar.disposicion.como.items(), lugar.disposicion.fuentes, strict=True):
        if como == SABIDA:
            told[name] = {"valor": str(source), "como": como}
        else:
            place = int(source)
            title = titulos[place] if place < len(titulos) else ""
            told[name] = {"columna": place + primera, "titulo": title, "como": como}
    return told


def unused(lugar: Lugar) -> list[str]:
    """The headings of columns that are no field."""
    if lugar.disposicion is None or lugar.encabezado is None:
        return []
    used = set(lugar.disposicion.columnas().values())
    return [title for place, title in enumerate(lugar.encabezado.titulos) if place not in used and title]
