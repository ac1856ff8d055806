"""The format of each movement, field by field; templates and samples to download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from flask import Blueprint, Response, abort, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from portal import catalogos
from portal.access import publico, signed_in
from portal.cuentas.empleadores import may_send
from portal.cuentas.usuario import EmpleadorActual
from portal.files.columns import Codigo
from portal.files.written.writer import Columna, template_xlsx, write_txt
from portal.lotes.entrada import muestras
from portal.lotes.redacciones import entries
from portal.novedades import Campo, Novedad, todas
from portal.novedades.comunes import Movimiento
from portal.novedades.diccionario import fields
from portal.novedades.ejemplos import good_line
from portal.novedades.muestra import sample_line
from portal.web import config, db, hoy
from portal.web.filters import miles

blueprint = Blueprint("formatos", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBERS = {7: "Siete", 8: "Ocho", 9: "Nueve", 10: "Diez", 11: "Once", 12: "Doce", 13: "Trece", 16: "Dieciséis"}


@dataclass(frozen=True)
class Tabla:
    """The codes of one field."""

    campo: Campo
    codigos: tuple[catalogos.Entrada, ...]

    @property
    def reconstruida(self) -> bool:
        return any(entrada.marca != "S" for entrada in self.codigos)


@dataclass(frozen=True)
class Propias:
    """What a signed-in empleador's downloads carry, in words."""

    activos: str
    recortada: bool


@blueprint.get("/formatos")
@publico
def formatos() -> ResponseReturnValue:
    return render_template("formatos/formatos.html", novedades=todas().values())


@blueprint.get("/formatos/<movimiento>")
@publico
def formato(movimiento: str) -> ResponseReturnValue:
    nov = _novedad(movimiento)
    if movimiento != nov.codigo:
        return redirect(f"/formatos/{nov.codigo}", 301)
    line, tablas = good_line(nov, hoy()), tables(nov)
    page = render_template(
        "formatos/formato.html",
        nov=nov,
        abre=nov.efecto == muestras.OPENS,
        campos=list(zip_longest(fields(nov), line, fillvalue="")),
        linea=[field for field in line if field],
        cuantos=NUMBERS.get(len(fields(nov)), len(fields(nov))),
        tablas=tablas,
        con_tabla={tabla.campo.nombre for tabla in tablas},
        reconstruidas=any(tabla.reconstruida for tabla in tablas),
        plazo=deadline(nov),
        frecuentes=[entries(db())[r.codigo] for r in nov.reglas if r.nivel == "error"],
        propias=_own(nov),
        filas=muestras.ROWS,
        lineas=muestras.LINES,
    )
    return _by_visit(make_response(page))


@blueprint.get("/formatos/<movimiento>.txt")
@publico
def plantilla_txt(movimiento: str) -> ResponseReturnValue:
    nov = _novedad(movimiento)
    contenido = write_txt(_rows(nov), [campo.nombre for campo in fields(nov)])
    return _download(contenido, f"{nov.codigo}-plantilla.txt", "text/plain")


@blueprint.get("/formatos/<movimiento>.xlsx")
@publico
def plantilla_xlsx(movimiento: str) -> ResponseReturnValue:
    nov = _novedad(movimiento)
    contenido = template_xlsx(nov.codigo, columns(nov, hoy()), _rows(nov), help_of(nov))
    return _download(contenido, f"{nov.codigo}-plantilla.xlsx", XLSX)


@blueprint.get("/formatos/<movimiento>/ejemplo.txt")
@publico
def ejemplo(movimiento: str) -> ResponseReturnValue:
    nov, who = _novedad(movimiento), _who_may(movimiento.upper())
    own = muestras.sample_lines(db(), who, nov, hoy()).lineas if who else []
    return _download(write_txt(own or [sample_line(nov, hoy())]), f"{nov.codigo}-ejemplo.txt", "text/plain")


def columns(nov: Novedad, dia: date) -> list[Columna]:
    """The columns of the workbook, with drop-downs of what is valid on `dia` where a field has a closed catalogue."""
    return [
        Columna(
            campo.nombre,
            campo.etiqueta,
            f"{campo.tipo.forma}. {campo.ayuda}".strip(),
            min(40, max(campo.tipo.ancho, len(campo.etiqueta)) + 2),
            offered(campo, dia),
        )
        for campo in fields(nov)
    ]


def offered(campo: Campo, dia: date) -> tuple[str, ...]:
    """The codes of a field to choose from on that day; none where it has no closed catalogue."""
    if not isinstance(campo.tipo, Codigo):
        return ()
    if not campo.tipo.catalogo:
        return tuple(campo.tipo.opciones)
    return catalogos.catalogo(campo.tipo.catalogo).ofrecidas(dia)


def help_of(nov: Novedad) -> Sequence[str]:
    """What stands above the fields on the workbook's second sheet."""
    lines = [nov.una_linea, "Las celdas son texto, para que Excel no quite los ceros iniciales."]
    return [*lines, f"Formato reconstruido. {nov.nota_formato}"] if nov.marca != "S" else lines


def tables(nov: Novedad) -> list[Tabla]:
    """The catalogues of its fields; of one that stands for the movement itself there is nothing to choose."""
    return [
        Tabla(campo, catalogos.catalogo(campo.tipo.catalogo).entradas)
        for campo in nov.campos
        if isinstance(campo.tipo, Codigo) and campo.tipo.catalogo and not isinstance(campo.tipo, Movimiento)
    ]


def deadline(nov: Novedad) -> str:
    """The time limit in a sentence or three."""
    settings = config()
    since = f"desde la {nov.campo(nov.fecha).etiqueta.lower()}" if nov.fecha else "desde el último día del período"
    days = (
        f"{settings.plazo_entrada_dias} días" if nov.plazo == "entrada" else f"{settings.plazo_habiles} días laborables"
    )
    late = "Pasado el plazo, el portal registra la línea y le avisa."
    if nov.solo_aviso_tarde:
        return f"{days} {since}. {late}"
    return f"{days} {since}. {late} Después de {settings.extemporanea_dias} días, el aviso se hace en una ventanilla."


def _novedad(movimiento: str) -> Novedad:
    nov = todas().get(movimiento.upper())
    if nov is None:
        abort(404)
    return nov


def _who_may(codigo: str) -> EmpleadorActual | None:
    """The empleador whose workers the download carries: of a visit that may send that movement."""
    who = signed_in()
    return who.empleador if who and who.empleador and may_send(who, codigo) else None


def _rows(nov: Novedad) -> list[list[str]]:
    who = _who_may(nov.codigo)
    return muestras.template_rows(db(), who, nov, hoy()).lineas if who else []


def _own(nov: Novedad) -> Propias | None:
    who = _who_may(nov.codigo)
    if who is None:
        return None
    active = muestras.active_workers(db(), who, muestras.ROWS + 1)
    return Propias(miles(min(active, muestras.ROWS)) if active else "", active > muestras.ROWS)


def _download(contenido: bytes, nombre: str, mimetype: str) -> Response:
    response = make_response(contenido)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{nombre}"'
    return _by_visit(response)


def _by_visit(response: Response) -> Response:
    """These addresses answer each visit with its own workers: no cache may give one visit's answer to another."""
    response.vary.add("Cookie")
    return response
