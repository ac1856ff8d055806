"""Horas laboradas: sets hours of the period."""

import polars as pl

from portal.files.columns import Entero
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Falla, Novedad, Regla
from portal.novedades.comunes import CUBRE_PERIODO, FIN, INICIO, C, sin_relacion_en_el_periodo

_HORAS = Explicacion(
    "RHT-02",
    "error",
    "Las horas no se pueden leer",
    "En «{campo}» dice «{valor}» y debe ir un número de 1 a 744.",
    "Escriba las horas completas del mes, de 1 a 744.",
    "En la línea {linea}, las horas no se pueden leer. Va un número de hasta tres cifras.",
)

HOURS_A_DAY = 24
_HOURS = C("horas").cast(pl.Int64)


def _hours_from(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """All hours of the days from `first` to `last`."""
    return ((last - first).dt.total_days() + 1) * HOURS_A_DAY


_OF_MONTH = _hours_from(INICIO, FIN)
_COVERED = _hours_from(
    pl.max_horizontal(INICIO, C("rel_ingreso")), pl.min_horizontal(FIN, C("rel_salida").fill_null(FIN))
)

NOVEDAD = Novedad(
    codigo="RHT",
    nombre="Horas laboradas",
    una_linea="Una línea por cada trabajador que gana por horas en el mes.",
    hecho="Horas laboradas",
    hecho_campos=("horas",),
    campos=(Campo("horas", Entero(3, 1, 744, _HORAS), "Horas", "96", "Horas completas trabajadas en el mes."),),
    clave=(),
    relacion=CUBRE_PERIODO,
    efecto="fija_horas",
    valor="horas",
    muestra={"horas": "613"},  # of at most 744: nobody works so many
    acompanan={"PER-02": ("PLA-02", "RHT-01")},
    reglas=(
        sin_relacion_en_el_periodo("RHT-01"),
        Regla(
            "RHT-03",
            "horas",
            _HOURS > _OF_MONTH,
            "Las horas pasan de las que tiene el mes",
            "Dice «{valor}» horas, y el mes no tiene tantas: 24 por cada día.",
            "Escriba las horas trabajadas en ese mes.",
            "En la línea {linea}, las horas son más de las que tiene el mes. Revise las horas.",
            Falla({"horas": "721", "anio": "2026", "mes": "11"}),
        ),
        Regla(
            "RHT-04",
            "horas",
            (_HOURS > _COVERED) & (_HOURS <= _OF_MONTH),
            "Las horas pasan de 24 por cada día de la relación",
            "Dice «{valor}» horas, y la relación del trabajador cubre ese mes menos días: no hay 24 horas por día.",
            "Revise las horas, y las fechas de ingreso y de salida que constan en la historia laboral.",
            "En la línea {linea}, las horas son más que los días trabajados en el mes por veinticuatro. Revíselas.",
            Falla({"horas": "720"}, historia="abierta_hoy"),
        ),
    ),
    marca="U",
    nota_formato="No hay una fuente pública de este formato. El portal lo reconstruyó por su nombre y sus usos.",
)
