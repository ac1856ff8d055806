"""The check of a file without a database: the same rules, but for what only the labour history knows.

Made for payroll programs and their tests: `flask --app wsgi revisar ARCHIVO --movimiento INS --ruc 1799000004001`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl

from portal.files.columns import Contexto
from portal.files.columns.base import REPARACIONES
from portal.files.columns.ids import PROVINCIAS
from portal.files.packed.bundles import unbundle
from portal.files.packed.containers import HEAD, door_check
from portal.files.problems import FileProblem
from portal.files.reader import Lectura, Limites, Tabla, open_table
from portal.novedades import Novedad
from portal.novedades.diccionario import about_field, field_name, where
from portal.revision.columnas import known_of_all
from portal.revision.diccionario import entradas
from portal.revision.file import Cierre, Revision
from portal.revision.movement import refuse_foreign
from portal.revision.plan import formato, plan
from portal.revision.totals import TotalDistinto
from portal.revision.tramo import ESQUEMA

CHUNK = 65_536
NOTHING_KNOWN = Lectura()
UNREADABLE = 2


@dataclass(frozen=True)
class Hallazgo:
    """One problem of one line, in words; in a workbook with the `celda` (B7)."""

    linea: int
    campo: str
    codigo: str
    nivel: str
    valor: str
    titulo: str
    causa: str
    arreglo: str
    celda: str = ""


@dataclass(frozen=True)
class Informe:
    """What is said of a file. `notas`: what was seen while reading it ("1 fila oculta…"). `falla`: the whole file
    cannot be used; then there are no lines. `dudas`: words that may be read in two ways (`linea`, `leida`, `otra`).
    `apartadas`: rows that are no lines (`fila`, `texto`, `por`); `columnas`: where they are not those of the format,
    field → `columna` (number), `titulo`, `como` it was found, or its `valor`; `hoja`: the sheet that was read."""

    movimiento: str
    entendido: str
    leidas: int
    correctas: int
    con_error: int
    repetidas: int
    problemas: list[Hallazgo]
    reparaciones: list[dict[str, Any]]
    falla: dict[str, str] | None = None
    notas: list[str] = field(default_factory=list)
    dudas: list[dict[str, Any]] = field(default_factory=list)
    apartadas: list[dict[str, Any]] = field(default_factory=list)
    columnas: dict[str, dict[str, Any]] = field(default_factory=dict)
    hoja: str = ""

    @property
    def salida(self) -> int:
        """The exit status: 0 no errors, 1 some line has one, 2 the file cannot be used."""
        if self.falla:
            return UNREADABLE
        return 1 if self.con_error else 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def like_foreigners(codigos: Sequence[int]) -> list[int]:
    """Codes that cannot be cédulas: without the institute's register nobody can say that they are not foreigners'."""
    return [codigo for codigo in codigos if codigo // 10**8 not in PROVINCIAS]


def check_files(
    contenido: bytes, nombre: str, nov: Novedad, ctx: Contexto, limites: Limites, lectura: Lectura = NOTHING_KNOWN
) -> list[tuple[str, Informe]]:
    """The reports on what was sent under a name, by the name of each file: a .zip holds several, which become a lote
    each when they are sent. `lectura`: as the options say. Never raises for what they hold."""
    try:
        files = unbundle(nombre, contenido, limites.max_bytes)
    except FileProblem as problem:
        return [(nombre, _refused(nov, problem))]
    return [(name, check_file(inside, name, nov, ctx, limites, lectura)) for name, inside in files]


def check_file(
    contenido: bytes, nombre: str, nov: Novedad, ctx: Contexto, limites: Limites, lectura: Lectura = NOTHING_KNOWN
) -> Informe:
    """The report on a file; never raises for what the file holds."""
    try:
        door_check(nombre, contenido[:HEAD], len(contenido))
        tabla = open_table(contenido, nombre, formato(nov), limites, lectura=_with_what_is_known(nov, ctx, lectura))
        refuse_foreign(tabla, nov)
    except FileProblem as problem:
        return _refused(nov, problem)
    return _check(tabla, nov, ctx)


def _with_what_is_known(nov: Novedad, ctx: Contexto, lectura: Lectura) -> Lectura:
    known = known_of_all(nov, ctx.ruc, sorted(ctx.sucursales or ()))
    return replace(lectura, dados={**known, **lectura.dados})


def _refused(nov: Novedad, problem: FileProblem) -> Informe:
    falla = {"codigo": problem.codigo, "causa": problem.causa(), "arreglo": problem.arreglo()}
    return Informe(nov.codigo, "", 0, 0, 0, 0, [], [], falla)


def _check(tabla: Tabla, nov: Novedad, ctx: Contexto) -> Informe:
    ctx = replace(ctx, de_hoja=bool(tabla.entendido.hoja))
    revision = Revision(nov, ctx, None, tabla.separador, tabla.dudosas)
    found = list(revision.check(tabla.chunks(CHUNK)))
    cierre = revision.close()
    total = revision.total_told(tabla.entendido.apartadas)
    problemas = _kept(found, cierre)
    entendido = tabla.entendido.as_dict()
    hallazgos = [_in_words(nov, row, entendido) for row in problemas.iter_rows(named=True)]
    return Informe(
        nov.codigo,
        tabla.entendido.frase(),
        cierre.leidas,
        cierre.correctas,
        cierre.con_error,
        cierre.repetidas,
        hallazgos,
        _repairs(nov, revision.notas),
        notas=[*tabla.entendido.notas, *([_of_total(total)] if total else [])],
        dudas=[asdict(duda) for duda in tabla.entendido.dudas],
        apartadas=entendido["apartadas"],
        columnas=entendido["columnas"],
        hoja=tabla.entendido.hoja,
    )


def _of_total(total: TotalDistinto) -> str:
    said, summed = (f"{cents // 100}.{cents % 100:02d}" for cents in (total.dice, total.suman))
    return f"El total de la fila {total.fila} dice {said} y las líneas suman {summed}: revise si falta o sobra alguna."


def _kept(found: list[pl.DataFrame], cierre: Cierre) -> pl.DataFrame:
    """All problems, by line; of repeated lines nothing about time limits."""
    every = pl.concat([*found, pl.DataFrame(schema=ESQUEMA)])
    withdrawn = pl.col("historica") & pl.col("linea").is_in(cierre.sin_historia.implode())
    return pl.concat([every.filter(~withdrawn), cierre.al_cierre]).sort("linea", maintain_order=True)


def _in_words(nov: Novedad, row: dict[str, Any], entendido: Mapping[str, Any]) -> Hallazgo:
    what = entradas()[row["codigo"]].explicacion
    own = next((c for c in plan(nov).campos if c.nombre == row["campo"]), None)
    datos = {
        "linea": row["linea"],
        "campo": field_name(own) if own else "toda la línea",
        "valor": row["valor"],
        "otra": row["otra"],
        "tiene": row["otra"],
        "donde": where(plan(nov).campos, row["campo"], row["linea"], row["otra"], entendido),
        **about_field(nov, own, row["valor"] or ""),
    }
    causa, arreglo = what.decir(what.causa, **datos), what.decir(what.arreglo, **datos)
    return Hallazgo(
        row["linea"],
        row["campo"],
        row["codigo"],
        row["nivel"],
        row["valor"] or "",
        what.titulo,
        causa,
        arreglo,
        str(datos["donde"]) if entendido.get("hoja") and own else "",
    )


def _repairs(nov: Novedad, notas: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"campo": campo, "codigo": codigo, "que": REPARACIONES[codigo], "lineas": n}
        for (campo, codigo), n in sorted(notas.items())
        if n
    ]
