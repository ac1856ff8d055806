"""The tables, one file per noun. Importing this package makes all of them known to `Base.metadata`."""

from portal.modelos.afiliado import Afiliado
from portal.modelos.anulacion import Anulacion
from portal.modelos.archivo import Archivo, ArchivoParte
from portal.modelos.bitacora import Bitacora
from portal.modelos.cuenta import Cuenta, Representacion, Sesion
from portal.modelos.empleador import Empleador, Sucursal
from portal.modelos.lote import Lote, LoteCambio, Secuencia
from portal.modelos.novedad import Novedad
from portal.modelos.problema import Problema
from portal.modelos.relacion import Relacion
from portal.modelos.resumen import ResumenMes
from portal.modelos.subida import Subida, SubidaParte

__all__ = [
    "Afiliado",
    "Anulacion",
    "Archivo",
    "ArchivoParte",
    "Bitacora",
    "Cuenta",
    "Empleador",
    "Lote",
    "LoteCambio",
    "Novedad",
    "Problema",
    "Relacion",
    "Representacion",
    "ResumenMes",
    "Secuencia",
    "Sesion",
    "Subida",
    "SubidaParte",
    "Sucursal",
]
