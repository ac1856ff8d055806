"""Headcount and payroll by month: kept while things are registered, they say what the whole history says."""

from calendar import monthrange
from datetime import date

import pytest
from sqlalchemy import MetaData, select

from portal import clock
from portal.db import Base, Database
from portal.historia import resumen
from portal.historia.resumen import Mes
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.modelos import Lote, Novedad, Relacion, ResumenMes
from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from portal.running.migrate import upgrade
from tests.lotes.conftest import CEDULAS, HOY, RUC, Office, make_config

A, B, C, D, E, F = CEDULAS
MONTHS = [*range(202511, 202513), *range(202601, 202613)]


def hire(cedula, ingreso, sueldo, **more):
    return {
        "cedula": cedula,
        "fecha_ingreso": ingreso.replace("-", ""),
        "sueldo": sueldo,
        "sectorial": "1" * 13,
        **more,
    }


def leave(cedula, salida, **more):
    return {"cedula": cedula, "fecha_salida": salida.replace("-", ""), **more}


def raised(cedula, periodo, sueldo, **more):
    return {"cedula": cedula, "anio": periodo[:4], "mes": periodo[5:], "sueldo": sueldo, **more}


NINE = {"sucursal": "0009"}
#: a year of one empleador: the day, the movement, what its lines change in a good one
STORY = [
    ("2026-02-10", "ENT", [hire(who, "2026-02-02", "600.00") for who in (A, B, C, D)]),
    # its period is not the month of the ingreso
    ("2026-02-10", "ENT", [hire(E, "2026-01-30", "500.00", anio="2026", mes="02", **NINE)]),
    ("2026-02-20", "MSU", [raised(E, "2026-01", "520.00", **NINE)]),  # of before that period, in force since
    ("2026-03-20", "MSU", [raised(A, "2026-03", "700.00"), raised(B, "2026-02", "650.00")]),
    (  # several of one relación, not in their order, one of them of before the present sueldo
        "2026-04-10",
        "MSU",
        [
            raised(A, "2026-04", "800.00"),
            raised(C, "2026-04", "750.00"),
            raised(A, "2026-02", "610.00"),
            raised(C, "2026-03", "900.00"),
            raised(E, "2026-03", "400.00", **NINE),
            raised(E, "2026-04", "450.00", **NINE),
        ],
    ),
    ("2026-05-04", "SAL", [leave(D, "2026-04-30")]),  # the last day of the month
    ("2026-05-20", "MSU", [raised(D, "2026-04", "620.00")]),  # somebody who left
    ("2026-05-20", "SAL", [leave(B, "2026-05-15")]),  # in the middle
    (
        "2026-06-05",
        "ENT",
        [hire(B, "2026-06-01", "700.00"), hire(D, "2026-05-01", "660.00"), hire(F, "2026-06-02", "480.00")],
    ),
    ("2026-06-12", "SAL", [leave(F, "2026-06-10")]),  # came and went within the month
    ("2026-07-01", "MSU", [raised(B, "2026-06", "720.00"), raised(A, "2026-06", "800.00")]),  # A's stays as it was
    ("2026-07-01", "SAL", [leave(A, "2026-06-30"), leave(E, "2026-06-30", **NINE)]),
]
#: at the end of each month, by sucursal: people and dollars
BY_HAND = {
    1: [(0, 0), (4, 2460), (4, 2850), (4, 2820), (3, 2210), (4, 2930), (3, 2130), (3, 2130)],
    9: [(1, 520), (1, 520), (1, 400), (1, 450), (1, 450), (1, 450), (0, 0), (0, 0)],
}


def told():
    """The story: of each lote the movement, its lines and the day it is sent."""
    for day, movimiento, lines in STORY:
        hoy, nov = date.fromisoformat(day), todas()[movimiento]
        good = [good_line(nov, hoy, **{"ruc": RUC, "sucursal": "0001", **line}) for line in lines]
        yield movimiento, [";".join(line) for line in good], hoy


def happens(office):
    """Registers the story; gives its lotes, one after the other."""
    for movimiento, lines, hoy in told():
        lote = office.all_the_way(movimiento, lines, hoy=hoy)
        assert lote.registradas == len(lines), office.problems(lote.id)
        yield lote


def rows(database, table):
    with database.reading() as s:
        return list(s.scalars(select(table)))


def summary(database):
    """What the table says changed: sucursal and month → people and cents; months of no change may have a row."""
    months = [r for r in rows(database, ResumenMes) if r.personas or r.planilla]
    return {(r.sucursal, r.periodo): (r.personas, r.planilla) for r in months}


def worked_out(database):
    """The same from the whole history: who is there on the last day of each month, and what each earns then."""
    relaciones = [r for r in rows(database, Relacion) if r.anulada_en is None]
    paid = [n for n in rows(database, Novedad) if n.movimiento in ("ENT", "MSU") and n.anulada_en is None]
    found = {}
    for sucursal in {r.sucursal for r in relaciones}:
        before = (0, 0)
        for month in MONTHS:
            there = [r for r in relaciones if r.sucursal == sucursal and works_at_the_end_of(r, month)]
            now = (len(there), sum(sueldo([n for n in paid if n.relacion_id == r.id], month) for r in there))
            if now != before:
                found[sucursal, month] = (now[0] - before[0], now[1] - before[1])
            before = now
    return found


