"""Lotes that fail, wait, or meet a history that changed; and the one table of states. On both databases."""

import ast
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

import portal
from portal import clock
from portal.config import from_environment
from portal.lotes.estados import MOVES, MoveRefused, move
from portal.lotes.trabajo import leases
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.lotes.trabajo.sweeper import PATIENCE, give_up_undecided, requeue, sweep
from portal.modelos import ArchivoParte, Lote, LoteCambio, Relacion
from portal.modelos.lote import ESTADOS
from tests.lotes.conftest import CEDULAS, HOY, make_config
from tests.lotes.faults import adds_up, later

MINUTE = 60
QUARTER = 15 * MINUTE


def rung(office, seconds):
    calls = []
    sweep(
        office.database,
        office.config,
        lambda job, lote_id, size: calls.append((job, lote_id)) or True,
        later(seconds)(),
    )
    return calls


def spoil(office, lote_id):
    """Our own fault: the stored file can't be unpacked. Gives what mends it."""
    with office.database.writing() as s:
        parte = s.scalars(
            select(ArchivoParte).where(ArchivoParte.archivo_id == s.get_one(Lote, lote_id).archivo_id)
        ).one()
        good, parte.datos = parte.datos, b"spoilt"

    def mend():
        with office.database.writing() as s:
            s.merge(parte).datos = good

    return mend


@pytest.mark.parametrize("job, ends", [("check", "revisado"), ("register", "registrado")])
def test_a_lote_that_fails_too_often_rests_until_a_supervisor_calls_it_back(office, job, ends):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    work = {"check": check, "register": register}[job]
    if job == "register":
        office.check(lote_id)
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
    mend = spoil(office, lote_id)
    for n in range(office.config.reintentos):
        assert rung(office, n * QUARTER) == [(job, lote_id)]
        with pytest.raises(zlib.error):
            work(office.database, office.config, lote_id, later(n * QUARTER))
        assert (office.lote(lote_id).estado, office.lote(lote_id).intentos) == ("fallido", n + 1)
    assert work(office.database, office.config, lote_id, later(9 * QUARTER)) is None
    assert rung(office, 9 * QUARTER) == []
    mend()
    assert requeue(office.database, Lote, lote_id)
    assert rung(office, 9 * QUARTER) == [(job, lote_id)]
    assert work(office.database, office.config, lote_id, later(9 * QUARTER)) == ends
    assert office.lote(lote_id).intentos == 0
    reasons = [c.motivo for c in office.rows(LoteCambio) if c.a == "fallido"]
    assert len(reasons) == office.config.reintentos and all(r.startswith("Falla del portal: ") for r in reasons)


def test_a_failed_lote_is_not_rung_for_at_once(office):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    spoil(office, lote_id)
    with pytest.raises(zlib.error):
        check(office.database, office.config, lote_id, clock.now)
    assert rung(office, PATIENCE - 5) == []
    assert rung(office, PATIENCE + 5) == [("check", lote_id)]


@pytest.mark.parametrize("job", ["check", "register"])
def test_a_lote_that_takes_its_worker_down_too_often_rests_too(office, job):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    claim, work = leases.claim_check, check
    if job == "register":
        office.check(lote_id)
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now())
        claim, work = leases.claim_register, register
    for n in range(office.config.reintentos):
        with office.database.writing() as s:
            assert claim(s, lote_id, later(n * QUARTER)(), office.config.arriendo_segundos, office.config.reintentos)
    assert work(office.database, office.config, lote_id, later(9 * QUARTER)) is None
    assert office.lote(lote_id).estado == "fallido" and office.lote(lote_id).arriendo_de is None
    assert rung(office, 10 * QUARTER) == []
    assert requeue(office.database, Lote, lote_id)
    assert work(office.database, office.config, lote_id, later(10 * QUARTER)) in ("revisado", "registrado")


def test_a_failed_lote_holds_back_the_next_ones_until_it_rests(office):
    office.hire(*CEDULAS[:2])
    first, second = (office.check(office.send("INS", [office.line("INS", c)]).lote_id).id for c in CEDULAS[:2])
    for n, lote_id in enumerate((first, second)):
        decide(office.database, lote_id, "registrar", office.cuenta_id, clock.now() + timedelta(milliseconds=n))
    spoil(office, first)
    for n in range(office.config.reintentos):
        assert register(office.database, office.config, second, later(n * QUARTER)) is None
        with pytest.raises(zlib.error):
            register(office.database, office.config, first, later(n * QUARTER))
    assert register(office.database, office.config, second, later(9 * QUARTER)) == "registrado"


def decided(office, movimiento, lines):
    lote = office.check(office.send(movimiento, lines).lote_id)
    assert lote.correctas
    return lote.id


