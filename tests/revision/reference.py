"""The check once more, one line at a time in plain Python: slow, obvious, the truth the engine is held to.

It shares with the engine only how one text of a field is read (`Tipo.read`) and which fields a movement has; the rules
are written again by hand from the specification: here for ENT, SAL, MSU and INS, for the others in `reference_more`.
What the lines do together is counted in `reference_effects`.
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import portal.catalogos
from portal.files.columns import Contexto
from portal.novedades import todas
from portal.novedades.comunes import cabecera
from tests.revision import reference_more as more
from tests.revision.reference_effects import effects

DATA = Path(portal.catalogos.__file__).parent / "data"
HEAD = ("ruc", "sucursal", "anio", "mes", "cedula")
NOTES = ("DUP-01", "YA-01")
WARNINGS = (
    "IDE-04",
    "PLA-01",
    "ENT-04",
    "ENT-05",
    "ENT-07",
    "ENT-08",
    "ENT-09",
    "SAL-05",
    "SAL-09",
    "MSU-02",
    "MSU-03",
    "MSU-04",
    "CAT-02",
    "CAT-03",
    "TXT-04",
    "SBU-01",
)
WARNINGS += more.WARNINGS
OWN_DATE = {"ENT": "fecha_ingreso", "SAL": "fecha_salida", **more.DATED}
KEY = {"ENT": ("fecha_ingreso",), "SAL": ("fecha_salida",), "MSU": (), "INS": ("causa",), **more.KEY}

# days of rest from Monday to Friday, as the calendars of those years had them
RESTS = """2012-11-02 2012-12-25 2013-01-01 2013-02-11 2013-02-12 2013-03-29 2013-05-01 2013-05-24
2025-01-01 2025-03-03 2025-03-04 2025-04-18 2025-05-02 2025-05-23 2025-08-11 2025-10-10 2025-11-03 2025-11-04
2025-12-25 2026-01-01 2026-02-16 2026-02-17 2026-04-03 2026-05-01 2026-05-25 2026-08-10 2026-10-09 2026-11-02
2026-11-03 2026-12-25"""
HOLIDAYS = frozenset(date.fromisoformat(day) for day in RESTS.split())


@dataclass(frozen=True)
class Rel:
    """A relación; `sueldo` in cents, `ultimo` the last period (AAAAMM) with a novedad, `desde` the period of the MSU
    that set the sueldo, None when its ENT did, `dia` the last own date of a novedad of it."""

    id: int
    sucursal: int
    cedula: int
    ingreso: date
    salida: date | None
    jornada: str = "1"
    sectorial: str = "1507500000011"
    sueldo: int | None = 60000
    ultimo: int | None = None
    desde: int | None = None
    dia: date | None = None


class Reg(NamedTuple):
    """A registered novedad: its key, its other values as written, its id."""

    sucursal: int
    periodo: int
    cedula: int
    clave: str
    datos: str
    id: int


class Problem(NamedTuple):
    linea: int
    campo: str
    codigo: str
    nivel: str
    valor: str | None
    otra: int | None


@dataclass
class Answer:
    """What the engine must say of a file."""

    problems: list[Problem]
    repairs: Counter[tuple[str, str]]
    totals: tuple[int, int, int, int, int]  # leidas, correctas, con_error, repetidas, ya_registradas
    effects: dict[str, Any]


@dataclass
class Line:
    """One line: what was sent, what could be read, and the problems found so far as (campo, codigo, otra)."""

    n: int
    sent: dict[str, str]
    values: dict[str, Any]
    whole: bool  # every field could be read
    found: list[tuple[str, str, int | None]]
    relacion: Rel | None = None
    repeated: bool = False
    ya: bool = False  # registered with the same values
    otherwise: bool = False  # with others


def check(codigo: str, lines: list[tuple[int, str]], ctx: Contexto, history: list[Rel] | None, registered: list[Reg]):
    """The answer for these numbered lines of movement `codigo`; `history` None: offline."""
    repairs: Counter[tuple[str, str]] = Counter()
    read = [read_line(codigo, n, text, ctx, repairs) for n, text in lines]
    good = [line for line in read if line.whole]
    mark_repeats(codigo, good)
    if history is not None:
        mark_registered(codigo, good, {(r.sucursal, r.periodo, r.cedula, r.clave): r for r in registered})
    for line in read:
        if line.values:
            judge(codigo, line, ctx.hoy, history)
    if codigo == "MND":
        if history is not None:
            cross_registered(read, registered, history)
        good = [line for line in read if line.whole and stands(line) == "correcta"]
        add_up(read, registered if history is not None else [])
        cross_each_other(good)
    problems = [as_problem(line, *found) for line in read for found in line.found]
    correct = [line for line in read if stands(line) == "correcta"]
    return Answer(sorted(problems, key=str), repairs, totals(read), effects(codigo, correct))


def read_line(codigo: str, n: int, text: str, ctx: Contexto, repairs: Counter[tuple[str, str]]) -> Line:
    fields = cabecera(codigo) + todas()[codigo].campos
    parts = text.split(";")
    if len(parts) > 4 and (other := parts[4].strip(" \t\xa0").upper()) in KEY and other != codigo:
        return Line(n, {"movimiento": parts[4]}, {}, False, [("movimiento", "MOV-01", None)])
    while len(parts) > len(fields) and parts[-1].strip() == "":
        parts.pop()
    sent = len(parts)
    if len(parts) == len(fields) - 1 and fields[-1].nombre == "ruc_anterior":
        parts.append("")
    if len(parts) != len(fields):
        whose = codigo == "MSU" and len(parts) == 8 and parts[-1].strip(" \t") in tuple("OXCHoxch")
        return Line(n, {"linea": text}, {}, False, [("linea", "LIN-02" if whose else "LIN-01", sent)])
    line = Line(n, {f.nombre: part for f, part in zip(fields, parts, strict=True)}, {}, True, [])
    for field in fields:
        value, wrong, notes, doubt = field.tipo.read(line.sent[field.nombre], ctx)
        if wrong:
            line.found.append((field.nombre, wrong, None))
            line.whole = False
        else:
            line.values[field.nombre] = value
            repairs.update((field.nombre, note) for note in notes)
            line.found += [(field.nombre, doubt, None)] if doubt else []
    return line


def mark_repeats(codigo: str, lines: list[Line]) -> None:
    """The same key twice in the file; for ENT and SAL two lines of one worker in one sucursal, whatever their key."""
    one_per_worker = codigo in ("ENT", "SAL")
    groups: dict[tuple, list[Line]] = {}
    for line in lines:
        v = line.values
        own = () if one_per_worker else (v["anio"], v["mes"], *(v[k] for k in KEY[codigo]))
        groups.setdefault((v["sucursal"], v["cedula"], *own), []).append(line)
    for group in groups.values():
        first = group[0]
        if all(line.values == first.values for line in group):
            for line in group[1:]:
                line.repeated = True
                line.found.append(("cedula", "DUP-01", first.n))
        else:
            for line in group:
                other = next(o for o in group if o.values != line.values)
                line.found.append(("cedula", "DUP-02", other.n))


def mark_registered(codigo: str, lines: list[Line], registered: dict[tuple, Reg]) -> None:
    for line in lines:
        reg = registered.get(key_of(codigo, line.values))
        if reg is None or line.repeated:
            continue
        line.ya = reg.datos == data_of(codigo, line.values)
        line.otherwise = not line.ya
        if line.ya:
            line.found.append(("cedula", "YA-01", reg.id))
        else:
            line.found += [(name, "YA-02", reg.id) for name in other_fields(codigo, line.values, reg.datos)]


def key_of(codigo: str, v: dict[str, Any]) -> tuple[int, int, int, str]:
    return v["sucursal"], v["anio"] * 100 + v["mes"], v["cedula"], ";".join(written(k, v[k]) for k in KEY[codigo])


def data_of(codigo: str, v: dict[str, Any]) -> str:
    """The fields from 7 on that are not of the key, as the file writes them."""
    return ";".join(written(f.nombre, v[f.nombre]) for f in todas()[codigo].campos if f.nombre not in KEY[codigo])


def other_fields(codigo: str, v: dict[str, Any], registered: str) -> list[str]:
    """The fields whose value is not the registered one; the first where all of them seem the same."""
    names = [f.nombre for f in todas()[codigo].campos if f.nombre not in KEY[codigo]]
    there = dict(zip(names, registered.split(";"), strict=False))
    return [name for name in names if written(name, v[name]) != there.get(name)] or names[:1]


def written(nombre: str, value: Any) -> str:
    if (own := more.written(nombre, value)) is not None:
        return own
    if value is None:
        return "00000000"
    if isinstance(value, date):
        return f"{value.year:04d}{value:%m%d}"
    return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value


def judge(codigo: str, line: Line, hoy: date, history: list[Rel] | None) -> None:
    """All rules; those that look beyond the line are not asked of a repeated or already registered one."""
    v = line.values
    line.found += [(campo, code, None) for campo, code in own_rules(codigo, v, hoy)]
    asked = history is not None and all(name in v for name in (*HEAD, more.ABOUT.get(codigo, "cedula")))
    mine = [r for r in history or [] if asked and (r.sucursal, r.cedula) == (v["sucursal"], v["cedula"])]
    line.relacion = about(codigo, v, mine) if asked else None
    if line.repeated or line.ya:
        return
    line.found += [(campo, code, None) for campo, code in late(codigo, v, hoy)]
    if asked and not line.otherwise:
        line.found += [(campo, code, None) for campo, code in of_history(codigo, v, line.relacion)]


def of_history(codigo: str, v: dict[str, Any], relacion: Rel | None):
    if codigo in more.KEY:
        return more.history(codigo, v, relacion.ingreso if relacion else None, relacion.salida if relacion else None)
    rules = {"ENT": history_ent, "SAL": history_sal, "MSU": history_msu, "INS": history_ins}
    return rules[codigo](v, relacion)


def add_up(lines: list[Line], registered: list[Reg]) -> None:
    """Days not worked: a good line for which the lines before it leave no room in the thirty of the month."""
    days: Counter[tuple[int, int, int]] = Counter()
    for reg in registered:
        days[reg.sucursal, reg.periodo, reg.cedula] += int(reg.datos)
    for line in lines:
        if line.whole and stands(line) == "correcta":
            month = key_of("MND", line.values)[:3]
            if days[month] + line.values["dias"] > more.MOST_DAYS:
                line.found.append(("dias", "MND-03", None))
            else:
                days[month] += line.values["dias"]


def cross_registered(lines: list[Line], registered: list[Reg], history: list[Rel]) -> None:
    """Days of a relación that are registered already; what has the line's own key is told otherwise."""
    for line in lines:
        if line.repeated or line.ya or line.otherwise or line.relacion is None or "cedula" not in line.values:
            continue
        if mine := more.days_of(line.values):
            of_it = [r for r in registered if relacion_of(r, history) is line.relacion]
            met = [r.id for r in of_it if more.cross(mine, more.registered_days(r.clave, r.datos))]
            if met:
                line.found.append(("fecha_inicio", "MND-09", min(met)))


