"""From a file to the history, on both databases."""

from portal.lotes.trabajo.decide import decide
from portal.modelos import LoteCambio, Novedad, Relacion
from tests.lotes.conftest import CEDULAS


def sums_up(lote):
    return lote.leidas == lote.registradas + lote.con_error + lote.repetidas + lote.ya_registradas


def test_a_clean_file_is_registered_whole(office):
    lote = office.all_the_way("ENT", [office.line("ENT", c) for c in CEDULAS])
    assert (lote.estado, lote.leidas, lote.registradas) == ("registrado", 6, 6)
    assert sums_up(lote)
    assert [r.cedula for r in office.rows(Relacion)] == sorted(int(c) for c in CEDULAS)
    assert all(n.relacion_id and n.valor == 60000 for n in office.rows(Novedad))
    moves = [(c.de, c.a) for c in office.rows(LoteCambio)]
    assert moves == [
        (None, "recibido"),
        ("recibido", "revisando"),
        ("revisando", "revisado"),
        ("revisado", "registrando"),
        ("registrando", "registrado"),
    ]


def test_the_four_movements_change_the_history(office):
    office.hire(*CEDULAS[:3])
    assert office.all_the_way("MSU", [office.line("MSU", c, sueldo="700.00") for c in CEDULAS[:3]]).registradas == 3
    assert office.all_the_way("INS", [office.line("INS", c) for c in CEDULAS[:3]]).registradas == 3
    out = office.all_the_way("SAL", [office.line("SAL", CEDULAS[0])])
    assert out.registradas == 1 and out.efectos["planilla"] == -70000
    closed = [r for r in office.rows(Relacion) if r.salida]
    assert [(r.cedula, r.salida_lote_id, r.salida_linea) for r in closed] == [(int(CEDULAS[0]), out.id, 1)]


def test_bad_lines_stay_out_and_the_rest_goes_in(office):
    office.hire(CEDULAS[0], CEDULAS[1])
    lines = [
        office.line("INS", CEDULAS[0]),
        office.line("INS", "0912791804"),
        office.line("INS", CEDULAS[2]),
        office.line("INS", CEDULAS[0]),
        "x;y;z",
        office.line("INS", CEDULAS[1], valor="10.00"),
        office.line("INS", CEDULAS[1], valor="11.00"),
        office.line("INS", "6112345678"),
    ]
    lote = office.check(office.send("INS", lines).lote_id)
    assert office.problems(lote.id) == [
        (2, "IDE-01"),
        (3, "INS-01"),
        (4, "DUP-01"),
        (5, "LIN-01"),
        (6, "DUP-02"),
        (7, "DUP-02"),
        (8, "INS-01"),
    ]
    assert (lote.correctas, lote.con_error, lote.repetidas, lote.ya_registradas) == (1, 6, 1, 0)
    lote = office.register(lote.id)
    assert (lote.registradas, lote.con_error, lote.repetidas) == (1, 6, 1) and sums_up(lote)
    assert [(n.linea, n.valor) for n in office.rows(Novedad) if n.movimiento == "INS"] == [(1, 8750)]


def test_a_hire_sent_again_is_already_registered_and_nothing_else(office):
    first = office.all_the_way("ENT", [office.line("ENT")])
    again = office.all_the_way("ENT", [office.line("ENT"), office.line("ENT", CEDULAS[1])])
    assert office.problems(again.id) == [(1, "YA-01")]
    assert (again.registradas, again.ya_registradas) == (1, 1) and sums_up(again)
    with office.database.reading() as s:
        from portal.modelos import Problema

        said = s.query(Problema).filter_by(lote_id=again.id).one()
        assert s.get_one(Novedad, said.novedad_id).lote_id == first.id and said.otra is None


def test_the_same_key_with_other_values_is_an_error(office):
    office.hire(CEDULAS[0])
    office.all_the_way("INS", [office.line("INS")])
    lote = office.check(office.send("INS", [office.line("INS", valor="99.00")]).lote_id)
    assert office.problems(lote.id) == [(1, "YA-02")]
    assert (lote.con_error, lote.correctas) == (1, 0)


def test_lines_in_error_that_are_late_from_tomorrow_are_counted(office):
    from datetime import timedelta

    from tests.lotes.conftest import HOY

    def entry(cedula, days):
        day = (HOY - timedelta(days)).strftime("%Y%m%d")
        return office.line("ENT", cedula, fecha_ingreso=day, sueldo="0.00")

    office.hire(CEDULAS[5])
    lines = [entry(c, n) for c, n in zip(CEDULAS, (14, 15, 15, 16), strict=False)]
    lote = office.all_the_way("ENT", [*lines, office.line("ENT", CEDULAS[4])])
    assert lote.con_error == 4 and lote.registradas == 1
    assert lote.efectos["vencen_hoy"] == 2


def test_a_second_decision_changes_nothing(office):
    office.hire(CEDULAS[0])
    lote = office.check(office.send("INS", [office.line("INS")]).lote_id)
    from portal import clock

    assert decide(office.database, lote.id, "desistir", office.cuenta_id, clock.now())
    assert not decide(office.database, lote.id, "registrar", office.cuenta_id, clock.now())
    assert office.lote(lote.id).estado == "desistido"


def test_a_clean_file_registers_by_itself_when_asked(office):
    lote = office.check(office.send("ENT", [office.line("ENT")], auto=True).lote_id)
    assert lote.estado == "registrando" and lote.decidido_por == office.cuenta_id


def test_a_file_with_one_error_waits_for_the_decision_even_when_asked(office):
    lote = office.check(office.send("ENT", [office.line("ENT"), "x"], auto=True).lote_id)
    assert lote.estado == "revisado"


def test_a_file_of_another_movement_is_refused_whole(office):
    lote = office.check(office.send("MSU", [office.line("INS")]).lote_id)
    assert lote.estado == "rechazado"
    assert lote.falla == {"codigo": "ARC-06", "otro": "INS", "elegido": "MSU"}
    assert not office.problems(lote.id)
