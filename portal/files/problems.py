"""What can be wrong with a whole file, in words for the person who sent it. One entry a code, one exception."""

from __future__ import annotations

from portal.files.explain import Explicacion

TIPOS = ".txt, .dat, .csv, .xlsx, .xlsm, .gz o .zip"


class FileProblem(Exception):
    """The file as a whole can't be read. `codigo` is in PROBLEMAS; `datos` fills the holes of its texts."""

    def __init__(self, codigo: str, **datos: str | int) -> None:
        super().__init__(codigo)
        self.codigo = codigo
        self.datos: dict[str, str | int] = datos
        #: other words than the dictionary's own, given by whoever shows it to a person
        self.palabras: Explicacion | None = None

    @property
    def explicacion(self) -> Explicacion:
        """The dictionary's entry for this problem."""
        return self.palabras or POR_CODIGO[self.codigo]

    def causa(self) -> str:
        """What happened and why, in Spanish, with the data of this file."""
        return self.explicacion.decir(self.explicacion.causa, **self.datos)

    def arreglo(self) -> str:
        """What the person can do, in Spanish."""
        return self.explicacion.decir(self.explicacion.arreglo, **self.datos)

    def telefono(self) -> str:
        """What an agent says of it on the phone, in Spanish."""
        return self.explicacion.decir(self.explicacion.telefono, **self.datos)


def _archivo(codigo: str, titulo: str, causa: str, arreglo: str, telefono: str) -> Explicacion:
    return Explicacion(codigo, "archivo", titulo, causa, arreglo, telefono)


