"""Fondos de reserva mensual: adds an amount to the period."""

from portal.novedades import fondos
from portal.novedades.base import Novedad

NOVEDAD = Novedad(
    codigo="PFM",
    nombre="Fondos de reserva mensual",
    una_linea="Una línea por cada trabajador que cobra fondos de reserva.",
    hecho="Fondos de reserva",
    hecho_campos=("sueldo_total", "lapso"),
    campos=(fondos.SUELDO_TOTAL, fondos.LAPSO, fondos.MESES, fondos.TIPO_PERIODO),
    clave=("lapso",),
    relacion=fondos.RELACION,
    efecto="suma_al_periodo",
    valor="sueldo_total",
    dia=fondos.DIA,
    ejemplo_avisos=fondos.AVISOS,
    acompanan=fondos.ACOMPANAN,
    reglas=fondos.REGLAS,
)
