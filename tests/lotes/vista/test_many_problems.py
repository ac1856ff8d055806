"""A file whose lines are wrong in every field: while its problems are written and taken away, others write too."""

import pytest

from portal import bulk, clock
from portal.lotes import problemas
from portal.lotes.trabajo import check as checking
from tests.lotes.conftest import CEDULAS

AT_ONCE = 7
WRONG = ["x;y;z;w;INS;1;abc;Q"] * 12  # each of them five problems and more


@pytest.fixture
def written(office, monkeypatch):
    """How many problems each transaction wrote; between the pieces the database says that others may."""
    monkeypatch.setattr(problemas, "AT_ONCE", AT_ONCE)
    sizes, insert, writing = [], bulk.insert, office.database.writing

    def counted(conn, table, rows):
        if table == "problema":
            sizes[-1] += rows.height
        return insert(conn, table, rows)

    def begun(**how):
        sizes.append(0)
        return writing(**how)

    monkeypatch.setattr(bulk, "insert", counted)
    monkeypatch.setattr(office.database, "writing", begun)
    return sizes


def test_no_transaction_writes_all_that_is_said_of_a_file(office, written):
    lote = office.check(office.send("INS", [*WRONG, office.line("INS", CEDULAS[0])]).lote_id)
    said = office.problems(lote.id)
    assert lote.estado == "revisado" and lote.con_error == 13
    assert sum(written) == len(said) > 5 * AT_ONCE and max(written) == AT_ONCE
    assert said == sorted(said, key=lambda one: one[0])


def test_nor_takes_all_of_it_away_when_it_is_checked_again(office, written, monkeypatch):
    lote = office.check(office.send("INS", WRONG).lote_id)
    said, breaths, left = office.problems(lote.id), [], []
    let, take_away = office.database.let_others_write, problemas.take_away

    def taken(conn, lote_id):
        before = conn.exec_driver_sql("select count(*) from problema").scalar()
        more = take_away(conn, lote_id)
        left.append(before - conn.exec_driver_sql("select count(*) from problema").scalar())
        return more

    monkeypatch.setattr(problemas, "take_away", taken)
    monkeypatch.setattr(office.database, "let_others_write", lambda: (breaths.append(1), let()))
    with office.database.writing() as session:
        lote = session.merge(lote)
        lote.estado = "en_cola"
    office.check(lote.id)
    a_line = len(said) // len(WRONG)
    assert sum(left) == len(said) and max(left) <= AT_ONCE + a_line and len(breaths) >= len(left) - 1 > 3
    assert office.problems(lote.id) == said


def test_a_check_that_lost_its_lease_says_no_more(office, written, monkeypatch):
    lote_id = office.send("INS", WRONG).lote_id

    def lost():
        with office.database.writing() as session:
            session.get(checking.Lote, lote_id).arriendo_de = "another"

    monkeypatch.setattr(office.database, "let_others_write", lost)
    assert checking.check(office.database, office.config, lote_id, clock.now) is None
    assert len(office.problems(lote_id)) == AT_ONCE
