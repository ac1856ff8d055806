"""Horas laboradas: sets hours of the period."""

from portal.files.columns import Entero
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Falla, Novedad, Regla
from portal.novedades.comunes import CUBRE_PERIODO, C

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
    reglas=(
        Regla(
            "RHT-01",
            "cedula",
            C("relacion_id").is_null(),
            "El trabajador no tiene relación en ese período",
            "En esa sucursal no consta ningún día de trabajo en el período.",
            "Revise la cédula, la sucursal y el mes. Si la entrada no se registró, envíe antes el aviso de entrada.",
            "En la línea {linea}, ese trabajador no consta en la sucursal ese mes. Revise la sucursal y el mes.",
            Falla(historia="ninguna"),
        ),
    ),
    marca="U",
    nota_formato="No hay una fuente pública de este formato. El portal lo reconstruyó por su nombre y sus usos.",
)
