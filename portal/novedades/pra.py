"""Retroactivos y diferencias: adds an amount to the period."""

from portal.files.columns import Fecha, Monto
from portal.novedades.base import Campo, Dia, Falla, Novedad, Regla
from portal.novedades.comunes import C, cubre, fecha_futura

NOVEDAD = Novedad(
    codigo="PRA",
    nombre="Retroactivos y diferencias",
    una_linea="Una línea por cada trabajador que recibe un retroactivo.",
    hecho="Retroactivo",
    hecho_campos=("valor_incremento",),
    campos=(
        Campo("fecha_suscripcion", Fecha(), "Fecha de suscripción", Dia(-1), "Día en que se firmó el acuerdo."),
        Campo("valor_incremento", Monto(), "Valor del incremento", "45.00", "La diferencia, no el sueldo completo."),
    ),
    clave=("fecha_suscripcion",),
    relacion=cubre(C("fecha_suscripcion"), C("fecha_suscripcion")),
    efecto="suma_al_periodo",
    valor="valor_incremento",
    fecha="fecha_suscripcion",
    solo_aviso_tarde=True,
    reglas=(
        Regla(
            "PRA-01",
            "cedula",
            C("relacion_id").is_null(),
            "El trabajador no tenía relación en la fecha de suscripción",
            "En esa sucursal no consta una relación que cubra el día de la suscripción.",
            "Revise la cédula, la sucursal y la fecha de suscripción.",
            "En la línea {linea}, ese trabajador no constaba en la sucursal el día de la suscripción. Revise la fecha.",
            Falla(historia="ninguna"),
        ),
        fecha_futura("PRA-02", "fecha_suscripcion", "Fecha de suscripción", Falla({"fecha_suscripcion": Dia(1)})),
    ),
    marca="D",
    nota_formato="Las fuentes públicas no coinciden en este formato. El portal lo reconstruyó con lo que publican.",
)
