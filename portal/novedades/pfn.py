"""Ajuste de fondos de reserva, públicos y privados: adds an amount to the period."""

from portal.novedades import fondos
from portal.novedades.base import Novedad

NOVEDAD = Novedad(
    codigo="PFN",
    nombre="Ajuste de fondos de reserva, públicos y privados",
    una_linea="Una línea por cada ajuste de fondos de reserva de un trabajador.",
    hecho="Ajuste de fondos de reserva",
    hecho_campos=("sueldo_total", "lapso"),
    campos=(fondos.SUELDO_TOTAL, fondos.LAPSO, fondos.MESES, fondos.TIPO_PERIODO, fondos.RUC_ANTERIOR),
    clave=("lapso",),
    relacion=fondos.RELACION,
    efecto="suma_al_periodo",
    valor="sueldo_total",
    dia=fondos.DIA,
    opcionales=1,
    solo_aviso_tarde=True,
    ejemplo_avisos=fondos.AVISOS,
    acompanan=fondos.ACOMPANAN,
    reglas=fondos.REGLAS_CON_RUC,
    marca="D",
    nota_formato=fondos.RECONSTRUIDO,
)
