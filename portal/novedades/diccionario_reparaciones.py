"""The error dictionary, of repairs: what the portal understands and writes anew. Never a fault of the line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from portal.files.columns import (
    Cedula,
    Codigo,
    Contexto,
    Entero,
    Fecha,
    Lapso,
    Monto,
    Ruc,
    RucAnterior,
    Texto,
    Tipo,
)
from portal.files.columns.base import REPARACIONES
from portal.files.explain import Explicacion
from portal.novedades import Campo, Novedad, todas
from portal.novedades.diccionario import LINEA, Entrada, Linea, Muestra, field_name, fields
from portal.novedades.ejemplos import good_line

ANY = Contexto("", date.min)
GRUPO = "Lo que el portal repone solo"

#: repair → the type of field it is shown on, and what people send there instead of the good example
_CASOS: dict[str, tuple[type[Tipo], str]] = {
    "REP-CERO": (Cedula, "912791803"),
    "REP-ESPACIO": (Cedula, "0912791803 "),
    "REP-INVISIBLE": (Cedula, "0912791803\u200b"),
    "REP-COMILLA": (Cedula, "'0912791803"),
    "REP-ANCHO": (Cedula, "０９１２７９１８０３"),
    "REP-FRACCION": (Cedula, "0912791803.0"),
    "REP-CIENTIFICA": (Ruc, "1.799000004001E+12"),
    "REP-MILES": (Monto, "1,600.00"),
    "REP-MONEDA": (Monto, "$600.00"),
    "REP-COMA": (Monto, "600,00"),
    "REP-DECIMALES": (Monto, "600"),
    "REP-COLA": (Monto, "600.0000000001"),
    "REP-FECHA": (Fecha, "{hoy}"),
    "REP-VACIO": (Fecha, ""),
    "REP-NADA": (RucAnterior, "N/A"),
    "REP-MAYUSCULA": (Codigo, "v"),
    "REP-PALABRA": (Codigo, "renuncia"),
    "REP-SERIE": (Fecha, "{serie}"),
    "REP-SIGNO": (Monto, "600.00+"),
    "REP-ASCII": (Texto, "DISEÑADOR"),
    "REP-SOBRA": (Entero, "07"),
    "REP-PERIODO": (Lapso, "2026-6 A 2026-6"),
}


def of_repairs() -> Iterator[Entrada]:
    """Every repair, explained like a problem so that it has a page too."""
    for codigo, titulo in REPARACIONES.items():
        yield _entry(codigo, titulo)


def _entry(codigo: str, titulo: str) -> Entrada:
    explicacion = Explicacion(
        codigo,
        "nota",
        titulo,
        "En «{campo}» llegó «{valor}». El portal lo entiende y lo escribe como pide el formato.",
        "No tiene que hacer nada: la línea vale y el comprobante cuenta cuántas se repusieron.",
        "La línea {linea} está bien. El portal puso el dato como pide el formato.",
    )
    return Entrada(explicacion, (), GRUPO, lambda hoy: _example(codigo, hoy))


def _example(codigo: str, hoy: date) -> Muestra:
    tipo, text = _CASOS[codigo]
    sent = text.replace("{hoy}", hoy.isoformat()).replace("{serie}", str((hoy - date(1899, 12, 30)).days))
    nov, place = _where(tipo, codigo, sent)
    campo = fields(nov)[place]
    good = good_line(nov, hoy, **_right(campo, sent, hoy))
    bad = (*good[:place], sent, *good[place + 1 :])
    datos: dict[str, str | int] = {"linea": LINEA, "campo": field_name(campo), "valor": sent or "nada"}
    return Muestra((Linea(bad, place),), (Linea(tuple(good)),), datos)


def _where(tipo: type[Tipo], codigo: str, sent: str) -> tuple[Novedad, int]:
    """The first field of that type, of any movement, that can be sent so."""
    for nov in todas().values():
        for place, campo in enumerate(fields(nov)):
            if isinstance(campo.tipo, tipo) and _fits(campo, codigo, sent):
                return nov, place
    raise ValueError(f"no field shows {codigo}")


def _fits(campo: Campo, codigo: str, sent: str) -> bool:
    if codigo == "REP-VACIO":
        return campo.tipo.vacio is not None
    return not isinstance(campo.tipo, Codigo) or codigo in campo.tipo.read(sent, ANY).notas


def _right(campo: Campo, sent: str, hoy: date) -> dict[str, str]:
    """The field as the portal writes it, where that is not its example already."""
    if isinstance(campo.tipo, Codigo):
        return {campo.nombre: campo.tipo.read(sent, ANY).valor}
    if isinstance(campo.tipo, Texto):
        return {campo.nombre: "DISENADOR"}
    if isinstance(campo.tipo, Entero | Lapso | Monto):
        value = campo.tipo.read(sent, Contexto("", hoy)).valor
        return {campo.nombre: pl.select(campo.tipo.write(pl.lit(value, campo.tipo.dtype))).item()}
    if isinstance(campo.tipo, Fecha) and sent:
        return {campo.nombre: hoy.strftime("%Y%m%d")}
    return {}
