"""The tables, one file per noun. Importing this package makes all of them known to `Base.metadata`."""

from portal.modelos.afiliado import Afiliado
from portal.modelos.ambito import Ambito
from portal.modelos.anulacion import Anulacion
from portal.modelos.archivo import Archivo, ArchivoParte
from portal.modelos.atencion import Atencion
from portal.modelos.bitacora import Bitacora
from portal.modelos.cifra import CifraMensual
from portal.modelos.cuenta import Cuenta, Representacion, Sesion
from portal.modelos.disposicion import Disposicion
from portal.modelos.empleador import Empleador, Sucursal
from portal.modelos.escrito import Escrito
from portal.modelos.llamada import Llamada
from portal.modelos.lote import Lote, LoteCambio, Secuencia
from portal.modelos.novedad import Novedad
from portal.modelos.problema import Problema
from portal.modelos.queja import Queja
from portal.modelos.rastro import Rastro
from portal.modelos.relacion import Relacion
from portal.modelos.resumen import ResumenMes
from portal.modelos.segundo import CodigoRecuperacion, SegundoFactor
from portal.modelos.subida import Subida, SubidaParte
from portal.modelos.texto import TextoDiccionario

__all__ = [
    "Afiliado",
    "Ambito",
    "Anulacion",
    "Archivo",
    "ArchivoParte",
    "Atencion",
    "Bitacora",
    "CifraMensual",
    "CodigoRecuperacion",
    "Cuenta",
    "Disposicion",
    "Empleador",
    "Escrito",
    "Llamada",
    "Lote",
    "LoteCambio",
    "Novedad",
    "Problema",
    "Queja",
    "Rastro",
    "Relacion",
    "Representacion",
    "ResumenMes",
    "Secuencia",
    "SegundoFactor",
    "Sesion",
    "Subida",
    "SubidaParte",
    "Sucursal",
    "TextoDiccionario",
]
