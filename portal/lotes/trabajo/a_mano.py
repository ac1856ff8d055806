"""Why a lote does not register by itself, or not at all: reasons as data, found by the check and stored with the lote.

A new reason is an entry of MOTIVOS, and a line in `found` or a dict of the same shape that the check adds: `{"motivo":
code, …}`, with what its sentences name. docs/adr/0006-the-life-of-a-lote.md
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.lotes.efectos_dichos import count, number
from portal.lotes.entrada.muestras import are_of_nobody, is_of_sample
from portal.modelos import Lote
from portal.novedades import Novedad
from portal.revision.juicio import doubts

CLOSES = "cierra_relacion"
#: a lote that closes this fraction (1/PART) of the open relaciones waits for a person
PART = 5


@dataclass(frozen=True)
class Motivo:
    """`porque` and `que_hacer` are sentences with the reason's data in `{}`. `impide`: nothing of the lote is ever
    registered; `siempre`: said also when nobody asked that it register by itself."""

    porque: str
    que_hacer: str
    impide: bool = False
    siempre: bool = False


@dataclass(frozen=True)
class Dicho:
    """A reason in words."""

    porque: str
    que_hacer: str
    impide: bool


MOTIVOS: dict[str, Motivo] = {
    "muestra": Motivo(
        "Es el ejemplo que da el portal: de sus líneas, lo único que puede haber cambiado son las fechas.",
        "Escriba los valores verdaderos de cada trabajador y envíe el archivo otra vez.",
        impide=True,
        siempre=True,
    ),
    "muestra_en_parte": Motivo(
        "Tienen los valores del ejemplo que da el portal: {lineas}.",
        "Si esos valores no son los verdaderos, desista, corríjalos y envíe el archivo otra vez.",
        siempre=True,
    ),
    "cierra_muchas": Motivo(
        "Cierra {cierra} de {abiertas}: {porcentaje}\u00a0%.",
        "Compruebe que todas esas personas salieron.",
        siempre=True,
    ),
    "letras": Motivo(
        "De algunas letras el archivo no dice cuáles son.",
        "Compare las palabras de la página con su lista y decida usted.",
    ),
    "salidas": Motivo(
        "Las salidas no se registran solas: cierran relaciones de trabajo.",
        "Mire quiénes salen y decida usted.",
    ),
}


def always(nov: Novedad) -> bool:
    """Whether every lote of that movement waits for a decision."""
    return nov.efecto == CLOSES


def found(session: Session, lote: Lote, nov: Novedad, correct: int, samples: Sequence[int]) -> list[dict[str, Any]]:
    """The reasons of a lote of so many correct lines; those of `samples` (cédulas) carry the marks of the sample."""
    if not correct:
        only_made_up = nov.muestra_de_nadie and are_of_nobody(session.connection(), lote.id, lote.leidas or 0)
        return [{"motivo": "muestra"}] if only_made_up else []
    reasons = _of_sample(nov, correct, samples)
    if doubts.unsure(lote.por_codigo or {}):
        reasons.append({"motivo": "letras"})
    if always(nov):
        reasons += [*_of_many(session, lote, correct), {"motivo": "salidas"}]
    return reasons


def _of_sample(nov: Novedad, correct: int, samples: Sequence[int]) -> list[dict[str, Any]]:
    if not samples or not is_of_sample(nov, samples):
        return []
    if len(samples) == correct:
        return [{"motivo": "muestra"}]
    return [{"motivo": "muestra_en_parte", "lineas": count(len(samples), "línea", "líneas")}]


def _of_many(session: Session, lote: Lote, closed: int) -> list[dict[str, Any]]:
    sql = "select count(*) from relacion where empleador_id = :e and salida is null and anulada_en is null"
    there = int(session.execute(text(sql), {"e": lote.empleador_id}).scalar_one())
    if closed * PART < there:
        return []
    told = {"cierra": number(closed), "abiertas": count(there, "relación abierta", "relaciones abiertas")}
    return [{"motivo": "cierra_muchas", **told, "porcentaje": round(100 * closed / there)}]


def keep(lote: Lote, reasons: list[dict[str, Any]]) -> None:
    """Writes the reasons into the lote; none is none."""
    told = [{**one, "impide": True} if MOTIVOS[one["motivo"]].impide else one for one in reasons]
    lote.a_mano = told or None


def said(lote: Lote) -> list[Dicho]:
    """The reasons that a lote's page tells, in words: all of them when it was asked to register by itself."""
    known = [(MOTIVOS[one["motivo"]], one) for one in lote.a_mano or ()]
    told = [(what, data) for what, data in known if what.siempre or lote.registrar_automaticamente]
    told = [one for one in told if one[0].impide] or told  # where nothing is to be decided nothing else matters
    return [Dicho(what.porque.format(**data), what.que_hacer.format(**data), what.impide) for what, data in told]
