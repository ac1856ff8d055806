"""Numbers, dates and counts as people here write them.

Babel's es_EC is passed over: it puts a dot in thousands and writes "sept"; the institute's letters and this portal's
drawn pages have a thin space and three letters for every month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from flask import Flask

from portal import clock
from portal.cuentas.mascara import oculta
from portal.lotes.efectos_dichos import Frase
from portal.lotes.vista import anulaciones, estado_dicho

THIN = "\u202f"  # narrow no-break space
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
WEEKDAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
MONTH_NAMES = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]


class Numbered(Protocol):
    """A page of a list, by its number."""

    @property
    def numero(self) -> int: ...
    @property
    def paginas(self) -> int: ...


def miles(number: int) -> str:
    """1200 → `1 200` with a thin space."""
    return f"{number:,}".replace(",", THIN)


def dinero(cents: int) -> str:
    """Cents to dollars: 123450 → `1 234,50`, always two decimals."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{miles(whole)},{rest:02d}"


def fecha(day: date) -> str:
    """`22 nov 2026`; an instant is shown as its day in Ecuador."""
    if isinstance(day, datetime):
        day = clock.local(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def dia_semana(day: date) -> str:
    """`dom 22 nov`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def hora(instant: datetime, segundos: bool = True) -> str:
    """An instant (naive UTC) on Ecuador's clock: `10:42:07`, or `10:42`."""
    return clock.written(instant, segundos)


def momento(instant: datetime, segundos: bool = True) -> str:
    """An instant (naive UTC) as Ecuador has it: `22 nov 2026, 10:42:07`."""
    return f"{fecha(instant)}, {hora(instant, segundos)}"


def periodo(period: int) -> str:
    """202610 → `oct 2026`."""
    year, month = divmod(period, 100)
    return f"{MONTHS[month - 1]} {year}"


def periodo_largo(period: int) -> str:
    """202610 → `octubre de 2026`."""
    year, month = divmod(period, 100)
    return f"{MONTH_NAMES[month - 1]} de {year}"


def mes_largo(day: date) -> str:
    """The month of a day: `octubre de 2026`."""
    return f"{MONTH_NAMES[day.month - 1]} de {day.year}"


def mes_en_direccion(period: int) -> str:
    """202610 → `2026-10`, as addresses have it."""
    return f"{period // 100:04d}-{period % 100:02d}"


def sucursal(number: int) -> str:
    """1 → `0001`."""
    return f"{number:04d}"


def trabajador(cedula: int) -> str:
    """A worker's number with its middle hidden."""
    return oculta(f"{cedula:010d}")


def en_palabras(estado: str) -> str:
    """A state as people read it: `en_cola` → `en cola`."""
    return estado.replace("_", " ")


def marcable(telefono: str) -> str:
    """A telephone number as a `tel:` address has it: digits alone."""
    return telefono.replace(" ", "")


def junto(words: str) -> str:
    """Words that are not to be torn apart at the end of a line."""
    return words.replace(" ", "\u00a0")


def separado(code: str) -> str:
    """A call code as it is read aloud: `482913-7` → `482913 - 7`."""
    return code.replace("-", " - ")


def con_guion(name: str) -> str:
    """The attribute that a keyword is: `aria_label` → `aria-label`."""
    return name.replace("_", "-")


def seguidos(words: Iterable[str]) -> str:
    """`INS, MSU`."""
    return ", ".join(words)


def partible(month: str) -> str:
    """A long name that a narrow column may break: `Noviem-bre`."""
    return month.replace("embre", "em\u00adbre")


def entrecomillados(fields: Sequence[str]) -> list[str]:
    """The fields of a line as the file has them: one that holds the separator is quoted, unless it stands alone."""
    return [f'"{field}"' if ";" in field and len(fields) > 1 else field for field in fields]


def sin_esquema(address: str) -> str:
    """`https://www.iess.gob.ec` → `www.iess.gob.ec`."""
    return address.removeprefix("https://")


def porciento(part: int, whole: int) -> int:
    """How much of the whole a part is, in hundredths, rounded down: it is not all before it is."""
    return 100 * part // whole


def cuenta(number: int, one: str, many: str) -> str:
    """`1 línea`, `1 200 líneas`."""
    return f"{miles(number)} {one if number == 1 else many}"


def hace(since: datetime, now: datetime) -> str:
    """How long ago: minutes in the first hour, hours in two days, then days."""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 60:
        return cuenta(minutes, "minuto", "minutos")
    return cuenta(minutes // 60, "hora", "horas") if minutes < 2_880 else cuenta(minutes // 1_440, "día", "días")


def anterior(page: Numbered) -> int | None:
    """The number of the page before."""
    return page.numero - 1 if page.numero > 1 else None


def siguiente(page: Numbered) -> int | None:
    """The number of the next page."""
    return page.numero + 1 if page.numero < page.paginas else None


def con_montos(said: Frase) -> str:
    """A sentence with its amounts (cents) as dollars."""
    return said.texto.format(*map(dinero, said.montos))


def peso(size: int) -> str:
    """A size in bytes: `812 bytes`, `66 kB`, `1,1 MB` (thousands of bytes, as file managers of today count)."""
    if size < 1_000:
        return cuenta(size, "byte", "bytes")
    if size < 999_500:
        return f"{round(size / 1_000)} kB"
    tenths = (Decimal(size) / 1_000_000).quantize(Decimal("0.1"))
    text = f"{tenths:f}".removesuffix(".0")
    return f"{text.replace('.', ',')} MB"


FILTERS = (
    *(miles, dinero, fecha, dia_semana, hora, momento, periodo, periodo_largo, mes_largo, mes_en_direccion, peso),
    *(sucursal, trabajador, oculta, en_palabras, marcable, junto, separado, sin_esquema, porciento),
    *(con_guion, seguidos, partible, entrecomillados, hace, anterior, siguiente, con_montos),
)


#: name in templates → how a lote or an annulment is said in a list
SAID = {
    "marca": estado_dicho.mark,
    "en_breve": estado_dicho.in_brief,
    "por_decidir": estado_dicho.to_decide,
    "marca_de_anulacion": anulaciones.mark,
}


def init_app(app: Flask) -> None:
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters.update(SAID)
    app.jinja_env.filters["cuenta"] = cuenta
    app.jinja_env.globals["cuenta"] = cuenta