def test_a_line_whose_history_changed_after_the_check_ends_as_an_error_of_its_lote(office):
    office.hire(*CEDULAS[:3])
    waits = decided(office, "SAL", [office.line("SAL", c) for c in CEDULAS[:3]])
    office.all_the_way("SAL", [office.line("SAL", CEDULAS[1], fecha_salida="20261118")])
    lote = office.register(waits)
    assert office.problems(waits) == [(2, "SAL-01")]
    assert (lote.correctas, lote.registradas, lote.con_error) == (2, 2, 1) and adds_up(lote)
    assert lote.efectos["lineas"] == 2 and lote.por_codigo == {"SAL-01": 1}
    assert [r.salida_linea for r in office.rows(Relacion)].count(1) == 2  # line 1 of each lote


def test_a_line_registered_by_another_lote_after_the_check_is_already_registered(office):
    waits = decided(office, "ENT", [office.line("ENT"), office.line("ENT", CEDULAS[1])])
    other = office.all_the_way("ENT", [office.line("ENT", CEDULAS[1])])
    lote = office.register(waits)
    assert office.problems(waits) == [(2, "YA-01")] and other.registradas == 1
    assert (lote.registradas, lote.ya_registradas, lote.con_error) == (1, 1, 0) and adds_up(lote)


def test_a_repeated_line_stays_repeated_when_the_first_one_falls(office):
    office.hire(*CEDULAS[:2])
    line = office.line("SAL", CEDULAS[0])
    waits = decided(office, "SAL", [line, line, office.line("SAL", CEDULAS[1])])
    office.all_the_way("SAL", [office.line("SAL", CEDULAS[0], fecha_salida="20261118")])
    lote = office.register(waits)
    assert office.problems(waits) == [(1, "SAL-01"), (2, "DUP-01")]
    assert (lote.registradas, lote.con_error, lote.repetidas) == (1, 1, 1) and adds_up(lote)


def test_a_line_in_error_at_the_check_stays_in_error_when_the_history_would_have_it(office):
    office.hire(CEDULAS[0])
    waits = decided(office, "INS", [office.line("INS"), office.line("INS", CEDULAS[1])])
    office.hire(CEDULAS[1], days_ago=30)
    lote = office.register(waits)
    assert office.problems(waits) == [(2, "INS-01")]
    assert (lote.registradas, lote.con_error) == (1, 1) and adds_up(lote)


def test_a_lote_whose_lines_all_fall_registers_nothing_and_stands_in_nobodys_way(office):
    waits = decided(office, "ENT", [office.line("ENT")])
    office.all_the_way("ENT", [office.line("ENT", fecha_ingreso="20261117")])
    lote = office.register(waits)
    assert (lote.estado, lote.registradas, lote.con_error, lote.vigente) == ("registrado", 0, 1, False)
    assert office.send("ENT", [office.line("ENT")]).nuevo


def test_a_lote_keeps_the_business_date_of_its_receipt_across_midnight(office, tmp_path):
    edge = (HOY - timedelta(15)).strftime("%Y%m%d")  # the last day in time; one day later it is late
    lines = [office.line("ENT", CEDULAS[0], fecha_ingreso=edge, fecha_registro=edge)]
    lines += [office.line("ENT", CEDULAS[1], fecha_ingreso="20261121", fecha_registro="20261121")]  # tomorrow
    lote_id = office.send("ENT", lines).lote_id
    office.config = make_config(tmp_path, hoy_fijo=HOY + timedelta(1))
    assert office.check(lote_id).fecha_negocio == HOY
    assert office.problems(lote_id) == [(2, "ENT-02"), (2, "ENT-09")]
    assert office.register(lote_id).registradas == 1
    assert office.problems(lote_id) == [(2, "ENT-02"), (2, "ENT-09")]


def test_what_nobody_decides_is_given_up_after_its_days(office):
    lote_id = office.check(office.send("ENT", [office.line("ENT")]).lote_id).id
    for days, given_up in ((29, 0), (30, 1)):
        config = replace(office.config, hoy_fijo=HOY + timedelta(days))
        assert give_up_undecided(office.database, config, clock.now()) == given_up
    assert office.lote(lote_id).estado == "desistido" and not office.lote(lote_id).vigente


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_days_are_a_setting_and_those_of_the_business_not_of_the_clock(office, tmp_path):
    lote_id = office.check(office.send("ENT", [office.line("ENT")]).lote_id).id
    env = {"PORTAL_DATOS": str(tmp_path), "PORTAL_SIN_DECISION_DIAS": "3", "PORTAL_HOY": f"{HOY + timedelta(2)}"}
    in_a_year = clock.now() + timedelta(366)
    assert give_up_undecided(office.database, from_environment(env), in_a_year) == 0
    env["PORTAL_HOY"] = f"{HOY + timedelta(3)}"
    assert give_up_undecided(office.database, from_environment(env), clock.now()) == 1
    [last] = [cambio.motivo for cambio in office.rows(LoteCambio) if cambio.a == "desistido"]
    assert last == "3 días sin decisión" and office.lote(lote_id).estado == "desistido"


