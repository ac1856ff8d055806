"""`lotes reencolar`, on both databases: what failed for good is tried again, by its number."""

import pytest
from sqlalchemy import update

from portal import clock
from portal.lotes.trabajo.annul import Pedido, ask
from portal.modelos import Lote
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


def test_all_that_failed_gets_its_tries_back_at_once(desk, office):
    assert "No hay lotes ni anulaciones con falla" in desk.run("lotes", "reencolar", "--todos")
    lote = office.hire(CEDULAS[0])
    sent = [office.send("INS", [office.line("INS", c)]).numero for c in CEDULAS[1:3]]
    anulacion = ask(office.database, Pedido(lote.id, office.cuenta_id, "Se envió por error", None), HOY, clock.now())
    with office.database.writing() as s:
        s.execute(update(Lote).where(Lote.numero.in_(sent)).values(estado="fallido", intentos=8, caidas=1))
    failed_for_good(office, anulacion, "fallida")
    said = desk.run("lotes", "reencolar", "--todos")
    assert all(numero in said for numero in (*sent, anulacion.numero)) and "Vuelven a intentarse: 3" in said
    assert lote.numero not in said
    assert desk.rows("select intentos, caidas from lote where estado = 'fallido'") == [(0, 1), (0, 1)]
    assert tries(desk, "anulacion") == 0


@pytest.mark.parametrize("given", [[], ["2026-000001-0", "--todos"]])
def test_a_number_or_all_and_not_both(desk, given):
    assert "Diga un número, o --todos" in desk.refused("lotes", "reencolar", *given)
