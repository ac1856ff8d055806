"""What every field type offers, and the law that holds its two ways of reading together.

`fast` is a column expression that knows only canonical text: a value, or null for anything odd. `read` is plain Python,
understands whatever people write, and says why when it cannot. Law (tested for each type): where `fast` gives a value,
`read` gives the same value with no code and no repair. So almost all lines cost a few column operations, and only
distinct odd texts are read one by one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import polars as pl

from portal.files.books import cells
from portal.files.columns.wrappings import unwrap, whole
from portal.files.explain import Explicacion


class Leido(NamedTuple):
    """One text understood: its value, or the code of what is wrong with it; the repairs that were needed; and the code
    of what is doubtful about a value that is taken."""

    valor: Any = None
    codigo: str | None = None
    notas: tuple[str, ...] = ()
    aviso: str | None = None


def _nobody(_: Sequence[int]) -> Collection[int]:
    return ()


@dataclass
class Contexto:
    """For whom and when a file is judged. `sucursales` None: unknown, all are taken (offline check).
    `extranjeros` gives, of some codes, those registered with the institute. `de_hoja`: the file is a workbook, where a
    date may be a number of days. Deadlines: days, working days, days."""

    ruc: str
    hoy: date
    sucursales: frozenset[int] | None = None
    extranjeros: Callable[[Sequence[int]], Collection[int]] = _nobody
    plazo_entrada: int = 15
    plazo_habiles: int = 3
    extemporanea: int = 45
    de_hoja: bool = False
    _conocidos: set[int] = field(default_factory=set)

    def meet(self, codigos: Sequence[int]) -> None:
        """Ask once which of these codes are registered foreigners' codes."""
        if codigos:
            self._conocidos.update(self.extranjeros(codigos))

    def knows(self, codigo: int) -> bool:
        return codigo in self._conocidos


VACIO = Explicacion(
    "VAC-01",
    "error",
    "Falta un dato",
    "El campo «{campo}» está vacío y es obligatorio.",
    "Escriba el dato en ese campo. Si la línea tiene menos separadores de los que debe, los campos se corren.",
    "En la línea {linea}, el campo {campo} está vacío. Escriba el dato y vuelva a enviar solo las líneas con error.",
)

CIENTIFICA = Explicacion(
    "CIE-01",
    "error",
    "El número perdió cifras",
    "En «{campo}» dice «{valor}»: es notación científica y faltan cifras, que el portal no puede reponer sin adivinar.",
    "En Excel, dé a la columna el formato «Texto», escriba el número completo y guarde el archivo otra vez.",
    "En la línea {linea}, Excel cortó el número de {campo}. Escríbalo completo, con la columna como texto.",
)
#: a number that lost digits, as a spreadsheet shows a long one
CORTADO = "1.23457E+11"

#: what people write where a field does not apply, in capitals and without a final dot
NO_APLICA = frozenset(("N/A", "NA", "N.A", "-", "--", "\u2013", "\u2014", "NO APLICA", "NO APLICABLE"))

REPARACIONES = {
    "REP-CERO": "Se repuso el cero inicial",
    "REP-ESPACIO": "Se quitaron espacios sobrantes",
    "REP-INVISIBLE": "Se quitaron caracteres invisibles",
    "REP-COMILLA": 'Se quitó el apóstrofo o el ="…" que rodeaba al dato',
    "REP-ANCHO": "Se cambiaron cifras o letras de ancho completo por las comunes",
    "REP-FRACCION": "Se quitó una fracción de ceros",
    "REP-CIENTIFICA": "Se escribió completo un número en notación científica",
    "REP-MILES": "Se quitó el separador de miles",
    "REP-MONEDA": "Se quitó el signo de la moneda",
    "REP-COMA": "Se cambió la coma decimal por punto",
    "REP-DECIMALES": "Se escribieron los dos decimales",
    "REP-COLA": "Se redondeó a centavos una cola de decimales de la computadora",
    "REP-FECHA": "Se escribió la fecha como AAAAMMDD",
    "REP-VACIO": "Se escribió 00000000 donde la fecha no aplica",
    "REP-NADA": "Se dejó vacío el dato que no aplica",
    "REP-MAYUSCULA": "Se cambiaron minúsculas por mayúsculas",
    "REP-PALABRA": "Se escribió el código de lo que se dijo con palabras",
    "REP-SERIE": "Se escribió como fecha el número con que Excel la guarda",
    "REP-SIGNO": "Se quitó el signo + de un valor",
    "REP-ASCII": "Se quitaron tildes, la letra ñ y signos que no caben",
    "REP-SOBRA": "Se quitaron ceros que sobran",
    "REP-PERIODO": "Se escribió el período como AAAA-MM A AAAA-MM",
}


class Tipo(ABC):
    """A field type. Subclasses give `fast`, `understand`, `write` and the problems they can find."""

    dtype: ClassVar[Any] = pl.String
    problemas: tuple[Explicacion, ...] = ()
    #: code → a text that brings it, for the error dictionary; {anio} and {mes} become those of the business date
    ejemplos: Mapping[str, str] = MappingProxyType({})
    #: common odd spellings, repaired on whole columns before plain Python reads the rest: (repair, expr -> expr)
    arreglos: ClassVar[tuple[tuple[str, Callable[[pl.Expr], pl.Expr]], ...]] = ()
    #: whether every digit counts: then spaces inside, a fraction of zeros and scientific notation are repaired
    cifras: ClassVar[bool] = False
    #: the text that means "does not apply", for optional fields
    vacio: str | None = None
    #: how the format page tells what to write
    forma: str = ""
    #: width in characters of the longest good text
    ancho: int = 10

    @abstractmethod
    def fast(self, texto: pl.Expr, ctx: Contexto) -> pl.Expr:
        """The value where `texto` is canonical, null elsewhere."""

    @abstractmethod
    def understand(self, texto: str, ctx: Contexto) -> Leido:
        """A stripped, non-empty text."""

    def write(self, valor: pl.Expr) -> pl.Expr:
        """Values → canonical text; `write` then `fast` is identity."""
        return valor.cast(pl.String)

    def read(self, texto: str | None, ctx: Contexto) -> Leido:
        """Any text at all → a value, or why not."""
        limpio = unwrap(texto or "")
        if codigo := cells.fault(limpio.texto):
            return Leido(codigo=codigo)
        if limpio.texto == "" or limpio.texto == self.vacio:
            return self._nothing(*limpio)
        if self.vacio is not None and limpio.texto.upper().rstrip(".") in NO_APLICA:
            return self._none_applies(limpio.notas)
        plain = whole(limpio.texto) if self.cifras else limpio._replace(notas=())
        if plain is None:
            return Leido(codigo=CIENTIFICA.codigo)
        leido = self.understand(plain.texto, ctx)
        if leido.codigo:
            return leido
        return leido._replace(notas=tuple(dict.fromkeys(limpio.notas + plain.notas + leido.notas)))

    def _nothing(self, stripped: str, notas: tuple[str, ...]) -> Leido:
        if self.vacio is None:
            return Leido(codigo=VACIO.codigo)
        return self._none_applies() if self.vacio and not stripped else Leido(None, None, notas)

    def _none_applies(self, notas: tuple[str, ...] = ()) -> Leido:
        """That it does not apply, said otherwise than the format says it."""
        return Leido(None, None, (*notas, "REP-VACIO" if self.vacio else "REP-NADA"))

    def read_many(self, textos: Sequence[str | None], ctx: Contexto) -> list[Leido]:
        """Distinct odd texts in one batch, so that a type may run one query for all of them."""
        return [self.read(texto, ctx) for texto in textos]
