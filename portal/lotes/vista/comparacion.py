"""A lote beside the last one of the same movement: how many lines and how much more or less."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.lotes.efectos_dichos import IN_SUELDOS, Efectos, Frase, amount, count, number
from portal.modelos import Lote
from portal.novedades import Novedad, todas


@dataclass(frozen=True)
class Comparacion:
    """The lote `numero`, of `periodo` (AAAAMM) when it had one only, and what is said after naming it."""

    numero: str
    periodo: int | None
    frase: Frase


def comparison(session: Session, lote: Lote) -> Comparacion | None:
    """The lote beside the one that the same empleador registered last of its movement; None when there is none."""
    if not (lote.efectos or {}).get("lineas"):
        return None
    return compare(todas()[lote.movimiento], lote.efectos, last_registered(session, lote))


def last_registered(session: Session, lote: Lote) -> Lote | None:
    """The one registered last of that empleador and movement, but for the one that this one mends."""
    mine = [Lote.empleador_id == lote.empleador_id, Lote.movimiento == lote.movimiento, Lote.id != lote.id]
    mine += [Lote.estado == "registrado", Lote.registradas > 0]
    mine += [Lote.id != lote.corrige_id] if lote.corrige_id else []
    return session.scalar(select(Lote).where(*mine).order_by(Lote.registrado_en.desc(), Lote.id.desc()).limit(1))


def compare(nov: Novedad, efectos: Efectos | None, last: Lote | None) -> Comparacion | None:
    """These effects beside those of `last`; a warning where lines or sum differ by more than half."""
    before = last.efectos if last else None
    if last is None or not before or not before.get("lineas") or not efectos or not efectos.get("lineas"):
        return None
    now, then = int(efectos["lineas"]), int(before["lineas"])
    had, has, much = [Frase(count(then, "línea", "líneas"))], [_lines_more(now, then)], _much(now, then)
    if then_sum := amount(nov, int(before.get("suma", 0))):
        now, then = int(efectos.get("suma", 0)), int(before.get("suma", 0))
        had, has, much = [*had, then_sum], [*has, _sum_more(nov, now, then)], much or _much(now, then)
    said = [*had, *has]
    texto = f"tuvo {' y '.join(f.texto for f in had)}: este tiene {' y '.join(f.texto for f in has)}."
    frase = Frase(texto, tuple(m for f in said for m in f.montos), "warning" if much else "")
    periodos = list(before.get("periodos") or {})
    return Comparacion(last.numero, int(periodos[0]) if len(periodos) == 1 else None, frase)


def _much(now: int, then: int) -> bool:
    return abs(now - then) * 2 > then


def _lines_more(now: int, then: int) -> Frase:
    if now == then:
        return Frase("igual número de líneas")
    return Frase(f"{count(abs(now - then), 'línea', 'líneas')} {'más' if now > then else 'menos'}")


def _sum_more(nov: Novedad, now: int, then: int) -> Frase:
    difference = amount(nov, abs(now - then))
    if difference is None or now == then:
        return Frase("igual suma")
    what = difference.texto.removesuffix(IN_SUELDOS)
    where = difference.texto[len(what) :]
    return Frase(f"{what} {'más' if now > then else 'menos'}{where}{_percent(now, then)}", difference.montos)


def _percent(now: int, then: int) -> str:
    if not then:
        return ""
    percent = round(100 * (now - then) / then)
    if not percent:
        return " (menos del 1\u00a0%)"
    return f" ({'+' if percent > 0 else '−'}{number(abs(percent))}\u00a0%)"
