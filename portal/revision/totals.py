"""The total that a sheet carries below its lines, beside what the lines come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from portal.files.columns import Contexto, Monto
from portal.files.tables.aside import TOTAL
from portal.novedades import Novedad

#: a row that gives the sum of some lines only says so
_OF_SOME = re.compile(r"\W*sub ?-?total", re.IGNORECASE)


@dataclass(frozen=True)
class TotalDistinto:
    """A total that is not what the lines come to, in cents: the row that says it, what it says, what they come to."""

    fila: int
    dice: int
    suman: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def differing(
    nov: Novedad, apartadas: Iterable[Mapping[str, Any]], suman: int | None, ctx: Contexto
) -> TotalDistinto | None:
    """The last total among the rows that are no lines, if none of its figures is `suman` (cents; None: some line's
    amount could not be read, and nothing can be said)."""
    totals = [row for row in apartadas if row["por"] == TOTAL and not _OF_SOME.match(row["texto"])]
    if suman is None or not totals or not is_summed(nov):
        return None
    row = totals[-1]
    figures = [leido.valor for part in row["texto"].split(" · ") if (leido := Monto().read(part, ctx)).valor]
    if not figures or suman in figures:
        return None
    return TotalDistinto(row["fila"], min(figures, key=lambda one: abs(one - suman)), suman)


def is_summed(nov: Novedad) -> bool:
    """Whether the lines of that movement have an amount that a sheet adds up."""
    return nov.valor is not None and isinstance(nov.campo(nov.valor).tipo, Monto)
