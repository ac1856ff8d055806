"""Días no laborados: sets days of the period."""

import polars as pl

from portal.files.columns import Entero, Fecha
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Cruce, Dia, Falla, Novedad, PrimerDia, Regla, Tope
from portal.novedades.comunes import CUBRE_PERIODO, INICIO, C, cubre, fecha_futura, sin_relacion_en_el_periodo

_DIAS = Explicacion(
    "MND-04",
    "error",
    "El número de días no se puede leer",
    "En «{campo}» dice «{valor}» y debe ir un número de 1 a 31.",
    "Escriba cuántos días no trabajó, de 1 a 31.",
    "En la línea {linea}, el número de días no se puede leer. Va un número de uno a treinta y uno.",
)
_TOPE = Explicacion(
    "MND-03",
    "error",
    "Los días no laborados del mes pasan de 30",
    "Con los «{valor}» días de esta línea, los del trabajador en ese mes suman más de 30.",
    "Revise los días: cuentan los de este archivo y los ya registrados.",
    "En la línea {linea}, los días no laborados del mes suman más de treinta. Revise los días.",
)
_CRUCE = Cruce(
    "fecha_inicio",
    "dias",
    Explicacion(
        "MND-08",
        "aviso",
        "Los días se cruzan con los de otra línea",
        "Algún día de esta línea está también en la línea {otra}, del mismo trabajador.",
        "Si un día está dos veces, corrija una de las dos líneas. Si es correcto, no haga nada: se registra.",
        "En la línea {linea}, algún día está también en la línea {otra}, del mismo trabajador. Revise las dos.",
    ),
    Explicacion(
        "MND-09",
        "aviso",
        "Los días se cruzan con otros ya registrados",
        "Algún día de esta línea ya consta registrado para el trabajador, en el lote {otra}.",
        "Si un día está dos veces, corrija la línea. Si es correcto, no haga nada: se registra.",
        "En la línea {linea}, algún día ya está registrado en el lote {otra}. Revise los días.",
    ),
)
_FIRST, _LAST = C("fecha_inicio"), C("fecha_inicio") + pl.duration(days=C("dias").cast(pl.Int64) - 1)
_LEFT = (C("fecha_inicio").dt.month_end() - C("fecha_inicio")).dt.total_days() + 1

NOVEDAD = Novedad(
    codigo="MND",
    nombre="Días no laborados",
    una_linea="Una línea por cada ausencia de un trabajador en el mes.",
    hecho="Días no laborados",
    hecho_campos=("dias", "fecha_inicio"),
    campos=(
        Campo("fecha_inicio", Fecha(), "Fecha de inicio", Dia(-1), "Primer día que no trabajó."),
        Campo("dias", Entero(2, 1, 31, _DIAS), "Número de días", "1", "Días del mismo mes, desde la fecha de inicio."),
    ),
    clave=("fecha_inicio",),
    relacion=CUBRE_PERIODO,
    prefiere=cubre(_FIRST, _FIRST),
    efecto="fija_dias",
    valor="dias",
    fecha="fecha_inicio",
    tope=Tope("dias", 30, _TOPE),
    cruce=_CRUCE,
    muestra={"dias": "27", "fecha_inicio": PrimerDia()},
    muestra_sola=True,
    muestra_de_nadie=True,
    acompanan={"PER-01": ("MND-05",), "PER-02": ("MND-01", "MND-05")},
    reglas=(
        sin_relacion_en_el_periodo("MND-01"),
        Regla(
            "MND-02",
            "dias",
            C("dias").cast(pl.Int64) > _LEFT,
            "Los días pasan del fin del mes",
            "Desde la fecha de inicio no quedan «{valor}» días en ese mes.",
            "Reporte en cada mes solo los días de ese mes: los que siguen van en una línea del mes siguiente.",
            "En la línea {linea}, los días pasan del fin del mes. Los que siguen van en el mes siguiente.",
            Falla({"dias": "30"}),
        ),
        Regla(
            "MND-05",
            "fecha_inicio",
            C("fecha_inicio").dt.month_start() != INICIO,
            "La fecha está fuera del mes del período",
            "La fecha de inicio «{valor}» no es del año y mes de la línea.",
            "Si es correcto, no haga nada: se registra. Si no, corrija el año y el mes.",
            "En la línea {linea}, la fecha de inicio no es del mes que dice la línea. Revise cuál es.",
            Falla(periodo=-1),
            nivel="aviso",
        ),
        Regla(
            "MND-06",
            "fecha_inicio",
            (C("rel_ingreso") > _FIRST) | (C("rel_salida") < _LAST).fill_null(False),
            "Hay días fuera de la relación",
            "Desde «{valor}», algún día es anterior al ingreso del trabajador o posterior a su salida.",
            "Revise la fecha y el número de días. Si es correcto, no haga nada: se registra.",
            "En la línea {linea}, hay días antes del ingreso del trabajador o después de su salida. Revíselos.",
            Falla(historia="abierta_hoy"),
            nivel="aviso",
        ),
        fecha_futura("MND-07", "fecha_inicio", "Fecha de inicio", Falla({"fecha_inicio": Dia(1)})),
    ),
    marca="D",
    nota_formato="No está en la lista de 2026 del IESS. El portal ofrece el formato que describen otras fuentes.",
)
