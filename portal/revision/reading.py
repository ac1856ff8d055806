"""Lines → fields → typed columns. Canonical text by column expressions, odd text once per distinct spelling."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from portal.files.books import cells
from portal.files.columns import Cedula, Contexto
from portal.files.explain import Explicacion
from portal.novedades import Campo, Novedad, comunes, todas
from portal.revision.plan import plan
from portal.revision.tramo import ESQUEMA, VALOR_MAXIMO, Dicho, Tramo, worked_out

C = pl.col
CAMPOS = Explicacion(
    "LIN-01",
    "error",
    "La línea no tiene los campos que debe",
    "La línea tiene {tiene} campos y en este formato deben ser {deben}.",
    "Compare la línea con la página del formato: falta o sobra un separador. Los demás campos no se revisaron.",
    "La línea {linea} no tiene la cantidad de campos que debe. Falta o sobra un punto y coma.",
)
CAUSA_DE_MAS = Explicacion(
    "LIN-02",
    "error",
    "La línea lleva una causa que este formato no tiene",
    "La línea tiene {tiene} campos y deben ser {deben}: después del último sobra una causa, que va en otra novedad.",
    "Quite la causa y el separador que está antes de ella. Si la línea es de extras, va en un archivo de INS.",
    "En la línea {linea}, sobra la causa del final. Quítela con su punto y coma.",
)
#: the positions of the first six fields, the same in every movement
_PLACES = {campo.nombre: place for place, campo in enumerate(comunes.cabecera(""))}
_SOBRA = "_sobra"  # all that stands after the last field
#: what may stand in a field that is empty; the last ones show nothing
_BLANKS = " \t\xa0\u2007\u202f\u3000\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
#: below this many odd texts, plain Python is faster than another pass over the column
FEW = 1_000


def read_lines(lineas: pl.DataFrame, nov: Novedad, ctx: Contexto, separador: str) -> Tramo:
    """`lineas` (linea UInt32, texto String) split and typed; what cannot be read becomes problems."""
    campos = plan(nov).campos
    textos, whole = _split(lineas, nov, separador)
    fast = [campo.tipo.fast(C(campo.nombre), ctx).alias(campo.nombre) for campo in campos]
    tramo = Tramo(nov, ctx, textos, worked_out(textos, [C("linea"), *fast]))
    if textos.height < lineas.height:
        broken = lineas.filter(~whole)
        tramo.rotas = _badly_split(broken, nov, ctx, separador)
        tramo.rotas_celdas = _faults_in_cells(broken, separador)
    if tramo.datos["movimiento"].null_count():
        _set_strays_aside(tramo)
    for campo, where in _odd(tramo):
        _read_odd(tramo, campo, where)
    return tramo


def _split(lineas: pl.DataFrame, nov: Novedad, separador: str) -> tuple[pl.DataFrame, pl.Series]:
    """Fields as text of the lines with the right number of them (empty ones after the last are ignored), and which
    lines these are."""
    nombres = plan(nov).nombres
    parts = C("texto").str.splitn(separador, len(nombres) + 1).struct.rename_fields([*nombres, _SOBRA])
    textos = lineas.select("linea", parts.alias("parts")).unnest("parts")
    last, extra = C(nombres[-1 - nov.opcionales]), C(_SOBRA)
    whole = textos.select(
        last.is_not_null() & (extra.is_null() | (extra.str.strip_chars(separador + _BLANKS) == ""))
    ).to_series()
    textos = textos.drop(_SOBRA) if whole.all() else textos.drop(_SOBRA).filter(whole)
    left_out = [C(n).fill_null("") for n in nombres[len(nombres) - nov.opcionales :]]
    return textos.with_columns(left_out) if left_out else textos, whole


def _badly_split(lineas: pl.DataFrame, nov: Novedad, ctx: Contexto, separador: str) -> pl.DataFrame:
    """What is said of lines that have not the fields they must have: of one of another movement, that it is."""
    parts = C("texto").str.split(separador)
    movimiento, cedula = (parts.list.get(_PLACES[name], null_on_oob=True) for name in ("movimiento", "cedula"))
    lineas = lineas.with_columns(movimiento=movimiento, cedula=Cedula().fast(cedula, ctx))
    stray = _of_another(nov)
    return pl.concat([_strays(lineas.filter(stray)), _miscounted(lineas.filter(~stray), nov, separador)])


def _set_strays_aside(tramo: Tramo) -> None:
    """A whole line of another movement: no other problem is reported, because its fields are not those of this one."""
    stray = tramo.textos.select(_of_another(tramo.nov)).to_series()
    if stray.any():
        found = tramo.textos.filter(stray).with_columns(cedula=tramo.datos["cedula"].filter(stray))
        tramo.rotas = pl.concat([tramo.rotas, _strays(found)])
        tramo.textos, tramo.datos = tramo.textos.filter(~stray), tramo.datos.filter(~stray)


def _of_another(nov: Novedad) -> pl.Expr:
    """Whether the text in `movimiento` is another movement's code."""
    code = C("movimiento").str.strip_chars(" \t\xa0").str.to_uppercase()
    return code.is_in([codigo for codigo in todas() if codigo != nov.codigo]).fill_null(False)


