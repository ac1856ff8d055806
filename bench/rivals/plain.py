"""A program as one writes it in an afternoon, line by line with dictionaries: all rules, and everything is reported.

`stdnum=True`: python-stdnum checks cédula and RUC (its modulus-11 digit is ignored: RUCs in use fail it).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stdnum.ec import ci
from stdnum.ec import ruc as ec_ruc
from stdnum.exceptions import InvalidChecksum, ValidationError

from bench.inputs import RUC, SUCURSALES
from bench.world import DAY, load
from portal.catalogos import earliest_in_time

UNSEEN: frozenset[str] = frozenset()
NAMES = ("ruc", "sucursal", "anio", "mes", "movimiento", "cedula", "valor", "causa")
PROVINCES = {*range(1, 25), 30}
CAUSES = {"O", "X", "C", "H"}
TOO_LATE = timedelta(days=45)
WORKING_DAYS = 3
MOST_DIGITS = 14
OTHER_RUC = re.compile("[0-9]{12,13}")
UP_TO_FOUR = re.compile("[0-9]{1,4}")
FOUR = re.compile("[0-9]{4}")
UP_TO_TWO = re.compile("[0-9]{1,2}")
NINE_OR_TEN = re.compile("[0-9]{9,10}")
THOUSANDS = re.compile("-?[1-9][0-9]{0,2}[.,][0-9]{3}")
AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]*)|,([0-9]+))?")
Problem = tuple[int, str, str, str]


class Wrong(Exception):
    """A field that cannot be read; its text is the code."""


@dataclass
class Line:
    number: int
    texts: dict[str, str]
    values: dict[str, Any]
    repeated: bool = False
    registered: bool = False


def prepare(file: str, world: str, *, stdnum: bool = False) -> Callable[[], list[Problem]]:
    data, history = Path(file).read_bytes(), load(world)
    relaciones, registradas = history.relaciones(), history.registradas()
    readers = READERS | {"ruc": stdnum_ruc, "cedula": stdnum_cedula} if stdnum else READERS
    return lambda: check(data, readers, relaciones, registradas)


def check(data: bytes, readers: dict[str, Callable[[str], Any]], relaciones: dict, registradas: dict) -> list[Problem]:
    problems: list[Problem] = []
    lines = read(data, readers, problems)
    mark_repeated([line for line in lines if len(line.values) == len(NAMES)], problems)
    in_time_from = earliest_in_time(DAY, WORKING_DAYS)
    for line in lines:
        if len(line.values) == len(NAMES) and not line.repeated:
            mark_registered(line, registradas, problems)
        judge(line, relaciones, in_time_from, problems)
    return problems


def read(data: bytes, readers: dict[str, Callable[[str], Any]], problems: list[Problem]) -> list[Line]:
    lines = []
    for number, text in enumerate(data.decode("utf-8").splitlines(), 1):
        parts = text.split(";")
        if len(parts) == len(NAMES) + 1 and not parts[-1].strip():
            parts.pop()
        if len(parts) != len(NAMES):
            problems.append((number, "linea", "LIN-01", text))
            continue
        line = Line(number, dict(zip(NAMES, parts, strict=True)), {})
        for name, sent in line.texts.items():
            try:
                stripped = sent.strip(" \t\xa0")
                if not stripped:
                    raise Wrong("VAC-01")
                line.values[name] = readers[name](stripped)
            except Wrong as wrong:
                problems.append((number, name, str(wrong), sent))
        lines.append(line)
    return lines


def read_ruc(text: str) -> str:
    if text in (RUC, RUC.lstrip("0")):
        return RUC
    raise Wrong("RUC-02" if OTHER_RUC.fullmatch(text) else "RUC-01")


def stdnum_ruc(text: str) -> str:
    try:
        ec_ruc.validate(text)
    except InvalidChecksum:
        pass
    except ValidationError:
        raise Wrong("RUC-01") from None
    if text != RUC:
        raise Wrong("RUC-02")
    return text


def read_sucursal(text: str) -> int:
    if not UP_TO_FOUR.fullmatch(text):
        raise Wrong("SUC-01")
    if int(text) not in SUCURSALES:
        raise Wrong("SUC-02")
    return int(text)


def read_anio(text: str) -> int:
    if not FOUR.fullmatch(text) or not 1900 <= int(text) <= 2999:
        raise Wrong("PER-03")
    return int(text)


def read_mes(text: str) -> int:
    if not UP_TO_TWO.fullmatch(text) or not 1 <= int(text) <= 12:
        raise Wrong("PER-04")
    return int(text)


def read_movimiento(text: str) -> str:
    if text.upper() != "INS":
        raise Wrong("MOV-01")
    return "INS"


def check_digit_holds(cedula: str) -> bool:
    total = 0
    for place, digit in enumerate(cedula):
        n = int(digit) * (2 if place % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return int(cedula[:2]) in PROVINCES and total % 10 == 0


def read_cedula(text: str, is_cedula: Callable[[str], bool] = check_digit_holds) -> int:
    if not NINE_OR_TEN.fullmatch(text):
        raise Wrong("IDE-02")
    if len(text) == 9:
        if not is_cedula("0" + text):
            raise Wrong("IDE-02")
    elif not is_cedula(text):
        raise Wrong("IDE-01" if int(text[:2]) in PROVINCES else "IDE-03")
    return int(text)


def stdnum_cedula(text: str) -> int:
    return read_cedula(text, ci.is_valid)


def read_valor(text: str) -> int:
    """Cents."""
    if THOUSANDS.fullmatch(text):
        raise Wrong("MON-05" if text[-1] == "0" or "," in text else "MON-04")
    found = AMOUNT.fullmatch(text)
    if not found:
        raise Wrong("MON-01")
    if len(text) > MOST_DIGITS:
        raise Wrong("MON-03")
    decimals = found[3] or found[4] or ""
    if decimals[2:].strip("0"):
        raise Wrong("MON-04")
    cents = int(found[2]) * 100 + int((decimals + "00")[:2])
    if found[1] or cents == 0:
        raise Wrong("MON-02")
    return cents


def read_causa(text: str) -> str:
    if text.upper() not in CAUSES:
        raise Wrong("CAT-01")
    return text.upper()


READERS: dict[str, Callable[[str], Any]] = {
    "ruc": read_ruc,
    "sucursal": read_sucursal,
    "anio": read_anio,
    "mes": read_mes,
    "movimiento": read_movimiento,
    "cedula": read_cedula,
    "valor": read_valor,
    "causa": read_causa,
}


def mark_repeated(lines: list[Line], problems: list[Problem]) -> None:
    groups: dict[tuple, list[Line]] = {}
    for line in lines:
        v = line.values
        groups.setdefault((v["sucursal"], v["anio"], v["mes"], v["cedula"], v["causa"]), []).append(line)
    for group in groups.values():
        if len(group) == 1:
            continue
        if any(line.values["valor"] != group[0].values["valor"] for line in group):
            problems.extend((line.number, "cedula", "DUP-02", line.texts["cedula"]) for line in group)
        else:
            for line in group[1:]:
                line.repeated = True
                problems.append((line.number, "cedula", "DUP-01", line.texts["cedula"]))


def mark_registered(line: Line, registradas: dict, problems: list[Problem]) -> None:
    v = line.values
    there = registradas.get((v["sucursal"], v["anio"] * 100 + v["mes"], v["cedula"], v["causa"]))
    if there is not None:
        line.registered = there == v["valor"]
        problems.append((line.number, "cedula", "YA-01" if line.registered else "YA-02", line.texts["cedula"]))


def judge(line: Line, relaciones: dict, in_time_from: date, problems: list[Problem]) -> None:
    v, texts, number = line.values, line.texts, line.number
    if "anio" in v and v["anio"] < 2000:
        problems.append((number, "anio", "PER-02", texts["anio"]))
    if "cedula" in v and v["cedula"] // 10**7 % 10 > 6 and v["cedula"] // 10**8 <= 30:
        problems.append((number, "cedula", "IDE-04", texts["cedula"]))
    if "anio" in v and "mes" in v:
        first = date(v["anio"], v["mes"], 1)
        if first > DAY:
            problems.append((number, "mes", "PER-01", texts["mes"]))
        if not line.repeated and not line.registered:
            judge_period(line, first, relaciones, in_time_from, problems)


def judge_period(line: Line, first: date, relaciones: dict, in_time_from: date, problems: list[Problem]) -> None:
    v, texts, number = line.values, line.texts, line.number
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if DAY - last > TOO_LATE:
        problems.append((number, "mes", "PLA-02", texts["mes"]))
    elif last < in_time_from:
        problems.append((number, "mes", "PLA-01", texts["mes"]))
    if "ruc" in v and "sucursal" in v and "cedula" in v:
        mine = relaciones.get((v["sucursal"], v["cedula"]), [])
        if not any(ingreso <= last and (salida is None or salida >= first) for ingreso, salida in mine):
            problems.append((number, "cedula", "INS-01", texts["cedula"]))
