"""Fondos de reserva, planilla anual: adds an amount to the period."""

from portal.novedades import fondos
from portal.novedades.base import Novedad

NOVEDAD = Novedad(
    codigo="PFR",
    nombre="Fondos de reserva (planilla anual)",
    una_linea="Una línea por cada trabajador con fondos de reserva en la planilla anual.",
    hecho="Fondos de reserva, planilla anual",
    hecho_campos=("sueldo_total", "lapso"),
    campos=(fondos.SUELDO_TOTAL, fondos.LAPSO, fondos.MESES),
    clave=("lapso",),
    relacion=fondos.RELACION,
    efecto="suma_al_periodo",
    valor="sueldo_total",
    dia=fondos.DIA,
    solo_aviso_tarde=True,
    ejemplo_avisos=fondos.AVISOS,
    acompanan=fondos.ACOMPANAN,
    reglas=fondos.REGLAS,
    marca="D",
    nota_formato=fondos.RECONSTRUIDO,
)