def _strays(lineas: pl.DataFrame) -> pl.DataFrame:
    return _whole_lines(lineas, "movimiento", pl.lit(comunes.MOVIMIENTO.codigo), C("movimiento"), pl.lit(None))


def _miscounted(lineas: pl.DataFrame, nov: Novedad, separador: str) -> pl.DataFrame:
    shown = C("texto").str.replace_all("\x1f", ";", literal=True)
    total, filled = _fields(C("texto"), separador), _fields(_until_last_filled(separador), separador)
    counted = pl.when(total > len(plan(nov).campos)).then(filled).otherwise(total)
    plain, extra = pl.lit(CAMPOS.codigo), pl.lit(CAUSA_DE_MAS.codigo)
    code = pl.when(_one_code_too_many(nov, separador)).then(extra).otherwise(plain)
    return _whole_lines(lineas, "linea", code, shown, counted)


def _whole_lines(lineas: pl.DataFrame, campo: str, codigo: pl.Expr, valor: pl.Expr, otra: pl.Expr) -> pl.DataFrame:
    """One problem of each line, of which nothing else is said."""
    said = {
        "linea": C("linea"),
        "campo": pl.lit(campo),
        "codigo": codigo,
        "nivel": pl.lit(CAMPOS.nivel),
        "valor": valor.str.slice(0, VALOR_MAXIMO),
        "otra": otra,
        "cedula": C("cedula"),
        "historica": pl.lit(False),
    }
    return lineas.select(said[name].cast(dtype).alias(name) for name, dtype in ESQUEMA.items())


def _fields(texto: pl.Expr, separador: str) -> pl.Expr:
    return texto.str.count_matches(separador, literal=True).cast(pl.Int64) + 1


def _until_last_filled(separador: str) -> pl.Expr:
    """The line without trailing empty fields."""
    return C("texto").str.strip_chars_end(separador + _BLANKS)


def _faults_in_cells(lineas: pl.DataFrame, separador: str) -> pl.DataFrame:
    """The cells of lines that could not be split in which a spreadsheet left something else than a value; `otra` is
    the place of the cell in its line, from 1."""
    found = []
    for linea, texto in lineas.filter(C("texto").str.contains("#|Err:")).select("linea", "texto").iter_rows():
        for place, field in enumerate(texto.split(separador), 1):
            if codigo := cells.fault(field.strip(_BLANKS)):
                found.append((linea, "linea", codigo, "error", field.strip(_BLANKS), place, None, False))
    return pl.DataFrame(found, ESQUEMA, orient="row")


