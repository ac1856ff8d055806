"""The reference's rules for the eight movements beside ENT, SAL, MSU and INS."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

FUNDS = ("PFM", "PFR", "PPF", "PFN")
DATED = {"PRA": "fecha_suscripcion", "MND": "fecha_inicio", "RRT": "fecha_cambio"}
LATE_BY_NATURE = ("PFR", "PPF", "PFN", "PRA")
KEY = {"PFM": ("lapso",), "PFR": ("lapso",), "PPF": ("lapso",), "PFN": ("lapso",), "RHT": ()}
KEY |= {codigo: (name,) for codigo, name in DATED.items()}
WORTH = {codigo: "sueldo_total" for codigo in FUNDS}
WORTH |= {"PRA": "valor_incremento", "MND": "dias", "RHT": "horas", "RRT": None}
#: the field, beside the head, that says which relación a line is about
ABOUT = {codigo: "lapso" for codigo in FUNDS} | {"PRA": "fecha_suscripcion", "RRT": "fecha_cambio"}
WARNINGS = ("FDR-02", "FDR-03", "FDR-04", "FDR-06", "FDR-07", "MND-05", "MND-06", "MND-07")
WARNINGS += ("MND-08", "MND-09", "PPF-01", "PRA-02", "RRT-02", "RRT-03")
MOST_DAYS = 30
#: dates that may not have come, by movement
FUTURE = {
    "PRA": {"fecha_suscripcion": "PRA-02"},
    "MND": {"fecha_inicio": "MND-07"},
    "RRT": {"fecha_cambio": "RRT-03"},
    "PPF": {"fecha_aprobacion": "PPF-01"},
}


def last_day(anio: int, mes: int) -> date:
    return date(anio, mes, monthrange(anio, mes)[1])


def span(lapso: int) -> tuple[date, date]:
    """Its first and its last day."""
    first, last = divmod(lapso, 1_000_000)
    return date(first // 100, first % 100, 1), last_day(last // 100, last % 100)


def months(lapso: int) -> int:
    first, last = divmod(lapso, 1_000_000)
    return sum(first <= anio * 100 + mes <= last for anio in range(1000, 3000) for mes in range(1, 13))


def thirteen_months_after(day: date) -> date:
    anio, mes = day.year + 1 + day.month // 12, day.month % 12 + 1
    return date(anio, mes, min(day.day, monthrange(anio, mes)[1]))


def days_spoken_of(codigo: str, v: dict[str, Any]) -> tuple[date, date] | None:
    """The days of which the relación must cover one; None: it can't be known."""
    if codigo in ABOUT and ABOUT[codigo] not in v:
        return None
    if codigo in FUNDS:
        return span(v["lapso"])
    if codigo in ABOUT:
        return v[ABOUT[codigo]], v[ABOUT[codigo]]
    return date(v["anio"], v["mes"], 1), last_day(v["anio"], v["mes"])


def days_of(v: dict[str, Any]) -> tuple[date, date] | None:
    """The first and the last day of an absence."""
    if "fecha_inicio" not in v or "dias" not in v:
        return None
    return v["fecha_inicio"], v["fecha_inicio"] + timedelta(v["dias"] - 1)


def registered_days(clave: str, datos: str) -> tuple[date, date]:
    first = date(int(clave[:4]), int(clave[4:6]), int(clave[6:]))
    return first, first + timedelta(int(datos) - 1)


def cross(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def ruc_digit_holds(ruc: str) -> bool:
    """The digit of a cédula, of a public body (the ninth) or of a company (the tenth)."""
    n = [int(d) for d in ruc]
    doubled = sum(d * 2 - 9 * (d > 4) for d in n[0:9:2]) + sum(n[1:9:2])
    public = sum(w * d for w, d in zip((3, 2, 7, 6, 5, 4, 3, 2, 1), n, strict=False)) % 11 == 0
    company = sum(w * d for w, d in zip((4, 3, 2, 7, 6, 5, 4, 3, 2, 1), n, strict=False)) % 11 == 0
    return (doubled + n[9]) % 10 == 0 or (public and n[2] in (6, 9)) or (company and n[2] == 9)


def own_rules(codigo: str, v: dict[str, Any], period: date | None, hoy: date):
    """What a line says of itself."""
    yield from own_dates(codigo, v, hoy)
    if v.get("ruc_anterior") and not ruc_digit_holds(v["ruc_anterior"]):
        yield "ruc_anterior", "FDR-07"
    if codigo == "RHT" and "horas" in v and period and v["horas"] > 24 * last_day(period.year, period.month).day:
        yield "horas", "RHT-03"
    yield from own_spans(codigo, v, period)


def own_dates(codigo: str, v: dict[str, Any], hoy: date):
    """Days that have not come."""
    for nombre, code in FUTURE.get(codigo, {}).items():
        if nombre in v and v[nombre] > hoy:
            yield nombre, code
    if codigo in FUNDS and "lapso" in v and span(v["lapso"])[1] > hoy:
        yield "lapso", "FDR-06"


def own_spans(codigo: str, v: dict[str, Any], period: date | None):
    """Months and days beside the period."""
    if codigo in FUNDS and "lapso" in v:
        if "meses" in v and v["meses"] != months(v["lapso"]):
            yield "meses", "FDR-02"
        if period and span(v["lapso"])[0] != period:
            yield "mes", "FDR-04"
    fecha = v.get(DATED.get(codigo))
    if codigo == "MND" and fecha and "dias" in v and fecha.day + v["dias"] - 1 > last_day(fecha.year, fecha.month).day:
        yield "dias", "MND-02"
    if codigo in ("MND", "RRT") and fecha and period and fecha.replace(day=1) != period:
        yield DATED[codigo], {"MND": "MND-05", "RRT": "RRT-02"}[codigo]


def history(codigo: str, v: dict[str, Any], ingreso: date | None, salida: date | None):
    """`ingreso` and `salida` of the relación the line is about; no ingreso: there is none."""
    if ingreso and codigo == "RHT" and "horas" in v:
        first, last = date(v["anio"], v["mes"], 1), last_day(v["anio"], v["mes"])
        hours = 24 * ((min(last, salida or last) - max(first, ingreso)).days + 1)
        if hours < v["horas"] <= 24 * last.day:
            yield "horas", "RHT-04"
    if ingreso and codigo == "MND" and (days := days_of(v)) and (days[0] < ingreso or (salida and days[1] > salida)):
        yield "fecha_inicio", "MND-06"
    if ingreso is None:
        yield "cedula", "FDR-01" if codigo in FUNDS else f"{codigo}-01"
    elif codigo in FUNDS and (thirteen_months_after(ingreso) - span(v["lapso"])[1]).days > 1:
        yield "cedula", "FDR-03"


def written(nombre: str, value: Any) -> str | None:
    """Fields that only these movements have, as the file writes them; None: any other field."""
    if nombre == "lapso":
        first, last = (f"{m // 100:04d}-{m % 100:02d}" for m in divmod(value, 1_000_000))
        return f"{first} A {last}"
    if nombre == "meses":
        return f"{value:02d}"
    if nombre in ("dias", "horas"):
        return str(value)
    return value or "" if nombre == "ruc_anterior" else None
