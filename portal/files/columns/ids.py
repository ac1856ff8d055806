"""Cédula, foreigner's code, RUC and sucursal (dominio 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import polars as pl
from stdnum.ec import ruc as ec_ruc

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.columns.wrappings import unwrap, whole
from portal.files.explain import Explicacion

PROVINCIAS = frozenset([*range(1, 25), 30])
_ODD_WEIGHTS = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # twice a digit, nines cast out


def check_digit_holds(cedula: str) -> bool:
    """Whether ten ASCII digits are a cédula: province 01-24 or 30 and the modulus-10 digit.

    python-stdnum's `ec.ci.is_valid` cannot be asked: it refuses a third digit above 6, which here only warns (IDE-04),
    and takes a province 50. Its digit is the same: a test holds both equal."""
    weighted = (_ODD_WEIGHTS[int(d)] if place % 2 == 0 else int(d) for place, d in enumerate(cedula))
    return len(cedula) == 10 and int(cedula[:2]) in PROVINCIAS and sum(weighted) % 10 == 0


def _half_sums(first_position: int) -> np.ndarray:
    """Weighted digit sums of all 100,000 five-digit halves, of which only the last digit counts."""
    numbers = np.arange(100_000)
    sums = np.zeros(100_000, np.uint8)
    for place in range(5):
        digits = numbers // 10 ** (4 - place) % 10
        odd_weight = (first_position + place) % 2 == 0
        sums += np.asarray(_ODD_WEIGHTS, np.uint8)[digits] if odd_weight else digits.astype(np.uint8)
    return sums % 10


def _wanted_of_low() -> np.ndarray:
    """What the second half must come to for each first half; a figure that none comes to where there is no such
    province."""
    provinces = np.arange(100_000) // 1_000
    return np.where(np.isin(provinces, list(PROVINCIAS)), (10 - _half_sums(0)) % 10, 99).astype(np.uint8)


#: the check of a column is two table lookups and a comparison (35 ms a million)
_WANTED, _LOW = pl.Series(_wanted_of_low()), pl.Series(_half_sums(5))


_NINE_OR_TEN = re.compile("[0-9]{9,10}")


def _digits(sent: str) -> str:
    """What a text comes to once it is unwrapped and written out; nothing where digits were lost."""
    plain = whole(unwrap(sent).texto)
    return plain.texto if plain else ""


class Cedula(Tipo):
    """A worker's cédula or registered foreigner's code, as a number (the leading zero is written back)."""

    dtype = pl.Int64
    forma = "10 dígitos"
    ancho = 10
    cifras = True
    arreglos = (
        ("REP-CERO", lambda t: pl.when(t.str.len_bytes() == 9).then(pl.lit("0") + t)),
        ("REP-FRACCION", lambda t: t.str.strip_suffix(".0")),
        ("REP-COMILLA", lambda t: t.str.strip_prefix("'")),
    )
    problemas = (
        Explicacion(
            "IDE-01",
            "error",
            "La cédula no existe",
            "El último dígito de «{valor}» no corresponde a los nueve primeros, así que ese número no es de nadie.",
            "Compare con el documento del trabajador. Si es un extranjero con código del IESS, el código debe estar "
            "registrado o afiliado en el IESS antes de usarlo.",
            "En la línea {linea}, la cédula {valor} no existe: un dígito está cambiado. Compárela con el documento y "
            "vuelva a enviar solo las líneas con error.",
            "Registro Civil: dígito verificador módulo 10",
        ),
        Explicacion(
            "IDE-02",
            "error",
            "La cédula no tiene 10 dígitos",
            "En «{campo}» dice «{valor}» y deben ir 10 dígitos, sin guion ni letras.",
            "Escriba los 10 dígitos. Si Excel quitó el cero inicial y el número es correcto, el portal lo repone solo.",
            "En la línea {linea}, la cédula no tiene diez dígitos. Escríbala completa y sin guion.",
        ),
        Explicacion(
            "IDE-03",
            "error",
            "El código de extranjero no está registrado",
            "El código «{valor}» no es una cédula y no consta como código de extranjero registrado en el IESS. Sirve "
            "siempre y cuando la persona esté registrada o afiliada.",
            "Registre primero a la persona en el IESS y vuelva a enviar la línea. Si es una cédula, compárela con el "
            "documento: no pasa la comprobación.",
            "En la línea {linea}, el número {valor} parece un código de extranjero que todavía no está registrado en "
            "el IESS. Hay que registrar primero a la persona.",
            "Ficha del trámite: requisito alternativo",
        ),
    )
    ejemplos = MappingProxyType({"IDE-01": "0912791804", "IDE-02": "091279180-3", "IDE-03": "6199999999"})

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        plain = (texto.str.len_bytes() == 10) & ~texto.str.starts_with("+")
        numero = texto.cast(pl.Int64, strict=False)
        safe = numero.clip(0, 9_999_999_999)
        holds = pl.lit(_WANTED).gather(safe // 100_000) == pl.lit(_LOW).gather(safe % 100_000)
        return pl.when(plain & holds).then(numero)

    def read_many(self, textos: Sequence[str | None], ctx: Contexto) -> list[Leido]:
        ctx.meet([int(plain) for text in textos if _NINE_OR_TEN.fullmatch(plain := _digits(text or ""))])
        return super().read_many(textos, ctx)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        if not re.fullmatch(r"[0-9]{9,10}", texto):
            return Leido(codigo="IDE-02")
        if len(texto) == 9:  # restored where something proves it: the check digit, or that the code is registered
            proved = check_digit_holds("0" + texto) or (texto[0] != "0" and ctx.knows(int(texto)))
            return Leido(int(texto), None, ("REP-CERO",)) if proved else Leido(codigo="IDE-02")
        if check_digit_holds(texto) or ctx.knows(int(texto)):
            return Leido(int(texto))
        return Leido(codigo="IDE-01" if int(texto[:2]) in PROVINCIAS else "IDE-03")

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.cast(pl.String).str.zfill(10)


class Ruc(Tipo):
    """The RUC of the empleador in session; any other one is a problem of the line."""

    forma = "13 dígitos"
    ancho = 13
    cifras = True
    problemas = (
        Explicacion(
            "RUC-01",
            "error",
            "El RUC no tiene 13 dígitos",
            "En «{campo}» dice «{valor}» y deben ir 13 dígitos.",
            "Escriba su RUC completo. Si Excel lo muestra como 1,799E+12, cambie la columna a texto.",
            "En la línea {linea}, el RUC no tiene trece dígitos. Escríbalo completo.",
        ),
        Explicacion(
            "RUC-02",
            "error",
            "El RUC es de otro empleador",
            "La línea lleva el RUC «{valor}» y usted ingresó con otro.",
            "Revise el RUC de la línea. Si actúa por varios empleadores, escoja «Cambiar» y envíe el archivo con el "
            "RUC que corresponde.",
            "En la línea {linea}, el RUC es de otro empleador. Revise con qué RUC ingresó.",
        ),
    )
    ejemplos = MappingProxyType({"RUC-01": "17990000040", "RUC-02": "1799000099001"})

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        return pl.when(texto == ctx.ruc).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        if texto == ctx.ruc:
            return Leido(texto)
        if "0" + texto == ctx.ruc:
            return Leido(ctx.ruc, None, ("REP-CERO",))
        return Leido(codigo="RUC-02" if re.fullmatch("[0-9]{12,13}", texto) else "RUC-01")


_PROVINCES = "|".join(f"{n:02d}" for n in sorted(PROVINCIAS))


def ruc_check_holds(ruc: str) -> bool:
    """Whether thirteen ASCII digits are a RUC down to its check digit: that of the cédula inside, or a company's.

    Companies in use fail theirs (dominio 4), so this proves a number and refuses none: what fails is an aviso.
    python-stdnum's `ec.ruc` knows both, but for cédulas with a third digit above 6, and a province 50 there is not."""
    if len(ruc) != 13 or int(ruc[:2]) not in PROVINCIAS or ruc.endswith("000"):
        return False
    return ec_ruc.is_valid(ruc) or check_digit_holds(ruc[:10])


