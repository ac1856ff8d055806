"""The error dictionary on screen: all codes, and a page for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import publico
from portal.lotes.redacciones import entries
from portal.novedades import Novedad, todas
from portal.novedades.diccionario import Entrada
from portal.revision.diccionario import entradas
from portal.web import db, hoy

blueprint = Blueprint("ayuda", __name__)

RELATED = 4


@dataclass(frozen=True)
class Nivel:
    """How a level is shown: class of its mark, word, what it means, titles of the two examples."""

    clase: str
    palabra: str
    efecto: str
    mal: str
    bien: str


NIVELES = {
    "error": Nivel(
        "error",
        "Error",
        "La línea no se registra hasta que la corrija. Las demás líneas no se afectan.",
        "Así no se registra",
        "Así sí",
    ),
    "aviso": Nivel(
        "warning",
        "Aviso",
        "La línea se registra. El portal le avisa para que la revise.",
        "Así sale el aviso",
        "Así no sale",
    ),
    "nota": Nivel("doing", "Nota", "No es un error y no tiene que corregir nada.", "Así llega", "Así queda"),
    "archivo": Nivel(
        "error", "Archivo", "No se registra nada de este archivo hasta que lo corrija.", "Así no se recibe", "Así sí"
    ),
}


@blueprint.get("/ayuda/errores")
@publico
def errores() -> ResponseReturnValue:
    movimiento, asked = _movimiento(), " ".join(request.args.get("q", "")[:100].split())
    if looks_like_an_id(asked):  # it must not stay in an address, nor be shown on a page
        return redirect(_address(movimiento=movimiento, numero="1"), 303)
    if (codigo := asked.upper()) in entradas():
        return redirect(f"/ayuda/errores/{codigo}", 303)
    found = search(entries(db()).values(), asked, movimiento)
    return render_template(
        "ayuda/errores.html",
        grupos=[(grupo, list(several)) for grupo, several in groupby(found, lambda e: e.grupo)],
        total=len(found),
        q=asked,
        movimiento=movimiento,
        opciones=[("", "Todas"), *((nov.codigo, f"{nov.codigo} {nov.nombre}") for nov in todas().values())],
        numero="numero" in request.args,
    )


@blueprint.get("/ayuda/errores/<codigo>")
@publico
def error(codigo: str) -> ResponseReturnValue:
    entrada = entries(db()).get(codigo.upper())
    if entrada is None:
        abort(404)
    if codigo != entrada.codigo:
        return redirect(f"/ayuda/errores/{entrada.codigo}", 301)
    muestra, words = entrada.ejemplo(hoy()), entrada.explicacion
    formatos = [todas()[one] for one in entrada.novedades]
    return render_template(
        "ayuda/error.html",
        entrada=entrada,
        nivel=NIVELES[words.nivel],
        muestra=muestra,
        causa=words.decir(words.causa, **muestra.datos),
        arreglo=words.decir(words.arreglo, **muestra.datos),
        telefono=words.decir(words.telefono, **muestra.datos),
        formatos=formatos,
        todas=len(formatos) in (0, len(todas())),
        arriba=_above(formatos),
        parecidos=_related(entrada),
    )


def _above(formatos: list[Novedad]) -> list[tuple[str, str]]:
    """What a code's page lies below: the dictionary, and the list of its movement where it has only one."""
    only = formatos if len(formatos) == 1 else []
    of_one = [(nov.nombre, f"/ayuda/errores?movimiento={nov.codigo}") for nov in only]
    return [("Errores frecuentes", "/ayuda/errores"), *of_one]


def looks_like_an_id(text: str) -> bool:
    """Whether it holds what may be somebody's cédula or RUC, spaced or not, its leading zero gone or not."""
    return re.search(r"[0-9]{9}", re.sub(r"[ .\-]", "", text)) is not None


def search(among: Iterable[Entrada], asked: str, movimiento: str) -> list[Entrada]:
    """Entries that hold every word asked, of that movement (its own first) or of any file."""
    words = plain(asked).split()
    found = [
        entrada
        for entrada in among
        if (not movimiento or not entrada.novedades or movimiento in entrada.novedades)
        and all(word in _text(entrada) for word in words)
    ]
    return sorted(found, key=lambda e: e.novedades != (movimiento,)) if movimiento else found


def plain(text: str) -> str:
    """`Cédula` → `cedula`."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _text(entrada: Entrada) -> str:
    words = entrada.explicacion
    codigo = words.codigo
    return plain(f"{codigo} {codigo.replace('-', '')} {words.titulo} {words.causa} {words.arreglo}")


def _movimiento() -> str:
    wanted = request.args.get("movimiento", "").upper()
    return wanted if wanted in todas() else ""


def _address(**values: str) -> str:
    return "/ayuda/errores?" + urlencode({name: value for name, value in values.items() if value})


def _related(entrada: Entrada) -> list[Entrada]:
    """The codes that follow it in its family, round about."""
    family = entrada.codigo.split("-")[0]
    several = [e for e in entries(db()).values() if e.codigo.startswith(family + "-")]
    place = several.index(entrada)
    return (several[place + 1 :] + several[:place])[:RELATED]
