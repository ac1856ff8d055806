"""What a spreadsheet leaves in a cell where no value is: its errors (#N/A), and formulas whose result nobody stored."""

from __future__ import annotations

import re

from portal.files.explain import Explicacion

#: stands for a formula whose result the writer of the workbook did not store
SIN_RESULTADO = "#SIN-RESULTADO"
#: an error cell whose writer gave no name, or one that nobody knows
SOME_ERROR = "#ERROR!"
#: error values that calamine knows; for any other it refuses the book
SUPPORTED_BY_READER = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_NAMES = (
    "N/A",
    "N/D",
    "[¡]?DIV/0!",
    "[¡]?REF!",
    "[¡]?VALUE!",
    "[¡]?VALOR!",
    "[¿]?NAME[?]",
    "[¿]?NOMBRE[?]",
    "[¡]?NUM!",
    "[¡]?NULL!",
    "[¡]?NULO!",
    "GETTING_DATA",
    "OBTENIENDO_DATOS",
    "[¡]?SPILL!",
    "[¡]?DESBORDAMIENTO!",
    "[¡]?(CALC|FIELD|CAMPO|BLOCKED|BLOQUEADO|UNKNOWN|DESCONOCIDO|CONNECT|CONECTAR|BUSY|OCUPADO|EXTERNAL|PYTHON|ERROR)!",
    "#{2,}",  # a column too narrow for its value, as it was printed
)
_ERROR = re.compile(f"#(?i:{'|'.join(_NAMES)})|Err:[0-9]{{3}}")

ERROR_DE_EXCEL = Explicacion(
    "CEL-01",
    "error",
    "La celda tiene un error de Excel",
    "{donde} contiene {valor}, que es un error de Excel y no un dato.",
    "Escriba el dato en esa celda. Si la llena una fórmula, corríjala; luego copie la columna y péguela como valores.",
    "En la línea {linea}, en {campo} hay un error de Excel en lugar del dato. Escriba el dato y vuelva a enviar solo "
    "las líneas con error.",
    "Microsoft: valores de error de las fórmulas",
)
FORMULA_SIN_RESULTADO = Explicacion(
    "CEL-02",
    "error",
    "La fórmula no tiene resultado guardado",
    "{donde} contiene una fórmula sin resultado guardado: el programa que hizo el libro no la calculó.",
    "Abra el libro en Excel, guárdelo y envíelo otra vez, o escriba el dato en esa celda en lugar de la fórmula.",
    "En la línea {linea}, en {campo} hay una fórmula sin resultado. Abra el libro en Excel, guárdelo y envíelo otra "
    "vez.",
)
EXPLICACIONES = (ERROR_DE_EXCEL, FORMULA_SIN_RESULTADO)
#: code → a text that brings it
EJEMPLOS = {ERROR_DE_EXCEL.codigo: "#N/A", FORMULA_SIN_RESULTADO.codigo: SIN_RESULTADO}
#: the same, as polars looks for fields: the whole field, blanks around it aside
PATTERN = rf"^[ \t]*(?:{_ERROR.pattern}|{SIN_RESULTADO})[ \t]*$"


def fault(texto: str) -> str | None:
    """The code of what `texto` stands for, when no value was in the cell; None for any other text."""
    if not texto.startswith(("#", "Err:")):
        return None
    if texto == SIN_RESULTADO:
        return FORMULA_SIN_RESULTADO.codigo
    return ERROR_DE_EXCEL.codigo if _ERROR.fullmatch(texto) else None


def is_error(texto: str) -> bool:
    """Whether `texto` is the name of an error as spreadsheets write them."""
    return _ERROR.fullmatch(texto) is not None


def reference(columna: int, fila: int) -> str:
    """`B7` of column 2 and row 7, both from 1."""
    return f"{letters(columna)}{fila}"


def letters(column: int) -> str:
    """The letters of a column by its number, from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