class RucAnterior(Tipo):
    """The RUC an empleador had before; may be left out, also with its separator."""

    vacio = ""
    cifras = True
    forma = "13 dígitos, o nada"
    ancho = 13
    ejemplos = MappingProxyType({"RUC-03": "179001234", "RUC-04": "2690012345001"})
    problemas = (
        Explicacion(
            "RUC-03",
            "error",
            "El RUC anterior no tiene 13 dígitos",
            "En «{campo}» dice «{valor}» y deben ir 13 dígitos, o nada.",
            "Escriba el RUC completo, o deje el campo vacío si no cambió de RUC.",
            "En la línea {linea}, el RUC anterior no tiene trece dígitos. Escríbalo completo o déjelo vacío.",
        ),
        Explicacion(
            "RUC-04",
            "error",
            "El RUC anterior no existe",
            "En «{campo}» dice «{valor}»: sus dos primeras cifras no son de una provincia, o las tres últimas son 000.",
            "Compárelo con el certificado del RUC. Si no cambió de RUC, deje el campo vacío.",
            "En la línea {linea}, el RUC anterior no existe: no es de ninguna provincia o termina en tres ceros. "
            "Compárelo con el certificado.",
        ),
    )

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        return pl.when(texto.str.contains(f"^({_PROVINCES})[0-9]{{11}}$") & ~texto.str.ends_with("000")).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        if re.fullmatch("[0-9]{12}", texto) and ruc_check_holds("0" + texto):
            return Leido("0" + texto, None, ("REP-CERO",))
        if not re.fullmatch("[0-9]{13}", texto):
            return Leido(codigo="RUC-03")
        exists = int(texto[:2]) in PROVINCIAS and not texto.endswith("000")
        return Leido(texto) if exists else Leido(codigo="RUC-04")

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.fill_null("")


