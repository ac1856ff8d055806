"""Aviso de entrada: opens a relación with its first sueldo."""

from portal.catalogos import sectoriales
from portal.files.columns import Digitos, Fecha, Monto, Texto
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Dia, Falla, Novedad, Regla
from portal.novedades.comunes import (
    HOY,
    INICIO,
    ULTIMA,
    C,
    codigos,
    fecha_futura,
    minimo_sectorial,
    sin_salario_basico,
)

SECTORIAL = Explicacion(
    "SEC-01",
    "error",
    "El código de actividad sectorial no tiene 13 dígitos",
    "En «{campo}» dice «{valor}» y deben ir 13 dígitos.",
    "Escriba el código de 13 dígitos de la tabla sectorial.",
    "En la línea {linea}, el código de actividad sectorial va con trece dígitos.",
)

NOVEDAD = Novedad(
    codigo="ENT",
    nombre="Aviso de entrada",
    una_linea="Una línea por cada trabajador que entra.",
    hecho="Entrada",
    hecho_campos=("cargo", "jornada", "sueldo"),
    campos=(
        Campo("fecha_ingreso", Fecha(), "Fecha de ingreso", Dia(-2), "Primer día de trabajo. No puede ser futura."),
        Campo(
            "fecha_registro", Fecha(), "Fecha de registro", Dia(0), "Día en que hace el aviso. No antes del ingreso."
        ),
        Campo("jornada", codigos("jornadas"), "Jornada", "1", "1 normal, 2 parcial."),
        Campo("seguro_social", codigos("seguros"), "Seguro social", "R", "R para la Ley 21, M para el mixto."),
        Campo(
            "tipo_empleador", codigos("tipos_empleador"), "Tipo de empleador", "2", "1 pública, 2 privada, 3 natural."
        ),
        Campo(
            "relacion_trabajo", codigos("relaciones_trabajo"), "Relación de trabajo", "06", "06 es Código del Trabajo."
        ),
        Campo("cargo", Texto(64), "Cargo", "ANALISTA", "Sin tildes ni punto y coma."),
        Campo("sectorial", Digitos(13, SECTORIAL), "Código de actividad sectorial", "1507500000011", "13 dígitos."),
        Campo("sueldo", Monto(), "Sueldo", "600.00", "Sueldo mensual en dólares."),
        Campo(
            "origen_pago",
            codigos("origenes_pago"),
            "Origen de pago",
            "P",
            "P fondos propios, E presupuesto del Estado.",
        ),
    ),
    clave=("fecha_ingreso",),
    relacion=ULTIMA,
    efecto="abre_relacion",
    valor="sueldo",
    fecha="fecha_ingreso",
    planilla=C("sueldo"),
    una_por_trabajador=True,
    plazo="entrada",
    nota_formato="Las fuentes no coinciden en qué fecha va en el campo 8. El portal espera la del día del aviso.",
    muestra={"cargo": "EJEMPLO"},
    muestra_sola=True,
    ejemplo_historia="ninguna",
    acompanan={"PER-01": ("ENT-04",), "PER-02": ("ENT-04",)},
    reglas=(
        Regla(
            "ENT-01",
            "cedula",
            C("relacion_id").is_not_null() & C("rel_salida").is_null(),
            "El trabajador ya tiene una relación abierta",
            "Ese trabajador ya consta con entrada en la misma sucursal y sin salida.",
            "Si salió, registre antes el aviso de salida. Si es la misma entrada, quite la línea.",
            "En la línea {linea}, ese trabajador ya tiene una entrada abierta en la sucursal. Registre antes su salida "
            "o quite la línea.",
            Falla(historia="abierta"),
        ),
        Regla(
            "ENT-02",
            "fecha_ingreso",
            C("fecha_ingreso") > HOY,
            "La fecha de ingreso es futura",
            "La fecha de ingreso «{valor}» todavía no llega.",
            "Escriba la fecha en que empezó a trabajar, o envíe la línea ese día.",
            "En la línea {linea}, la fecha de ingreso todavía no llega. Corríjala o envíela ese día.",
            Falla({"fecha_ingreso": Dia(1), "fecha_registro": Dia(1)}, con=("ENT-09",)),
        ),
        Regla(
            "ENT-03",
            "fecha_ingreso",
            C("fecha_ingreso") > C("fecha_registro"),
            "El ingreso es posterior al registro",
            "La fecha de ingreso «{valor}» es posterior a la fecha de registro de la misma línea.",
            "Revise las dos fechas: la de registro es el día del aviso, igual o posterior al ingreso.",
            "En la línea {linea}, la fecha de ingreso es posterior a la de registro. Revise las dos.",
            Falla({"fecha_registro": Dia(-3)}),
        ),
        Regla(
            "ENT-04",
            "fecha_ingreso",
            C("fecha_ingreso").dt.month_start() != INICIO,
            "El ingreso está fuera del mes del período",
            "La fecha de ingreso «{valor}» no es del año y mes de la línea.",
            "Si es correcto, no haga nada: se registra. Si no, corrija el año y el mes.",
            "En la línea {linea}, la fecha de ingreso no es del mes que dice la línea. Revise cuál es.",
            Falla(periodo=-1),
            nivel="aviso",
        ),
        Regla(
            "ENT-05",
            "sueldo",
            (C("jornada") == "1") & (C("sueldo") < C("sbu")),
            "El sueldo es menor que el salario básico",
            "Con jornada normal, «{valor}» es menor que el salario básico unificado del año.",
            "Si la jornada es parcial, escriba 2 en jornada. Si el sueldo es correcto, no haga nada: se registra.",
            "En la línea {linea}, el sueldo es menor que el salario básico. Revise si la jornada es parcial.",
            Falla({"sueldo": "100.00"}),
            nivel="aviso",
            fuente="Salario básico unificado del año",
        ),
        sin_salario_basico(C("jornada") == "1", ("ENT-04", "PER-01")),
        Regla(
            "ENT-06",
            "fecha_ingreso",
            C("fecha_ingreso") <= C("rel_salida"),
            "El ingreso cae dentro de una relación ya registrada, o antes",
            "Ese trabajador tiene en la sucursal una relación que terminó en esa fecha o después.",
            "Revise la fecha de ingreso. Si la salida registrada está mal, hay que anularla primero.",
            "En la línea {linea}, la fecha de ingreso no es posterior a la última salida de ese trabajador. Revísela.",
            Falla(historia="cerrada_ayer"),
        ),
        Regla(
            "ENT-07",
            "sectorial",
            ~C("sectorial").is_in(sorted(sectoriales())),
            "El código sectorial no está en la tabla del portal",
            "La tabla del portal no tiene el código «{valor}». La tabla no está completa.",
            "Compárelo con la tabla sectorial. Si es correcto, no haga nada: se registra.",
            "En la línea {linea}, el código de actividad no está en la tabla del portal. Si es correcto, se registra.",
            Falla({"sectorial": "9999999999999"}),
            nivel="aviso",
        ),
        Regla(
            "ENT-08",
            "sueldo",
            (C("jornada") == "1") & (C("sueldo") < minimo_sectorial(C("anio"), C("sectorial"))),
            "El sueldo es menor que el mínimo sectorial",
            "«{valor}» es menor que el mínimo de esa actividad en ese año.",
            "Revise el código de actividad y el sueldo. Si son correctos, no haga nada: se registra.",
            "En la línea {linea}, el sueldo es menor que el mínimo de la actividad. Revise los dos datos.",
            Falla({"anio": "2013", "sueldo": "318.00"}, con=("ENT-04",)),
            nivel="aviso",
            fuente="Tabla sectorial de 2013 a 2015",
        ),
        fecha_futura("ENT-09", "fecha_registro", "Fecha de registro", Falla({"fecha_registro": Dia(1)})),
    ),
)
