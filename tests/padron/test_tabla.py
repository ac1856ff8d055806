"""The register in the portal's own table, on both databases."""

import pytest
from sqlalchemy import event, text

from portal.padron import Padron, open_padron
from tests.lotes.conftest import make_config

PEOPLE = "(6112345678, true, 'JEAN'), (6112345679, true, null), (912791803, false, 'ANA')"


@pytest.fixture
def conn(database):
    with database.writing() as s:
        s.execute(text(f"insert into afiliado (cedula, extranjero, nombre) values {PEOPLE}"))
    with database.engine.connect() as conn:
        yield conn


@pytest.fixture
def padron(conn, tmp_path) -> Padron:
    return open_padron(make_config(tmp_path), conn)


def test_foreigners_are_those_the_institute_knows_as_such(padron):
    asked = [6112345678, 6112345679, 6112345670, 912791803]
    assert padron.extranjeros(asked) == {6112345678, 6112345679}


def test_names_are_those_that_are_known(padron):
    assert padron.nombres([6112345678, 6112345679, 912791803, 1]) == {6112345678: "JEAN", 912791803: "ANA"}


def test_nobody_asked_is_nobody_found(padron):
    assert padron.extranjeros([]) == set() and padron.nombres([]) == {}


def test_many_are_asked_for_in_one_statement(padron, conn):
    seen = []
    event.listen(conn, "before_cursor_execute", lambda *call: seen.append(call[2]))
    many = range(6_112_345_000, 6_112_445_000)
    assert len(padron.extranjeros(many)) == 2 and len(padron.nombres(many)) == 1
    assert len([sql for sql in seen if sql.startswith("select")]) == 2
