"""`lotes reencolar`, on both databases: what failed for good is tried again, by its number."""

import pytest
from sqlalchemy import update

from portal import clock
from portal.lotes.annul import Pedido, ask
from tests.lotes.conftest import CEDULAS, HOY, Office, make_config
from tests.platform.desk import Desk


@pytest.fixture
def desk(database, database_url, tmp_path):
    return Desk(database, database_url, tmp_path)


@pytest.fixture
def office(database, tmp_path):
    return Office(database, make_config(tmp_path))


def failed_for_good(office, row, estado):
    with office.database.writing() as s:
        s.execute(update(type(row)).where(type(row).id == row.id).values(estado=estado, intentos=3))


def tries(desk, table):
    return desk.rows(f"select intentos from {table} order by id desc limit 1")[0][0]


def test_a_lote_and_an_annulment_get_their_tries_back(desk, office):
    lote = office.hire(CEDULAS[0])
    anulacion = ask(office.database, Pedido(lote.id, office.cuenta_id, "Se envió por error", None), HOY, clock.now())
    assert f"está «{lote.estado}»" in desk.refused("lotes", "reencolar", lote.numero)
    assert "está «pedida»" in desk.refused("lotes", "reencolar", anulacion.numero)
    for row, estado, table in ((lote, "fallido", "lote"), (anulacion, "fallida", "anulacion")):
        failed_for_good(office, row, estado)
        assert tries(desk, table) == 3
        assert f"{row.numero} vuelve a intentarse" in desk.run("lotes", "reencolar", row.numero.replace("-", " "))
        assert tries(desk, table) == 0


@pytest.mark.parametrize("numero", ["", "hola", "2026-000999-9", "2026-000123-7"])
def test_a_number_that_nobody_has_is_told_so(desk, numero):
    assert f"No hay un lote ni una anulación con el número «{numero}»" in desk.refused("lotes", "reencolar", numero)
