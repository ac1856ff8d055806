"""What the history answers, on both databases, against the same facts in plain Python lists."""

from datetime import date, datetime
from random import Random

import polars as pl
import pytest
from sqlalchemy import event, text

from portal import clock
from portal.historia import Historia, snapshot
from portal.historia.snapshot import RELACIONES
from portal.lotes import problemas
from portal.modelos import Empleador, Novedad, Relacion
from portal.novedades import todas
from portal.novedades.comunes import HISTORIA
from portal.revision.juicio.rules import each_once
from tests.historia.test_constraints import annulment
from tests.lotes.conftest import CEDULAS

EVERYTHING = frozenset(HISTORIA)
PERIODS = [202601, 202606, 202609, 202610, 202611]


class Facts:
    """Relaciones and novedades of two empleadores, in the tables and in lists."""

    def __init__(self, office, seed):
        self.random, self.relaciones, self.novedades = Random(seed), [], []
        self.lote_id = office.send("ENT", [office.line("ENT")]).lote_id
        self.anulacion_id = annulment(office, self.lote_id)
        with office.database.writing() as s:
            other = Empleador(ruc="1790012345001", nombre="OTRA S.A.", tipo="privada")
            s.add(other)
            s.flush()
            for empleador_id in (office.empleador_id, other.id):
                for cedula in CEDULAS:
                    self._worker(s, empleador_id, int(cedula))

    def _worker(self, s, empleador_id, cedula):
        for sucursal in (1, 9):
            ends = sorted(self.random.sample([date(2026, m, d) for m in range(1, 12) for d in (1, 15)], 4))
            pairs = [(ends[0], ends[1]), (ends[2], self.random.choice([ends[3], None]))]
            for ingreso, salida in pairs[: self.random.randint(0, 2)]:
                self._relacion(s, empleador_id, cedula, sucursal, ingreso, salida)

    def _relacion(self, s, empleador_id, cedula, sucursal, ingreso, salida):
        annulled = salida is None and self.random.random() < 0.3
        relacion = Relacion(
            empleador_id=empleador_id,
            sucursal=sucursal,
            cedula=cedula,
            ingreso=ingreso,
            salida=salida,
            jornada=self.random.choice("12"),
            sectorial="1507500000011",
            lote_id=self.lote_id,
            linea=len(self.relaciones) + 1,
            salida_lote_id=self.lote_id if salida else None,
            salida_linea=1 if salida else None,
            anulada_en=clock.now() if annulled else None,
        )
        s.add(relacion)
        s.flush()
        self.relaciones.append(relacion)
        for movimiento, periodo in [("ENT", self.random.choice(PERIODS))] + [
            (m, p)
            for p in self.random.sample(PERIODS, len(PERIODS))
            for m in ("MSU", "INS", "INS", "MND")
            if self.random.random() < 0.3
        ]:
            self._novedad(s, relacion, movimiento, periodo, annulled or self.random.random() < 0.3)

    def _novedad(self, s, relacion, movimiento, periodo, annulled):
        n = len(self.novedades) + 1
        novedad = Novedad(
            lote_id=self.lote_id,
            linea=n,
            empleador_id=relacion.empleador_id,
            movimiento=movimiento,
            sucursal=relacion.sucursal,
            periodo=periodo,
            cedula=relacion.cedula,
            clave=_key(movimiento, n, periodo, relacion.id),
            relacion_id=relacion.id,
            valor=self.random.randint(1, 10**12),
            datos=f"x;{n}",
            anulada_en=clock.now() if annulled else None,
            anulacion_id=self.anulacion_id if annulled else None,
        )
        s.add(novedad)
        s.flush()
        self.novedades.append(novedad)

    def ultimo_dia(self, relacion):
        """The last own date of what has one."""
        days = [n.clave for n in self.live_of(relacion) if n.movimiento == "MND"]
        return datetime.strptime(max(days), "%Y%m%d").date() if days else None  # noqa: DTZ007 - a day, no moment

    def live_of(self, relacion):
        return [n for n in self.novedades if n.relacion_id == relacion.id and n.anulada_en is None]

    def sueldo(self, relacion):
        """The last MSU and its period; else the ENT, whatever period it says."""
        by_kind = {m: [n for n in self.live_of(relacion) if n.movimiento == m] for m in ("MSU", "ENT")}
        if by_kind["MSU"]:
            last = max(by_kind["MSU"], key=lambda n: n.periodo)
            return last.valor, last.periodo
        return (by_kind["ENT"][0].valor if by_kind["ENT"] else None), None

    def ultimo(self, relacion):
        return max((n.periodo for n in self.live_of(relacion) if n.movimiento != "ENT"), default=None)


