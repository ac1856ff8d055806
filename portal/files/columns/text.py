"""Codes of closed catalogues, digit codes and free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.explain import Explicacion


class Codigo(Tipo):
    """One code of a closed catalogue: `opciones` are written and offered, `solo_lectura` only understood.

    `catalogo` names its data file, when it has one."""

    catalogo = ""

    arreglos = (("REP-MAYUSCULA", lambda t: t.str.to_uppercase()),)
    problemas = (
        Explicacion(
            "CAT-01",
            "error",
            "El código no está en el catálogo",
            "En «{campo}» dice «{valor}» y va uno de estos códigos: {codigos}.",
            "Escriba el código tal como está en la lista de la página del formato, sin abreviar la palabra. En la "
            "plantilla de Excel puede escogerlo de una lista.",
            "En la línea {linea}, el código de {campo} no existe. La página del formato tiene la lista.",
        ),
    )

    def __init__(self, opciones: Mapping[str, str], solo_lectura: Mapping[str, str] | None = None) -> None:
        self.opciones = dict(opciones)
        self.solo_lectura = dict(solo_lectura or {})
        self.todos = self.opciones | self.solo_lectura
        widths = sorted({len(codigo) for codigo in self.opciones})
        self.ancho = widths[-1]
        self.forma = _how_wide(widths)
        self.ejemplos = {problema.codigo: "Z" * self.ancho for problema in self.problemas}

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        return pl.when(texto.is_in(list(self.todos))).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        for candidate, notas in (
            (texto, ()),
            (texto.upper(), ("REP-MAYUSCULA",)),
            ("0" + texto, ("REP-CERO",)),
        ):
            if candidate in self.todos:
                return Leido(candidate, None, notas)
        return Leido(codigo="CAT-01")


def _how_wide(widths: list[int]) -> str:
    if widths == [1]:
        return "1 carácter"
    return f"{widths[0]} caracteres" if len(widths) == 1 else f"{widths[0]} a {widths[-1]} caracteres"


class Digitos(Tipo):
    """A code of exactly `ancho` digits that is looked up elsewhere; kept as text."""

    def __init__(self, ancho: int, problema: Explicacion) -> None:
        self.ancho = ancho
        self.codigo = problema.codigo
        self.problemas = (problema,)
        self.ejemplos = {problema.codigo: "15075000000"[: max(1, ancho - 3)]}
        self.forma = f"{ancho} dígitos"

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        return pl.when(texto.str.contains(f"^[0-9]{{{self.ancho}}}$")).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        if re.fullmatch(f"[0-9]{{{self.ancho}}}", texto):
            return Leido(texto)
        if re.fullmatch(f"[0-9]{{{self.ancho - 1}}}", texto):
            return Leido("0" + texto, None, ("REP-CERO",))
        return Leido(codigo=self.codigo)


class Texto(Tipo):
    """Free text of at most `ancho` ASCII characters; accents are taken off and said."""

    problemas = (
        Explicacion(
            "TXT-01",
            "error",
            "El texto es demasiado largo",
            "El campo «{campo}» tiene más caracteres de los que caben.",
            "Acorte el texto al largo que dice la página del formato.",
            "En la línea {linea}, el texto de {campo} es demasiado largo. Acórtelo.",
        ),
        Explicacion(
            "TXT-02",
            "error",
            "El texto tiene caracteres que no se pueden guardar",
            "El campo «{campo}» tiene símbolos o caracteres de control: «{valor}».",
            "Escriba el texto otra vez, solo con letras, números y signos comunes.",
            "En la línea {linea}, el campo {campo} tiene un carácter extraño. Escríbalo de nuevo.",
        ),
        Explicacion(
            "TXT-03",
            "error",
            "El texto lleva un punto y coma",
            "El campo «{campo}» lleva un «;», que en este formato separa los campos.",
            "Cambie el punto y coma por una coma o un guion.",
            "En la línea {linea}, el texto de {campo} lleva un punto y coma. Quítelo.",
        ),
    )

    def __init__(self, ancho: int) -> None:
        self.ancho = ancho
        self.forma = f"Texto, hasta {ancho} caracteres"
        self.ejemplos = {
            "TXT-01": ("ANALISTA DE PRESUPUESTOS " * ancho)[: ancho + 1].rstrip() + "S",
            "TXT-02": "ANALISTA ★"[-ancho:],
            "TXT-03": "ANALISTA; TURNO"[-ancho:],
        }

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        canonical = texto.str.contains("^[!-:<-~]([ -:<-~]*[!-:<-~])?$")  # printable ASCII without ';'
        return pl.when((texto.str.len_bytes() <= self.ancho) & canonical).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        plain = without_accents(texto)
        if len(plain) > self.ancho:
            return Leido(codigo="TXT-01")
        if ";" in plain:
            return Leido(codigo="TXT-03")
        if not re.fullmatch("[ -~]+", plain):
            return Leido(codigo="TXT-02")
        return Leido(plain, None, () if plain == texto else ("REP-ASCII",))


def without_accents(texto: str) -> str:
    """`Diseño Gráfico` → `Diseno Grafico`; signs with a plain look-alike are put right, the rest is left as it is."""
    texto = texto.translate(_LOOK_ALIKES)
    return "".join(c for c in unicodedata.normalize("NFKD", texto) if not unicodedata.combining(c)).strip()


_LOOK_ALIKES = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "\xa0": " ", "º": "o", "ª": "a"}
)
