"""Frictionless: a schema for the fields, and a check of our own for what looks at several fields or at the history.

It cannot report: problems of several fields in a line whose fields are not all right (a row check sees an empty cell
there); the first of two contradicting lines, which has gone by when the second is read; repairs.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from frictionless import Check, Checklist, Dialect, Error, Resource, Row, Schema, errors, system
from frictionless.fields import IntegerField, StringField
from frictionless.formats import CsvControl

from bench.inputs import RUC, SUCURSALES
from bench.rivals.plain import check_digit_holds
from bench.world import DAY, load
from portal.catalogos import earliest_in_time

UNSEEN = frozenset({"DUP-02"})
IN_TIME_FROM, LIMIT = earliest_in_time(DAY, 3), DAY - timedelta(days=45)
EVERY = 10**9
Problem = tuple[int, str, str]


def schema() -> Schema:
    """The fields; no text is empty."""
    always = {"required": True}
    return Schema(
        fields=[
            StringField(name="ruc", constraints=always | {"enum": [RUC]}),
            StringField(name="sucursal", constraints=always | {"enum": [f"{s:04d}" for s in SUCURSALES]}),
            IntegerField(name="anio", constraints=always | {"minimum": 2000, "maximum": 2999}),
            IntegerField(name="mes", constraints=always | {"minimum": 1, "maximum": 12}),
            StringField(name="movimiento", constraints=always | {"enum": ["INS"]}),
            StringField(name="cedula", constraints=always | {"pattern": "[0-9]{9,10}"}),
            StringField(name="valor", constraints=always | {"pattern": "[0-9]{1,11}[.,][0-9]{2}"}),
            StringField(name="causa", constraints=always | {"enum": ["O", "X", "C", "H"]}),
        ]
    )


class Rules(Check):
    """Cédula, amount, period, time limit, history, already registered, repeated."""

    type = "reglas"
    Errors = [errors.CellError]

    def __init__(self, relaciones: dict, registradas: dict, good: dict[int, dict[str, Any]] | None = None) -> None:
        super().__init__()
        self.relaciones, self.registradas, self.met = relaciones, registradas, dict[tuple, int]()
        self.good = good

    def validate_row(self, row: Row) -> Iterable[Error]:
        if row.errors:
            return
        found = list(self.judge(row.to_dict()))
        for name, note in found:
            yield errors.CellError.from_row(row, note=note, field_name=name)
        if not found and self.good is not None:
            self.good[row.row_number] = row.to_dict()

    def judge(self, v: dict[str, Any]) -> Iterable[tuple[str, str]]:
        if not check_digit_holds(v["cedula"].zfill(10)):
            yield "cedula", "la cédula no existe"
        cents = int(v["valor"].replace(",", "").replace(".", ""))
        if cents == 0:
            yield "valor", "el monto es cero"
        first = date(v["anio"], v["mes"], 1)
        last = first.replace(day=calendar.monthrange(v["anio"], v["mes"])[1])
        if first > DAY:
            yield "mes", "el período todavía no empieza"
        if last < IN_TIME_FROM:
            yield "mes", "extemporánea" if last < LIMIT else "fuera de plazo"
        yield from self.known(v, first, last, cents)

    def known(self, v: dict[str, Any], first: date, last: date, cents: int) -> Iterable[tuple[str, str]]:
        sucursal, cedula, periodo = int(v["sucursal"]), int(v["cedula"]), v["anio"] * 100 + v["mes"]
        mine = self.relaciones.get((sucursal, cedula), [])
        if not any(ingreso <= last and (salida is None or salida >= first) for ingreso, salida in mine):
            yield "cedula", "sin relación en el período"
        key = sucursal, periodo, cedula, v["causa"]
        if key in self.registradas:
            yield "cedula", "ya registrada"
        if key in self.met:
            yield "cedula", "repetida" if self.met[key] == cents else "contradice a otra línea"
        self.met.setdefault(key, cents)


def prepare(file: str, world: str) -> Callable[[], list[Problem]]:
    history = load(world)
    rules = Rules(history.relaciones(), history.registradas())
    return lambda: check(file, rules)


def check(file: str, rules: Rules) -> list[Problem]:
    dialect = Dialect(header=False, controls=[CsvControl(delimiter=";")])
    resource = Resource(path=file, format="csv", encoding="utf-8", dialect=dialect, schema=schema())
    with system.use_context(trusted=True):  # or it refuses a path from the root
        report = resource.validate(Checklist(checks=[rules]), limit_errors=EVERY)
    return [tuple(found) for found in report.flatten(["rowNumber", "fieldName", "type"])]
