"""The error dictionary, of what the novedades hold: field types and rules. Collected, never listed.

What the engine says of a line stands in `revision.diccionario`, which also gives the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.files import separators
from portal.files.books import cells
from portal.files.columns import Codigo, Fecha, Tipo
from portal.files.columns.base import CIENTIFICA, CORTADO, VACIO
from portal.files.columns.spelled_days import readings_told
from portal.files.explain import Explicacion
from portal.novedades import Campo, Cruce, Dia, Novedad, Regla, Tope, todas
from portal.novedades.comunes import cabecera, reglas_comunes
from portal.novedades.ejemplos import failing_line, good_line

#: the line number that examples speak of
LINEA = 47
NUMERO = "2026-000119-2"  # an example of a lote's number, in the texts that name one
OTRA_CEDULA = "2460000017"
#: what has to be known of the worker for an example to be understood; {hoy} is the business date, AAAAMMDD
SITUACIONES = {
    "ninguna": "En este ejemplo el trabajador no consta con entrada en la sucursal.",
    "abierta": "En este ejemplo el trabajador consta con entrada y sin salida en la sucursal.",
    "abierta_hoy": "En este ejemplo el ingreso registrado es {hoy}.",
    "abierta_en_2012": "En este ejemplo el trabajador consta en la sucursal desde 2012.",
    "cerrada_ayer": "En este ejemplo la relación registrada terminó el día anterior a {hoy}.",
    "con_novedad_hoy": "En este ejemplo el trabajador tiene una novedad registrada con fecha {hoy}.",
    "con_novedad_este_mes": "En este ejemplo el trabajador tiene novedades registradas en el mes de {hoy}.",
}


@dataclass(frozen=True)
class Linea:
    """A line of an example. `marcado`: its wrong field, from 0."""

    campos: tuple[str, ...]
    marcado: int | None = None


@dataclass(frozen=True)
class Muestra:
    """What is wrong and what is right. `datos` fill the holes of the explanation's texts."""

    mal: tuple[Linea, ...]
    bien: tuple[Linea, ...]
    datos: Mapping[str, str | int]
    situacion: str = ""


@dataclass(frozen=True)
class Entrada:
    """One code: its words, the movements it belongs to (none: any file), and its example on a business date."""

    explicacion: Explicacion
    novedades: tuple[str, ...]
    grupo: str
    ejemplo: Callable[[date], Muestra]

    @property
    def codigo(self) -> str:
        return self.explicacion.codigo

    def decir(self, plantilla: str, hoy: date) -> str:
        """A text of the explanation, its holes filled with the example's data."""
        return self.explicacion.decir(plantilla, **self.ejemplo(hoy).datos)


def field_name(campo: Campo) -> str:
    """A field as it stands within a sentence: `RUC anterior`, `fecha de salida`."""
    return campo.etiqueta if campo.etiqueta.split()[0].isupper() else campo.etiqueta[:1].lower() + campo.etiqueta[1:]


def where(campos: Sequence[Campo], nombre: str, linea: int, place: int | None, entendido: Mapping[str, Any]) -> str:
    """Where a field stands in the file as sent: `B7` in a workbook, else its name. `place`, from 1, is that of a cell
    when the problem is of the whole line (`nombre` is no field); `entendido` as `Entendido.as_dict` gives it."""
    number, campo = next(((n, c) for n, c in enumerate(campos, 1) if c.nombre == nombre), (place or 1, None))
    if column := entendido.get("columnas", {}).get(nombre, {}).get("columna"):
        return cells.reference(column, linea) if entendido.get("hoja") else f"La columna {column}"
    if not entendido.get("hoja") or entendido.get("columnas"):
        return f"El campo «{field_name(campo)}»" if campo else f"El campo {number}"
    # a sheet whose lines came in one cell each is split like a text
    beyond = number - 1 if entendido.get("separador") == separators.SHEET_NAME else 0
    return cells.reference(entendido.get("columna", 1) + beyond, linea)


def codes_of(campo: Campo) -> str:
    """The codes that may be written in a field, for its explanations: `T, V, B`; none where they are no catalogue."""
    return ", ".join(campo.tipo.opciones) if isinstance(campo.tipo, Codigo) else ""


