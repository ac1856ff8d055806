"""What the tables themselves refuse, whatever the code above them does; on both databases."""

from datetime import date

import polars as pl
import pytest
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.historia import Origen, apply
from portal.historia.efectos import HistoryConflict
from portal.modelos import Novedad, Relacion
from portal.novedades import todas


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


REFUSED_NOVEDADES = {
    "a second live one of the same key": {},
    "two of one line": {"clave": "H", "linea": 1},
    "a period before the first": {"clave": "H", "periodo": 199912},
    "a period that has no year": {"clave": "H", "periodo": 300001},
    "of a relación that is not there": {"clave": "H", "relacion_id": 999},
}


@pytest.mark.parametrize("why", REFUSED_NOVEDADES)
def test_a_novedad_that_cannot_be_is_refused(world, why):
    office, _, nov = world
    with pytest.raises(IntegrityError):
        stored(office, Novedad(**{**nov, "linea": 2, **REFUSED_NOVEDADES[why]}))
    assert len(office.rows(Novedad)) == 1


def test_an_annulled_novedad_leaves_its_key_free(world):
    office, _, nov = world
    with office.database.writing() as s:
        s.query(Novedad).one().anulada_en = clock.now()
    stored(office, Novedad(**{**nov, "linea": 2}))
    assert [n.anulada_en is None for n in office.rows(Novedad)] == [False, True]


def test_one_relacion_has_one_sueldo_a_period(world):
    office, _, nov = world
    stored(office, Novedad(**{**nov, "linea": 2, "movimiento": "MSU", "clave": ""}))
    with pytest.raises(IntegrityError):
        stored(office, Novedad(**{**nov, "linea": 3, "movimiento": "MSU", "clave": "other"}))


def leaves(relacion_id):
    """The frame of a SAL, as the register job hands it over."""
    return pl.DataFrame(
        {"linea": [5], "sucursal": [1], "periodo": [202611], "cedula": [912791803], "clave": ["20261119"]}
        | {
            "relacion_id": [relacion_id],
            "valor": [None],
            "datos": ["V;00000000"],
            "fecha_salida": [date(2026, 11, 19)],
        },
        schema_overrides={"linea": pl.UInt32, "valor": pl.Int64, "periodo": pl.Int32, "sucursal": pl.Int32},
    )


def test_a_leave_of_a_closed_relacion_undoes_its_whole_chunk(world):
    office, rel, nov = world
    nov_sal, origen = todas()["SAL"], Origen(rel["lote_id"], office.empleador_id)
    frame = leaves(nov["relacion_id"])
    with office.database.writing() as s:
        apply(s.connection(), nov_sal, origen, frame)
    assert office.rows(Relacion)[0].salida == date(2026, 11, 19)
    with pytest.raises(HistoryConflict), office.database.writing() as s:
        apply(s.connection(), nov_sal, origen, frame.with_columns(clave=frame["clave"] + "x"))
    assert len(office.rows(Novedad)) == 2
