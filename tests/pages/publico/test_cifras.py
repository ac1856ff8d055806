"""The figures that are kept of a month: by Ecuador's clock, exact, the same on both databases, worked out when due."""

from __future__ import annotations

import json
import random
from array import array
from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pytest

from pages.figures import NOON, NOV, an_old_lote, at, called, datos, made
from pages.states import ANA, LUIS, NADIE
from pages.world import World
from portal import clock
from portal.modelos import CifraMensual, Lote, Queja
from portal.soporte.cifras.cifras import TODAS, bounds, fill_figures, nearest_rank, period_of
from web import mundo

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still on 23 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def lote(world: World) -> Lote:
    return an_old_lote(world)


def test_months_are_those_of_ecuadors_clock(world: World, lote: Lote, noon: datetime) -> None:
    """Five hours behind: the last minute of October is 04:59 on the first of November in UTC."""
    assert bounds(202611) == (at("2026-11-01 05:00"), at("2026-12-01 05:00"))
    edge = at("2026-11-01 05:00")
    called(world, edge - timedelta(microseconds=1), edge, at("2026-11-30 23:00"))
    made(world, lote, 7, recibido_en=edge - timedelta(microseconds=1), revisado_en=edge)
    made(world, lote, 6, recibido_en=edge, revisado_en=edge)
    with world.database.writing() as session:
        for n, when in enumerate((edge - timedelta(microseconds=1), edge)):
            session.add(Queja(token=f"t{n}", creada_en=when, vence=mundo.HOY, texto="x" * 10))
    fill_figures(world.database, noon)
    october, november = datos(world, 202610), datos(world, 202611)
    assert (october["atenciones"], october["quejas"]) == (1, 1)
    assert (november["atenciones"], november["quejas"]) == (2, 1)
    assert october["novedades"][TODAS]["revisados"] == 7 and november["novedades"][TODAS]["revisados"] == 6


@pytest.mark.parametrize("count", [1, 2, 3, 5, 19, 20, 21, 99, 100, 101, 997])
def test_percentiles_are_the_nearest_rank(count: int) -> None:
    values = sorted(random.Random(count).choices(range(10_000), k=count))
    for percent in (50, 95):
        expected = int(np.percentile(values, percent, method="inverted_cdf"))
        assert nearest_rank(array("q", values), percent) == expected
    assert nearest_rank(array("q"), 50) is None


def test_times_first_tries_and_problems_against_an_independent_reckoning(
    world: World, lote: Lote, noon: datetime
) -> None:
    """Some hundred lotes of three movements, worked out once more here from the rows."""
    chance = random.Random(7)
    for _ in range(120):
        checked = chance.random() < 0.95
        refused = checked and chance.random() < 0.1
        errors = chance.choice((0, 0, 3)) if checked and not refused else 0
        received = NOV + timedelta(seconds=chance.randrange(200_000))
        seen = received + timedelta(milliseconds=chance.randrange(20, 90_000), microseconds=chance.randrange(1000))
        done = checked and not refused and chance.random() < 0.7
        made(
            world, lote, 1,
            movimiento=chance.choice(("INS", "INS", "MSU", "ENT")),
            recibido_en=received,
            revisado_en=seen if checked else None,
            decidido_en=seen + timedelta(hours=2) if done else None,
            registrado_en=seen + timedelta(hours=2, milliseconds=chance.randrange(5, 9_000)) if done else None,
            estado="registrado" if done else "rechazado" if refused else "desistido" if checked else "recibido",
            corrige_id=lote.id if chance.random() < 0.2 else None,
            con_error=errors + (2 if done else 0), cambiadas=2 if done else 0,
            falla={"codigo": "ARC-06"} if refused else None,
            por_codigo={"IDE-01": errors, "DUP-01": 4} if errors else {},
        )  # fmt: skip
    fill_figures(world.database, noon)
    got = datos(world, 202611)
    lotes = [one for one in world.rows(Lote) if period_of(one.recibido_en) == 202611]
    groups: defaultdict[str, list[Lote]] = defaultdict(list)
    for one in lotes:
        if one.revisado_en is not None:
            groups[one.movimiento].append(one)
            groups[TODAS].append(one)
    assert got["novedades"] == {name: reckoned(some) for name, some in groups.items()}
    assert got["codigos"] == {
        "ARC-06": [n := sum(one.falla is not None for one in lotes), n],
        "IDE-01": [3 * (k := sum(one.por_codigo.get("IDE-01", 0) > 0 for one in lotes)), k],
    }
    assert got["sin_terminar"] == sum(one.estado == "recibido" for one in lotes)