def _one_code_too_many(nov: Novedad, separador: str) -> pl.Expr:
    """Whether a line is whole, and after its last field stands a code that is no field of this movement."""
    parts = _until_last_filled(separador).str.split(separador)
    last = parts.list.last().str.strip_chars(" \t").str.to_uppercase()
    return (parts.list.len() == len(plan(nov).campos) + 1) & last.is_in(list(nov.sobra))


def _odd(tramo: Tramo) -> Iterator[tuple[Campo, np.ndarray]]:
    """The fields with texts that the fast path did not recognise, and the positions of those texts."""
    campos = [campo for campo in plan(tramo.nov).campos if tramo.datos[campo.nombre].null_count()]
    unknown = tramo.datos.select(C(campo.nombre).is_null() for campo in campos)
    for campo in campos:
        odd = unknown[campo.nombre].to_numpy()
        if campo.tipo.vacio is not None:
            odd = odd & (tramo.textos[campo.nombre] != campo.tipo.vacio).to_numpy()
        where = np.flatnonzero(odd)
        if len(where):
            yield campo, where


def _read_odd(tramo: Tramo, campo: Campo, where: np.ndarray) -> None:
    if len(where) > FEW:
        where = _repair_columns(tramo, campo, where)
    if len(where):
        _read_one_by_one(tramo, campo, where)


def _put(tramo: Tramo, nombre: str, where: np.ndarray, values: pl.Series) -> None:
    tramo.datos.replace_column(tramo.datos.get_column_index(nombre), tramo.datos[nombre].scatter(where, values))


def _repair_columns(tramo: Tramo, campo: Campo, where: np.ndarray) -> np.ndarray:
    """Repairs common odd spellings on the whole column. Returns the lines that are still odd."""
    for nota, arreglo in campo.tipo.arreglos:
        texts = pl.DataFrame({"t": tramo.textos[campo.nombre][where]})
        values = texts.select(campo.tipo.fast(arreglo(C("t")), tramo.ctx).alias("v"))["v"]
        tramo.notas[campo.nombre, nota] += len(values) - values.null_count()
        _put(tramo, campo.nombre, where, values)
        where = where[values.is_null().to_numpy()]
    return where


def _read_one_by_one(tramo: Tramo, campo: Campo, where: np.ndarray) -> None:
    """Reads each distinct text once, in plain Python. `which` gives the text of each line."""
    number: dict[str, int] = {}
    which = np.array([number.setdefault(text, len(number)) for text in tramo.textos[campo.nombre][where].to_list()])
    read = campo.tipo.read_many(list(number), tramo.ctx)
    _put(tramo, campo.nombre, where, pl.Series([leido.valor for leido in read], dtype=campo.tipo.dtype)[which])
    for leido, lines in zip(read, np.bincount(which).tolist(), strict=True):
        for nota in () if leido.codigo else leido.notas:
            tramo.notas[campo.nombre, nota] += lines
    _unreadable(tramo, campo.nombre, where, np.array([leido.codigo or "" for leido in read])[which])
    _doubtful(tramo, campo.nombre, where, np.array([leido.aviso or "" for leido in read])[which])


def _unreadable(tramo: Tramo, nombre: str, where: np.ndarray, codes: np.ndarray) -> None:
    """`codes`: of each line in `where` the code of what is wrong with its text, or none."""
    wrong = where[codes != ""]
    if len(wrong):
        tramo.ilegibles[nombre] = mask = np.zeros(tramo.datos.height, bool)
        mask[wrong] = True
    for codigo in np.unique(codes[codes != ""]).tolist():
        tramo.dichos.append(Dicho(where[codes == codigo], nombre, codigo, "error"))


def _doubtful(tramo: Tramo, nombre: str, where: np.ndarray, codes: np.ndarray) -> None:
    """`codes`: of each line in `where` the code of what is doubtful about a text that could be read, or none."""
    for codigo in np.unique(codes[codes != ""]).tolist():
        tramo.dichos.append(Dicho(where[codes == codigo], nombre, codigo, "aviso"))
