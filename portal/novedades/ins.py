"""Variación de sueldo por extras: adds an amount to the period."""

from portal.files.columns import Monto
from portal.novedades.base import Campo, Novedad
from portal.novedades.comunes import CUBRE_PERIODO, codigos, sin_relacion_en_el_periodo

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
    reglas=(sin_relacion_en_el_periodo("INS-01"),),
)
