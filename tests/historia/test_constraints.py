"""What the tables themselves refuse, whatever the code above them does; on both databases.

Of what is registered nothing is taken away or changed but to be annulled, once; of what is live nothing is there twice.
"""

from datetime import date

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal import clock
from portal.historia import Origen, apply, told_apart
from portal.historia.efectos import HistoryConflict
from portal.modelos import Anulacion, Novedad, Relacion
from portal.novedades import todas


def annulment(office, lote_id):
    """The id of an annulment that was carried out."""
    now = clock.now()
    facts = {"lote_id": lote_id, "empleador_id": office.empleador_id, "cuenta_id": office.cuenta_id, "pedidas": 1}
    done = {"pedida_en": now, "cambiada_en": now, "hecha_en": now, "estado": "hecha", "anuladas": 1}
    with office.database.writing() as s:
        anulacion = Anulacion(numero=f"2026-{lote_id:06d}-0", motivo="Era otro trabajador", **facts, **done)
        s.add(anulacion)
        s.flush()
        return anulacion.id


@pytest.fixture
def world(office):
    """An open relación with its ENT and one INS, and what another row needs to be good."""
    lote_id = office.send("ENT", [office.line("ENT")]).lote_id
    rel = {"empleador_id": office.empleador_id, "sucursal": 1, "cedula": 912791803, "jornada": "1", "sectorial": "1"}
    rel |= {"ingreso": date(2026, 1, 1), "lote_id": lote_id, "linea": 1}
    with office.database.writing() as s:
        relacion = Relacion(**rel)
        s.add(relacion)
        s.flush()
        nov = {"lote_id": lote_id, "linea": 1, "empleador_id": office.empleador_id, "movimiento": "INS", "sucursal": 1}
        nov |= {
            "periodo": 202611,
            "cedula": 912791803,
            "clave": "O",
            "relacion_id": relacion.id,
            "valor": 1,
            "datos": "",
        }
        s.add(Novedad(**nov))
    return office, rel, nov


def stored(office, *rows):
    with office.database.writing() as s:
        s.add_all(rows)


REFUSED_RELACIONES = {
    "a second open one": {},
    "a leave before its hire": {"salida": date(2025, 12, 31), "salida_lote_id": 1},
    "a leave without its lote": {"salida": date(2026, 5, 1)},
    "a lote of the leave without a leave": {"salida_lote_id": 1, "sucursal": 9},
    "two of one line": {"sucursal": 9, "linea": 1},
    "annulled and left": {"salida": date(2026, 5, 1), "salida_lote_id": 1, "anulada_en": clock.now()},
}


@pytest.mark.parametrize("why", REFUSED_RELACIONES)
def test_a_relacion_that_cannot_be_is_refused(world, why):
    office, rel, _ = world
    with pytest.raises(IntegrityError):
        stored(office, Relacion(**{**rel, "linea": 2, **REFUSED_RELACIONES[why]}))
    assert len(office.rows(Relacion)) == 1


def test_a_closed_relacion_beside_an_open_one_is_let_in_also_when_it_lasted_a_day(world):
    office, rel, _ = world
    day = date(2025, 5, 1)
    stored(office, Relacion(**{**rel, "linea": 2, "ingreso": day, "salida": day, "salida_lote_id": rel["lote_id"]}))
    assert len(office.rows(Relacion)) == 2


def test_an_annulled_relacion_leaves_room_for_another_open_one(world):
    office, rel, _ = world
    stored(office, *(Relacion(**{**rel, "linea": n, "anulada_en": clock.now()}) for n in (2, 3)))
    with office.database.writing() as s:
        s.execute(text("update relacion set anulada_en = '2026-11-20 10:00:00' where linea = 1"))
    stored(office, Relacion(**{**rel, "linea": 4}))
    with pytest.raises(IntegrityError):
        stored(office, Relacion(**{**rel, "linea": 5}))


REFUSED_NOVEDADES = {
    "a second live one of the same key": {},
    "two of one line": {"clave": "H", "linea": 1},
    "a period before the first": {"clave": "H", "periodo": 199912},
    "a period that has no year": {"clave": "H", "periodo": 300001},
    "of a relación that is not there": {"clave": "H", "relacion_id": 999},
    "of no line": {"clave": "H", "linea": 0},
    "annulled by nothing": {"clave": "H", "anulada_en": clock.now()},
    "of an annulment that did not annul it": {"clave": "H", "anulacion_id": 1},
    "of an annulment that is not there": {"clave": "H", "anulada_en": clock.now(), "anulacion_id": 999},
}


@pytest.mark.parametrize("why", REFUSED_NOVEDADES)
def test_a_novedad_that_cannot_be_is_refused(world, why):
    office, _, nov = world
    assert annulment(office, nov["lote_id"]) == 1
    with pytest.raises(IntegrityError):
        stored(office, Novedad(**{**nov, "linea": 2, **REFUSED_NOVEDADES[why]}))
    assert len(office.rows(Novedad)) == 1


#: of one relación only one is live: movement, and what makes the second one another novedad by its own key
ONE_OF_EACH = [
    ("ENT", {"clave": "20260102"}),
    ("ENT", {"clave": "20260102", "periodo": 202610}),
    ("SAL", {"clave": "20261101"}),
    ("SAL", {"clave": "20261101", "periodo": 202610}),
    ("MSU", {"clave": "other"}),
]