class Sucursal(Tipo):
    """A branch of the empleador, as a number; written with four digits."""

    dtype = pl.Int32
    forma = "4 dígitos"
    ancho = 4
    cifras = True
    arreglos = (("REP-CERO", lambda t: pl.when(t.str.contains("^[0-9]{1,3}$")).then(t.str.zfill(4))),)
    problemas = (
        Explicacion(
            "SUC-01",
            "error",
            "La sucursal no se puede leer",
            "En «{campo}» dice «{valor}» y deben ir 4 dígitos.",
            "Escriba los 4 dígitos de la sucursal. La matriz es 0001.",
            "En la línea {linea}, la sucursal va con cuatro dígitos. La matriz es cero cero cero uno.",
        ),
        Explicacion(
            "SUC-02",
            "error",
            "La sucursal no existe",
            "Su empleador no tiene la sucursal «{valor}».",
            "Use una de sus sucursales. La matriz es 0001; el número no sale del RUC.",
            "En la línea {linea}, dice la sucursal {valor} y ese empleador no la tiene.",
        ),
    )
    ejemplos = MappingProxyType({"SUC-01": "MATRIZ", "SUC-02": "0777"})

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        plain = (texto.str.len_bytes() == 4) & ~texto.str.starts_with("+")
        numero = texto.cast(pl.Int32, strict=False)
        known = numero > 0 if ctx.sucursales is None else numero.is_in(sorted(ctx.sucursales))
        return pl.when(plain & known).then(numero)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        if not re.fullmatch("[0-9]{1,4}", texto):
            return Leido(codigo="SUC-01")
        codigo = int(texto)
        if codigo == 0 or (ctx.sucursales is not None and codigo not in ctx.sucursales):
            return Leido(codigo="SUC-02")
        return Leido(codigo, None, () if len(texto) == 4 else ("REP-CERO",))

    def write(self, valor: pl.Expr) -> pl.Expr:
        return valor.cast(pl.String).str.zfill(4)
