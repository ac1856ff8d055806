"""What an empleador's earlier lotes say about a call: its frequent problems, and what is new since the last good one.

How files were read, how many lines and who sent them ("the same person" or another): nothing of a worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from portal.files.explain import Explicacion
from portal.lotes.vista.problema_dicho import explanation
from portal.lotes.vista.resultado import Reparacion, repairs
from portal.modelos import Ambito, Lote
from portal.soporte.llamada.por_telefono import lower_first

LOOKED_AT = 20
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Causa:
    """A problem that comes again: in how many of the last lotes, in how many lines of them, when last."""

    explicacion: Explicacion
    lotes: int
    lineas: int
    ultima: datetime


@dataclass(frozen=True)
class Cambios:
    """The last good lote of the movement, and what is different, the most telling first; none: nothing is."""

    numero: str
    registrado_en: datetime
    frases: tuple[str, ...]


def frequent_causes(session: Session, ambito: Ambito, limit: int = 5) -> list[Causa]:
    """Errors and refusals of the last twenty checked lotes in that scope; in most lotes first, then in most lines."""
    checked = select(Lote).where(*ambito.de(Lote), Lote.revisado_en.is_not(None))
    only = load_only(Lote.por_codigo, Lote.falla, Lote.revisado_en, Lote.recibido_en)
    lotes = session.scalars(checked.options(only).order_by(Lote.id.desc()).limit(LOOKED_AT))
    found: dict[str, list[tuple[int, datetime]]] = {}
    for lote in lotes:
        for codigo, lines in _counted(session, lote):
            found.setdefault(codigo, []).append((lines, lote.revisado_en or lote.recibido_en))
    causes = [
        Causa(explanation(session, codigo), len(seen), sum(n for n, _ in seen), max(en for _, en in seen))
        for codigo, seen in found.items()
    ]
    return sorted(causes, key=lambda one: (-one.lotes, -one.lineas, one.explicacion.codigo))[:limit]


def _counted(session: Session, lote: Lote) -> Iterator[tuple[str, int]]:
    if lote.falla:
        yield str(lote.falla["codigo"]), 0
    for codigo, lines in (lote.por_codigo or {}).items():
        if explanation(session, codigo).nivel == "error":
            yield codigo, lines


def changes_since_good(session: Session, lote: Lote) -> Cambios | None:
    """Against the last lote of the movement that was registered without errors before this one; None without one."""
    good = [Lote.empleador_id == lote.empleador_id, Lote.movimiento == lote.movimiento, Lote.id < lote.id]
    good += [Lote.estado.in_(("registrado", "anulado")), Lote.con_error == 0]
    last = session.scalar(select(Lote).where(*good).order_by(Lote.id.desc()).limit(1))
    if last is None or last.registrado_en is None:
        return None
    read = last.entendido or _NOTHING, lote.entendido or _NOTHING
    said = (
        *_layout(*read),
        *_codes(session, last, lote),
        *_repaired(last, lote),
        *_lines(last, lote),
        *_bytes(*read),
        *_sender(last, lote),
    )
    return Cambios(last.numero, last.registrado_en, said)


def _layout(was: Mapping[str, Any], is_: Mapping[str, Any]) -> Iterator[str]:
    """What stands where. Of a refused file nothing is known but its movement."""
    if not was or not is_:
        return
    if bool(was.get("hoja")) != bool(is_.get("hoja")):
        kinds = ("texto", "un libro de Excel")
        yield f"Antes envió {kinds[bool(was.get('hoja'))]}; ahora, {kinds[bool(is_.get('hoja'))]}."
    elif not is_.get("hoja"):
        yield from _differs("el separador era {}", "es {}", was.get("separador"), is_.get("separador"))
    if was.get("encabezado") != is_.get("encabezado"):
        yield (
            "Antes iba sin encabezado; ahora lleva." if is_.get("encabezado") else "Antes llevaba encabezado; ahora no."
        )


def _bytes(was: Mapping[str, Any], is_: Mapping[str, Any]) -> Iterator[str]:
    """How it is written, which seldom is to blame."""
    if not was or not is_:
        return
    if not is_.get("hoja") and not was.get("hoja"):
        yield from _differs("el texto iba en {}", "va en {}", was.get("codificacion"), is_.get("codificacion"))
        yield from _differs("las líneas terminaban en {}", "terminan en {}", _end(was), _end(is_))
    yield from _differs("el archivo iba {}", "va {}", _packed(was), _packed(is_))


def _differs(was_said: str, is_said: str, was: object, is_: object) -> Iterator[str]:
    if was and is_ and was != is_:
        yield f"Antes {was_said.format(was)}; ahora {is_said.format(is_)}."


def _end(read: Mapping[str, Any]) -> str:
    """Files of one line have none: that says nothing."""
    end = str(read.get("fin_de_linea") or "")
    return "" if end == "ninguno" else end


def _packed(read: Mapping[str, Any]) -> str:
    return f"comprimido en .{read['contenedor']}" if read.get("contenedor") else "sin comprimir"


def _codes(session: Session, before: Lote, now: Lote) -> Iterator[str]:
    most = sorted((now.por_codigo or {}).items(), key=lambda item: (-item[1], item[0]))
    new = [code for code, _ in most if code not in (before.por_codigo or {})]
    errors = [explanation(session, code) for code in new if explanation(session, code).nivel == "error"]
    if errors:
        told = "; ".join(f"{one.codigo}, {lower_first(one.titulo)}" for one in errors[:3])
        yield f"Errores que antes no había: {told}{' y otros' if len(errors) > 3 else ''}."


def _repaired(before: Lote, now: Lote) -> Iterator[str]:
    known = {(one.texto, one.campo) for one in repairs(before)}
    new = [one for one in repairs(now) if (one.texto, one.campo) not in known]
    for one in sorted(new, key=_by_lines)[:2]:
        yield f"Ahora hay que reponer algo que antes llegaba bien: {lower_first(one.texto)} en {_field(one)}."


def _by_lines(one: Reparacion) -> int:
    return -one.lineas


def _field(one: Reparacion) -> str:
    return one.campo if one.campo.isupper() else one.campo.lower()


def _lines(before: Lote, now: Lote) -> Iterator[str]:
    """Told when they are twice as many, or half."""
    was, is_ = before.leidas or 0, now.leidas or 0
    if was and is_ and (is_ >= 2 * was or was >= 2 * is_):
        yield f"Antes {'era' if was == 1 else 'eran'} {_count(was)}; ahora {'es' if is_ == 1 else 'son'} {_count(is_)}."


def _count(n: int) -> str:
    return f"{n:,} línea{'' if n == 1 else 's'}".replace(",", "\u202f")


def _sender(before: Lote, now: Lote) -> Iterator[str]:
    yield "Lo envió la misma persona." if before.cuenta_id == now.cuenta_id else "Lo envió otra persona."