def _key(movimiento, n, periodo, relacion_id):
    if movimiento == "MND":
        return f"{periodo}{n % 28 + 1:02d}"
    return str(relacion_id) if movimiento == "MSU" else str(n)


@pytest.fixture(params=["by worker", "all at once", "a row a page"])
def lines(request, monkeypatch):
    """How many lines a file is said to have, so that the history is read in the one way or the other."""
    monkeypatch.setattr(snapshot, "MANY", 100)
    monkeypatch.setattr(snapshot, "PAGE", 1 if request.param.startswith("a row") else 5)
    return 10 if request.param == "by worker" else 1_000


def asked(office, cedulas, columnas, lines=0):
    with office.database.engine.connect() as conn:
        among = each_once(pl.Series(cedulas, dtype=pl.Int64))
        return Historia(conn, office.empleador_id, lines).relaciones(among, columnas)


@pytest.mark.parametrize("seed", range(3))
def test_the_history_answers_as_its_facts_are(office, seed, lines):
    facts = Facts(office, seed)
    cedulas = [int(c) for c in CEDULAS[:4]]
    found = asked(office, cedulas, EVERYTHING, lines)
    assert dict(found.schema) == RELACIONES
    expected = [
        (r.sucursal, r.cedula, r.id, r.ingreso, r.salida, r.jornada, r.sectorial)
        + (*facts.sueldo(r), facts.ultimo(r), facts.ultimo_dia(r))
        for r in facts.relaciones
        if (r.empleador_id, r.anulada_en) == (office.empleador_id, None) and r.cedula in cedulas
    ]
    assert sorted(found.rows(), key=str) == sorted(expected, key=str)


def test_what_a_file_changed_on_the_way_is_asked_again_and_nothing_else(office, monkeypatch):
    monkeypatch.setattr(snapshot, "MANY", 0)
    facts = Facts(office, 3)
    theirs = [r for r in facts.relaciones if (r.empleador_id, r.anulada_en) == (office.empleador_id, None)]
    one = theirs[0]
    another = next(r for r in theirs if r.cedula != one.cedula)
    both = each_once(pl.Series([one.cedula, another.cedula]))

    def sectoral(historia):
        found = historia.relaciones(both, EVERYTHING).select("relacion_id", "rel_sectorial").rows()
        return dict(found)[one.id], dict(found)[another.id]

    with office.database.engine.connect() as conn:
        historia = Historia(conn, office.empleador_id, 1_000)
        before = sectoral(historia)
        conn.rollback()
        with office.database.writing() as s:
            s.execute(
                text("update relacion set sectorial = 'NEW' where id in (:a, :b)"), {"a": one.id, "b": another.id}
            )
        assert sectoral(historia) == before
        historia.touched(both.head(1))
        assert sectoral(historia) == ("NEW", before[1])


LOOKED_UP = ["sueldo_actual", "sueldo_desde", "ultimo_periodo"]


@pytest.mark.parametrize(
    "columnas, never",
    [
        ({"rel_ingreso"}, set(LOOKED_UP)),
        ({"rel_ingreso", "ultimo_periodo"}, {"sueldo_actual", "sueldo_desde"}),
        ({"sueldo_actual"}, {"ultimo_periodo"}),
        ({"sueldo_desde"}, {"ultimo_periodo"}),
    ],
)
def test_what_nobody_reads_is_not_looked_up(office, columnas, never):
    Facts(office, 1)
    found = asked(office, [int(c) for c in CEDULAS], frozenset(columnas)).select(LOOKED_UP)
    known = {c.name for c in found if c.null_count() < found.height}
    assert columnas & set(LOOKED_UP) <= known and not known & never


def test_nobody_asked_for_nobody_found(office):
    Facts(office, 1)
    assert asked(office, [], EVERYTHING).is_empty()
    assert asked(office, [1], EVERYTHING).is_empty()


