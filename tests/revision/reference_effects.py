"""What the correct lines of a file do together, counted line by line: the reference of `juicio.effects`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.revision import reference_more as more

if TYPE_CHECKING:
    from tests.revision.reference import Line, Rel

WORTH = {"ENT": "sueldo", "SAL": None, "MSU": "sueldo", "INS": "valor", **more.WORTH}
MONTHS_UNSEEN = 3


def effects(codigo: str, correct: list[Line]) -> dict[str, Any]:
    """Money in cents: values added up, change of the monthly payroll of today."""
    values = [(line, line.values[WORTH[codigo]] if WORTH[codigo] else 0) for line in correct]
    steps = [step for step in payroll(codigo, correct) if step is not None]
    unseen = sorted(line.n for line in correct if not_seen(codigo, line))
    periods: dict[str, list[int]] = {}
    for line, value in values:
        of_month = periods.setdefault(str(period(line)), [0, 0])
        of_month[0] += 1
        of_month[1] += value
    return {
        "lineas": len(correct),
        "suma": sum(value for _, value in values),
        "planilla": sum(after - before for before, after in steps),
        "suben": sum(after > before for before, after in steps),
        "bajan": sum(after < before for before, after in steps),
        "bajan_mucho": sum(codigo == "MSU" and 2 * after < before for before, after in steps),
        "pasadas": sum(codigo == "MSU" and is_past(line) for line in correct),
        "periodos": periods,
        "sin_ver": len(unseen),
        "sin_ver_lineas": unseen[:5],
    }


def payroll(codigo: str, correct: list[Line]) -> list[tuple[int, int] | None]:
    """Of each line the sueldo before it and after it; None: no sueldo is known."""
    if codigo == "ENT":
        return [(0, line.values["sueldo"]) for line in correct]
    if codigo == "SAL":
        known = [line.relacion.sueldo for line in correct if line.relacion]
        return [None if sueldo is None else (sueldo, 0) for sueldo in known]
    return raises(correct) if codigo == "MSU" else []


def is_past(line: Line) -> bool:
    """A sueldo of months that are over: today's stays as it is."""
    return line.relacion is not None and not changes_today(line.relacion, period(line))


def raises(correct: list[Line]) -> list[tuple[int, int] | None]:
    """New sueldos, the earlier month first: each is compared with the one in force when it comes."""
    present: dict[int, int] = {}
    steps: list[tuple[int, int] | None] = []
    for line in sorted(correct, key=period):
        relacion, new = line.relacion, line.values["sueldo"]
        if relacion is None:
            steps.append(None)  # offline
        elif changes_today(relacion, period(line)):
            before = present.get(relacion.id, relacion.sueldo)
            steps.append(None if relacion.sueldo is None else (before, new))
            present[relacion.id] = new
    return steps


def changes_today(relacion: Rel, month: int) -> bool:
    """A sueldo of before the present one, or of somebody who is no longer there, is only a matter of the past."""
    return relacion.salida is None and (relacion.desde is None or month >= relacion.desde)


def not_seen(codigo: str, line: Line) -> bool:
    """More than three months without a novedad of the relación, nor its beginning, before the line's own month."""
    relacion = line.relacion
    if codigo == "ENT" or relacion is None:
        return False
    heard = [date(relacion.ingreso.year, relacion.ingreso.month, 1)]
    if relacion.ultimo:
        heard.append(date(relacion.ultimo // 100, relacion.ultimo % 100, 1))
    return months_between(max(heard), date(line.values["anio"], line.values["mes"], 1)) > MONTHS_UNSEEN


def months_between(first: date, then: date) -> int:
    return (then.year - first.year) * 12 + then.month - first.month


def period(line: Line) -> int:
    return line.values["anio"] * 100 + line.values["mes"]
