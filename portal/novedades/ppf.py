"""Ajuste de fondos de reserva, sector público: adds an amount to the period."""

from portal.files.columns import Fecha, Texto
from portal.novedades import fondos
from portal.novedades.base import Campo, Dia, Falla, Novedad
from portal.novedades.comunes import fecha_futura

NOVEDAD = Novedad(
    codigo="PPF",
    nombre="Ajuste de fondos de reserva, sector público",
    una_linea="Una línea por cada ajuste aprobado de fondos de reserva de un servidor público.",
    hecho="Ajuste de fondos de reserva",
    hecho_campos=("sueldo_total", "lapso", "oficio"),
    campos=(
        fondos.SUELDO_TOTAL,
        fondos.LAPSO,
        fondos.MESES,
        Campo("fecha_aprobacion", Fecha(), "Fecha de aprobación", Dia(-5), "Día en que se aprobó el ajuste."),
        Campo("oficio", Texto(40), "Número de oficio", "MDT-2026-0123", "El oficio que aprueba el ajuste."),
        fondos.TIPO_PERIODO,
        fondos.RUC_ANTERIOR,
    ),
    clave=("lapso",),
    relacion=fondos.RELACION,
    efecto="suma_al_periodo",
    valor="sueldo_total",
    dia=fondos.DIA,
    opcionales=1,
    solo_aviso_tarde=True,
    ejemplo_avisos=fondos.AVISOS,
    acompanan=fondos.ACOMPANAN,
    reglas=(
        *fondos.REGLAS_CON_RUC,
        fecha_futura("PPF-01", "fecha_aprobacion", "Fecha de aprobación", Falla({"fecha_aprobacion": Dia(1)})),
    ),
    marca="D",
    nota_formato=fondos.RECONSTRUIDO,
)
