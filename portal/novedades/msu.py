"""Modificación de sueldo: sets the sueldo from the period on."""

import polars as pl

from portal.files.columns import Monto
from portal.novedades.base import Campo, Falla, Novedad, Regla
from portal.novedades.comunes import ABIERTA_AL_FIN, C, codigos, minimo_sectorial, sin_salario_basico

_NORMAL = C("rel_jornada") == "1"
# a sueldo of the past, or of a relación that was closed since, leaves the present one as it is
_CAMBIA_HOY = C("rel_salida").is_null() & (C("periodo") >= C("sueldo_desde")).fill_null(True)

NOVEDAD = Novedad(
    codigo="MSU",
    nombre="Modificación de sueldo",
    una_linea="Una línea por cada trabajador que cambia de sueldo.",
    hecho="Nuevo sueldo",
    hecho_campos=("sueldo",),
    campos=(Campo("sueldo", Monto(), "Nuevo sueldo", "600.00", "Sueldo mensual completo, no la diferencia."),),
    clave=(),
    relacion=ABIERTA_AL_FIN,
    efecto="fija_sueldo",
    valor="sueldo",
    planilla=pl.when(_CAMBIA_HOY).then(C("sueldo") - C("sueldo_actual")).otherwise(0),
    pasada=~_CAMBIA_HOY,
    sobra=tuple(codigos("causas_extras").todos),
    acompanan={"PER-02": ("MSU-01", "PLA-02")},
    reglas=(
        Regla(
            "MSU-01",
            "cedula",
            C("relacion_id").is_null(),
            "El trabajador no tiene relación abierta al fin del período",
            "En esa sucursal no consta una relación abierta el último día del período.",
            "Revise la cédula, la sucursal y el mes. Si la entrada no se registró, envíe antes el aviso de entrada.",
            "En la línea {linea}, ese trabajador no consta en la sucursal al fin del mes. Revise la sucursal y el mes.",
            Falla(historia="ninguna"),
        ),
        Regla(
            "MSU-02",
            "sueldo",
            _NORMAL & (C("sueldo") < C("sbu")),
            "El sueldo es menor que el salario básico",
            "Con jornada normal, «{valor}» es menor que el salario básico unificado del año.",
            "Revise el punto decimal. Si el sueldo es correcto, no haga nada: se registra.",
            "En la línea {linea}, el sueldo es menor que el salario básico. Revise el punto decimal.",
            Falla({"sueldo": "481.99"}),
            nivel="aviso",
            fuente="Salario básico unificado del año",
        ),
        sin_salario_basico(_NORMAL, ("PER-01",)),
        Regla(
            "MSU-03",
            "sueldo",
            C("sueldo") * 2 < C("sueldo_actual"),
            "El sueldo baja más de la mitad",
            "«{valor}» es menos de la mitad del sueldo que consta hoy.",
            "Revise el punto decimal. Si el sueldo es correcto, no haga nada: se registra.",
            "En la línea {linea}, el sueldo baja más de la mitad. Revise si falta una cifra.",
            Falla({"sueldo": "299.99"}, con=("MSU-02",)),
            nivel="aviso",
        ),
        Regla(
            "MSU-04",
            "sueldo",
            _NORMAL & (C("sueldo") < minimo_sectorial(C("anio"), C("rel_sectorial"))),
            "El sueldo es menor que el mínimo sectorial",
            "«{valor}» es menor que el mínimo de la actividad de esa relación en ese año.",
            "Revise el sueldo. Si es correcto, no haga nada: se registra.",
            "En la línea {linea}, el sueldo es menor que el mínimo de la actividad del trabajador. Revíselo.",
            Falla({"anio": "2013", "sueldo": "318.00"}, historia="abierta_en_2012", con=("PLA-02",)),
            nivel="aviso",
            fuente="Tabla sectorial de 2013 a 2015",
        ),
    ),
)
