"""The whole error dictionary: everything the portal can say is wrong, by code.

It stands here because the engine's own explanations live in this room, above the novedades; those, of field types and
rules, are collected in `novedades.diccionario`, those of whole files in `novedades.diccionario_archivos`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib import import_module

import portal.revision as room
from portal.files.columns import Texto
from portal.files.explain import Explicacion
from portal.novedades import Novedad, todas
from portal.novedades.diccionario import (
    LINEA,
    NUMERO,
    Entrada,
    Linea,
    Muestra,
    field_name,
    fields,
    merged,
    of_novedades,
)
from portal.novedades.diccionario_archivos import of_files
from portal.novedades.diccionario_reparaciones import of_repairs
from portal.novedades.ejemplos import good_line
from portal.revision.juicio.doubts import LETRAS
from portal.revision.juicio.repeats import CONTRADICE, REPETIDA
from portal.revision.juicio.rules import YA_CON_OTROS_VALORES, YA_REGISTRADA
from portal.revision.reading import CAMPOS, CAUSA_DE_MAS

GRUPO = "La línea completa"
OTRO_MONTO = "95.00"


@cache
def entradas() -> dict[str, Entrada]:
    """Every code that can appear anywhere, files first, repairs last."""
    found = (*of_files(), *_of_engine(), *of_novedades().values(), *of_repairs())
    return merged(found)


def _of_engine() -> Iterator[Entrada]:
    """The explanations that stand in this room's own modules."""
    for info in pkgutil.iter_modules(room.__path__):
        for value in vars(import_module(f"{room.__name__}.{info.name}")).values():
            if isinstance(value, Explicacion):
                yield Entrada(value, _whose(value), GRUPO, EJEMPLOS[value.codigo])


def _whose(problema: Explicacion) -> tuple[str, ...]:
    """The movements an explanation of the engine belongs to; none: any."""
    if problema is LETRAS:
        return tuple(n.codigo for n in todas().values() if any(isinstance(c.tipo, Texto) for c in n.campos))
    return tuple(n.codigo for n in todas().values() if n.sobra) if problema is CAUSA_DE_MAS else ()


def _with_amount() -> tuple[Novedad, int]:
    """A movement that tells two lines of a worker by their amount, and the place of that field."""
    for nov in todas().values():
        names = [campo.nombre for campo in fields(nov)]
        if nov.valor and nov.valor not in nov.clave and not nov.una_por_trabajador:
            return nov, names.index(nov.valor)
    raise ValueError("no movement has an amount")


def _line(hoy: date, text: str | None = None) -> Linea:
    """The good line of that movement, or with `text` for its amount, marked there."""
    nov, place = _with_amount()
    good = tuple(good_line(nov, hoy))
    return Linea(good) if text is None else Linea((*good[:place], text, *good[place + 1 :]), place)


def _too_few(hoy: date) -> Muestra:
    good = _line(hoy)
    short = Linea((good.campos[0], *good.campos[2:]), 1)
    return Muestra((short,), (good,), {"linea": LINEA, "tiene": len(short.campos), "deben": len(good.campos)})


def _one_too_many(hoy: date) -> Muestra:
    nov = next(nov for nov in todas().values() if nov.sobra)
    good = tuple(good_line(nov, hoy))
    datos = {"linea": LINEA, "tiene": len(good) + 1, "deben": len(good)}
    return Muestra((Linea((*good, nov.sobra[0]), len(good)),), (Linea(good),), datos)


def _repeated(hoy: date) -> Muestra:
    good = _line(hoy)
    return Muestra((good, good), (good,), {"linea": LINEA, "otra": LINEA - 1})


def _contradicting(hoy: date) -> Muestra:
    good = _line(hoy)
    datos = {"linea": LINEA, "otra": LINEA - 1}
    return Muestra((_line(hoy, good.campos[_with_amount()[1]]), _line(hoy, OTRO_MONTO)), (good,), datos)


def _already(hoy: date) -> Muestra:
    said = f"En este ejemplo la misma línea consta en el lote {NUMERO}."
    return Muestra((_line(hoy),), (), _registered_before(hoy), said)


def _already_otherwise(hoy: date) -> Muestra:
    said = f"En este ejemplo la línea consta en el lote {NUMERO}, con otro valor."
    nov, place = _with_amount()
    right = _line(hoy)
    datos = {"campo": field_name(fields(nov)[place]), "valor": OTRO_MONTO, "registrado": right.campos[place]}
    return Muestra((_line(hoy, OTRO_MONTO),), (right,), _registered_before(hoy) | datos, said)


def _registered_before(hoy: date) -> dict[str, str | int]:
    return {"linea": LINEA, "otra": NUMERO, "otra_linea": 12, "fecha": (hoy - timedelta(days=1)).strftime("%d/%m/%Y")}


def _with_text() -> tuple[Novedad, int]:
    """A movement with a field of free text, and the place of that field."""
    for nov in todas().values():
        for place, campo in enumerate(fields(nov)):
            if isinstance(campo.tipo, Texto):
                return nov, place
    raise ValueError("no movement has a text")


def _two_readings(hoy: date) -> Muestra:
    nov, place = _with_text()
    good = tuple(good_line(nov, hoy))
    sent, meant = ((*good[:place], text, *good[place + 1 :]) for text in ("CONTADOR PéBLICO", "CONTADOR PÚBLICO"))
    campo = field_name(fields(nov)[place])
    datos: dict[str, str | int] = {"linea": LINEA, "campo": campo, "valor": "CONTADOR PéBLICO"}
    said = "En este ejemplo el archivo no dice si lo guardó un programa de DOS o uno de Windows."
    return Muestra((Linea(sent, place),), (Linea(meant),), datos, said)


EJEMPLOS = {
    LETRAS.codigo: _two_readings,
    CAMPOS.codigo: _too_few,
    CAUSA_DE_MAS.codigo: _one_too_many,
    REPETIDA.codigo: _repeated,
    CONTRADICE.codigo: _contradicting,
    YA_REGISTRADA.codigo: _already,
    YA_CON_OTROS_VALORES.codigo: _already_otherwise,
}
