"""A problem in words: its explanation with the line, field and value of this file; workers' ids hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cuentas.mascara import oculta
from portal.files.books import cells
from portal.files.columns import Monto, check_digit_holds
from portal.lotes.redacciones import entries
from portal.lotes.redacciones import explanation as explanation
from portal.lotes.vista.constan import Consta, registered_of
from portal.lotes.vista.sugerencias import suggest
from portal.modelos import Lote, Problema
from portal.novedades import Novedad
from portal.novedades.diccionario import Entrada, about_field, field_name, where
from portal.revision.plan import plan

WHOLE_LINE = "Toda la línea"
#: said instead of what an agent may not see
HIDDEN = "••••"
_HARMLESS = re.compile(r"[0-9]{1,2}|[0-9]{6}|[0-9]{8}|[0-9]{1,4}[/-][0-9]{1,2}([/-][0-9]{1,4})?|[A-Z]{1,3}")
_LIKE_AN_ID = re.compile(r"[0-9]{9,13}")
_OF_CELLS = tuple(what.codigo for what in cells.EXPLICACIONES)
_WRONG_ID = ("IDE-01", "IDE-02", "IDE-03")
#: fields whose every digit may be of an id, however many were left out: the rest can be reckoned
_OF_IDS = ("cedula", "ruc")


class Vista(Enum):
    """Who reads it: the empleador; an agent, who sees neither ids nor pay; an agent who was let see them."""

    PROPIA = "propia"
    AJENA = "ajena"
    PERMITIDA = "permitida"


@dataclass(frozen=True)
class Dicho:
    """One problem of one line, ready to be shown. `otro_lote` is the number of the lote that registered it before,
    with line, day and the field's value there (`con_comprobante`: that lote has a receipt); `sugerida` a worker of the
    empleador whose cédula may have been meant; `nombre` the field as `Problema.campo` has it."""

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
    nombre: str = ""
    otra_linea: int | None = None
    registrada_el: str = ""
    registrado: str = ""
    con_comprobante: bool = False

    @property
    def en_campo(self) -> str:
        """Where it is in its line: `campo «fecha de salida»`, or `toda la línea`."""
        return self.campo.lower() if self.campo == WHOLE_LINE else f"campo «{within(self.campo)}»"


def say(
    session: Session,
    empleador_id: int,
    nov: Novedad,
    problemas: Iterable[Problema],
    vista: Vista = Vista.PROPIA,
) -> list[Dicho]:
    """The problems of an empleador's lote in words, in their order."""
    problemas = list(problemas)
    there = registered_of(session, problemas)
    meant = suggest(session, empleador_id, [p.valor for p in problemas if p.codigo in _WRONG_ID and p.valor])
    words = entries(session) if problemas else {}
    entendido = _understood(session, problemas)
    return [_say_one(nov, problema, words, there.get(problema.id), meant, vista, entendido) for problema in problemas]


def _understood(session: Session, problemas: Sequence[Problema]) -> Mapping[str, Any]:
    """How the file was read, where what is said of a line names the cell; all problems are of one lote."""
    if not any(p.codigo in _OF_CELLS for p in problemas):
        return {}
    return session.scalar(select(Lote.entendido).where(Lote.id == problemas[0].lote_id)) or {}


def _say_one(
    nov: Novedad,
    problema: Problema,
    words: Mapping[str, Entrada],
    consta: Consta | None,
    meant: Mapping[str, str],
    vista: Vista,
    entendido: Mapping[str, Any],
) -> Dicho:
    what = words[problema.codigo].explicacion
    datos = _data(nov, problema, consta, vista)
    datos["donde"] = where(plan(nov).campos, problema.campo, problema.linea, problema.otra, entendido)
    suggested = meant.get(problema.valor or "", "") if problema.codigo in _WRONG_ID else ""
    return Dicho(
        problema.linea,
        problema.codigo,
        problema.nivel,
        what.titulo,
        what.decir(what.causa, **datos),
        what.decir(what.arreglo, **datos),
        what.decir(what.telefono, **datos),
        label(nov, problema.campo),
        shown_value(nov, problema, vista),
        _worker(problema, vista),
        consta.lote if consta else "",
        oculta(suggested) if suggested and vista is Vista.AJENA else suggested,
        problema.campo,
        consta.linea if consta else None,
        consta.dia if consta else "",
        _registered_value(nov, problema, consta, vista),
        bool(consta and consta.con_comprobante),
    )


