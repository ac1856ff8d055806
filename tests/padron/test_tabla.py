"""The register in the portal's own table, on both databases."""

from sqlalchemy import text

from portal.padron import registered_foreigners


def test_foreigners_are_those_the_institute_knows_as_such(database):
    with database.writing() as s:
        s.execute(text("insert into afiliado (cedula, extranjero) values (6112345678, true), (912791803, false)"))
    with database.engine.connect() as conn:
        assert registered_foreigners(conn, [6112345678, 6112345679, 912791803]) == {6112345678}