def reckoned(lotes: list[Lote]) -> dict[str, int | None]:
    def durations(since: str, until: str) -> list[int]:
        pairs = [(getattr(one, since), getattr(one, until)) for one in lotes]
        return [int((b - a).total_seconds() * 1000 + 1e-6) for a, b in pairs if a and b]

    result, registry = durations("recibido_en", "revisado_en"), durations("decidido_en", "registrado_en")
    first = [one for one in lotes if one.corrige_id is None]
    found: dict[str, int | None] = {
        "revisados": len(result),
        "registrados": len(registry),
        "primeros": len(first),
        "bien": len([one for one in first if one.estado != "rechazado" and one.con_error == one.cambiadas]),
    }
    for name, values in (("resultado", result), ("registro", registry)):
        for percent in (50, 95):
            found[f"{name}_p{percent}"] = int(np.percentile(values, percent, method="inverted_cdf")) if values else None
    return found


@ON_SQLITE
def test_an_ended_month_is_worked_out_once_and_again_when_something_of_it_ends(
    world: World, lote: Lote, noon: datetime
) -> None:
    [waiting] = made(world, lote, 1, recibido_en=at("2026-09-09 15:00"), revisado_en=None, estado="en_cola")
    fill_figures(world.database, noon)

    def when(period: int) -> datetime:
        with world.database.reading() as session:
            return session.get_one(CifraMensual, period).calculada_en

    later = noon + timedelta(hours=1)
    fill_figures(world.database, later)
    assert (when(202608), when(202609), when(202611)) == (noon, noon, later)
    with world.database.writing() as session:
        row = session.get_one(Lote, waiting)
        row.estado, row.revisado_en, row.cambiado_en = "rechazado", later, later
    latest = later + timedelta(hours=1)
    fill_figures(world.database, latest)
    assert (when(202608), when(202609)) == (noon, latest)
    assert datos(world, 202609)["novedades"][TODAS]["revisados"] == 1
    fill_figures(world.database, latest + timedelta(hours=1))
    assert when(202609) == latest


@ON_SQLITE
def test_the_running_month_is_worked_out_once_more_when_it_is_over(world: World, lote: Lote, noon: datetime) -> None:
    fill_figures(world.database, noon)
    called(world, at("2026-11-30 20:00"))
    fill_figures(world.database, at("2026-12-01 06:00"))
    assert datos(world, 202611)["atenciones"] == 1 and datos(world, 202612)["atenciones"] == 0


@ON_SQLITE
def test_a_sweep_works_out_one_month_at_a_time(world: World, lote: Lote, noon: datetime) -> None:
    assert [fill_figures(world.database, noon, at_most=1) for _ in range(4)] == [True, True, True, False]
    assert [row.periodo for row in kept(world)] == [202608, 202609, 202610, 202611]


def kept(world: World) -> list[CifraMensual]:
    with world.database.reading() as session:
        return sorted(session.query(CifraMensual).all(), key=lambda row: row.periodo)


@ON_SQLITE
def test_nothing_to_count_makes_no_figures(world: World, noon: datetime) -> None:
    assert not fill_figures(world.database, noon) and not kept(world)


@ON_SQLITE
def test_what_is_kept_names_nobody(world: World, noon: datetime) -> None:
    world.hire(ANA, LUIS)
    world.alter(world.checked("INS", [world.line("INS", ANA), world.line("INS", NADIE)]), recibido_en=NOV)
    fill_figures(world.database, at("2027-01-01 00:00"))
    text = json.dumps([row.datos for row in kept(world)])
    assert not [one for one in (ANA, LUIS, NADIE, mundo.RUC_A, "EMPRESA", ".txt") if one in text]