def works_at_the_end_of(relacion, month):
    last = date(month // 100, month % 100, monthrange(month // 100, month % 100)[1])
    return relacion.ingreso <= last and (relacion.salida is None or relacion.salida >= last)


def sueldo(paid, month):
    raises = {n.periodo: n.valor for n in paid if n.movimiento == "MSU" and n.periodo <= month}
    return raises[max(raises)] if raises else next(n.valor for n in paid if n.movimiento == "ENT")


@pytest.fixture(params=[2, 8_192], ids=["chunks of 2", "one chunk"])
def office(request, database, tmp_path):
    return Office(database, make_config(tmp_path, tramo_registro=request.param))


def test_after_each_lote_the_summary_is_what_the_history_says(office):
    for lote in happens(office):
        assert summary(office.database) == worked_out(office.database), lote.numero
    assert len(summary(office.database)) == 6 + 4  # months with a change, of sucursal 1 and of 9


def series(office, sucursal, hasta, meses):
    with office.database.engine.connect() as conn:
        return resumen.series(conn, office.empleador_id, sucursal, hasta, meses)


def test_of_each_month_people_and_payroll_are_given_by_sucursal_or_all_together(office):
    assert series(office, None, 202602, 2) == [Mes(202601, 0, 0), Mes(202602, 0, 0)]
    assert len(list(happens(office))) == len(STORY)
    together = [(p + q, m + n) for (p, m), (q, n) in zip(*BY_HAND.values(), strict=True)]
    for sucursal, by_hand in {**BY_HAND, None: together, 7: [(0, 0)] * 8}.items():
        year = [Mes(202511, 0, 0), Mes(202512, 0, 0)]
        year += [Mes(202600 + month, p, usd * 100) for month, (p, usd) in enumerate(by_hand, 1)]
        assert series(office, sucursal, 202608, 10) == year
        assert series(office, sucursal, 202604, 3) == year[3:6]  # with what was there before the first month
        assert series(office, sucursal, 202601, 3) == year[:3]
        assert series(office, sucursal, 202608, 1) == year[-1:]


SAME = ("lineas", "suma", "planilla", "periodos")


def test_the_chunks_of_a_lote_do_together_what_its_preview_said(office):
    for movimiento, lines, hoy in told():
        lote_id = office.send(movimiento, lines, hoy=hoy).lote_id
        preview, done = office.check(lote_id).efectos, office.register(lote_id).efectos
        assert {k: done[k] for k in SAME} == {k: preview[k] for k in SAME}, (movimiento, hoy)
    assert sum(r.planilla for r in rows(office.database, ResumenMes)) == 213_000  # the present payroll
    assert sum(lote.efectos["planilla"] for lote in rows(office.database, Lote)) == 213_000


def test_annulled_from_the_last_lote_to_the_first_it_goes_all_the_way_back(office):
    for lote in reversed(list(happens(office))):
        asked = ask(office.database, Pedido(lote.id, office.cuenta_id, "Fue un error", None), HOY, clock.now())
        assert annul(office.database, office.config, asked.id, clock.now) == "hecha"
        assert summary(office.database) == worked_out(office.database), lote.numero
    assert summary(office.database) == {}


# --- what was registered before there was a summary -------------------------------------------------------------


@pytest.fixture
def before_the_summary(request, tmp_path):
    """A database as the first migration makes it, on the same server as the other one."""
    if "sqlite" in request.node.callspec.id:
        url, away = f"sqlite:///{tmp_path / 'before.db'}", lambda: None
    else:
        cluster = request.getfixturevalue("postgres")
        cluster.execute("create database before_the_summary")
        url = cluster.url("before_the_summary")
        away = lambda: cluster.execute("drop database before_the_summary with (force)")  # noqa: E731
    upgrade(url, "0001")
    database = Database(url)
    yield database, url
    database.engine.dispose()
    away()


def copy(source, target):
    """Every row of one database into the tables and columns that the other one has."""
    known = MetaData()
    known.reflect(target.engine)
    with source.reading() as rows, target.writing() as s:
        for table in (t for t in Base.metadata.sorted_tables if t.name in known.tables):
            there = known.tables[table.name]
            columns = [c for c in table.columns if c.name in there.columns]
            if found := [dict(row) for row in rows.execute(select(*columns)).mappings()]:
                s.execute(there.insert(), found)


@pytest.mark.parametrize("office", [8_192], indirect=True, ids=["one chunk"])
def test_the_migration_sums_up_what_is_registered_already(office, before_the_summary):
    assert len(list(happens(office))) == len(STORY)
    old, url = before_the_summary
    copy(office.database, old)
    old.engine.dispose()
    upgrade(url)
    assert len(rows(old, Novedad)) == sum(len(lines) for _, _, lines in STORY)
    assert summary(old) == summary(office.database) == worked_out(old)
