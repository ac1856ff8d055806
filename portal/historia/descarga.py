"""The history as a CSV file for the spreadsheets used here: `;`, CRLF, UTF-8 with a byte order mark, amounts with a dot
as in the files that are sent. Names and texts cannot run as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal import clock
from portal.config import Config
from portal.db import Database
from portal.files.columns import Codigo, Fecha, Monto
from portal.files.written.writer import neutralize
from portal.historia.cifras import COLUMNAS, Columna
from portal.historia.hechos import Registro, fields_of, own_day, read, registered
from portal.historia.personas import names_of
from portal.historia.sucursal import Mes, Presente, batches
from portal.historia.trabajador import relaciones_of
from portal.modelos import Ambito, Relacion
from portal.novedades import Campo, todas

BOM = "\ufeff"
PERSONA = ("Cédula", "Nombre")
RELACION = ("Sucursal", "Ingreso", "Salida", "Relación anulada el")
LINEA = ("Código", "Novedad", "Año y mes", "Fecha")
ORIGEN = ("Lote", "Línea", "Registrada el", "Anulada el", "Anulación", "Motivo")
_BREAKS = re.compile(r"[\r\n]+")


def worker_csv(config: Config, session: Session, ambito: Ambito, cedula: int) -> str:
    """A worker's history, one row a fact in that scope, in the order of the page. Of the fields only those that some
    fact has."""
    registros = registered(session, ambito, cedula)
    nombre = (names_of(config, session, [cedula]) or {}).get(cedula, "")
    labels = _labels(registros)
    lines = [_line([*PERSONA, *RELACION, *LINEA, *labels, *ORIGEN])]
    for relacion in relaciones_of(session, ambito.empleador_id, cedula):
        mine = (r for r in registros if r.novedad.relacion_id == relacion.id)
        lines += [_line([_id(cedula), nombre, *_relacion(relacion), *_fact(registro, labels)]) for registro in mine]
    return BOM + "".join(lines)


def sucursal_csv(config: Config, database: Database, mes: Mes) -> Iterator[str]:
    """Who was in a sucursal in a month, one row a relación, part by part."""
    heading = [*PERSONA, "Sucursal", "Año y mes", "Ingreso", "Salida", *(["Cargo"] if mes.ambito.ve("ENT") else [])]
    columnas = {name: columna for name, columna in COLUMNAS.items() if name in mes.conocidas}
    yield BOM + _line([*heading, *(columna.titulo for columna in columnas.values())])
    answers = True
    for session, filas in batches(database, mes):
        nombres = names_of(config, session, [fila.cedula for fila in filas]) if answers else None
        answers = nombres is not None  # a registry that is away is asked once, not per part
        yield "".join(_line(_present(fila, mes, (nombres or {}).get(fila.cedula, ""), columnas)) for fila in filas)


def _labels(registros: Iterable[Registro]) -> list[str]:
    """The headings of the fields that these lines have, in the order of the formats; one for all of the same name."""
    sent = {r.novedad.movimiento for r in registros}
    return list(dict.fromkeys(c.etiqueta for codigo, nov in todas().items() if codigo in sent for c in nov.campos))


def _relacion(relacion: Relacion) -> list[str]:
    return [
        f"{relacion.sucursal:04d}",
        relacion.ingreso.isoformat(),
        _day(relacion.salida),
        _moment(relacion.anulada_en),
    ]


def _fact(registro: Registro, labels: Sequence[str]) -> list[str]:
    n = registro.novedad
    said = {campo.etiqueta: _value(campo, text) for campo, text in fields_of(n)}
    return [
        n.movimiento,
        todas()[n.movimiento].nombre,
        _month(n.periodo),
        _day(own_day(n)),
        *(said.get(label, "") for label in labels),
        registro.lote,
        str(n.linea),
        _moment(registro.registrado_en),
        _moment(n.anulada_en),
        registro.anulacion or "",
        registro.motivo or "",
    ]


def _present(fila: Presente, mes: Mes, nombre: str, columnas: Mapping[str, Columna]) -> list[str]:
    figures = [_figure(getattr(fila.cifras, name), columna.unidad == "USD") for name, columna in columnas.items()]
    when = [_month(mes.periodo), fila.ingreso.isoformat(), _day(fila.salida)]
    cargo = [fila.cargo] if mes.ambito.ve("ENT") else []
    return [_id(fila.cedula), nombre, f"{mes.sucursal:04d}", *when, *cargo, *figures]


def _value(campo: Campo, text: str) -> str:
    """A field as people read it; a date that does not apply is empty."""
    value = read(campo, text)
    if isinstance(campo.tipo, Monto) and isinstance(value, int):
        return _figure(value, money=True)
    if isinstance(campo.tipo, Fecha):
        return _day(value if isinstance(value, date) else None)
    return campo.tipo.todos.get(text, text) if isinstance(campo.tipo, Codigo) else text


def _figure(number: int | None, money: bool) -> str:
    if number is None:
        return ""
    return f"{number // 100}.{number % 100:02d}" if money else str(number)


def _id(cedula: int) -> str:
    return f"{cedula:010d}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _month(periodo: int) -> str:
    return f"{periodo // 100}-{periodo % 100:02d}"


def _moment(instant: datetime | None) -> str:
    return clock.local(instant).strftime("%Y-%m-%d %H:%M") if instant else ""


def _line(values: Iterable[str]) -> str:
    return ";".join(map(_cell, values)) + "\r\n"


def _cell(value: str) -> str:
    value = neutralize(_BREAKS.sub(" ", value))
    return '"' + value.replace('"', '""') + '"' if ";" in value or '"' in value else value
