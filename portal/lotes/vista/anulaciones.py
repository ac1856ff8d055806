"""Queries of pages about annulments. One that is out of the visitor's scope does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.historia import anular
from portal.lotes.efectos_dichos import count
from portal.lotes.spans import spans_of, write_lines
from portal.lotes.vista.consulta import numbers_of
from portal.modelos import Ambito, Anulacion, Lote, Novedad
from portal.novedades import todas

#: obstacles read to find the lines that have none; beyond, nothing is offered
MANY = 100_000
LOOKED_AT = 1_000  # lines that cannot be annulled, to say why
LISTED = 20  # lotes to be annulled first, named on a page
TOLD = 30  # spans or reasons written out
LONGEST_ADDRESS = 1_500  # characters of lines in one

#: state → the class of its mark, and its word
MARKS = {
    "pedida": ("doing", "En curso"),
    "hecha": ("ok", "Hecha"),
    "negada": ("error", "No se hizo"),
    "fallida": ("warning", "Falla del portal"),
}


@dataclass(frozen=True)
class Antes:
    """Lines of the lote `numero` that have to be annulled first; as they are told, and as an address says them (""
    where that would be too long). Without a number: lotes of movements that the visitor does not see."""

    numero: str
    movimiento: str
    lineas: str
    en_direccion: str


class Anteriores(list[Antes]):
    """What has to be annulled first, in its order; a page names the first LISTED."""

    @property
    def primeros(self) -> list[Antes]:
        return self[:LISTED]

    @property
    def mas(self) -> int:
        return max(0, len(self) - LISTED)


def find(session: Session, numero: str, ambito: Ambito) -> Anulacion | None:
    """The annulment of that number of a lote in that scope, with its lote."""
    lote = joinedload(Anulacion.lote)
    wanted = select(Anulacion).join(Anulacion.lote).where(Anulacion.numero == numero, *ambito.de(Lote))
    return session.scalar(wanted.options(lote.joinedload(Lote.empleador), joinedload(Anulacion.cuenta)))


def mark(anulacion: Anulacion) -> tuple[str, str]:
    """The class and the word of its state."""
    return MARKS[anulacion.estado]


def of_lote(session: Session, lote: Lote) -> Sequence[Anulacion]:
    """A lote's annulments, the newest first; nothing is asked where there can be none."""
    if lote.estado not in ("registrado", "anulado"):
        return ()
    return session.scalars(select(Anulacion).where(Anulacion.lote_id == lote.id).order_by(Anulacion.id.desc())).all()


def numbers(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Annulment id → number."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    found = select(Anulacion.id, Anulacion.numero).where(Anulacion.id.in_(wanted))
    return {i: numero for i, numero in session.execute(found)}


def first_to_annul(session: Session, impide: Iterable[Mapping[str, Any]], ambito: Ambito) -> Anteriores:
    """Obstacles (fields of Impedimento) lote by lote, in their order: lotes of one empleador never interleave. Those
    out of that scope are told by their movement alone, once each."""
    by_lote: dict[tuple[int, str], set[int]] = {}
    for one in impide:
        by_lote.setdefault((one["lote_id"], one["movimiento"]), set()).add(one["otra"])
    known = numbers_of(session, {lote_id for lote_id, _ in by_lote})
    return Anteriores(
        dict.fromkeys(
            Antes(known[lote_id], nov, told(lines), in_address(lines)) if ambito.ve(nov) else Antes("", nov, "", "")
            for (lote_id, nov), lines in by_lote.items()
        )
    )


def in_address(lineas: Iterable[int]) -> str:
    """`?lineas=…`; "" where it would be too long for an address."""
    texto = write_lines(spans_of(lineas))
    return "?" + urlencode({"lineas": texto}) if texto and len(texto) <= LONGEST_ADDRESS else ""


def free_lines(session: Session, lote: Lote, lineas: Sequence[int] | None) -> list[int]:
    """Of these lines, those that nothing stands in the way of."""
    conn = session.connection()
    impide = anular.obstacles(conn, todas()[lote.movimiento], lote.id, lineas, MANY)
    if len(impide) == MANY:
        return []
    live = anular.live_lines(conn, lote.id, lineas)["linea"].to_list()
    return sorted(set(live) - {one.linea for one in impide})


def why_not(session: Session, lote: Lote, lineas: Sequence[int]) -> list[str]:
    """Why lines cannot be annulled that are no live lines of the lote: annulled before, and by what, or never
    registered. Of very many only the first are examined: an answer, not a list."""
    lineas, rest = lineas[:LOOKED_AT], len(lineas[LOOKED_AT:])
    gone = select(Novedad.linea, Anulacion.numero).join(Anulacion, Anulacion.id == Novedad.anulacion_id)
    by: dict[str, list[int]] = {}
    for linea, numero in session.execute(gone.where(Novedad.lote_id == lote.id, Novedad.linea.in_(lineas))):
        by.setdefault(numero, []).append(linea)
    said = [f"{_ones(those, 'ya se anuló', 'ya se anularon')} con la anulación {n}" for n, those in sorted(by.items())]
    never = sorted(set(lineas) - {linea for those in by.values() for linea in those})
    said += [_ones(never, "no se registró en este lote", "no se registraron en este lote")] if never else []
    return said[:TOLD] + ([f"Tampoco se pueden anular {count(rest, 'línea más', 'líneas más')}"] if rest else [])


def _ones(lineas: Sequence[int], one: str, many: str) -> str:
    return f"{'La línea' if len(lineas) == 1 else 'Las líneas'} {told(lineas)} {one if len(lineas) == 1 else many}"


def told(lineas: Iterable[int]) -> str:
    """`3, 7 a 12`, cut short where it would fill the page."""
    return told_spans(spans_of(lineas))


def told_spans(spans: list[list[int]]) -> str:
    """The same of lines kept as spans."""
    rest = sum(last - first + 1 for first, last in spans[TOLD:])
    return write_lines(spans[:TOLD]) + (f" y {count(rest, 'línea más', 'líneas más')}" if rest else "")