def _worker(problema: Problema, vista: Vista) -> str:
    if not problema.cedula:
        return ""
    cedula = f"{problema.cedula:010d}"
    return cedula if vista is Vista.PERMITIDA else oculta(cedula)


def _data(nov: Novedad, problema: Problema, consta: Consta | None, vista: Vista) -> dict[str, object]:
    campo = next((c for c in plan(nov).campos if c.nombre == problema.campo), None)
    shown = shown_value(nov, problema, vista)
    return {
        "linea": problema.linea,
        "campo": field_name(campo) if campo else "toda la línea",
        "valor": shown,
        "otra": consta.lote if consta else problema.otra,
        "otra_linea": consta.linea if consta else None,
        "fecha": consta.dia if consta else "",
        "registrado": _registered_value(nov, problema, consta, vista),
        "tiene": problema.otra,
        **about_field(nov, campo, shown),
    }


def _registered_value(nov: Novedad, problema: Problema, consta: Consta | None, vista: Vista) -> str:
    """What is registered in the problem's field, for the same eyes as what was sent."""
    text = (consta.textos or {}).get(problema.campo, "") if consta else ""
    if vista is Vista.PERMITIDA:
        return text
    return _for_strangers(nov, problema.campo, text) if vista is Vista.AJENA else hide_ids(text)


def label(nov: Novedad, campo: str) -> str:
    """A field as people know it."""
    return next((c.etiqueta for c in plan(nov).campos if c.nombre == campo), WHOLE_LINE)


def within(campo: str) -> str:
    """A field as it is said within a sentence."""
    return campo if campo == "RUC" else campo.lower()


def shown_value(nov: Novedad, problema: Problema, vista: Vista) -> str:
    """What was sent. On the empleador's own pages the id of a real worker is hidden, a number of nobody is not. An
    agent sees no id, no amount, and nothing that could be one, or a name, in the wrong field; once permitted, all."""
    sent = problema.valor or ""
    if vista is Vista.PERMITIDA or problema.codigo in _OF_CELLS:
        return sent
    if vista is Vista.AJENA:
        return _for_strangers(nov, problema.campo, sent)
    if problema.campo == "cedula" and problema.cedula is not None:
        return oculta(f"{problema.cedula:010d}")
    return sent if problema.campo == "cedula" else hide_ids(sent)


def _for_strangers(nov: Novedad, nombre: str, sent: str) -> str:
    """Of any field what can only be a date, a period or a short code; of a number as long as an id its ends."""
    if not sent:
        return ""
    campo = next((c for c in plan(nov).campos if c.nombre == nombre), None)
    if campo is None or isinstance(campo.tipo, Monto):
        return HIDDEN
    if nombre not in _OF_IDS and _HARMLESS.fullmatch(sent.strip()):
        return sent
    return oculta(sent.strip()) if _LIKE_AN_ID.fullmatch(sent.strip()) else HIDDEN


def hide_ids(texto: str) -> str:
    """What was sent, with the ids of workers hidden wherever they slipped to, also without their first zero."""
    return re.sub(r"(?<![0-9])[0-9]{9,10}(?![0-9])", _hidden, texto)


def _hidden(found: re.Match[str]) -> str:
    cedula = found[0].zfill(10)
    return oculta(cedula) if check_digit_holds(cedula) else found[0]