PROBLEMAS: tuple[Explicacion, ...] = (
    _archivo(
        "ARC-01",
        "El archivo está vacío",
        "El archivo llegó sin ninguna línea con datos, así que no hay nada que registrar.",
        "Abra el archivo en su computador y revise que tenga líneas. Guárdelo y envíelo de nuevo.",
        "Su archivo llegó vacío. ¿Puede abrirlo y decirme si ve líneas con datos?",
    ),
    _archivo(
        "ARC-02",
        "No es un archivo de texto",
        "El archivo no contiene líneas de texto: parece {parece}.",
        "Guarde sus datos como texto (.txt o .csv) o como libro de Excel (.xlsx). Cambiar el nombre no basta: en su "
        "programa use «Guardar como» o «Exportar».",
        "Lo que usted envió parece {parece}. Necesitamos un archivo de texto o un libro de Excel.",
    ),
    _archivo(
        "ARC-03",
        "El tipo de archivo no se recibe",
        "El nombre termina en «{extension}» y el portal recibe archivos " + TIPOS + ".",
        "Guarde sus datos con uno de esos tipos y envíelos de nuevo.",
        "Ese tipo de archivo no se recibe. ¿Puede guardarlo como texto o como Excel?",
    ),
    _archivo(
        "ARC-04",
        "El archivo es demasiado grande",
        "El archivo pasa de {maximo} MB una vez descomprimido, que es el máximo.",
        "Divida el archivo en dos o más partes, por ejemplo una por sucursal. Si es un libro de Excel, guárdelo como "
        "texto: ocupa mucho menos.",
        "Su archivo pasa del tamaño máximo. Divídalo en partes y envíelas una por una; el orden no importa.",
    ),
    _archivo(
        "ARC-05",
        "El archivo tiene demasiadas líneas",
        "El archivo tiene {lineas} líneas y el máximo es {maximo}.",
        "Divida el archivo en partes de hasta {maximo} líneas y envíelas una por una.",
        "Su archivo tiene más líneas que el máximo. Divídalo en partes y envíelas una por una.",
    ),
    _archivo(
        "ARC-06",
        "El archivo es de otro movimiento",
        "Todas las líneas son de {otro} y usted eligió {elegido}. No se registró nada.",
        "Si quería enviar {otro}, ábralo como {otro}: no hace falta volver a subirlo. Si no, elija el archivo "
        "correcto.",
        "Usted eligió {elegido}, pero su archivo es de {otro}. ¿Lo quiere enviar como {otro}?",
    ),
    _archivo(
        "ARC-07",
        "El archivo comprimido no se puede abrir",
        "El archivo comprimido está {motivo}.",
        "Comprímalo de nuevo como .zip sin contraseña, o envíe el archivo sin comprimir.",
        "No se pudo abrir el archivo comprimido: está {motivo}. Envíelo sin comprimir.",
    ),
    _archivo(
        "ARC-08",
        "El comprimido no trae los archivos que debe",
        "Dentro del archivo comprimido hay {cuantos}. Debe haber de 1 a 50, y ninguno a su vez comprimido.",
        "Comprima de nuevo solo los archivos de la novedad, o envíelos sin comprimir. Puede elegir varios a la vez.",
        "Su archivo comprimido trae {cuantos}. Vuelva a comprimir solo los archivos de la novedad.",
    ),
    _archivo(
        "ARC-09",
        "El libro de Excel no se puede leer",
        "El libro de Excel está {motivo}.",
        "Ábralo en Excel, quítele la contraseña si la tiene y guárdelo como «Libro de Excel (.xlsx)». También puede "
        "guardarlo como «CSV» o «Texto».",
        "Su libro de Excel está {motivo}. Guárdelo de nuevo como .xlsx sin contraseña.",
    ),
    _archivo(
        "ARC-10",
        "El archivo solo tiene el encabezado",
        "El archivo trae los nombres de los campos y ninguna línea con datos.",
        "Llene al menos una línea debajo del encabezado y envíelo de nuevo.",
        "Su archivo trae solo los títulos de las columnas. ¿Envió la plantilla sin llenar?",
    ),
    _archivo(
        "ARC-11",
        "El texto está dañado",
        "El archivo está en UTF-16 («Unicode») y {motivo}, así que no se puede leer sin adivinar.",
        "Ábralo en su programa y guárdelo como «UTF-8» o «ANSI». Si viene de un sistema, pida que lo genere otra vez.",
        "El archivo se dañó al guardarse o al copiarse. Guárdelo de nuevo como UTF-8 o ANSI.",
    ),
    _archivo(
        "ARC-12",
        "Falta saber qué trae cada columna",
        "Las columnas del archivo no son las del formato, y no sabemos dónde está: {detalle}.",
        "Diga en la página del lote qué trae cada columna: no hace falta subir otra vez el archivo, y lo recordamos "
        "para el próximo. Si un dato no está en el archivo, agréguelo en una columna y envíelo otra vez.",
        "Sus columnas no son las del formato. En la página del lote puede escoger qué trae cada una.",
    ),
    _archivo(
        "ARC-13",
        "El archivo no está separado en líneas",
        "La línea {linea} mide más de {maximo} caracteres. Lo más probable es que falten los saltos de línea.",
        "Cada trabajador va en su propia línea. Genere el archivo otra vez con un salto de línea al final de cada una.",
        "Su archivo viene todo seguido, sin separar las líneas. ¿Lo puede generar de nuevo?",
    ),
    _archivo(
        "ARC-14",
        "La hoja de Excel ocupa demasiadas celdas",
        "Los datos de la hoja llegan hasta la celda {celda}, mucho más allá de las columnas del formato.",
        "Copie solo sus datos a un libro nuevo, o baje la plantilla y péguelos ahí.",
        "Su hoja de Excel tiene datos muy lejos del inicio. Copie solo sus datos a un libro nuevo.",
    ),
    _archivo(
        "ARC-15",
        "El libro de Excel trae mucho más que datos",
        "Por dentro, el libro tiene {que} en la parte «{parte}». Los datos de un mes no necesitan tanto.",
        "Copie solo sus datos a un libro nuevo y envíelo. También puede guardarlos como «CSV» o «Texto».",
        "Su libro de Excel trae por dentro mucho más que sus datos. Copie solo sus datos a un libro nuevo.",
    ),
    _archivo(
        "ARC-16",
        "Los archivos comprimidos de un envío son demasiado grandes",
        "Con este archivo, los comprimidos y los libros de Excel de este envío pasan juntos de {maximo} MB una vez "
        "descomprimidos, que es el máximo de un envío.",
        "Envíe este archivo por separado, en otro envío.",
        "Sus archivos son muchos para un solo envío. Envíe por separado el que no se recibió.",
    ),
    _archivo(
        "ARC-17",
        "El archivo no cabe en la memoria",
        "Para abrir este archivo hacen falta más de {maximo} MB de memoria, mucho más que para sus datos.",
        "Copie solo sus datos a un libro nuevo, o guárdelos como texto (.txt o .csv), y envíe ese archivo.",
        "Su archivo ocupa demasiado al abrirlo. Copie solo sus datos a un libro nuevo y envíe ese.",
    ),
)

POR_CODIGO = {problema.codigo: problema for problema in PROBLEMAS}
