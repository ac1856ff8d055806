"""Codes of catalogues, digit codes and free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import polars as pl

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.columns.wrappings import without_fraction
from portal.files.explain import Explicacion


def _aviso(codigo: str, titulo: str, causa: str, arreglo: str, telefono: str) -> Explicacion:
    return Explicacion(codigo, "aviso", titulo, causa, arreglo, "En la línea {linea}, " + telefono)


SIN_LISTA = _aviso(
    "CAT-02",
    "El código no está en la lista del portal",
    "En «{campo}» dice «{valor}», que no está en la lista del portal. Esa lista no está completa.",
    "Compárelo con el código que le dio el IESS. Si es correcto, no haga nada: se registra.",
    "el código de {campo} no está en la lista del portal. Si es el que le dio el IESS, se registra.",
)
CON_CERO = _aviso(
    "CAT-03",
    "Se leyó un código con el cero que le faltaba",
    "En «{campo}» dice «{valor}» y se leyó con un cero adelante, porque así está en la lista. Nada más lo comprueba.",
    "Si es ese código, no haga nada: se registra. Si le faltaba otra cifra, corríjalo.",
    "el código de {campo} llegó con una sola cifra y se leyó con un cero adelante. Revise si es ese.",
)


LETRA_PERDIDA = _aviso(
    "TXT-04",
    "Parece que a una palabra le falta una letra",
    "En «{campo}» dice «{valor}», con un «?» dentro de una palabra: así queda una letra con tilde, o una ñ, cuando un "
    "programa no la conoce.",
    "Si le falta una letra, escriba la palabra completa y envíe otra vez el archivo. Si el «?» va ahí, no haga nada: "
    "se registra.",
    "el campo {campo} tiene un signo de pregunta dentro de una palabra. Parece que le falta una letra.",
)


_JOINING = frozenset(("de", "del", "la", "el", "los", "las", "por", "y", "o"))


class Codigo(Tipo):
    """One code of a catalogue: `opciones` are written and offered, `solo_lectura` only understood.

    `catalogo` names its data file, when it has one. `patron`: the catalogue is incomplete, and a code of this shape
    that is not in it is taken with an aviso, as `ejemplo` is. `consultar`: whom to ask about one that is not there."""

    catalogo = ""

    arreglos = (("REP-MAYUSCULA", lambda t: t.str.to_uppercase()),)
    problemas: tuple[Explicacion, ...] = (
        Explicacion(
            "CAT-01",
            "error",
            "El código no está en el catálogo",
            "En «{campo}» dice «{valor}» y va uno de estos códigos: {codigos}.",
            "Escriba el código tal como está en la lista de la página del formato, sin abreviar la palabra. En la "
            "plantilla de Excel puede escogerlo de una lista. {consultar}",
            "En la línea {linea}, el código de {campo} no existe. La página del formato tiene la lista.",
        ),
    )

    def __init__(
        self,
        opciones: Mapping[str, str],
        solo_lectura: Mapping[str, str] | None = None,
        patron: str = "",
        ejemplo: str = "",
        consultar: str = "",
    ) -> None:
        self.opciones = dict(opciones)
        self.solo_lectura = dict(solo_lectura or {})
        self.todos = self.opciones | self.solo_lectura
        self.patron, self.consultar = patron, consultar
        widths = sorted({len(codigo) for codigo in self.opciones})
        self.ancho = widths[-1]
        self.forma = _how_wide(widths)
        self.ejemplos = {problema.codigo: "Z" * (self.ancho + 2 * bool(patron)) for problema in self.problemas}
        self._open(ejemplo)

    def _open(self, ejemplo: str) -> None:
        """The avisos of an incomplete catalogue, and what brings them."""
        short = next((codigo[1:] for codigo in self.opciones if len(codigo) == 2 and codigo[0] == "0"), "")
        given = {SIN_LISTA: ejemplo if self.patron else "", CON_CERO: short}
        self.problemas = (*self.problemas, *(problema for problema, text in given.items() if text))
        self.ejemplos = {**self.ejemplos, **{problema.codigo: text for problema, text in given.items() if text}}

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        return pl.when(texto.is_in(list(self.todos))).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        plain = without_fraction(texto)
        leido = self._known(plain.texto) or self._unknown(plain.texto)
        return leido if leido.codigo else leido._replace(notas=plain.notas + leido.notas)

    def _known(self, texto: str) -> Leido | None:
        for candidate, notas, aviso in (
            (texto, (), None),
            (texto.upper(), ("REP-MAYUSCULA",), None),
            ("0" + texto, ("REP-CERO",), CON_CERO.codigo),
        ):
            if candidate in self.todos:
                return Leido(candidate, None, notas, aviso)
        return self._in_words(texto)

    def _in_words(self, texto: str) -> Leido | None:
        """A code given as the catalogue's own words («V - Renuncia voluntaria»), where exactly one entry fits. Its
        first word and some of the others do («Renuncia») where the list is complete: in another one they may be of an
        entry that it lacks. «voluntario» says nothing of what was done so."""
        said = set(_words(texto))
        fitting = [codigo for codigo, told in self.opciones.items() if said and self._says(said, codigo, told)]
        if len(fitting) != 1 or said == {fitting[0].lower()}:
            return None
        other = [word for word in said if len(word) <= 3 and word.upper() in self.todos and word != fitting[0].lower()]
        return None if other else Leido(fitting[0], None, ("REP-PALABRA",))

    def _says(self, said: set[str], codigo: str, told: str) -> bool:
        own, words = said - {codigo.lower()}, _words(told)
        return own == set(words) or (not self.patron and words[0] in own and own <= set(words))

    def _unknown(self, texto: str) -> Leido:
        upper = texto.upper()
        if not self.patron or not re.fullmatch(self.patron, upper):
            return Leido(codigo="CAT-01")
        return Leido(upper, None, () if upper == texto else ("REP-MAYUSCULA",), SIN_LISTA.codigo)


def _words(texto: str) -> list[str]:
    """Its words without case, accents, and those that join others."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", texto.lower()) if not unicodedata.combining(c))
    return [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _JOINING]


