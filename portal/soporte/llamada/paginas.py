"""What an agent is told of the page that the caller looks at: by its endpoint, never by its address or title."""

from __future__ import annotations

#: endpoint → words; a page without words is "otra página del portal"
PAGINAS = {
    "accesos.lista": "Quién consultó sus datos",
    "anulaciones.pedir": "La anulación de un lote, antes de pedirla",
    "anulaciones.anulacion": "Una anulación",
    "ayuda.error": "Un error del diccionario",
    "ayuda.errores": "Los errores frecuentes",
    "ayuda_llamada.llamada": "Ayuda por teléfono",
    "calendario.ver": "El calendario",
    "cargas.nueva": "Enviar un archivo",
    "columnas.preguntar": "Las columnas del archivo",
    "datos.datos": "Los datos que ha usado",
    "descargas.comprobante": "El comprobante del lote",
    "formatos.formato": "El formato de una novedad",
    "formatos.formatos": "Los formatos",
    "historia.buscar": "La historia laboral",
    "historia.sucursal": "Una sucursal en la historia laboral",
    "historia.ver": "Un trabajador en la historia laboral",
    "login.empleadores": "Elegir el empleador",
    "lotes.lista": "Mis lotes",
    "lotes.lote": "El lote",
    "lotes.ver_lineas": "Las líneas del lote",
    "procesos.procesos": "Procesos, el menú",
    "publico.cargas_batch": "La entrada de Cargas Batch",
    "publico.inicio": "La página del trámite",
    "quejas.presentar": "Presentar una queja",
    "quejas.seguir": "Una queja suya",
    "transparencia.ver": "Transparencia",
}
OTRA = "Otra página del portal"


def words_of(endpoint: str | None) -> str:
    """The page in words; before the caller opened any, that."""
    return PAGINAS.get(endpoint, OTRA) if endpoint else "Todavía ninguna desde que pidió el código"
