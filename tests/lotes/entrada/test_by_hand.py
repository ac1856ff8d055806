"""The portal's own sample is registered by no way in, whatever dates it carries; no leave registers by itself."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from xlsxwriter import Workbook

from portal import clock
from portal.cuentas.usuario import EmpleadorActual
from portal.files.written.writer import write_txt
from portal.lotes.entrada.muestras import sample_lines
from portal.lotes.entrada.receive import receive_again
from portal.lotes.estados import MoveRefused, move
from portal.lotes.trabajo import a_mano
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo.decide import NoSeRegistra, decide
from portal.modelos import Lote, Novedad
from portal.novedades import todas
from portal.novedades.ejemplos import CEDULA, RUC, good_line
from portal.novedades.muestra import moves, sample_line
from portal.revision.plan import plan
from tests.lotes.conftest import CEDULAS, HOY

NOVEDADES = list(todas())
PEOPLE = CEDULAS[1:]  # the first is the one of the public samples
#: whose sample is known again by its values; that of the others is of a made-up person
KNOWN = [codigo for codigo in NOVEDADES if not todas()[codigo].muestra_de_nadie]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def sample(office, codigo, hoy=HOY):
    who = EmpleadorActual(office.empleador_id, RUC, "EMPRESA DE PRUEBA S.A.", "privada")
    with office.database.reading() as session:
        lines = sample_lines(session, who, todas()[codigo], hoy).lineas
    assert lines
    return lines


def reasons(lote):
    return [one["motivo"] for one in lote.a_mano or ()]


def refused(office, lote):
    """It waits, it says that it is the sample, and nobody can have it registered."""
    assert (lote.estado, lote.con_error) == ("revisado", 0), office.problems(lote.id)
    assert lote.no_se_registra and "muestra" in reasons(lote)
    with pytest.raises(NoSeRegistra):
        decide(office.database, lote.id, "registrar", office.cuenta_id, clock.now())
    after = office.lote(lote.id)
    assert (after.estado, after.decidido_en) == ("revisado", None)


def checked(office, codigo, contenido, **how):
    return office.check(office.send(codigo, contenido, auto=True, **how).lote_id)


def with_dates(codigo, line, day):
    """The same line with every date moved to that day, and with it the month and the period."""
    nov = todas()[codigo]
    moved = good_line(nov, day + timedelta(days=1))
    names = [c.nombre for c in plan(nov).campos]
    head = {"anio": f"{day:%Y}", "mes": f"{day:%m}"}
    dates = {c.nombre: moved[names.index(c.nombre)] for c in nov.campos if moves(c) and c.nombre != "tipo_empleador"}
    return [({**head, **dates}).get(name, value) for name, value in zip(names, line, strict=False)]


@pytest.fixture
def staffed(office):
    office.hire(*PEOPLE, days_ago=500)
    return office


def test_sent_as_it_is_it_never_registers(staffed):
    for codigo in KNOWN:
        refused(staffed, checked(staffed, codigo, write_txt(sample(staffed, codigo))))
        assert not [n for n in staffed.rows(Novedad) if n.movimiento == codigo != "ENT"]


@SQLITE
@pytest.mark.parametrize("day", [date(2026, 11, 18), date(2026, 11, 10), date(2026, 10, 20)], ids=str)
def test_nor_with_its_dates_moved(staffed, day):
    for codigo in KNOWN:
        lines = [with_dates(codigo, line, day) for line in sample(staffed, codigo)]
        lote = checked(staffed, codigo, write_txt(lines))
        assert lote.correctas == len(lines), (codigo, staffed.problems(lote.id))
        refused(staffed, lote)


@SQLITE
def test_nor_one_that_was_made_on_another_day_and_before_others_came(office):
    office.hire(*PEOPLE[:3], days_ago=500)
    before = {codigo: sample(office, codigo, HOY - timedelta(days=3)) for codigo in KNOWN}
    office.hire(PEOPLE[3], days_ago=2)
    for codigo, lines in before.items():
        refused(office, checked(office, codigo, write_txt(lines)))


@SQLITE
@pytest.mark.parametrize("codigo", ["SAL", "RRT", "MSU"])
def test_nor_when_others_have_the_novedad_already_or_came_since(staffed, codigo):
    """Whom the sample names changes with what is registered: what it says does not."""
    before = sample(staffed, codigo)
    staffed.all_the_way(codigo, [staffed.line(codigo, cedula) for cedula in PEOPLE[:3]])
    staffed.hire(CEDULAS[0], days_ago=400)
    for lines in (sample(staffed, codigo), [line for line in before if line[5] not in PEOPLE[:3]]):
        if lines:
            refused(staffed, checked(staffed, codigo, write_txt(lines)))


@SQLITE
def test_nor_the_same_worker_twice(staffed):
    for codigo in ("SAL", "RRT"):
        [line] = sample(staffed, codigo)
        lote = checked(staffed, codigo, write_txt([line, with_dates(codigo, line, HOY - timedelta(days=2))]))
        assert lote.estado == "revisado" and (lote.no_se_registra or not lote.correctas)


@SQLITE
def test_one_of_a_made_up_person_is_in_error_and_says_what_it_is(staffed):
    for codigo in set(NOVEDADES) - set(KNOWN):
        moved = with_dates(codigo, sample(staffed, codigo)[0], date(2026, 11, 2))
        for lines in (sample(staffed, codigo), [moved], [sample_line(todas()[codigo], HOY)]):
            lote = checked(staffed, codigo, write_txt(lines))
            assert (lote.estado, lote.correctas, lote.con_error, lote.no_se_registra) == ("revisado", 0, 1, True)
            assert reasons(lote) == ["muestra"]


@SQLITE
def test_the_values_of_such_a_sample_are_honest_for_a_worker(staffed):
    line = staffed.line("MND", PEOPLE[0], fecha_inicio="20261103", dias="27")
    assert staffed.register(checked(staffed, "MND", [line]).id).registradas == 1
    line = staffed.line("RRT", PEOPLE[0], relacion_nueva="109")
    assert staffed.register(checked(staffed, "RRT", [line]).id).registradas == 1


@SQLITE
def test_nor_the_public_one(office):
    refused(office, checked(office, "ENT", write_txt([sample_line(todas()["ENT"], HOY)])))
    office.hire(CEDULA, days_ago=500)
    for codigo in KNOWN[1:]:
        refused(office, checked(office, codigo, write_txt([sample_line(todas()[codigo], HOY)])))


def _zip(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("datos.txt", text)
    return packed.getvalue()


def _book(text):
    kept = io.BytesIO()
    with Workbook(kept) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(text.decode().split()):
            for column, field in enumerate(line.split(";")):
                sheet.write_string(row, column, field)
    return kept.getvalue()


def _header(codigo, text):
    return ";".join(plan(todas()[codigo]).nombres).encode() + b"\r\n" + text


OTHERWISE = {
    "zip": lambda codigo, text: ("a.zip", _zip(text)),
    "gz": lambda codigo, text: ("a.gz", gzip.compress(text)),
    "xlsx": lambda codigo, text: ("a.xlsx", _book(text)),
    "utf16": lambda codigo, text: ("a.txt", text.decode().encode("utf-16")),
    "comma": lambda codigo, text: ("a.csv", text.replace(b";", b",")),
    "header": lambda codigo, text: ("a.txt", _header(codigo, text)),
    "reordered": lambda codigo, text: ("a.txt", b"\r\n".join(reversed(text.split()))),
    "padded": lambda codigo, text: ("a.txt", re.sub(rb";(\d+\.\d\d)", rb";0000\1", text)),
    "fewer": lambda codigo, text: ("a.txt", text.split()[0]),
    "twice": lambda codigo, text: ("a.txt", text + text),
}


@SQLITE
@pytest.mark.parametrize("codigo", ["SAL", "ENT", "INS", "RRT"])
def test_nor_written_otherwise(staffed, codigo):
    text = write_txt(sample(staffed, codigo))
    for how, write in OTHERWISE.items():
        nombre, contenido = write(codigo, text)
        lote = checked(staffed, codigo, contenido, nombre=nombre)
        assert lote.no_se_registra, how
        refused(staffed, lote)


@SQLITE
def test_nor_checked_again(staffed):
    for codigo in KNOWN:
        first = checked(staffed, codigo, write_txt(sample(staffed, codigo)))
        again = receive_again(staffed.database, first.id, staffed.cuenta_id, HOY, clock.now())
        assert again.nuevo
        refused(staffed, staffed.check(again.lote_id))


@SQLITE
def test_neither_the_move_nor_the_job_lets_it_through(staffed):
    for codigo in KNOWN:
        lote = checked(staffed, codigo, write_txt(sample(staffed, codigo)))
        now = clock.now()
        with staffed.database.writing() as session, pytest.raises(MoveRefused):
            move(session, session.get_one(Lote, lote.id), "registrando", now, "A la fuerza")
        with staffed.database.writing() as session:  # as if it had been decided all the same
            row = session.get_one(Lote, lote.id)
            row.estado, row.decidido_en, row.decidido_por = "registrando", now, staffed.cuenta_id
        with pytest.raises(registering.NotToRegister):
            registering.register(staffed.database, staffed.config, lote.id, clock.now)
        assert staffed.lote(lote.id).registradas == 0
        assert not [n for n in staffed.rows(Novedad) if n.lote_id == lote.id]
        with staffed.database.writing() as session:  # or the next one waits for its turn
            session.get_one(Lote, lote.id).estado = "desistido"


# --- what is no sample ---------------------------------------------------------------------------------------------
CHANGED = {
    "ENT": "cargo", "SAL": "causa", "MSU": "sueldo", "INS": "valor", "PFM": "sueldo_total", "PFR": "sueldo_total",
    "PFN": "sueldo_total", "PPF": "sueldo_total", "PRA": "valor_incremento", "MND": "dias", "RHT": "horas",
    "RRT": "relacion_nueva",
}  # fmt: skip
REAL = {"cargo": "CONTADORA", "causa": "V", "dias": "1", "horas": "160", "relacion_nueva": "53"}


@SQLITE
@pytest.mark.parametrize("codigo", KNOWN)
def test_with_its_values_changed_it_is_an_honest_file(staffed, codigo):
    names, field = plan(todas()[codigo]).nombres, CHANGED[codigo]
    at = names.index(field)
    lines = [[*line[:at], REAL.get(field, "912.40"), *line[at + 1 :]] for line in sample(staffed, codigo)]
    lote = staffed.check(staffed.send(codigo, write_txt(lines)).lote_id)
    assert not {"muestra", "muestra_en_parte"} & set(reasons(lote))
    assert staffed.register(lote.id).registradas == len(lines)


@SQLITE
def test_a_leave_of_whatever_cause_is_honest_unless_it_is_the_samples(staffed):
    named = sample(staffed, "SAL")[0][5]
    for causa in "TVBRDIAS":
        line = staffed.line("SAL", named, causa=causa)
        assert staffed.check(staffed.send("SAL", [line]).lote_id).no_se_registra == (causa == "S")
    others = [staffed.line("SAL", cedula, causa="S") for cedula in PEOPLE]
    assert all(staffed.check(staffed.send("SAL", [line]).lote_id).no_se_registra for line in others)


@SQLITE
def test_several_leaves_with_the_samples_cause_are_honest(staffed):
    lines = [staffed.line("SAL", cedula, causa="S") for cedula in PEOPLE[:2]]
    assert not staffed.check(staffed.send("SAL", lines).lote_id).no_se_registra


@SQLITE
def test_lines_of_the_sample_among_others_wait_and_are_told(staffed):
    lines = [";".join(line) for line in sample(staffed, "INS")[:2]] + [staffed.line("INS", PEOPLE[4], valor="31.20")]
    lote = checked(staffed, "INS", lines)
    assert (lote.estado, lote.no_se_registra) == ("revisado", False)
    [said] = a_mano.said(lote)
    assert "2 líneas" in said.porque and not said.impide
    assert staffed.register(lote.id).registradas == 3


# --- leaves ----------------------------------------------------------------------------------------------------------
def test_leaves_never_register_by_themselves(staffed):
    lote = checked(staffed, "SAL", [staffed.line("SAL", PEOPLE[0])])
    assert lote.estado == "revisado" and reasons(lote) == ["cierra_muchas", "salidas"]
    assert staffed.register(lote.id).registradas == 1


@SQLITE
def test_from_a_fifth_of_the_open_relaciones_on_the_page_says_how_many(office):
    office.hire(*CEDULAS)
    for closed, said in (
        (2, "Cierra 2 de 6 relaciones abiertas: 33\u00a0%."),
        (6, "Cierra 6 de 6 relaciones abiertas: 100\u00a0%."),
    ):
        lote = office.check(office.send("SAL", [office.line("SAL", cedula) for cedula in CEDULAS[:closed]]).lote_id)
        assert [one.porque for one in a_mano.said(lote)] == [said]


@SQLITE
def test_exactly_a_fifth_counts_and_one_less_does_not(office):
    office.hire(*CEDULAS[:5])
    assert "cierra_muchas" in reasons(office.check(office.send("SAL", [office.line("SAL", CEDULAS[0])]).lote_id))
    office.hire(CEDULAS[5])
    lote = office.check(office.send("SAL", [office.line("SAL", CEDULAS[1])]).lote_id)
    assert "cierra_muchas" not in reasons(lote)


@SQLITE
def test_all_others_still_register_by_themselves(staffed):
    """With the very lines that the format pages show: these are examples of how a line is written."""
    for codigo in KNOWN:
        if codigo != "SAL":
            worker = "1713175071" if codigo == "ENT" else PEOPLE[0]
            lote = checked(staffed, codigo, [staffed.line(codigo, worker)])
            assert lote.estado == "registrando", codigo
            assert staffed.register(lote.id).registradas == 1


def test_every_reason_can_be_said():
    data = {"lineas": "2 líneas", "cierra": "3", "abiertas": "15 relaciones abiertas", "porcentaje": 20}
    for codigo in a_mano.MOTIVOS:
        lote = Lote(a_mano=[{"motivo": codigo, **data}], registrar_automaticamente=True)
        [said] = a_mano.said(lote)
        assert "{" not in said.porque + said.que_hacer and said.porque.endswith((".", "%."))