def movement_name(codigo: str) -> str:
    """A movement within a sentence: `SAL, aviso de salida`."""
    nov = todas().get(codigo.strip(" \t\xa0").upper())
    return f"{nov.codigo}, {nov.nombre[:1].lower()}{nov.nombre[1:]}" if nov else "un código que no existe"


def about_field(nov: Novedad, campo: Campo | None, valor: str) -> dict[str, str | int]:
    """What explanations may say of a field beside its name and value: its codes, the movement that it names."""
    return {
        "codigos": codes_of(campo) if campo else "",
        "consultar": campo.tipo.consultar if campo and isinstance(campo.tipo, Codigo) else "",
        "lecturas": readings_told(valor) if campo and isinstance(campo.tipo, Fecha) else "",
        "otro": movement_name(valor),
        "elegido": movement_name(nov.codigo),
        "deben": len(fields(nov)),
    }


def fields(nov: Novedad) -> tuple[Campo, ...]:
    """All fields of a line of that movement."""
    return cabecera(nov.codigo) + nov.campos


def of_novedades() -> dict[str, Entrada]:
    """Every code of a field type or of a rule."""
    return merged((*_of_fields(), *_of_rules()))


def merged(entradas: Iterable[Entrada]) -> dict[str, Entrada]:
    """By code, each with all its movements. Raises ValueError where a code has two different explanations."""
    found: dict[str, Entrada] = {}
    for entrada in entradas:
        first = found.setdefault(entrada.codigo, entrada)
        if first.explicacion != entrada.explicacion:
            raise ValueError(f"{entrada.codigo} is explained twice, with different words")
        novedades = tuple(dict.fromkeys(first.novedades + entrada.novedades))
        found[entrada.codigo] = replace(first, novedades=novedades)
    return found


# --- field types -----------------------------------------------------------------------------------------------
def _of_fields() -> Iterator[Entrada]:
    for nov in todas().values():
        for place, campo in enumerate(fields(nov)):
            for problema in campo.tipo.problemas:
                text = campo.tipo.ejemplos.get(problema.codigo, "")
                yield _field_entry(problema, nov, place, text)
    for nov in todas().values():
        required = [place for place, campo in enumerate(fields(nov)) if campo.tipo.vacio is None]
        yield _field_entry(VACIO, nov, required[-1], "")
        yield _field_entry(CIENTIFICA, nov, [campo.nombre for campo in fields(nov)].index("cedula"), CORTADO)
        for problema in cells.EXPLICACIONES:
            yield _field_entry(problema, nov, required[-1], cells.EJEMPLOS[problema.codigo])


def _field_entry(problema: Explicacion, nov: Novedad, place: int, text: str) -> Entrada:
    def ejemplo(hoy: date) -> Muestra:
        campo, sent = fields(nov)[place], failing_text(text, hoy)
        good = good_line(nov, hoy)
        return Muestra(
            (Linea((*good[:place], sent, *good[place + 1 :]), place),),
            (Linea(tuple(good)),),
            {
                "linea": LINEA,
                "campo": field_name(campo),
                "valor": sent,
                "donde": cells.reference(place + 1, LINEA),
                **about_field(nov, campo, sent),
            },
        )

    return Entrada(problema, (nov.codigo,), "Los datos de cada campo", ejemplo)


def failing_text(text: str, hoy: date) -> str:
    """An example of `Tipo.ejemplos` on a business date."""
    return text.replace("{anio}", f"{hoy.year:04d}").replace("{mes}", f"{hoy.month:02d}")


def example_of(tipo: Tipo, codigo: str, hoy: date) -> str:
    """A text that brings that code when `tipo` reads it."""
    return failing_text(tipo.ejemplos[codigo], hoy)


# --- rules -----------------------------------------------------------------------------------------------------
def _of_rules() -> Iterator[Entrada]:
    for nov in todas().values():
        for regla in reglas_comunes(nov):
            yield _rule_entry(regla, nov, "Período, identidad y plazo")
    for nov in todas().values():
        for regla in nov.reglas:
            yield _rule_entry(regla, nov, f"{nov.nombre} ({nov.codigo})")
        if nov.tope is not None:
            yield _ceiling_entry(nov.tope, nov)
        if nov.cruce is not None:
            yield from _crossing_entries(nov.cruce, nov)


