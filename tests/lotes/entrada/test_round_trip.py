"""Lines in error given back, mended and sent again: understood as they are, and tied to the lote they came from."""

import pytest
from sqlalchemy import select

from portal.files.written.workbook import errors_xlsx
from portal.files.written.writer import errors_txt
from portal.lotes.vista.consulta import mending
from portal.lotes.vista.errores import columns_of, lines_in_error
from portal.modelos import Novedad
from portal.revision.plan import plan
from tests.lotes.conftest import CEDULAS


def returned(office, lote, kind):
    nov, rows = lines_in_error(office.database, office.config, lote.id)
    if kind == "xlsx":
        return errors_xlsx(columns_of(nov), rows, lote.numero)
    return errors_txt(plan(nov).nombres, ((fields, causa, arreglo) for fields, causa, arreglo, _ in rows), lote.numero)


@pytest.mark.parametrize("kind", ["txt", "xlsx"])
def test_sent_back_as_it_is_it_says_the_same_again_and_which_lote_it_is_of(office, kind):
    office.hire(*CEDULAS[:3])
    lines = [
        office.line("INS", CEDULAS[0]),
        office.line("INS", CEDULAS[1], valor="=1+1"),
        office.line("INS", CEDULAS[5]),
    ]
    first = office.all_the_way("INS", lines)
    assert (first.registradas, first.con_error) == (1, 2)
    again = office.check(office.send("INS", returned(office, first, kind), nombre=f"errores.{kind}").lote_id)
    assert [codigo for _, codigo in office.problems(again.id)] == [codigo for _, codigo in office.problems(first.id)]
    assert again.entendido["devuelto_de"] == first.numero and again.corrige_id == first.id
    with office.database.reading() as session:
        assert mending(session, office.lote(again.id)) == (first.numero, [])
        assert mending(session, office.lote(first.id)) == (None, [again.numero])


def test_mended_in_the_text_only_those_lines_are_registered(office):
    office.hire(*CEDULAS[:2])
    lines = [office.line("INS", CEDULAS[0]), office.line("INS", CEDULAS[1], valor="10.005")]
    first = office.all_the_way("INS", lines)
    mended = returned(office, first, "txt").decode("utf-8-sig").replace(";10.005;", ";10.01;")
    second = office.all_the_way("INS", mended.encode())
    assert (second.leidas, second.registradas, second.con_error) == (1, 1, 0)
    with office.database.reading() as session:
        values = session.scalars(select(Novedad.valor).where(Novedad.movimiento == "INS").order_by(Novedad.valor))
        assert list(values) == [1001, 8750]


def test_a_number_of_another_empleadors_lote_ties_nothing(office):
    office.hire(CEDULAS[0])
    lote = office.check(office.send("INS", [office.line("INS") + ";#ERROR;2026-000777-1;causa;arreglo"]).lote_id)
    assert lote.correctas == 1 and lote.corrige_id is None