def relacion_of(reg: Reg, history: list[Rel]) -> Rel | None:
    """The relación that a registered MND is of."""
    v = {"anio": reg.periodo // 100, "mes": reg.periodo % 100, "fecha_inicio": more.registered_days(reg.clave, "1")[0]}
    return about("MND", v, [r for r in history if (r.sucursal, r.cedula) == (reg.sucursal, reg.cedula)])


def cross_each_other(lines: list[Line]) -> None:
    """Good lines with a day in common: each names the one before it, by first day, whose days reach furthest; one that
    has none names the next."""
    workers: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        workers.setdefault((line.values["sucursal"], line.values["cedula"]), []).append(line)
    for mine in workers.values():
        mine.sort(key=lambda line: (line.values["fecha_inicio"], line.n))
        for place, line in enumerate(mine):
            a, b = more.days_of(line.values)
            last = max((more.days_of(o.values)[1] for o in mine[:place]), default=None)
            if last and last >= a:
                other = [o for o in mine[:place] if more.days_of(o.values)[1] == last][-1]
            elif place + 1 < len(mine) and mine[place + 1].values["fecha_inicio"] <= b:
                other = mine[place + 1]
            else:
                continue
            line.found.append(("fecha_inicio", "MND-08", other.n))


def own_rules(codigo: str, v: dict[str, Any], hoy: date):
    """What a line says of itself."""
    period = date(v["anio"], v["mes"], 1) if "anio" in v and "mes" in v else None
    if period and period > hoy:
        yield "mes", "PER-01"
    if "anio" in v and v["anio"] < 2000:
        yield "anio", "PER-02"
    if "cedula" in v:
        ten = f"{v['cedula']:010d}"
        if int(ten[2]) > 6 and int(ten[:2]) <= 30:
            yield "cedula", "IDE-04"
    if codigo == "ENT":
        yield from own_ent(v, hoy, period)
    if codigo == "SAL":
        yield from own_sal(v, hoy, period)
    yield from more.own_rules(codigo, v, period, hoy)


def own_ent(v: dict[str, Any], hoy: date, period: date | None):
    ingreso = v.get("fecha_ingreso")
    if ingreso and ingreso > hoy:
        yield "fecha_ingreso", "ENT-02"
    if ingreso and "fecha_registro" in v and ingreso > v["fecha_registro"]:
        yield "fecha_ingreso", "ENT-03"
    if ingreso and period and ingreso.replace(day=1) != period:
        yield "fecha_ingreso", "ENT-04"
    if "fecha_registro" in v and v["fecha_registro"] > hoy:
        yield "fecha_registro", "ENT-09"
    if "sectorial" in v and v["sectorial"] not in ACTIVITIES:
        yield "sectorial", "ENT-07"
    if v.get("jornada") == "1":
        yield from own_first_pay(v)


def own_first_pay(v: dict[str, Any]):
    if below(v.get("sueldo"), SBU.get(v.get("anio"))):
        yield "sueldo", "ENT-05"
    if "sueldo" in v and v.get("anio", 0) > max(SBU):
        yield "sueldo", "SBU-01"
    if below(v.get("sueldo"), MINIMUMS.get((v.get("anio"), v.get("sectorial")))):
        yield "sueldo", "ENT-08"


def own_sal(v: dict[str, Any], hoy: date, period: date | None):
    salida = v.get("fecha_salida")
    if "causa" in v and "fecha_fallecimiento" in v:
        if v["causa"] == "F" and v["fecha_fallecimiento"] is None:
            yield "fecha_fallecimiento", "SAL-03"
        if v["causa"] != "F" and v["fecha_fallecimiento"] is not None:
            yield "fecha_fallecimiento", "SAL-04"
    if salida and period and salida.replace(day=1) != period:
        yield "fecha_salida", "SAL-05"
    if salida and salida > hoy:
        yield "fecha_salida", "SAL-07"
    death = v.get("fecha_fallecimiento")
    if death and death > hoy:
        yield "fecha_fallecimiento", "SAL-08"
    if death and salida and death > salida:
        yield "fecha_fallecimiento", "SAL-09"


def late(codigo: str, v: dict[str, Any], hoy: date):
    """The term runs from the novedad's own day, or from the last day of its period."""
    campo = "lapso" if codigo in more.FUNDS else OWN_DATE.get(codigo, "mes")
    base = v.get(campo) if campo != "mes" else last_day(v["anio"], v["mes"]) if "anio" in v and "mes" in v else None
    if base is None:
        return
    base = more.span(base)[1] if campo == "lapso" else base
    days = (hoy - base).days
    if days > 45 and codigo not in more.LATE_BY_NATURE:
        yield campo, "PLA-02"
    elif days > 15 if codigo == "ENT" else days > 0 and hoy > third_working_day_after(base):
        yield campo, "PLA-01"


def third_working_day_after(day: date) -> date:
    counted = 0
    while counted < 3:
        day += timedelta(1)
        if day.weekday() < 5 and day not in HOLIDAYS:
            counted += 1
    return day


def last_day(anio: int, mes: int) -> date:
    return date(anio, mes, monthrange(anio, mes)[1])


def about(codigo: str, v: dict[str, Any], mine: list[Rel]) -> Rel | None:
    """Which relación of the worker in the sucursal the line is about: of those that fit, the latest."""
    first, last = date(v["anio"], v["mes"], 1), last_day(v["anio"], v["mes"])
    if codigo in more.KEY:
        first, last = more.days_spoken_of(codigo, v)
    fits = {
        "ENT": lambda r: True,
        "SAL": lambda r: r.salida is None,
        "MSU": lambda r: r.ingreso <= last and (r.salida is None or last <= r.salida),
        "INS": lambda r: r.ingreso <= last and (r.salida is None or first <= r.salida),
    }.get(codigo, lambda r: r.ingreso <= last and (r.salida is None or first <= r.salida))
    start = v.get("fecha_inicio")  # days not worked are of the relación that covers the first of them, if one does

    def rank(r: Rel) -> tuple[bool, date]:
        return bool(start and r.ingreso <= start and (r.salida is None or start <= r.salida)), r.ingreso

    return max(filter(fits, mine), key=rank, default=None)


def history_ent(v: dict[str, Any], latest: Rel | None):
    if latest and latest.salida is None:
        yield "cedula", "ENT-01"
    if latest and latest.salida and "fecha_ingreso" in v and v["fecha_ingreso"] <= latest.salida:
        yield "fecha_ingreso", "ENT-06"


def history_sal(v: dict[str, Any], open_one: Rel | None):
    if open_one is None:
        yield "cedula", "SAL-01"
    elif salida := v.get("fecha_salida"):
        if salida < open_one.ingreso:
            yield "fecha_salida", "SAL-02"
        if open_one.ultimo and open_one.ultimo > salida.year * 100 + salida.month:
            yield "fecha_salida", "SAL-06"
        if open_one.dia and open_one.dia > salida:
            yield "fecha_salida", "SAL-10"


def history_msu(v: dict[str, Any], at_end: Rel | None):
    if at_end is None:
        yield "cedula", "MSU-01"
    elif sueldo := v.get("sueldo"):
        if at_end.jornada == "1" and below(sueldo, SBU.get(v["anio"])):
            yield "sueldo", "MSU-02"
        if at_end.jornada == "1" and v["anio"] > max(SBU):
            yield "sueldo", "SBU-01"
        if at_end.sueldo is not None and sueldo < Decimal(at_end.sueldo) / 2:
            yield "sueldo", "MSU-03"
        if at_end.jornada == "1" and below(sueldo, MINIMUMS.get((v["anio"], at_end.sectorial))):
            yield "sueldo", "MSU-04"


def history_ins(v: dict[str, Any], in_period: Rel | None):
    if in_period is None:
        yield "cedula", "INS-01"


def below(cents: int | None, minimum: int | None) -> bool:
    return cents is not None and minimum is not None and cents < minimum


def as_problem(line: Line, campo: str, codigo: str, otra: int | None) -> Problem:
    valor = None if codigo.startswith("DUP") else line.sent[campo][:200]
    valor = valor.replace("\x1f", ";") if campo == "linea" and valor else valor  # how a sheet's fields are joined
    valor = str(line.values["dias"]) if codigo == "MND-03" else valor
    valor = f"{line.values['fecha_inicio']:%Y%m%d}" if codigo == "MND-08" else valor
    return Problem(line.n, campo, codigo, level(codigo), valor, otra)


def level(codigo: str) -> str:
    return "nota" if codigo in NOTES else "aviso" if codigo in WARNINGS else "error"


def stands(line: Line) -> str:
    if any(level(codigo) == "error" for _, codigo, _ in line.found):
        return "con_error"
    return "repetida" if line.repeated else "ya_registrada" if line.ya else "correcta"


def totals(lines: list[Line]) -> tuple[int, int, int, int, int]:
    how = Counter(stands(line) for line in lines)
    return (len(lines), how["correcta"], how["con_error"], how["repetida"], how["ya_registrada"])


def table(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rounded(dollars: str) -> int:
    return int(round(Decimal(dollars), 2) * 100)


SBU = {int(row["anio"]): rounded(row["usd"]) for row in table("sbu")}
MINIMUMS = {(int(r["year"]), r["code"]): rounded(r["min_sectoral_wage"]) for r in table("sectoriales")}
ACTIVITIES = {r["code"] for r in table("sectoriales")}
