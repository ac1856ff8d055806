"""Horas laboradas: sets hours of the period."""

from portal.files.columns import Entero
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Novedad
from portal.novedades.comunes import CUBRE_PERIODO, sin_relacion_en_el_periodo

_HORAS = Explicacion(
    "RHT-02",
    "error",
    "Las horas no se pueden leer",
    "En «{campo}» dice «{valor}» y debe ir un número de 1 a 744.",
    "Escriba las horas completas del mes, de 1 a 744.",
    "En la línea {linea}, las horas no se pueden leer. Va un número de hasta tres cifras.",
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
    acompanan={"PER-02": ("PLA-02", "RHT-01")},
    reglas=(sin_relacion_en_el_periodo("RHT-01"),),
    marca="U",
    nota_formato="No hay una fuente pública de este formato. El portal lo reconstruyó por su nombre y sus usos.",
)
