"""What the four movements of reserve funds share: fields and rules (PFM, PFR, PPF, PFN)."""

import polars as pl

from portal.files.columns import Lapso, Monto, Numero, RucAnterior, ruc_check_holds
from portal.files.columns.periods import first_day, last_day, months_in
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Falla, Meses, Regla
from portal.novedades.comunes import HOY, INICIO, C, codigos, cubre

_MESES = Explicacion(
    "FDR-05",
    "error",
    "Los meses no se pueden leer",
    "En «{campo}» dice «{valor}» y deben ir dos cifras, desde 01.",
    "Escriba con dos cifras cuántos meses se pagan, por ejemplo 01.",
    "En la línea {linea}, el número de meses no se puede leer. Va con dos cifras.",
)
RECONSTRUIDO = (
    "Las fuentes públicas no coinciden en este formato. El portal lo reconstruyó con lo que publican los manuales y "
    "los programas de nómina en uso."
)

#: the last day of the paid span is the novedad's own day
DIA = last_day(C("lapso"))
RELACION = cubre(first_day(C("lapso")), last_day(C("lapso")))

SUELDO_TOTAL = Campo("sueldo_total", Monto(), "Sueldo total", "500.00", "Lo ganado en todo el período pagado.")
LAPSO = Campo("lapso", Lapso(), "Período", Meses(0, 0), "Primer y último mes que se pagan.")
MESES = Campo("meses", Numero(2, 1, 99, _MESES, ceros=True), "Meses", "01", "Cuántos meses tiene el período.")
TIPO_PERIODO = Campo("tipo_periodo", codigos("tipos_periodo"), "Tipo de período", "G", "G es mensual.")
RUC_ANTERIOR = Campo(
    "ruc_anterior", RucAnterior(), "RUC anterior", "", "Solo si el empleador cambió de RUC. Si no, no escriba nada."
)

#: codes that come along with the failing examples of the common rules
ACOMPANAN = {
    "PER-01": ("FDR-04",),
    "PER-02": ("FDR-04",),
    "PLA-01": ("FDR-03",),
    "PLA-02": ("FDR-03",),
}

#: a period either is not over or, four days later, late: the examples are of the month that runs
AVISOS = ("FDR-06",)


def _unproven(rucs: pl.Series) -> pl.Series:
    """Which of them have a check digit that does not hold; few are distinct."""
    found = {ruc: not ruc_check_holds(ruc) for ruc in rucs.drop_nulls().unique().to_list()}
    return rucs.replace_strict(found, default=None, return_dtype=pl.Boolean)


REGLAS = (
    Regla(
        "FDR-01",
        "cedula",
        C("relacion_id").is_null(),
        "El trabajador no tiene relación en el período pagado",
        "En esa sucursal no consta ningún día de trabajo en los meses que se pagan.",
        "Revise la cédula, la sucursal y el período. Si la entrada no se registró, envíe antes el aviso de entrada.",
        "En la línea {linea}, ese trabajador no consta en la sucursal en los meses que se pagan. Revise el período.",
        Falla(historia="ninguna"),
    ),
    Regla(
        "FDR-02",
        "meses",
        C("meses") != months_in(C("lapso")),
        "Los meses no son los del período",
        "Dice «{valor}» meses y el período que se paga tiene otra cantidad.",
        "Si es correcto, no haga nada: se registra. Si no, corrija los meses o el período.",
        "En la línea {linea}, los meses no son los del período. Revise cuál de los dos es.",
        Falla({"meses": "02"}),
        nivel="aviso",
    ),
    Regla(
        "FDR-03",
        "cedula",
        C("rel_ingreso").dt.offset_by("13mo") > DIA + pl.duration(days=1),
        "El trabajador tiene menos de 13 meses de relación",
        "Los fondos de reserva empiezan después del primer año de trabajo y esa relación es más corta.",
        "Si el tiempo se completa con otra relación, no haga nada: se registra.",
        "En la línea {linea}, ese trabajador no llega a trece meses de relación. Si los completa con otra, está bien.",
        Falla(historia="abierta_hoy"),
        nivel="aviso",
        fuente="Código del Trabajo, art. 196",
    ),
    Regla(
        "FDR-04",
        "mes",
        first_day(C("lapso")) != INICIO,
        "El año y el mes no son los del inicio del período",
        "En estas novedades el año y el mes de la línea son los del primer mes que se paga.",
        "Si es correcto, no haga nada: se registra. Si no, corrija el año y el mes, o el período.",
        "En la línea {linea}, el año y el mes no son los del comienzo del período. Revíselos.",
        Falla({"lapso": Meses(-1, -1)}, con=("FDR-03", "PLA-01")),
        nivel="aviso",
    ),
    Regla(
        "FDR-06",
        "lapso",
        DIA > HOY,
        "El período pagado todavía no termina",
        "El último mes de «{valor}» todavía no termina.",
        "Si es correcto, no haga nada: se registra. Si no, corrija el período o envíe la línea cuando termine.",
        "En la línea {linea}, el período que se paga todavía no termina. Si es correcto, está bien.",
        Falla({"lapso": Meses(0, 1), "meses": "02"}, bien=Falla({"lapso": Meses(-1, -1)}, periodo=-1)),
        nivel="aviso",
    ),
)
REGLAS_CON_RUC = (
    *REGLAS,
    Regla(
        "FDR-07",
        "ruc_anterior",
        C("ruc_anterior").map_batches(_unproven, return_dtype=pl.Boolean),
        "El dígito verificador del RUC anterior no corresponde",
        "El dígito verificador de «{valor}» no corresponde a las demás cifras. Hay RUC en uso a los que les pasa.",
        "Compárelo con el certificado del RUC. Si es el mismo, no haga nada: se registra.",
        "En la línea {linea}, el RUC anterior puede tener un dígito cambiado. Compárelo con el certificado.",
        Falla({"ruc_anterior": "1793213150001"}),
        nivel="aviso",
        fuente="SRI: el dígito de las compañías no se cumple siempre",
    ),
)