def _how_wide(widths: list[int]) -> str:
    if widths == [1]:
        return "1 carácter"
    return f"{widths[0]} caracteres" if len(widths) == 1 else f"{widths[0]} a {widths[-1]} caracteres"


class Digitos(Tipo):
    """A code of exactly `ancho` digits that is looked up elsewhere; kept as text. No zero is put before a shorter one:
    nothing would show that it is not another code (dominio 3)."""

    cifras = True

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
        LETRA_PERDIDA,
    )

    def __init__(self, ancho: int) -> None:
        self.ancho = ancho
        self.forma = f"Texto, hasta {ancho} caracteres"
        self.ejemplos = {
            "TXT-01": ("ANALISTA DE PRESUPUESTOS " * ancho)[: ancho + 1].rstrip() + "S",
            "TXT-02": "ANALISTA ★"[-ancho:],
            "TXT-03": "ANALISTA; TURNO"[-ancho:],
            "TXT-04": "DISE?ADOR"[-ancho:],
        }

    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        # printable ASCII without ';', and not as a spreadsheet marks text or a formula, or leaves where no value is
        canonical = texto.str.contains('^[!"$-&(-:<>-~]([ -:<-~]*[!-:<-~])?$') & ~texto.str.starts_with("Err:")
        whole = ~texto.str.contains("?", literal=True) | ~texto.str.contains(_LOST_LETTER)
        return pl.when((texto.str.len_bytes() <= self.ancho) & canonical & whole).then(texto)

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        plain = without_accents(texto).lstrip("'").strip()
        if len(plain) > self.ancho:
            return Leido(codigo="TXT-01")
        if ";" in plain:
            return Leido(codigo="TXT-03")
        if not re.fullmatch("[ -~]+", plain):
            return Leido(codigo="TXT-02")
        aviso = LETRA_PERDIDA.codigo if re.search(_LOST_LETTER, plain) else None
        return Leido(plain, None, () if plain == texto else ("REP-ASCII",), aviso)


#: what a program writes for a letter it has not, where no question ends: `DISE?ADOR`, not `CAJERO?`
_LOST_LETTER = "[A-Za-z][?]+[A-Za-z]"


def without_accents(texto: str) -> str:
    """`Diseño 1ª` → `Diseno 1a`; signs and letters with a plain equivalent are replaced, the rest is unchanged."""
    texto = _APOSTROPHE.sub("'", texto).translate(_LOOK_ALIKES)
    apart = "".join(c if c in _LONE_ACCENTS else unicodedata.normalize("NFKD", c) for c in texto)
    return "".join(c for c in apart.translate(_LOOK_ALIKES) if not unicodedata.combining(c)).strip()


#: D´ANGELO, or what stands before a text; after more letters than one it is the accent of one of them
_APOSTROPHE = re.compile(r"^\u00b4|(?<=\b[A-Za-z])\u00b4(?=[A-Za-z])")
#: accents without a letter, which are no blanks: a letter was lost in a conversion
_LONE_ACCENTS = frozenset(
    c for c in map(chr, range(0xA8, 0x2000)) if unicodedata.decomposition(c).startswith("<compat> 0020")
)
_ALIKE = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7\u2219\u25cf\u25e6",
    "'": "\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "/": "\u2044\u2215",
    "o": "\u00ba\u00b0\u00f8",
    "O": "\u00d8",
    "a": "\u00aa",
    "x": "\u00d7",
    "": "\u00bf\u00a1",
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "d": "đð",
    "D": "ĐÐ",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "(c)": "©",
    "(R)": "®",
}
_LOOK_ALIKES = str.maketrans({sign: plain for plain, signs in _ALIKE.items() for sign in signs})
