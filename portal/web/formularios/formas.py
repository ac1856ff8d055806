"""Every form of the portal: what is said when it was refused, and what a person types into it.

A test holds this to the routes and to the pages. Secrets (keys, codes) are typed again and stored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.revision.columnas import MOST_COLUMNS


@dataclass(frozen=True)
class Forma:
    """`no_hecho`: that it was not done, after «Su sesión había terminado:»; `campos`: what is given back, of which
    `elegidos` were chosen from a list and say nothing by themselves."""

    no_hecho: str
    campos: tuple[str, ...] = ()
    elegidos: tuple[str, ...] = ()

    @property
    def textos(self) -> tuple[str, ...]:
        """What was written in one's own words or figures."""
        return tuple(name for name in self.campos if name not in self.elegidos)


COLUMNAS = tuple(f"columna-{n}" for n in range(1, MOST_COLUMNS + 1))
ATENCION = ("motivo", "codigo", "nota")
FORMAS = {
    "anulaciones.anular": Forma("la anulación no se pidió", ("alcance", "lineas", "motivo"), ("alcance",)),
    "atenciones.actuar": Forma("la atención quedó como estaba", ("nota",)),
    "atenciones.cierre": Forma("la llamada no se cerró", ATENCION, ("motivo",)),
    "atenciones.registrar": Forma("la llamada no se anotó", ("lote", *ATENCION), ("motivo",)),
    "ayuda_llamada.hacer": Forma("lo que pidió para la llamada no se hizo"),
    "cargas.enviar": Forma(
        "el archivo no se guardó y tiene que escogerlo otra vez",
        ("movimiento", "registrar_automaticamente"),
        ("movimiento", "registrar_automaticamente"),
    ),
    "columnas.responder": Forma(
        "el archivo no se revisó de nuevo", ("anio", "mes", "sucursal", *COLUMNAS), ("mes", "sucursal", *COLUMNAS)
    ),
    "datos.medir": Forma("la medición de sus datos no cambió"),
    "guiada.cortar": Forma("la llamada no se cortó"),
    "guiada.entrar": Forma("la llamada no se abrió"),
    "guiada.mirar": Forma("el otro lote no se abrió"),
    "guiada.senalar": Forma("la línea no se señaló"),
    "historia.encontrar": Forma("la búsqueda no se hizo", ("cedula",)),
    "login.elegir": Forma("no cambió de empleador"),
    "login.entrar": Forma("no ingresó"),
    "login.salir": Forma("no salió del portal"),
    "lotes.decision": Forma("la decisión no se tomó y el lote sigue como estaba"),
    "lotes.revisar_de_nuevo": Forma("el lote no se revisó de nuevo"),
    "quejas.enviar": Forma("la queja no se recibió", ("texto", "lote", "contacto")),
    "quejas_personal.estado": Forma("la consulta no se hizo", ("numero",)),
    "quejas_personal.responder": Forma("la respuesta no se guardó", ("respuesta",)),
    "segundo.probar": Forma("no ingresó"),
    "segundo.renovar": Forma("no se hicieron códigos nuevos"),
    "soporte.buscar": Forma("la búsqueda no se hizo", ("numero", "motivo"), ("motivo",)),
    "supervision.actuar": Forma("la cuenta quedó como estaba", ("porque",)),
    "supervision.buscar_cuenta": Forma("la búsqueda no se hizo", ("identificacion",)),
    "supervision.reencolar": Forma("no se reencoló nada", ("porque",)),
    "textos.cambiar": Forma("los textos no se guardaron", ("titulo", "causa", "arreglo", "telefono", "motivo")),
    "tus.como_formulario": Forma("el envío no se descartó"),
}
#: forms whose page is at no parent of their address
PAGINAS = {
    "atenciones.cierre": "/soporte/llamada",
    "atenciones.registrar": "/soporte/atenciones/nueva",
    "tus.como_formulario": "/cargas/nueva",
}
