"""Whole numbers and amounts. Amounts are cents in 64-bit integers: binary floating point never touches money."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.explain import Explicacion


class Numero(Tipo):
    """A whole number written with `ancho` digits, between `desde` and `hasta`."""

    dtype = pl.Int32

    def __init__(self, ancho: int, desde: int, hasta: int, problema: Explicacion, *, ceros: bool = False) -> None:
        self.ancho, self.desde, self.hasta, self.ceros = ancho, desde, hasta, ceros
        self.codigo = problema.codigo
        self.problemas = (problema,)
        self.ejemplos = {problema.codigo: self._out_of_range()}
        self.forma = f"{ancho} dígitos" if ancho > 1 else "1 dígito"

    def _out_of_range(self) -> str:
        if not self.ceros and self.ancho > 2:
            return str(self.hasta)[-2:]  # a year of two digits
        beyond = str(self.hasta + 1)
        return beyond if len(beyond) <= self.ancho else "X"

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        plain = (texto.str.len_bytes() == self.ancho) & ~texto.str.starts_with("+")
        numero = texto.cast(pl.Int32, strict=False)
        return pl.when(plain & numero.is_between(self.desde, self.hasta)).then(numero)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        readable = re.fullmatch(f"[0-9]{{1,{self.ancho}}}", texto) and (self.ceros or len(texto) == self.ancho)
        if not readable or not self.desde <= int(texto) <= self.hasta:
            return Leido(codigo=self.codigo)
        return Leido(int(texto), None, () if len(texto) == self.ancho else ("REP-CERO",))

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.cast(pl.String).str.zfill(self.ancho)


class Entero(Numero):
    """A whole number of at most `ancho` digits, written without leading zeros."""

    def __init__(self, ancho: int, desde: int, hasta: int, problema: Explicacion) -> None:
        super().__init__(ancho, desde, hasta, problema, ceros=True)
        self.forma = f"Hasta {ancho} dígitos"

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        plain = texto.str.contains(f"^[1-9][0-9]{{0,{self.ancho - 1}}}$")
        numero = texto.cast(pl.Int32, strict=False)
        return pl.when(plain & numero.is_between(self.desde, self.hasta)).then(numero)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        leido = super().understand(texto, ctx)
        return leido if leido.codigo else Leido(leido.valor, None, ("REP-SOBRA",) if texto[0] == "0" else ())

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.cast(pl.String)


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
    )
    ejemplos = MappingProxyType(
        {
            "MON-01": "$600",
            "MON-02": "0.00",
            "MON-03": "0000000000000600.00",
            "MON-04": "600.505",
            "MON-05": "1.200",
        }
    )

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        cents = texto.cast(pl.Decimal(16, 2), strict=False).to_physical().cast(pl.Int64)
        return pl.when(texto.str.contains(r"^[0-9]{1,11}\.[0-9]{2}$") & (cents > 0)).then(cents)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        notas: tuple[str, ...] = ()
        if re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", texto):
            return Leido(codigo="MON-05" if texto[-1] == "0" or "," in texto else "MON-04")
        if re.fullmatch(r"-?[0-9]+,[0-9]+", texto):  # no thousands: those come in threes, after no zero
            texto, notas = texto.replace(",", "."), ("REP-COMA",)
        parts = re.fullmatch(r"(-?)([0-9]+)(?:\.([0-9]*))?", texto)
        if not parts:
            return Leido(codigo="MON-01")
        return self._cents(texto, parts[2], parts[3] or "", bool(parts[1]), notas)

    @staticmethod
    def _cents(texto: str, dolares: str, decimales: str, negative: bool, notas: tuple[str, ...]) -> Leido:
        if len(dolares) > LARGO_MAXIMO:
            return Leido(codigo="MON-03")
        if is_machine_tail(decimales):
            exact = Decimal(f"{dolares}.{decimales}").quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            cents, notas = int(exact * 100), (*notas, "REP-COLA")
        elif len(texto) > LARGO_MAXIMO:
            return Leido(codigo="MON-03")
        elif decimales[2:].strip("0"):
            return Leido(codigo="MON-04")
        else:
            cents = int(dolares) * 100 + int((decimales + "00")[:2])
            notas = notas if len(decimales) == 2 else (*notas, "REP-DECIMALES")
        if negative or cents == 0:
            return Leido(codigo="MON-02")
        return Leido(cents, None, notas) if cents < 10**13 else Leido(codigo="MON-03")

    def write(self, valor: pl.Expr) -> pl.Expr:
        cents = (valor % 100).cast(pl.String).str.zfill(2)
        return pl.concat_str((valor // 100).cast(pl.String), pl.lit("."), cents)


def is_machine_tail(decimales: str) -> bool:
    """Whether these decimals are what binary floating point leaves of two: `5000000001`, `29999999999`."""
    return len(decimales) > 8 and bool(re.match(r"\d\d?(0{5}|9{5})", decimales))
