"""Days not worked: their sum of a month holds for several lines, several lotes and any order of chunks."""

from dataclasses import replace

import pytest

from tests.lotes.conftest import CEDULAS


def day(office, cedula, start, days):
    return office.line("MND", cedula, fecha_inicio=f"202611{start:02d}", dias=str(days))


@pytest.mark.parametrize("chunk", [1, 2, 8_192])
def test_a_line_that_goes_over_30_days_fails_and_those_before_it_stay(office, chunk):
    office.config = replace(office.config, tramo_lineas=chunk, tramo_registro=chunk)
    office.hire(*CEDULAS[:2])
    lines = [
        day(office, CEDULAS[0], 1, 10),
        day(office, CEDULAS[0], 1, 10),  # repeated: counts once
        day(office, CEDULAS[1], 2, 5),
        day(office, CEDULAS[0], 5, 15),
        day(office, CEDULAS[0], 12, 6),  # 31
        day(office, CEDULAS[0], 13, 5),  # 30
    ]
    lote = office.check(office.send("MND", lines).lote_id)
    assert [(n, c) for n, c in office.problems(lote.id) if c in ("DUP-01", "MND-03")] == [(2, "DUP-01"), (5, "MND-03")]
    lote = office.register(lote.id)
    assert (lote.registradas, lote.con_error, lote.repetidas) == (4, 1, 1)
    assert lote.efectos["suma"] == 35


def test_days_registered_before_count(office):
    office.hire(CEDULAS[0])
    office.all_the_way("MND", [day(office, CEDULAS[0], 1, 20)])
    lote = office.check(office.send("MND", [day(office, CEDULAS[0], 15, 11), day(office, CEDULAS[0], 16, 10)]).lote_id)
    assert [(n, c) for n, c in office.problems(lote.id) if c in ("DUP-01", "MND-03")] == [(1, "MND-03")]


def test_days_that_another_lote_took_meanwhile_are_errors_at_the_end(office):
    office.hire(CEDULAS[0])
    waiting = office.check(office.send("MND", [day(office, CEDULAS[0], 1, 6), day(office, CEDULAS[0], 9, 6)]).lote_id)
    assert waiting.correctas == 2
    office.all_the_way("MND", [day(office, CEDULAS[0], 15, 15)])
    ended = office.register(waiting.id)
    assert (ended.registradas, ended.con_error) == (2, 0)
    late = office.check(office.send("MND", [day(office, CEDULAS[0], 17, 1), day(office, CEDULAS[0], 18, 4)]).lote_id)
    office.all_the_way("MND", [day(office, CEDULAS[0], 19, 3)])
    ended = office.register(late.id)
    assert (ended.registradas, ended.con_error) == (0, 2)  # the first went over only now
