"""Good and failing example lines of a movement, rendered at a business date so that none becomes late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.novedades.base import Ejemplo, Falla, Novedad
from portal.novedades.comunes import cabecera

RUC = "1799000004001"
CEDULA = "0912791803"
NADIE = "2460000009"  # nobody's: the third digit of a person is 5 at most
SUCURSAL = "0001"


def render(ejemplo: Ejemplo, hoy: date) -> str:
    """An example as it stands in a file on that day."""
    return ejemplo if isinstance(ejemplo, str) else ejemplo.render(hoy)


def months_after(periodo: date, months: int) -> date:
    """The first day of the month `months` away."""
    number = periodo.year * 12 + periodo.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def good_line(
    nov: Novedad, hoy: date, ruc: str = RUC, sucursal: str = SUCURSAL, cedula: str = CEDULA, **cambia: Ejemplo
) -> list[str]:
    """The fields of a line that checks without errors where the history allows it."""
    return _line(nov, hoy, {"ruc": ruc, "sucursal": sucursal, "cedula": cedula, **cambia}, 0)


def failing_line(nov: Novedad, hoy: date, falla: Falla) -> list[str]:
    """The fields of the example that raises a rule."""
    return _line(nov, hoy, falla.cambia, falla.periodo)


def _line(nov: Novedad, hoy: date, cambia: Mapping[str, Ejemplo], months: int) -> list[str]:
    values = {c.nombre: render(cambia.get(c.nombre, c.ejemplo), hoy) for c in cabecera(nov.codigo) + nov.campos}
    periodo = months_after(_periodo(nov, values, hoy, "anio" in cambia), months)
    values.update({"anio": f"{periodo.year:04d}", "mes": f"{periodo.month:02d}"})
    values.update({name: render(cambia[name], hoy) for name in ("anio", "mes") if name in cambia})
    line = list(values.values())
    while len(line) > len(values) - nov.opcionales and not line[-1]:
        line.pop()  # a field that may be left out is left out, with its separator
    return line


def _periodo(nov: Novedad, values: Mapping[str, str], hoy: date, fixed: bool) -> date:
    """The month of the line's own date, else the one of the business date."""
    if nov.fecha and not fixed:
        own = values[nov.fecha]
        return date(int(own[:4]), int(own[4:6]), 1)
    return date(hoy.year, hoy.month, 1)
