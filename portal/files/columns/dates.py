"""Dates, written AAAAMMDD, and read as people and their programs write them (dominio 1)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import MappingProxyType

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.columns.spelled_days import all_zeros, read_day, readings, without_midnight
from portal.files.explain import Explicacion

NO_APLICA = "00000000"
PRIMER_DIA = date(1900, 1, 1)
#: a spreadsheet keeps a day as the number of days since this one; five digits are the years 1927 to 2173
_DIA_CERO = date(1899, 12, 30)
_SERIE = re.compile("[1-9][0-9]{4}")


class Fecha(Tipo):
    """A calendar day from 1900 on. `opcional`: `00000000` means it does not apply (value None)."""

    dtype = pl.Date
    forma = "AAAAMMDD"
    ancho = 8
    cifras = True
    problemas = (
        Explicacion(
            "FEC-01",
            "error",
            "La fecha no se puede leer",
            "En «{campo}» dice «{valor}», que no es una fecha del formato.",
            "Escriba AAAAMMDD: cuatro cifras del año, dos del mes y dos del día. El 27 de febrero de 2026 es 20260227.",
            "En la línea {linea}, la {campo} no se puede leer. Va año, mes y día, ocho cifras seguidas.",
        ),
        Explicacion(
            "FEC-02",
            "error",
            "La fecha no existe",
            "La {campo} «{valor}» no está en el calendario, o es anterior a 1900.",
            "Escriba AAAAMMDD con un día que exista, por ejemplo 20260227.",
            "En la línea {linea}, la {campo} dice un día que no existe. Cámbielo y vuelva a enviar solo las líneas "
            "con error.",
        ),
        Explicacion(
            "FEC-03",
            "error",
            "El año de la fecha tiene solo dos cifras",
            "La {campo} «{valor}» no dice de qué año es, y el portal no lo adivina.",
            "El año va con cuatro cifras, AAAAMMDD. {lecturas}",
            "En la línea {linea}, la {campo} lleva el año con dos cifras. Escríbala con las cuatro.",
        ),
    )

    ejemplos = MappingProxyType({"FEC-01": "ayer", "FEC-02": "{anio}{mes}32", "FEC-03": "27/11/26"})

    def __init__(self, *, opcional: bool = False) -> None:
        self.vacio = NO_APLICA if opcional else None

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        digits = pl.when(texto.str.contains("^[12][0-9]{7}$") & (texto >= "1900")).then(texto)
        return digits.str.to_date("%Y%m%d", strict=False)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        day_text = without_midnight(texto)
        if all_zeros(day_text):
            return Leido(codigo="FEC-02") if self.vacio is None else self._none_applies()
        if numbers := read_day(day_text):
            return self._on_calendar(numbers, () if re.fullmatch("[0-9]{8}", texto) else ("REP-FECHA",))
        if ctx.de_hoja and _SERIE.fullmatch(texto):
            return Leido(_DIA_CERO + timedelta(days=int(texto)), None, ("REP-SERIE",))
        short = readings(day_text)
        return Leido(codigo="FEC-01" if short is None else "FEC-03" if short else "FEC-02")

    @staticmethod
    def _on_calendar(numbers: tuple[int, int, int], notas: tuple[str, ...]) -> Leido:
        try:
            day = date(*numbers)
        except ValueError:
            return Leido(codigo="FEC-02")
        return Leido(day, None, notas) if day >= PRIMER_DIA else Leido(codigo="FEC-02")

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.dt.to_string("%Y%m%d").fill_null(NO_APLICA)