@pytest.mark.parametrize("movimiento", ["ENT", "MSU", "INS"])
def test_registered_are_the_live_ones_of_those_workers_and_periods(office, movimiento, lines):
    facts = Facts(office, 2)
    asked_for = {"cedula": [int(c) for c in CEDULAS[:3]], "periodo": [202610, 202610, 202611]}
    cedulas, periodos = (each_once(pl.Series(numbers)) for numbers in asked_for.values())
    with office.database.engine.connect() as conn:
        found = Historia(conn, office.empleador_id, lines).registradas(todas()[movimiento], cedulas, periodos)
    expected = [
        (n.sucursal, n.periodo, n.cedula, n.clave, n.datos, n.id)
        for n in facts.novedades
        if (n.empleador_id, n.movimiento, n.anulada_en) == (office.empleador_id, movimiento, None)
        and n.cedula in asked_for["cedula"]
        and n.periodo in asked_for["periodo"]
    ]
    assert sorted(found.rows()) == sorted(expected)


def test_a_chunk_without_a_readable_worker_or_period_finds_nothing_registered(office):
    Facts(office, 2)
    none = each_once(pl.Series([None], dtype=pl.Int64))
    with office.database.engine.connect() as conn:
        assert Historia(conn, office.empleador_id).registradas(todas()["INS"], none, none).is_empty()


def test_a_sueldo_is_the_latest_live_one_and_comes_back_when_it_is_annulled(office):
    hired = office.hire(CEDULAS[0], days_ago=40)  # in October, 600.00

    def present():
        return asked(office, [int(CEDULAS[0])], EVERYTHING).select("sueldo_actual", "sueldo_desde").rows()

    assert present() == [(60000, None)]
    office.all_the_way("MSU", [office.line("MSU", sueldo="900.00")])
    assert present() == [(90000, 202611)]
    office.all_the_way("MSU", [office.line("MSU", sueldo="700.00", mes="10")])  # an earlier period, registered later
    assert present() == [(90000, 202611)]
    anulacion_id = annulment(office, hired.id)
    annul = text("update novedad set anulada_en = '2026-11-20 10:00:00', anulacion_id = :by where valor = :valor")
    for valor, then in ((90000, [(70000, 202610)]), (70000, [(60000, None)])):
        with office.database.writing() as s:
            s.execute(annul, {"by": anulacion_id, "valor": valor})
        assert present() == then


def executed(office, ask):
    """The statements that `ask` runs, with the plan SQLite has for each."""
    seen = []

    def remember(_conn, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    event.listen(office.database.engine, "before_cursor_execute", remember)
    with office.database.engine.connect() as conn:
        ask(conn)
        event.remove(office.database.engine, "before_cursor_execute", remember)
        queries = [(sql, params) for sql, params in seen if sql.lstrip().lower().startswith(("select", "with"))]
        return [
            [row[3] for row in conn.exec_driver_sql(f"explain query plan {sql}", params)] for sql, params in queries
        ]


QUESTIONS = {
    "relaciones": ("ix_relacion_trabajador", "uq_novedad_sueldo"),
    "ultimo_periodo": ("ix_relacion_trabajador", "ix_novedad_relacion"),
    "registradas": ("uq_novedad_viva",),
    "totals": ("uq_novedad_lote_id_linea", "ix_problema_lote_id"),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_history_is_found_by_index(office, question):
    Facts(office, 1)
    cedulas, periodos = each_once(pl.Series([int(c) for c in CEDULAS])), pl.Series([202611])

    def ask(conn):
        historia = Historia(conn, office.empleador_id)
        {
            "relaciones": lambda: historia.relaciones(cedulas, EVERYTHING - {"ultimo_periodo"}),
            "ultimo_periodo": lambda: historia.relaciones(cedulas, frozenset({"ultimo_periodo"})),
            "registradas": lambda: historia.registradas(todas()["ENT"], cedulas, periodos),
            "totals": lambda: problemas.totals(conn, 1),
        }[question]()

    plans = executed(office, ask)
    steps = [step for plan in plans for step in plan]
    assert plans and all(index in "\n".join(steps) for index in QUESTIONS[question])
    assert not [s for s in steps if s.startswith("SCAN") and "json_each" not in s and "CONSTANT" not in s], steps