@pytest.mark.parametrize("movimiento, other", ONE_OF_EACH)
def test_of_one_relacion_live_ones_are_one_hire_one_leave_and_a_sueldo_a_period(world, movimiento, other):
    office, _, nov = world
    first = {**nov, "linea": 2, "movimiento": movimiento, "clave": ""}
    second = {**first, "linea": 3, **other}
    stored(office, Novedad(**first))
    with pytest.raises(IntegrityError):
        stored(office, Novedad(**second))
    annul(office, 2)
    stored(office, Novedad(**second))


def test_sueldos_of_two_periods_and_the_one_of_the_hire_stand_beside_each_other(world):
    office, _, nov = world
    paid = [("ENT", 202611), ("MSU", 202611), ("MSU", 202610)]
    rows = [{**nov, "linea": n, "movimiento": m, "periodo": p, "clave": ""} for n, (m, p) in enumerate(paid, 2)]
    stored(office, *(Novedad(**row) for row in rows))
    assert len(office.rows(Novedad)) == 4


# --- what is registered stays as it is -------------------------------------------------------------------------

REFUSAL = "una novedad registrada no se borra ni se cambia"


def annul(office, linea):
    with office.database.writing() as s:
        novedad = s.query(Novedad).filter_by(linea=linea).one()
        lote_id = novedad.lote_id
    by = annulment(office, lote_id)
    with office.database.writing() as s:
        novedad = s.query(Novedad).filter_by(linea=linea).one()
        novedad.anulada_en, novedad.anulacion_id = clock.now(), by


def refused(office, statement):
    before = [tuple(vars(n)[c.key] for c in Novedad.__table__.columns) for n in office.rows(Novedad)]
    with pytest.raises(DBAPIError, match=REFUSAL), office.database.writing() as s:
        s.execute(text(statement))
    assert [tuple(vars(n)[c.key] for c in Novedad.__table__.columns) for n in office.rows(Novedad)] == before


@pytest.mark.parametrize("where", ["", "where linea = 1"])
def test_what_is_registered_is_never_deleted(world, where):
    refused(world[0], f"delete from novedad {where}")
    annul(world[0], 1)
    refused(world[0], f"delete from novedad {where}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_row_takes_the_place_of_what_is_registered(world):
    columns = [c.key for c in Novedad.__table__.columns]
    others = ", ".join("'CHANGED'" if c == "datos" else c for c in columns)
    refused(world[0], f"insert or replace into novedad ({', '.join(columns)}) select {others} from novedad")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", ["novedad", "novedad cascade", "lote cascade", "relacion cascade"])
def test_no_table_is_emptied_under_what_is_registered(world, table):
    refused(world[0], f"truncate {table}")


ANNULMENT = {"anulada_en", "anulacion_id"}


@pytest.mark.parametrize("column", [c.key for c in Novedad.__table__.columns if c.key not in ANNULMENT])
def test_no_registered_field_is_ever_changed(world, column):
    refused(world[0], f"update novedad set {column} = {column}")
    by = annulment(world[0], world[2]["lote_id"])
    annulled_too = f"anulada_en = '2026-11-20 10:00:00', anulacion_id = {by}"
    refused(world[0], f"update novedad set {annulled_too}, {column} = {column}")


@pytest.mark.parametrize("again", ["anulada_en = '2026-11-21 10:00:00'", "anulada_en = null, anulacion_id = null"])
def test_what_is_annulled_is_annulled_once_and_for_ever(world, again):
    annul(world[0], 1)
    refused(world[0], f"update novedad set {again}")


def test_an_annulled_novedad_leaves_its_key_free(world):
    office, _, nov = world
    annul(office, 1)
    stored(office, Novedad(**{**nov, "linea": 2}))
    assert [n.anulada_en is None for n in office.rows(Novedad)] == [False, True]


def leaves(relacion_id):
    """The frame of a SAL, as the register job hands it over."""
    return pl.DataFrame(
        {"linea": [5], "sucursal": [1], "periodo": [202611], "cedula": [912791803], "clave": ["20261119"]}
        | {
            "relacion_id": [relacion_id],
            "valor": [None],
            "datos": ["V;00000000"],
            "sueldo_actual": [60000],
            "fecha_salida": [date(2026, 11, 19)],
        },
        schema_overrides={"linea": pl.UInt32, "valor": pl.Int64, "periodo": pl.Int32, "sucursal": pl.Int32},
    )


def test_a_leave_of_a_closed_relacion_undoes_its_whole_chunk(world):
    office, rel, nov = world
    nov_sal, origen = todas()["SAL"], Origen(rel["lote_id"], office.empleador_id)
    frame = leaves(nov["relacion_id"])
    with office.database.writing() as s:
        apply(s.connection(), nov_sal, origen, told_apart(nov_sal, frame))
    assert office.rows(Relacion)[0].salida == date(2026, 11, 19)
    with pytest.raises(HistoryConflict), office.database.writing() as s:
        apply(s.connection(), nov_sal, origen, told_apart(nov_sal, frame.with_columns(clave=frame["clave"] + "x")))
    assert len(office.rows(Novedad)) == 2
