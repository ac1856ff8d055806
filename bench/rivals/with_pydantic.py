"""Pydantic 2: a model, its fields' constraints in its own core where they can be, the rest in validators.

It cannot report: what looks at several fields of a line (period, time limit, history, already registered) when any one
field is unreadable, nor more than the first of those; repairs. Repeated lines are no matter of a model: they are looked
for beside it, with a dictionary, and the history and time limits of a repeated line stay reported.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bench.inputs import RUC, SUCURSALES
from bench.rivals.plain import NINE_OR_TEN, check_digit_holds
from bench.world import DAY, load
from portal.catalogos import earliest_in_time

UNSEEN: frozenset[str] = frozenset()
NAMES = ("ruc", "sucursal", "anio", "mes", "movimiento", "cedula", "valor", "causa")
IN_TIME_FROM, LIMIT = earliest_in_time(DAY, 3), DAY - timedelta(days=45)
Problem = tuple[int, str, str]


def own_ruc(text: str) -> str:
    if text != RUC:
        raise PydanticCustomError("ruc", "de otro empleador")
    return text


def known_sucursal(number: int) -> int:
    if number not in SUCURSALES:
        raise PydanticCustomError("sucursal", "no existe")
    return number


def real_cedula(text: str) -> int:
    if not NINE_OR_TEN.fullmatch(text) or not check_digit_holds(text.zfill(10)):
        raise PydanticCustomError("cedula", "no existe")
    return int(text)


def with_a_point(text: str) -> str:
    return text.replace(",", ".")


class Extra(BaseModel):
    """A line of INS."""

    model_config = ConfigDict(str_strip_whitespace=True)
    ruc: Annotated[str, AfterValidator(own_ruc)]
    sucursal: Annotated[int, AfterValidator(known_sucursal)]
    anio: int = Field(ge=1900, le=2999)
    mes: int = Field(ge=1, le=12)
    movimiento: Literal["INS"]
    cedula: Annotated[str, AfterValidator(real_cedula)]
    valor: Annotated[Decimal, BeforeValidator(with_a_point), Field(gt=0, max_digits=13, decimal_places=2)]
    causa: Literal["O", "X", "C", "H"]

    @model_validator(mode="after")
    def judge(self, info: ValidationInfo) -> Extra:
        first = date(self.anio, self.mes, 1)
        last = first.replace(day=calendar.monthrange(self.anio, self.mes)[1])
        if first > DAY or self.anio < 2000:
            raise PydanticCustomError("periodo", "fuera de rango")
        if last < IN_TIME_FROM:
            raise PydanticCustomError("plazo", "extemporánea" if last < LIMIT else "fuera de plazo")
        relaciones, registradas = info.context
        mine = relaciones.get((self.sucursal, self.cedula), [])
        if not any(ingreso <= last and (salida is None or salida >= first) for ingreso, salida in mine):
            raise PydanticCustomError("relacion", "sin relación en el período")
        if (self.sucursal, self.anio * 100 + self.mes, self.cedula, self.causa) in registradas:
            raise PydanticCustomError("registrada", "ya registrada")
        return self


def prepare(file: str, world: str) -> Callable[[], list[Problem]]:
    data, history = Path(file).read_bytes(), load(world)
    context = history.relaciones(), history.registradas()
    return lambda: check(data, context)[0]


def check(data: bytes, context: Any) -> tuple[list[Problem], dict[int, Extra]]:
    """The problems, and the good lines by their number."""
    problems: list[Problem] = []
    good: dict[int, Extra] = {}
    for number, text in enumerate(data.decode("utf-8").splitlines(), 1):
        parts = text.split(";")
        if len(parts) != len(NAMES):
            problems.append((number, "linea", "campos"))
            continue
        try:
            good[number] = Extra.model_validate(dict(zip(NAMES, parts, strict=True)), context=context)
        except ValidationError as wrong:
            for one in wrong.errors(include_url=False, include_context=False):
                problems.append((number, str(one["loc"][0]) if one["loc"] else "linea", one["type"]))
    drop_repeated(good, problems)
    return problems, good


def drop_repeated(good: dict[int, Extra], problems: list[Problem]) -> None:
    """Of equal lines the first stays; of lines that contradict each other, none."""
    groups: dict[tuple, list[int]] = {}
    for number, line in good.items():
        groups.setdefault((line.sucursal, line.anio, line.mes, line.cedula, line.causa), []).append(number)
    for numbers in groups.values():
        if len(numbers) > 1:
            clash = any(good[n].valor != good[numbers[0]].valor for n in numbers)
            for number in numbers if clash else numbers[1:]:
                problems.append((number, "cedula", "contradice" if clash else "repetida"))
                del good[number]