# --- the table of states (dominio 7) ----------------------------------------------------------------------------

ALLOWED = {
    (None, "recibido"),
    ("recibido", "en_cola"),
    ("recibido", "revisando"),
    ("en_cola", "revisando"),
    ("revisando", "revisado"),
    ("revisando", "rechazado"),
    ("revisado", "registrando"),
    ("revisado", "desistido"),
    ("registrando", "registrado"),
    ("revisando", "fallido"),
    ("registrando", "fallido"),
    ("fallido", "revisando"),
    ("fallido", "registrando"),
    ("registrado", "anulado"),
}
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_allowed_moves_are_those_of_the_specification():
    assert set(MOVES) == ALLOWED


@sqlite_only
@pytest.mark.parametrize("de", ESTADOS)
def test_only_moves_of_the_table_are_made_and_each_is_written_down(office, de):
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    for a in ESTADOS:
        with office.database.writing() as s:
            s.execute(text("update lote set estado = :de"), {"de": de})
            s.execute(text("delete from lote_cambio"))
            lote = s.get_one(Lote, lote_id, populate_existing=True)
            version = lote.version
            if (de, a) in ALLOWED:
                move(s, lote, a, clock.now(), "why", cuenta_id=office.cuenta_id)
                s.flush()
                cambio = s.scalars(select(LoteCambio)).one()
                assert (cambio.de, cambio.a, cambio.motivo, cambio.cuenta_id) == (de, a, "why", office.cuenta_id)
                assert lote.estado == a and lote.version > version
            else:
                with pytest.raises(MoveRefused):
                    move(s, lote, a, clock.now(), "why")
                s.flush()
                assert lote.estado == de and not s.scalars(select(LoteCambio)).all()


@sqlite_only
def test_a_lote_with_nothing_registered_stands_in_nobodys_way(office):
    for a, de in (("rechazado", "revisando"), ("desistido", "revisado"), ("anulado", "registrado")):
        lote_id = office.send("ENT", [office.line("ENT", CEDULAS[0])]).lote_id
        with office.database.writing() as s:
            s.execute(text("update lote set estado = :de where id = :id"), {"de": de, "id": lote_id})
            move(s, s.get_one(Lote, lote_id, populate_existing=True), a, clock.now(), "why")
        assert not office.lote(lote_id).vigente


def assigns_estado(tree):
    """Where a state is given to something: `x.estado = …`, `setattr(x, "estado", …)`, `….values(estado=…)`."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        flat = [t for target in targets for t in ast.walk(target or ast.Pass())]
        if any(isinstance(t, ast.Attribute) and t.attr == "estado" and isinstance(t.ctx, ast.Store) for t in flat):
            yield node.lineno
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            named = {k.arg for k in node.keywords} if name in ("Lote", "values", "update") else set()
            literal = {a.value for a in node.args if isinstance(a, ast.Constant)} if name == "setattr" else set()
            if "estado" in named | literal:
                yield node.lineno


def test_one_file_alone_gives_a_lote_its_state():
    root = Path(portal.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path.name != "atenciones.py"  # an attention of the support desk has states too
        and list(assigns_estado(ast.parse(path.read_text())))
    }
    assert found == {"lotes/estados.py"}


def test_no_statement_changes_a_state_behind_the_table():
    root = Path(portal.__file__).parent
    for path in root.rglob("*.py"):
        texts = [n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)]
        assert not [t for t in texts if isinstance(t, str) and "update lote set" in " ".join(t.lower().split())], path


class Cut(BaseException):
    """As a kill: nothing of ours catches it."""


def clock_that_stops(calls):
    """A clock that works so many times, then takes everything down."""
    left = iter(range(calls))

    def now():
        if next(left, None) is None:
            raise Cut
        return clock.now()

    return now


def test_a_register_that_moves_on_may_be_cut_short_more_often_than_it_may_fail(office):
    office.config = replace(office.config, tramo_registro=1, reintentos=2)
    lote = office.check(office.send("ENT", [office.line("ENT", c) for c in CEDULAS]).lote_id)
    decide(office.database, lote.id, "registrar", office.cuenta_id, clock.now())
    for done in range(1, 6):
        with pytest.raises(Cut):
            register(office.database, office.config, lote.id, clock_that_stops(2))  # the claim, and one chunk
        assert office.lote(lote.id).registradas == done
        with office.database.writing() as session:
            session.get_one(Lote, lote.id).arriendo_hasta = clock.now() - timedelta(seconds=1)
    assert register(office.database, office.config, lote.id, clock.now) == "registrado"
