"""Spans of months, written `AAAA-MM A AAAA-MM`."""

from __future__ import annotations

import re
from types import MappingProxyType

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.explain import Explicacion

_LAPSO = re.compile(r"([0-9]{4})-([0-9]{1,2})\s*[aA]\s*([0-9]{4})-([0-9]{1,2})")
_MONTHS = 1_000_000  # a lapso as one number: first month AAAAMM, then last month


class Lapso(Tipo):
    """Months from one to another, both included: `2026-03 A 2026-05`. Value: `202603202605`."""

    dtype = pl.Int64
    forma = "AAAA-MM A AAAA-MM"
    ancho = 17
    ejemplos = MappingProxyType({"LAP-01": "2026", "LAP-02": "2026-05 A 2026-03"})
    problemas = (
        Explicacion(
            "LAP-01",
            "error",
            "El período pagado no se puede leer",
            "En «{campo}» dice «{valor}» y debe ir el primer y el último mes.",
            "Escriba AAAA-MM A AAAA-MM, por ejemplo 2026-03 A 2026-03.",
            "En la línea {linea}, el período pagado no se puede leer. Va año, guion, mes, la letra A, y lo mismo.",
        ),
        Explicacion(
            "LAP-02",
            "error",
            "El período pagado termina antes de empezar",
            "En «{campo}» dice «{valor}»: el último mes es anterior al primero.",
            "Escriba primero el mes en que empieza y después el mes en que termina.",
            "En la línea {linea}, el período pagado termina antes de empezar. Revise los dos meses.",
        ),
    )

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        canonical = texto.str.contains("^[12][0-9]{3}-(0[1-9]|1[0-2]) A [12][0-9]{3}-(0[1-9]|1[0-2])$")
        whole = pl.when(canonical).then(texto)
        first, last = (_month(whole.str.slice(start, 7)) for start in (0, 10))
        return pl.when(first <= last).then(first * _MONTHS + last)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        found = _LAPSO.fullmatch(texto)
        if not found or not all(1 <= int(month) <= 12 for month in (found[2], found[4])):
            return Leido(codigo="LAP-01")
        if not all(found[i][0] in "12" for i in (1, 3)):
            return Leido(codigo="LAP-01")
        first, last = int(found[1]) * 100 + int(found[2]), int(found[3]) * 100 + int(found[4])
        if last < first:
            return Leido(codigo="LAP-02")
        written = f"{found[1]}-{int(found[2]):02d} A {found[3]}-{int(found[4]):02d}"
        return Leido(first * _MONTHS + last, None, () if written == texto else ("REP-PERIODO",))

    def write(self, valor: pl.Expr) -> pl.Expr:
        months = (f(valor, _MONTHS) for f in (pl.Expr.floordiv, pl.Expr.mod))
        first, last = (_written_month(month) for month in months)
        return pl.concat_str(first, pl.lit(" A "), last)


def _month(text: pl.Expr) -> pl.Expr:
    """`2026-03` → 202603."""
    return text.str.replace("-", "", literal=True).cast(pl.Int64, strict=False)


def _written_month(month: pl.Expr) -> pl.Expr:
    text = month.cast(pl.String)
    return pl.concat_str(text.str.slice(0, 4), pl.lit("-"), text.str.slice(4, 2))


def first_day(lapso: pl.Expr) -> pl.Expr:
    """The first day of a lapso."""
    month = lapso // _MONTHS
    return pl.date(month // 100, month % 100, 1)


def last_day(lapso: pl.Expr) -> pl.Expr:
    """The last day of a lapso."""
    month = lapso % _MONTHS
    return pl.date(month // 100, month % 100, 1).dt.month_end()


def months_in(lapso: pl.Expr) -> pl.Expr:
    """How many months a lapso has."""
    first, last = lapso // _MONTHS, lapso % _MONTHS
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1
