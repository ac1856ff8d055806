"""The steps for a file that was refused whole, by the code of its fault, and those of sending again."""

from __future__ import annotations

from collections.abc import Mapping

from portal.novedades import Novedad, todas

Steps = tuple[str, ...]

_TEXT = "En su programa, guarde los datos con «Guardar como»: como texto (.txt o .csv) o como libro de Excel (.xlsx)."
_SPLIT = "Divida el archivo en dos o más partes, por ejemplo una por sucursal. El orden no importa."
_PLAIN = "Envíe el archivo sin comprimir. Si son varios, puede elegirlos todos a la vez."
_TEMPLATE = "Junto a «Archivo», escoja «{formato}», y en esa página «Bajar plantilla de Excel»."
_PASTE = "Copie en la plantilla solo sus datos, cada uno en su columna, y guárdela."
#: code → what is done with the file before it is sent again
_MEND: Mapping[str, Steps] = {
    "ARC-01": ("Abra el archivo en su computador y revise que tenga líneas con datos.", "Guárdelo y ciérrelo."),
    "ARC-02": (_TEXT, "Cambiar solo el nombre no basta."),
    "ARC-03": (_TEXT,),
    "ARC-04": (_SPLIT,),
    "ARC-05": (_SPLIT,),
    "ARC-06": ("Busque en su computador el archivo de la novedad que eligió.",),
    "ARC-07": (_PLAIN,),
    "ARC-08": (_PLAIN,),
    "ARC-09": ("Abra el libro en Excel y quítele la contraseña, si la tiene.", "Guárdelo como libro de Excel (.xlsx)."),
    "ARC-10": ("Llene al menos una línea debajo del encabezado y guarde el archivo.",),
    "ARC-11": ("Abra el archivo en su programa y guárdelo como UTF-8 o como ANSI.",),
    "ARC-16": ("Deje ese archivo solo, en un envío aparte.",),
    "ARC-13": ("Genere el archivo otra vez, con un trabajador en cada línea.",),
}
_COLUMNS = "ARC-12"
_INTO_TEMPLATE = ("ARC-14", "ARC-15", "ARC-17")
_SEND = "Escoja ese archivo y luego «Enviar y revisar»."


def of_file(codigo: str, nov: Novedad | None, datos: Mapping[str, str | int]) -> Steps:
    """For a refused file. `nov`: the movement it was sent as; None when nothing is known of the lote."""
    other = str(datos.get("otro", ""))
    if codigo == "ARC-06" and nov and other in todas():
        button = f"Abrirlo como {todas()[other].nombre.lower()} ({other})"
        yes = f"Si quería enviar {other}: en la página del lote escoja «{button}». No hace falta subirlo otra vez."
        return (yes, f"Si no: escoja «Procesos», «Enviar un archivo», y el archivo de {nov.codigo}.")
    if codigo == _COLUMNS:
        return (
            "Abra la página del lote y escoja «Decir qué trae cada columna»." if nov else "Abra la página del lote.",
            "Escoja qué trae cada columna, y el año y el mes si el archivo no los trae.",
            "Escoja el botón de esa página, y espere el resultado. No hace falta subir otra vez el archivo.",
        )
    if codigo in _INTO_TEMPLATE:
        formato = f"Ver el formato {nov.codigo}" if nov else "Ver el formato"
        return (*_to_the_form(nov), _TEMPLATE.format(formato=formato), _PASTE, *send_again(nov, ""))
    return (*_MEND[codigo], *send_again(nov, "Enviar el archivo corregido"))


def _to_the_form(nov: Novedad | None) -> Steps:
    if nov is None:
        return ("Ingrese y escoja «Enviar un archivo».",)
    return ("En la página del lote, escoja «Enviar el archivo corregido».",)


def send_again(nov: Novedad | None, button: str) -> Steps:
    """From the page of the lote, by its own button; from the menu when there is none, or no lote."""
    if nov is None or not button:
        return ("Vuelva a «Procesos», escoja «Enviar un archivo» y la novedad.", _SEND)
    return (f"En la página del lote, escoja «{button}».", _SEND)


def choose_and_send(nov: Novedad) -> Steps:
    """From the menu: pages of a lote that has lines to register hold no button for sending."""
    return (
        "Arriba en la página, escoja «Procesos» y ahí «Enviar un archivo».",
        f"Escoja la novedad {nov.codigo}, el archivo que guardó, y luego «Enviar y revisar».",
    )
