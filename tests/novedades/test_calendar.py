"""The calendar says the last day that is in time: the check, asked on that day and on the next, agrees."""

from datetime import date, timedelta

import pytest

from portal.novedades.calendario import month
from portal.novedades.ejemplos import good_line
from tests.novedades.test_contract import NOVEDADES, check


def due(anio, mes):
    return [(d.fecha, v) for d in month(anio, mes, 15, 3) for v in d.vencen]


@pytest.mark.parametrize("anio, mes", [(2026, 11), (2026, 2), (2025, 4)])
def test_each_day_of_the_calendar_is_the_last_one_in_time(anio, mes):
    asked = 0
    for last, vence in due(anio, mes):
        for nov in vence.novedades:
            if nov.codigo not in ("ENT", "SAL", "INS"):
                continue
            asked += 1
            assert late(nov, vence.del_dia, last) is False, (nov.codigo, vence, last)
            assert late(nov, vence.del_dia, last + timedelta(days=1)) is True, (nov.codigo, vence, last)
    assert asked > 50


def late(nov, day, hoy):
    """Whether the check, on `hoy`, calls a line of `day` late."""
    own = {nov.fecha: day.strftime("%Y%m%d")} if nov.fecha else {"anio": f"{day.year}", "mes": f"{day.month:02d}"}
    line = good_line(nov, hoy, **own)
    tramo, _ = check(nov, [line], hoy, nov.ejemplo_historia)
    return "PLA-01" in tramo.problemas()["codigo"].to_list()


def test_holidays_are_named():
    names = {d.fecha: d.feriado for d in month(2026, 11, 15, 3) if d.feriado}
    assert date(2026, 11, 2) in names and date(2026, 11, 3) in names


def test_every_novedad_has_its_day():
    there = {nov.codigo for _, vence in due(2026, 11) for nov in vence.novedades}
    assert there == {nov.codigo for nov in NOVEDADES}
