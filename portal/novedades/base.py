"""What a novedad is: data, no behaviour. Everything else in the portal is derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from portal.files.columns import Tipo
from portal.files.explain import Explicacion


@dataclass(frozen=True)
class Dia:
    """An example date, `desplazo` days from the business date, so that no example becomes late."""

    desplazo: int

    def render(self, hoy: date) -> str:
        return (hoy + timedelta(days=self.desplazo)).strftime("%Y%m%d")


@dataclass(frozen=True)
class Meses:
    """An example span of months, counted from the business date's own month."""

    primero: int
    ultimo: int

    def render(self, hoy: date) -> str:
        return f"{_month(hoy, self.primero)} A {_month(hoy, self.ultimo)}"


def _month(hoy: date, months: int) -> str:
    number = hoy.year * 12 + hoy.month - 1 + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass(frozen=True)
class PrimerDia:
    """The first day of the business date's month."""

    def render(self, hoy: date) -> str:
        return hoy.replace(day=1).strftime("%Y%m%d")


Ejemplo = str | Dia | Meses | PrimerDia


@dataclass(frozen=True, eq=False)
class Campo:
    """One field of the line: its column name, type, label, good example and help."""

    nombre: str
    tipo: Tipo
    etiqueta: str
    ejemplo: Ejemplo
    ayuda: str = ""


@dataclass(frozen=True)
class Falla:
    """An example that raises a rule: what to change in a good line, in which history, and every code it brings.

    `bien`: what to change for a line that passes the rule, where the good line itself does not."""

    cambia: dict[str, Ejemplo] = field(default_factory=dict)
    historia: str | None = None
    periodo: int = 0  # months from the business date's own
    con: tuple[str, ...] = ()  # other codes that come along
    bien: Falla | None = None


@dataclass(frozen=True, eq=False)  # identity: an Expr has no hash, and its == is an Expr
class Regla:
    """A rule is data: `cuando` is true on the lines that fail. It is silent where a field it reads could not be read.

    `plazo` marks rules about time limits: they, and those that read the history, are not asked of a line that is
    repeated or already registered (dominio 5, order of judgement).
    """

    codigo: str
    campo: str
    cuando: pl.Expr
    titulo: str
    causa: str
    arreglo: str
    telefono: str
    falla: Falla | None = None
    nivel: str = "error"
    fuente: str = ""
    plazo: bool = False

    @property
    def explicacion(self) -> Explicacion:
        return Explicacion(self.codigo, self.nivel, self.titulo, self.causa, self.arreglo, self.telefono, self.fuente)


@dataclass(frozen=True, eq=False)
class Tope:
    """A ceiling for the sum of a number over all lines of one worker, sucursal and period, in this file and in the
    history together. A line that goes over it, in the order of the file, fails."""

    campo: str
    maximo: int
    explicacion: Explicacion


@dataclass(frozen=True, eq=False)
class Cruce:
    """Days of a worker in a sucursal, from the date in `desde` on, as many as `dias` says. Two overlapping spans are
    reported: in the file (`otra`: the other line), and with a registered one (`otra`: its novedad)."""

    desde: str
    dias: str
    en_archivo: Explicacion
    registrado: Explicacion


@dataclass(frozen=True, eq=False)
class Novedad:
    """A movement. `hecho` and `hecho_campos` tell it in a worker's history: a short name and the fields to show.
    `campos` from field 7 on; `clave` what tells two lines of one worker and period apart.

    `relacion` says which relación of the worker a line is about, `prefiere` which of several that fit (else the
    latest); `efecto` names what historia does with it; `fecha` the field with its own date, `dia` its own day where
    that is no field (None: the last day of its period); `valor` the field whose number it adds up; `planilla` the
    change of the monthly payroll in cents; `pasada` where a line is of months that are over and changes nothing of
    today; `una_por_trabajador`: two lines of one worker in one file cannot both stand.
    `sobra`: codes that payroll programs put after the last field by mistake. `tope`: a ceiling for several lines
    together; `cruce`: days that must not be told twice; `opcionales`: how many last fields may be left out. `plazo`
    "entrada" (15 days) or "habiles" (3 working days); `solo_aviso_tarde`: late by nature.
    `muestra`: what the sample to be downloaded says instead of the examples, for a public institution with
    `muestra_publica`: values that no real line has, beside its amounts (novedades/muestra.py); `muestra_sola`: it is of
    one line; `muestra_de_nadie`: of a made-up person, where no value tells a sample from an honest line.
    `ejemplo_historia` is the history in which the examples are good, `ejemplo_avisos` the avisos that they bring all
    the same (a period is either not over or late on most days), `acompanan` the codes that come along with the failing
    example of a common rule. `marca` S, D or U as in the dominio, with `nota_formato` saying what is known.
    """

    codigo: str
    nombre: str
    una_linea: str
    hecho: str
    hecho_campos: tuple[str, ...]
    campos: tuple[Campo, ...]
    clave: tuple[str, ...]
    relacion: pl.Expr
    reglas: tuple[Regla, ...]
    efecto: str
    valor: str | None = None
    fecha: str | None = None
    planilla: pl.Expr | None = None
    pasada: pl.Expr | None = None
    una_por_trabajador: bool = False
    sobra: tuple[str, ...] = ()
    dia: pl.Expr | None = None
    tope: Tope | None = None
    cruce: Cruce | None = None
    prefiere: pl.Expr | None = None
    opcionales: int = 0
    plazo: str = "habiles"
    solo_aviso_tarde: bool = False
    muestra: Mapping[str, Ejemplo] = field(default_factory=dict)
    muestra_publica: Mapping[str, Ejemplo] = field(default_factory=dict)
    muestra_sola: bool = False
    muestra_de_nadie: bool = False
    ejemplo_historia: str = "abierta"
    ejemplo_avisos: tuple[str, ...] = ()
    acompanan: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marca: str = "S"
    nota_formato: str = ""

    @property
    def valores(self) -> tuple[Campo, ...]:
        """The fields from 7 on that are not part of the key."""
        return tuple(c for c in self.campos if c.nombre not in self.clave)

    def campo(self, nombre: str) -> Campo:
        return next(c for c in self.campos if c.nombre == nombre)
