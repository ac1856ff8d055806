"""What the portal understood of a file, to be said to the person who sent it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

THIN = "\u202f"


@dataclass(frozen=True)
class Entendido:
    """How a file was read. Texts are Spanish; `lineas` counts the lines with data, without header and blank ones.

    `contenedor` is "", "gz" or "zip"; `fin_de_linea` "CRLF", "LF", "CR", "mezclado", "ninguno" or "" for a workbook;
    `hoja` is the sheet that was read, `columna` the number of its first column with data; `devuelto` says that the
    file carries the marker of an error file, `devuelto_de` the lote it says it came from.
    """

    contenedor: str
    codificacion: str
    separador: str
    encabezado: bool
    devuelto: bool
    fin_de_linea: str
    lineas: int
    hoja: str = ""
    notas: tuple[str, ...] = ()
    devuelto_de: str = ""
    columna: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "notas": list(self.notas), "frase": self.frase()}

    def frase(self) -> str:
        """ "Windows-1252, separador punto y coma, 1 200 líneas", with a narrow space in the figure."""
        parts = [self.codificacion]
        parts += [f"hoja «{self.hoja}»"] if self.hoja else [f"separador {self.separador}"]
        parts += ["con encabezado"] if self.encabezado else []
        return ", ".join([*parts, count(self.lineas, "línea", "líneas")])


def count(number: int, one: str, many: str) -> str:
    """ "1 línea", "1 200 líneas"."""
    return f"{number:,}".replace(",", THIN) + f" {one if number == 1 else many}"
