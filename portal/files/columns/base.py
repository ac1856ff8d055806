"""What every field type offers, and the law that holds its two ways of reading together.

`fast` is a column expression that knows only canonical text: a value, or null for anything odd. `read` is plain
Python, understands whatever people write, and says why when it cannot. Law (tested for each type): where `fast` gives
a value, `read` gives the same value with no code and no repair. So almost all lines cost a few column operations, and
only distinct odd texts are looked at one by one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import polars as pl

from portal.files.explain import Explicacion


class Leido(NamedTuple):
    """One text understood: its value, or the code of what is wrong with it; and the repairs that were needed."""

    valor: Any = None
    codigo: str | None = None
    notas: tuple[str, ...] = ()


def _nobody(_: Sequence[int]) -> Collection[int]:
    return ()


@dataclass
class Contexto:
    """For whom and when a file is judged. `sucursales` None: unknown, all are taken (offline check).
    `extranjeros` gives, of some codes, those registered with the institute. Deadlines: days, working days, days."""

    ruc: str
    hoy: date
    sucursales: frozenset[int] | None = None
    extranjeros: Callable[[Sequence[int]], Collection[int]] = _nobody
    plazo_entrada: int = 15
    plazo_habiles: int = 3
    extemporanea: int = 45
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

REPARACIONES = {
    "REP-CERO": "Se repuso el cero inicial",
    "REP-ESPACIO": "Se quitaron espacios sobrantes",
    "REP-COMA": "Se cambió la coma decimal por punto",
    "REP-DECIMALES": "Se escribieron los dos decimales",
    "REP-COLA": "Se redondeó a centavos una cola de decimales de la computadora",
    "REP-FECHA": "Se escribió la fecha como AAAAMMDD",
    "REP-VACIO": "Se escribió 00000000 donde la fecha no aplica",
    "REP-MAYUSCULA": "Se cambiaron minúsculas por mayúsculas",
    "REP-ASCII": "Se quitaron tildes y la letra ñ",
    "REP-SOBRA": "Se quitaron ceros que sobran",
    "REP-PERIODO": "Se escribió el período como AAAA-MM A AAAA-MM",
}


class Tipo(ABC):
    """A field type. Subclasses give `fast`, `understand`, `write` and the problems they can find."""

    dtype: ClassVar[Any] = pl.String
    problemas: tuple[Explicacion, ...] = ()
    #: code → a text that brings it, for the error dictionary; {anio} and {mes} become those of the business date
    ejemplos: Mapping[str, str] = MappingProxyType({})
    #: common odd spellings, put right on whole columns before plain Python sees what is left: (repair, expr -> expr)
    arreglos: ClassVar[tuple[tuple[str, Callable[[pl.Expr], pl.Expr]], ...]] = ()
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
        sent = texto or ""
        stripped = sent.strip(" \t\xa0")
        notas = ("REP-ESPACIO",) if stripped != sent else ()
        if stripped == "" or stripped == self.vacio:
            return self._nothing(stripped, notas)
        leido = self.understand(stripped, ctx)
        return leido if leido.codigo else leido._replace(notas=notas + leido.notas)

    def _nothing(self, stripped: str, notas: tuple[str, ...]) -> Leido:
        if self.vacio is None:
            return Leido(codigo=VACIO.codigo)
        return Leido(None, None, notas if stripped or not self.vacio else ("REP-VACIO",))

    def read_many(self, textos: Sequence[str | None], ctx: Contexto) -> list[Leido]:
        """Distinct odd texts, all at once, so that a type may ask one question for all of them."""
        return [self.read(texto, ctx) for texto in textos]
