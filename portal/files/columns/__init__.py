"""Field types: what one column of a batch file holds, how it is read, understood and written."""

from portal.files.columns.amounts import Monto
from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.columns.dates import Fecha
from portal.files.columns.ids import Cedula, Ruc, RucAnterior, Sucursal, check_digit_holds, ruc_check_holds
from portal.files.columns.numbers import Entero, Numero
from portal.files.columns.periods import Lapso
from portal.files.columns.text import Codigo, Digitos, Texto

__all__ = [
    "Cedula",
    "Codigo",
    "Contexto",
    "Digitos",
    "Entero",
    "Fecha",
    "Lapso",
    "Leido",
    "Monto",
    "Numero",
    "Ruc",
    "RucAnterior",
    "Sucursal",
    "Texto",
    "Tipo",
    "check_digit_holds",
    "ruc_check_holds",
]
