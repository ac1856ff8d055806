"""Small histories in memory, for examples and the reference."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from portal.novedades.comunes import HISTORIA
from portal.revision.tramo import ACUMULADO, DIAS, REGISTRADAS

REL = {"sucursal": pl.Int32, "cedula": pl.Int64, **HISTORIA}


def relacion(
    hoy, ingreso, salida=None, *, cedula=912791803, sueldo=60000, ultimo=None, dia=None, sectorial="1507500000011"
):
    return (1, cedula, 1, ingreso, salida, "1", sectorial, sueldo, None, ultimo, dia)


def named(nombre: str, hoy: date) -> list[tuple]:
    month = hoy.year * 100 + hoy.month
    return {
        "ninguna": [],
        "abierta": [relacion(hoy, hoy - timedelta(400)), relacion(hoy, hoy - timedelta(400), cedula=970000006)],
        "abierta_hoy": [relacion(hoy, hoy)],
        "abierta_en_2012": [relacion(hoy, date(2012, 1, 2))],
        "cerrada_ayer": [relacion(hoy, hoy - timedelta(400), hoy - timedelta(1))],
        "con_novedad_hoy": [relacion(hoy, hoy - timedelta(400), dia=hoy)],
        "con_novedad_este_mes": [relacion(hoy, hoy - timedelta(400), ultimo=month)],
    }[nombre]


class Memory:
    """A Snapshot over lists."""

    def __init__(self, relaciones=(), registradas=(), acumulado=(), dias=()):
        self._acumulado = pl.DataFrame(list(acumulado), schema=ACUMULADO, orient="row")
        self._dias = pl.DataFrame(list(dias), schema=DIAS, orient="row")
        self._relaciones = pl.DataFrame(list(relaciones), schema=REL, orient="row")
        self._registradas = pl.DataFrame(list(registradas), schema=REGISTRADAS, orient="row")

    def relaciones(self, cedulas, columnas):
        return self._relaciones.filter(pl.col("cedula").is_in(cedulas.implode()))

    def registradas(self, nov, cedulas, periodos):
        return self._registradas

    def acumulado(self, nov, cedulas, periodos):
        return self._acumulado

    def dias(self, nov, relaciones):
        return self._dias.filter(pl.col("relacion_id").is_in(relaciones.implode()))
