"""The error dictionary, of whole files: examples of what was sent and of what should have been."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.files.explain import Explicacion
from portal.files.problems import PROBLEMAS
from portal.novedades import todas
from portal.novedades.diccionario import Entrada, Linea, Muestra, fields
from portal.novedades.ejemplos import good_line

GRUPO = "El archivo completo"


@dataclass(frozen=True)
class _Caso:
    """A file that is refused and one that is not, as a person would tell them apart; and the data of the texts."""

    mal: str
    bien: str
    datos: Mapping[str, str | int] = field(default_factory=dict)


_CASOS = {
    "ARC-01": _Caso("salidas.txt (0 líneas)", "salidas.txt (12 líneas)"),
    "ARC-02": _Caso("salidas.pdf con el nombre salidas.txt", "salidas.txt", {"parece": "un documento PDF"}),
    "ARC-03": _Caso("salidas.doc", "salidas.xlsx", {"extension": ".doc"}),
    "ARC-04": _Caso("nomina.xlsx (160 MB)", "nomina-1.txt (40 MB) y nomina-2.txt (40 MB)", {"maximo": 100}),
    "ARC-05": _Caso(
        "nomina.txt (1 200 000 líneas)",
        "nomina-1.txt (600 000 líneas) y nomina-2.txt (600 000 líneas)",
        {"lineas": "1 200 000", "maximo": "1 000 000"},
    ),
    "ARC-07": _Caso("salidas.zip con contraseña", "salidas.zip sin contraseña", {"motivo": "protegido con contraseña"}),
    "ARC-08": _Caso("junio.zip: salidas.txt y extras.txt", "salidas.zip: salidas.txt", {"cuantos": "2 archivos"}),
    "ARC-09": _Caso("salidas.xls", "salidas.xlsx", {"motivo": "en un formato antiguo (.xls)"}),
    "ARC-11": _Caso(
        "salidas.txt guardado como «Unicode» y cortado",
        "salidas.txt guardado como UTF-8",
        {"motivo": "está cortado o mezclado con otro texto"},
    ),
    "ARC-13": _Caso(
        "salidas.txt con todos los trabajadores en una línea",
        "salidas.txt con un trabajador en cada línea",
        {"linea": 1, "maximo": "8 388 608"},
    ),
    "ARC-14": _Caso("una nota en la celda XFD1048576", "datos solo en las columnas A a I", {"celda": "XFD1048576"}),
    "ARC-15": _Caso(
        "un libro con 22 000 000 elementos vacíos",
        "un libro nuevo, solo con los datos",
        {"que": "más de 100 000 elementos", "parte": "workbook.xml"},
    ),
    "ARC-16": _Caso(
        "veinte ZIP de 97 MB descomprimidos en un envío", "cada ZIP grande en su propio envío", {"maximo": 100}
    ),
    "ARC-17": _Caso("un libro con 20 000 000 de celdas vacías", "un libro nuevo con sus datos", {"maximo": 1500}),
}


def of_files() -> Iterator[Entrada]:
    """Every fault of a whole file."""
    for problema in PROBLEMAS:
        yield _entry(problema)


def _entry(problema: Explicacion) -> Entrada:
    def ejemplo(hoy: date) -> Muestra:
        if problema.codigo in _DE_LINEAS:
            return _DE_LINEAS[problema.codigo](hoy)
        caso = _CASOS[problema.codigo]
        return Muestra((Linea((caso.mal,)),), (Linea((caso.bien,)),), caso.datos)

    return Entrada(problema, (), GRUPO, ejemplo)


def _other_movement(hoy: date) -> Muestra:
    sent, chosen = list(todas().values())[:2]
    datos = {"otro": sent.codigo, "elegido": chosen.codigo}
    return Muestra((Linea(tuple(good_line(sent, hoy)), 4),), (Linea(tuple(good_line(chosen, hoy))),), datos)


def _only_header(hoy: date) -> Muestra:
    header, line = _header(), Linea(tuple(good_line(next(iter(todas().values())), hoy)))
    return Muestra((Linea(header),), (Linea(header), line), {})


def _unknown_columns(_hoy: date) -> Muestra:
    header = _header()
    datos = {"detalle": "«Cédula»"}
    return Muestra((Linea(("trabajador", "dato 1", "dato 2")),), (Linea(header),), datos)


def _header() -> tuple[str, ...]:
    return tuple(campo.nombre for campo in fields(next(iter(todas().values()))))


_DE_LINEAS = {"ARC-06": _other_movement, "ARC-10": _only_header, "ARC-12": _unknown_columns}
