"""What marks the portal's own sample of a movement: values that stand in no real line of it.

A sample is recognised by them alone, whatever day it was made and whatever dates were written into it since. They are
tested per line, not per file, so container, header, order and length do not matter. Change any other value, and the
line is a real one.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from portal.files.columns import Codigo, Entero, Fecha, Lapso, Monto, Numero
from portal.novedades.base import Campo, Ejemplo, Novedad
from portal.novedades.ejemplos import CEDULA, NADIE, RUC, SUCURSAL, good_line, render

C = pl.col
#: an amount is another one for each worker: the odds that a real one is just that are one in 100,000
SPREAD, CENTS = 997, 37
SUELDO, OTHER = 800, 100  # USD, the least of them
#: with a date moves what is counted from it; the kind of empleador is filled in, not chosen
_MOVED = ("meses", "tipo_empleador")
_PUBLIC = "6"  # third digit of a public institution's RUC


def sample_line(
    nov: Novedad, hoy: date, ruc: str = RUC, sucursal: str = SUCURSAL, cedula: str = "", **cambia: Ejemplo
) -> list[str]:
    """The fields of the sample's line for a worker (without one the public sample's); `cambia` what may move: dates,
    and what goes with them."""
    cedula = cedula or (NADIE if nov.muestra_de_nadie else CEDULA)
    marks = {name: render(value, hoy) for name, value in _marks(nov, ruc).items()}
    amounts = {c.nombre: _written(c, int(cedula)) for c in nov.campos if isinstance(c.tipo, Monto)}
    return good_line(nov, hoy, ruc, sucursal, cedula, **{**marks, **amounts, **cambia})


def is_marked(nov: Novedad) -> bool:
    """Whether one line tells by itself: by its amount, or by a value that is never meant. Else (SAL) only a file about
    one worker is one: that cause of several is somebody's slip, or meant."""
    return not nov.muestra_sola or any(isinstance(c.tipo, Monto) or _in_no_list(c, nov) for c in nov.campos)


def _in_no_list(campo: Campo, nov: Novedad) -> bool:
    return isinstance(campo.tipo, Codigo) and nov.muestra.get(campo.nombre, campo.ejemplo) not in campo.tipo.todos


def quick(nov: Novedad, ruc: str) -> pl.Expr:
    """True on all lines of the sample and on few others: one number or code to look at."""
    amount = next((c for c in nov.campos if isinstance(c.tipo, Monto)), None)
    return _same(amount or nov.campo(_first(nov)), nov, ruc).fill_null(False)


def of_the_sample(nov: Novedad, ruc: str) -> pl.Expr:
    """True on the lines of which every value but the dates is the sample's (typed columns)."""
    return pl.all_horizontal(_same(c, nov, ruc) for c in nov.campos if not moves(c)).fill_null(False)


def moves(campo: Campo) -> bool:
    """Whether a field is a date, or goes with one."""
    return isinstance(campo.tipo, Fecha | Lapso) or campo.nombre in _MOVED


def _marks(nov: Novedad, ruc: str) -> dict[str, Ejemplo]:
    return {**nov.muestra, **(nov.muestra_publica if ruc[2] == _PUBLIC else {})}


def _first(nov: Novedad) -> str:
    return next(name for name in nov.muestra if not moves(nov.campo(name)))


def _least(campo: Campo) -> int:
    return SUELDO if campo.nombre.startswith("sueldo") else OTHER


def _written(campo: Campo, cedula: int) -> str:
    return f"{_least(campo) + cedula % SPREAD}.{CENTS:02d}"


def _same(campo: Campo, nov: Novedad, ruc: str) -> pl.Expr:
    value = C(campo.nombre)
    if isinstance(campo.tipo, Monto):
        return value == (_least(campo) + C("cedula") % SPREAD) * 100 + CENTS
    text = str(_marks(nov, ruc).get(campo.nombre, campo.ejemplo))
    if isinstance(campo.tipo, Entero | Numero):
        return value == int(text)
    return value == text if text else value.is_null()
