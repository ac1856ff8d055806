"""Amounts: cents in 64-bit integers. Binary floating point never touches money."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.columns.spelled_amounts import Escrito, is_machine_tail, parse
from portal.files.explain import Explicacion

LARGO_MAXIMO = 14
_EJEMPLO = "Escriba dólares, punto y dos decimales, por ejemplo 850.50."


def _problema(codigo: str, titulo: str, causa: str, arreglo: str, telefono: str) -> Explicacion:
    return Explicacion(codigo, "error", titulo, causa, arreglo, "En la línea {linea}, " + telefono)


class Monto(Tipo):
    """Dollars with two decimals, above zero, at most 14 characters, zero-padded or not. Value: cents."""

    dtype = pl.Int64
    forma = "Monto con dos decimales"
    ancho = LARGO_MAXIMO
    arreglos = (
        (
            "REP-COMA",
            lambda t: pl.when(t.str.contains(r"^[0-9]+,[0-9]{2}$")).then(t.str.replace(",", ".", literal=True)),
        ),
        ("REP-DECIMALES", lambda t: pl.when(t.str.contains("^[1-9][0-9]{0,10}$")).then(t + pl.lit(".00"))),
        ("REP-MONEDA", lambda t: t.str.strip_prefix("$")),
    )
    problemas = (
        _problema(
            "MON-01",
            "El monto no se puede leer",
            "En «{campo}» dice «{valor}», que no es un monto.",
            _EJEMPLO + " Sin signo de dólar ni separador de miles.",
            "el monto dice {valor} y no se puede leer. Va con punto y dos decimales.",
        ),
        _problema(
            "MON-02",
            "El monto debe ser mayor que cero",
            "En «{campo}» dice «{valor}». Un monto de cero o negativo no se registra.",
            "Escriba un monto mayor que cero, o quite la línea si no hay nada que registrar.",
            "el monto es cero o negativo. Escriba un monto mayor que cero o quite la línea.",
        ),
        _problema(
            "MON-03",
            "El monto es demasiado largo",
            "«{valor}» tiene más de 14 caracteres.",
            "Escriba a lo más 11 dígitos, el punto y dos decimales.",
            "el monto tiene más de catorce caracteres. Quite los ceros que sobran al principio.",
        ),
        _problema(
            "MON-04",
            "El monto tiene más de dos decimales",
            "«{valor}» tiene más de dos decimales y el portal no redondea por usted.",
            "Redondee a centavos: dos decimales. " + _EJEMPLO,
            "el monto tiene más de dos decimales. Déjelo en dos.",
        ),
        _problema(
            "MON-05",
            "No se sabe si el signo separa miles o decimales",
            "«{valor}» puede ser miles o decimales, y la diferencia es de mil veces.",
            "Escriba el monto con punto y dos decimales, sin separador de miles: 1234.00 o 1.23.",
            "el monto dice {valor} y no se sabe si son miles o decimales. Escríbalo con dos decimales.",
        ),
        _problema(
            "MON-06",
            "No se sabe si son dólares o centavos",
            "«{valor}» llena el campo sin decimales: puede decir dólares o centavos, y la diferencia es de cien veces.",
            "Escriba el punto y los dos decimales, por ejemplo 850.50.",
            "el monto va sin punto y no se sabe si son dólares o centavos. Escríbalo con punto y dos decimales.",
        ),
    )
    ejemplos = MappingProxyType(
        {
            "MON-01": "seiscientos",
            "MON-02": "0.00",
            "MON-03": "0000000000000600.00",
            "MON-04": "600.5055",
            "MON-05": "1.200",
            "MON-06": "00000000060000",
        }
    )

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        cents = texto.cast(pl.Decimal(16, 2), strict=False).to_physical().cast(pl.Int64)
        return pl.when(texto.str.contains(r"^[0-9]{1,11}\.[0-9]{2}$") & (cents > 0)).then(cents)

    def read(self, texto: str | None, ctx: Contexto) -> Leido:
        leido = super().read(texto, ctx)
        doubtful = leido.valor is not None and _SPACED.fullmatch(texto or "") and len(texto or "") == LARGO_MAXIMO
        return Leido(codigo="MON-06") if doubtful and texto != (texto or "").strip() else leido

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        escrito = parse(texto)
        if escrito.codigo:
            return Leido(codigo=escrito.codigo)
        return self._cents(escrito)

    def _cents(self, escrito: Escrito) -> Leido:
        dolares, decimales = escrito.dolares, escrito.decimales
        if len(dolares) > LARGO_MAXIMO:
            return Leido(codigo="MON-03")
        if is_machine_tail(dolares, decimales):
            exact = Decimal(f"{dolares}.{decimales}").quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            return self._bounded(int(exact * 100), escrito, "REP-COLA")
        if codigo := _too_much(escrito):
            return Leido(codigo=codigo)
        nota = "" if len(decimales) == 2 else "REP-DECIMALES"
        return self._bounded(int(dolares) * 100 + int((decimales + "00")[:2]), escrito, nota)

    @staticmethod
    def _bounded(cents: int, escrito: Escrito, nota: str) -> Leido:
        if escrito.negativo or cents == 0:
            return Leido(codigo="MON-02")
        return Leido(cents, None, (*escrito.notas, nota) if nota else escrito.notas) if cents < 10**13 else _TOO_LONG

    def write(self, valor: pl.Expr) -> pl.Expr:
        cents = (valor % 100).cast(pl.String).str.zfill(2)
        return pl.concat_str((valor // 100).cast(pl.String), pl.lit("."), cents)


_TOO_LONG = Leido(codigo="MON-03")
_SPACED = re.compile(r"\s*[0-9]+[.,]?\s*")


def _too_much(escrito: Escrito) -> str | None:
    """What is wrong with the number of its digits; of a padded one that fills the field, that it has no decimals."""
    if escrito.ancho > LARGO_MAXIMO:
        return "MON-03"
    if escrito.decimales[2:].strip("0"):
        return "MON-04"
    padded = escrito.dolares.startswith("0") and escrito.dolares.strip("0")
    # eleven dollars, the mark and two decimals are the whole width; thirteen digits are that without the mark
    return "MON-06" if padded and not escrito.decimales and escrito.ancho >= LARGO_MAXIMO - 1 else None
