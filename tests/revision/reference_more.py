"""The reference's rules for the eight movements beside ENT, SAL, MSU and INS."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
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
WARNINGS = ("FDR-02", "FDR-03", "FDR-04", "MND-05", "RRT-02")
MOST_DAYS = 30


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


def own_rules(codigo: str, v: dict[str, Any], period: date | None):
    """What a line says of itself."""
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


def history(codigo: str, v: dict[str, Any], ingreso: date | None):
    """`ingreso` of the relación the line is about; None: there is none."""
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
