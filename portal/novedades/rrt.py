"""Cambio a relación de intermediado: changes the relación's type from its date."""

from portal.files.columns import Fecha
from portal.novedades.base import Campo, Dia, Falla, Novedad, Regla
from portal.novedades.comunes import INICIO, C, codigos, cubre, fecha_futura

NOVEDAD = Novedad(
    codigo="RRT",
    nombre="Cambio a relación de intermediado",
    una_linea="Una línea por cada trabajador cuya relación cambia de tipo.",
    hecho="Cambio de relación",
    hecho_campos=("relacion_nueva",),
    campos=(
        Campo("fecha_cambio", Fecha(), "Fecha del cambio", Dia(-1), "Desde qué día rige el cambio."),
        Campo(
            "relacion_nueva", codigos("relaciones_trabajo"), "Relación de trabajo nueva", "53", "53 es intermediado."
        ),
    ),
    clave=("fecha_cambio",),
    relacion=cubre(C("fecha_cambio"), C("fecha_cambio")),
    efecto="cambia_relacion",
    fecha="fecha_cambio",
    muestra={"relacion_nueva": "99"},  # in no list: an aviso, and nobody means it
    muestra_sola=True,
    acompanan={"PER-01": ("RRT-02",), "PER-02": ("RRT-02",)},
    reglas=(
        Regla(
            "RRT-01",
            "cedula",
            C("relacion_id").is_null(),
            "El trabajador no tiene relación abierta en la fecha del cambio",
            "En esa sucursal no consta una relación abierta ese día.",
            "Revise la cédula, la sucursal y la fecha. Si la entrada no se registró, envíe antes el aviso de entrada.",
            "En la línea {linea}, ese trabajador no consta en la sucursal el día del cambio. Revise la fecha.",
            Falla(historia="ninguna"),
        ),
        Regla(
            "RRT-02",
            "fecha_cambio",
            C("fecha_cambio").dt.month_start() != INICIO,
            "El cambio está fuera del mes del período",
            "La fecha del cambio «{valor}» no es del año y mes de la línea.",
            "Si es correcto, no haga nada: se registra. Si no, corrija el año y el mes.",
            "En la línea {linea}, la fecha del cambio no es del mes que dice la línea. Revise cuál es.",
            Falla(periodo=-1),
            nivel="aviso",
        ),
        fecha_futura("RRT-03", "fecha_cambio", "Fecha del cambio", Falla({"fecha_cambio": Dia(1)})),
    ),
    marca="U",
    nota_formato="No hay una fuente pública de este formato. El portal lo reconstruyó por su nombre y sus usos.",
)
