"""Whole numbers."""

from __future__ import annotations

import re

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.explain import Explicacion


class Numero(Tipo):
    """A whole number written with `ancho` digits, between `desde` and `hasta`."""

    dtype = pl.Int32
    cifras = True

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
