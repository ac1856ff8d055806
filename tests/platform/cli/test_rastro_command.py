"""`rastro`, on both databases: whether the trail is whole, from its first row to the hash noted the last time."""

import csv
import io

import pytest

from tests.platform.desk import Desk
from tests.platform.test_trail import past_the_triggers, walked, written


@pytest.fixture
def desk(database, database_url, tmp_path):
    return Desk(database, database_url, tmp_path)


def test_a_whole_trail_is_told_with_the_hash_to_note(desk):
    assert desk.run("rastro", "verificar") == "El rastro está completo: 0 filas.\n"
    written(desk.database, 4)
    said, huella = desk.run("rastro", "verificar"), walked(desk.database).huella
    assert "completo: 4 filas" in said and f"Última huella: {huella}\n" in said
    assert "Anótela fuera de este equipo" in said and "que anotó sigue" not in said
    assert "La huella que anotó sigue en él" in desk.run("rastro", "verificar", "--hasta", f" {huella.upper()} ")


def test_the_first_row_that_does_not_hold_is_told(desk):
    written(desk.database, 4)
    past_the_triggers(desk.database, "update rastro set motivo = 'otra' where id = 3")
    said = desk.refused("rastro", "verificar")
    assert "El rastro está roto en la fila 3: su contenido no es el que se escribió." in said


def test_a_trail_without_its_end_is_whole_but_for_the_noted_hash(desk):
    written(desk.database, 4)
    noted = walked(desk.database).huella
    past_the_triggers(desk.database, "delete from rastro where id = 4")
    assert "completo: 3 filas" in desk.run("rastro", "verificar")
    said = desk.refused("rastro", "verificar", "--hasta", noted)
    assert "La huella que anotó no está en el rastro" in said and "Quedan 3 filas" in said


@pytest.mark.parametrize("noted", ["", "abc", "g" * 64, "a" * 63])
def test_half_a_hash_is_not_looked_for(desk, noted):
    assert "son 64 letras y números" in desk.refused("rastro", "verificar", "--hasta", noted)


def test_the_trail_leaves_as_a_table_of_ids(desk):
    agente = written(desk.database, 3)
    rows = list(csv.DictReader(io.StringIO(desk.run("rastro", "exportar"))))
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert {(row["cuenta_id"], row["que"], row["motivo"]) for row in rows} == {(str(agente), "ve_lote", "llego")}
    assert rows[0]["en"] == "2026-11-22 15:42:07.123456"
    assert rows[-1]["huella"] == walked(desk.database).huella
