"""Variación de sueldo por extras: adds an amount to the period."""

from portal.files.columns import Monto
from portal.novedades.base import Campo, Falla, Novedad, Regla
from portal.novedades.comunes import CUBRE_PERIODO, C, codigos

NOVEDAD = Novedad(
    codigo="INS",
    nombre="Variación de sueldo por extras",
    una_linea="Una línea por cada trabajador que recibe extras en el mes.",
    hecho="Extras",
    hecho_campos=("valor",),
    campos=(
        Campo("valor", Monto(), "Valor de extras", "87.50", "La suma de todos los extras del mes."),
        Campo("causa", codigos("causas_extras"), "Causa", "O", "Escriba O: la suma de todos los extras."),
    ),
    clave=("causa",),
    relacion=CUBRE_PERIODO,
    efecto="suma_al_periodo",
    valor="valor",
    acompanan={"PER-02": ("INS-01", "PLA-02")},
    reglas=(
        Regla(
            "INS-01",
            "cedula",
            C("relacion_id").is_null(),
            "El trabajador no tiene relación en ese período",
            "En esa sucursal no consta ningún día de trabajo en el período.",
            "Revise la cédula, la sucursal y el mes. Si la entrada no se registró, envíe antes el aviso de entrada.",
            "En la línea {linea}, ese trabajador no consta en la sucursal ese mes. Revise la sucursal y el mes.",
            Falla(historia="ninguna"),
        ),
    ),
)
