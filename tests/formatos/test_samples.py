"""What an empleador downloads checks without errors and is never registered, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.cuentas.usuario import EmpleadorActual
from portal.files.columns import check_digit_holds
from portal.files.reader import Limites, open_table
from portal.files.written.writer import write_txt
from portal.lotes.entrada.muestras import sample_lines, template_rows
from portal.lotes.trabajo.decide import NoSeRegistra
from portal.modelos import Relacion
from portal.novedades import todas
from portal.revision.plan import formato
from tests.lotes.conftest import CEDULAS, HOY, RUC, Office, make_config

NOVEDADES = list(todas())
ACTIVE = [codigo for codigo, nov in todas().items() if nov.efecto != "abre_relacion"]


@pytest.fixture
def office(database, tmp_path):
    return Office(database, make_config(tmp_path))


def who(office, tipo="privada"):
    return EmpleadorActual(office.empleador_id, RUC, "EMPRESA DE PRUEBA S.A.", tipo)


def lines_of(office, codigo, function=sample_lines, hoy=HOY, tipo="privada", **how):
    with office.database.reading() as session:
        return function(session, who(office, tipo), todas()[codigo], hoy, **how)


def sent(office, codigo, lines, hoy=HOY):
    return office.check(office.send(codigo, write_txt(lines), hoy=hoy).lote_id)


@pytest.mark.parametrize("codigo", NOVEDADES)
def test_the_sample_checks_without_errors_and_is_not_registered(office, codigo):
    office.hire(*CEDULAS[:3], days_ago=500)
    office.hire(CEDULAS[3], days_ago=0, sueldo="1234.56")
    sample = lines_of(office, codigo)
    assert len(sample.lineas) in ((1,) if todas()[codigo].muestra_sola else (3, 4))  # who came today has few hours
    lote = sent(office, codigo, sample.lineas)
    if todas()[codigo].muestra_de_nadie:
        assert (lote.correctas, lote.con_error, lote.no_se_registra) == (0, 1, True)
        return
    assert (lote.correctas, lote.con_error) == (len(sample.lineas), 0), office.problems(lote.id)
    with pytest.raises(NoSeRegistra):
        office.register(lote.id)


@pytest.mark.parametrize("codigo", ["MSU", "INS"])
def test_whoever_has_the_novedad_this_month_is_left_out_of_the_sample(office, codigo):
    office.hire(*CEDULAS[:3])
    office.all_the_way(codigo, [office.line(codigo, CEDULAS[0])])
    assert sorted(line[5] for line in lines_of(office, codigo).lineas) == sorted(CEDULAS[1:3])


def test_who_entered_today_may_leave_today_in_the_sample(office):
    office.hire(CEDULAS[0], days_ago=0)
    with office.database.writing() as session:
        session.query(Relacion).update({"ingreso": HOY})
    lines = lines_of(office, "SAL").lineas
    assert [(line[5], line[6]) for line in lines] == [(CEDULAS[0], "20261120")]
    assert sent(office, "SAL", lines).con_error == 0


def test_nobody_active_gives_no_lines(office):
    active = [codigo for codigo in ACTIVE if not todas()[codigo].muestra_de_nadie]
    assert [lines_of(office, codigo).lineas for codigo in active] == [[] for _ in active]
    assert lines_of(office, "SAL", template_rows).lineas == []


def test_who_left_today_is_not_hired_again_today(office):
    office.hire(CEDULAS[0])
    office.all_the_way("SAL", [office.line("SAL", CEDULAS[0], fecha_salida=f"{HOY:%Y%m%d}")])
    (line,) = lines_of(office, "ENT").lineas
    assert line[5] != CEDULAS[0] and check_digit_holds(line[5])


def test_a_former_worker_enters_again_after_leaving(office):
    office.hire(*CEDULAS[:3])
    out = [(CEDULAS[0], 1), (CEDULAS[1], 2)]
    for cedula, days in out:
        day = f"{HOY - timedelta(days=days):%Y%m%d}"
        office.all_the_way("SAL", [office.line("SAL", cedula, fecha_salida=day)])
    [line] = lines_of(office, "ENT").lineas
    assert line[5] in CEDULAS[:2] and line[6] == "20261120"
    assert sent(office, "ENT", [line]).con_error == 0


def test_a_made_up_person_is_nobody_the_portal_knows(office):
    (first,) = lines_of(office, "ENT").lineas
    assert check_digit_holds(first[5]) and first[5] not in CEDULAS
    office.all_the_way("ENT", write_txt([["CONTADORA" if field == "EJEMPLO" else field for field in first]]))
    (second,) = lines_of(office, "ENT").lineas
    assert second[5] != first[5] and check_digit_holds(second[5])


@pytest.mark.parametrize(
    "tipo, codigo", [("publica", "1"), ("privada", "2"), ("natural_ecuatoriana", "3"), ("natural_extranjera", "3")]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_kind_of_empleador_stands_in_the_sample(office, tipo, codigo):
    (line,) = lines_of(office, "ENT", tipo=tipo).lineas
    assert line[10] == codigo


def test_templates_and_samples_stop_at_their_limit_and_say_so(office):
    office.hire(*CEDULAS[:4])
    assert len(lines_of(office, "INS", limit=3).lineas) == 3 and lines_of(office, "INS", limit=3).mas
    assert len(lines_of(office, "INS", limit=4).lineas) == 4 and not lines_of(office, "INS", limit=4).mas
    template = lines_of(office, "INS", template_rows, limit=3)
    assert len(template.lineas) == 3 and template.mas
    assert not lines_of(office, "INS", template_rows, limit=4).mas


def test_another_empleadors_workers_are_never_in_it(office):
    office.hire(CEDULAS[0])
    other = EmpleadorActual(office.empleador_id + 1, "1799000012001", "OTRA", "privada")
    with office.database.reading() as session:
        for nov in todas().values():
            for function in (template_rows, sample_lines):
                assert CEDULAS[0] not in {line[5] for line in function(session, other, nov, HOY).lineas}


def test_the_template_has_the_head_filled_and_the_rest_empty(office):
    office.hire(CEDULAS[0])
    assert lines_of(office, "SAL", template_rows).lineas == [
        [RUC, "0001", "2026", "11", "SAL", CEDULAS[0], "", "", ""],
    ]
    assert lines_of(office, "ENT", template_rows).lineas == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_filled_template_is_read_as_a_file_with_a_header(office):
    office.hire(*CEDULAS[:2])
    nov = todas()["INS"]
    rows = lines_of(office, "INS", template_rows).lineas
    header = [campo for campo in formato(nov).campos]
    contenido = write_txt(rows, [names[0] for names in header])
    tabla = open_table(contenido, "INS-plantilla.txt", formato(nov), Limites(10**6, 100))
    assert tabla.entendido.encabezado and tabla.lineas == 2


@pytest.mark.parametrize("hoy", [date(2026, 11, 20), date(2025, 3, 31), date(2024, 2, 29), date(2026, 1, 1)], ids=str)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_samples_are_good_on_any_day(office, hoy):
    office.hire(*CEDULAS[:2], days_ago=1200)
    for codigo in NOVEDADES:
        sample = lines_of(office, codigo, hoy=hoy)
        assert sample.lineas
        assert sent(office, codigo, sample.lineas, hoy=hoy).con_error == todas()[codigo].muestra_de_nadie
