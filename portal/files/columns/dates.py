"""Dates, written AAAAMMDD."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.explain import Explicacion

NO_APLICA = "00000000"
_SPELLINGS = (
    (r"([0-9]{4})([0-9]{2})([0-9]{2})", (1, 2, 3), ()),
    (r"([0-9]{4})-([0-9]{2})-([0-9]{2})", (1, 2, 3), ("REP-FECHA",)),
    (r"([0-9]{2})/([0-9]{2})/([0-9]{4})", (3, 2, 1), ("REP-FECHA",)),
)


class Fecha(Tipo):
    """A calendar day. `opcional`: `00000000` means it does not apply (value None)."""

    dtype = pl.Date
    forma = "AAAAMMDD"
    ancho = 8
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
            "La {campo} «{valor}» no está en el calendario.",
            "Escriba AAAAMMDD con un día que exista, por ejemplo 20260227.",
            "En la línea {linea}, la {campo} dice un día que no existe. Cámbielo y vuelva a enviar solo las líneas "
            "con error.",
        ),
    )

    ejemplos = MappingProxyType({"FEC-01": "27-02-26", "FEC-02": "{anio}{mes}32"})

    def __init__(self, *, opcional: bool = False) -> None:
        self.vacio = NO_APLICA if opcional else None

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        digits = pl.when(texto.str.contains("^[12][0-9]{7}$")).then(texto)
        return digits.str.to_date("%Y%m%d", strict=False)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        if self.vacio and texto == "0":  # what Excel leaves of 00000000
            return Leido(None, None, ("REP-CERO",))
        for pattern, order, notas in _SPELLINGS:
            if found := re.fullmatch(pattern, texto):
                try:
                    return Leido(date(*(int(found[i]) for i in order)), None, notas)
                except ValueError:
                    return Leido(codigo="FEC-02")
        return Leido(codigo="FEC-01")

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.dt.to_string("%Y%m%d").fill_null(NO_APLICA)
