"""Field types: what one column of a batch file holds, how it is read, understood and written."""

from portal.files.columns.base import Contexto, Leido, Tipo
from portal.files.columns.dates import Fecha
from portal.files.columns.ids import Cedula, Ruc, Sucursal, check_digit_holds
from portal.files.columns.numbers import Monto, Numero
from portal.files.columns.text import Codigo, Digitos, Texto

__all__ = [
    "Cedula",
    "Codigo",
    "Contexto",
    "Digitos",
    "Fecha",
    "Leido",
    "Monto",
    "Numero",
    "Ruc",
    "Sucursal",
    "Texto",
    "Tipo",
    "check_digit_holds",
]