def _ceiling_entry(tope: Tope, nov: Novedad) -> Entrada:
    """Two lines of one worker that are too much together."""
    place = [campo.nombre for campo in fields(nov)].index(tope.campo)

    def ejemplo(hoy: date) -> Muestra:
        most, rest = f"{tope.maximo - 5}", "10"
        good = good_line(nov, hoy)
        before = (*good[:place], most, *good[place + 1 :])
        over = (*good[:place], rest, *good[place + 1 :])
        fits = (*good[:place], "5", *good[place + 1 :])
        datos: dict[str, str | int] = {"linea": LINEA, "campo": field_name(fields(nov)[place]), "valor": rest}
        return Muestra((Linea(before), Linea(over, place)), (Linea(before), Linea(fits)), datos)

    return Entrada(tope.explicacion, (nov.codigo,), f"{nov.nombre} ({nov.codigo})", ejemplo)


def _crossing_entries(cruce: Cruce, nov: Novedad) -> Iterator[Entrada]:
    """A line that tells a day told before: by another line, by a registered one."""
    names = [campo.nombre for campo in fields(nov)]
    start, days = names.index(cruce.desde), names.index(cruce.dias)

    def line(hoy: date, first: int, many: int) -> tuple[str, ...]:
        text = list(good_line(nov, hoy, **{cruce.desde: Dia(first).render(hoy)}))
        text[days] = str(many)
        return tuple(text)

    def ejemplo(hoy: date, otra: str | int, before: tuple[Linea, ...], said: str = "") -> Muestra:
        bad, good = Linea(line(hoy, -2, 1), start), Linea(line(hoy, -1, 1))
        datos = {"linea": LINEA, "otra": otra, "campo": field_name(fields(nov)[start]), "valor": bad.campos[start]}
        return Muestra((*before, bad), (*before, good), datos, said)

    grupo = f"{nov.nombre} ({nov.codigo})"
    yield Entrada(
        cruce.en_archivo, (nov.codigo,), grupo, lambda hoy: ejemplo(hoy, LINEA - 1, (Linea(line(hoy, -3, 2)),))
    )
    said = f"En este ejemplo esos días constan en el lote {NUMERO}."
    yield Entrada(cruce.registrado, (nov.codigo,), grupo, lambda hoy: ejemplo(hoy, NUMERO, (), said))


def _rule_entry(regla: Regla, nov: Novedad, grupo: str) -> Entrada:
    names = [campo.nombre for campo in fields(nov)]
    place = names.index(regla.campo)

    def ejemplo(hoy: date) -> Muestra:
        falla = regla.falla
        if falla is None:
            raise ValueError(f"{regla.codigo} has no failing example")
        bad = tuple(failing_line(nov, hoy, falla))
        good = tuple(failing_line(nov, hoy, falla.bien)) if falla.bien else _right_line(nov, hoy, bad, place)
        situacion = SITUACIONES.get(falla.historia or nov.ejemplo_historia, "")
        return Muestra(
            (Linea(bad, place),),
            (Linea(good),) if good != bad else (),
            {"linea": LINEA, "campo": field_name(fields(nov)[place]), "valor": bad[place]},
            situacion.format(hoy=hoy.strftime("%Y%m%d")) if falla.historia else "",
        )

    return Entrada(regla.explicacion, (nov.codigo,), grupo, ejemplo)


def _right_line(nov: Novedad, hoy: date, bad: tuple[str, ...], place: int) -> tuple[str, ...]:
    """The good line; where it is the failing one too, and the history is what fails, the wrong field put right."""
    good = tuple(good_line(nov, hoy))
    if good != bad:
        return good
    campo = fields(nov)[place].nombre
    if campo == "cedula":
        return (*bad[:place], OTRA_CEDULA, *bad[place + 1 :])
    if campo == nov.fecha:
        return tuple(good_line(nov, hoy, **{campo: hoy.strftime("%Y%m%d")}))
    return bad
