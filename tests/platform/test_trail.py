"""The trail of the staff only grows, in one chain; whoever gets past the database is found, at the right row."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.db import Database, make_engine
from portal.modelos import Cuenta, Rastro
from portal.running.migrate import upgrade
from portal.soporte.rastro.rastro import FIRST, digest, verify, write
from portal.soporte.rastro.rastro_dicho import QUE

NOW = datetime.fromisoformat("2026-11-22T15:42:07.123456")
TRIGGERS = {"sqlite": ["rastro_no_se_borra", "rastro_no_se_cambia"], "postgresql": ["rastro_no_se_cambia"]}


def staff(database: Database, nombre: str = "Agente 14") -> int:
    with database.writing() as session:
        cuenta = Cuenta(identificacion=nombre, nombre=nombre, rol="soporte", clave_hash="x")
        session.add(cuenta)
        session.flush()
        return cuenta.id


def written(database: Database, rows: int) -> int:
    """That many rows, by one agent."""
    agente = staff(database)
    for n in range(rows):
        with database.writing() as session:
            write(session, "ve_lote", agente, "llego", NOW + timedelta(seconds=n), detalle=f"2026-{n:06d}-7")
    return agente


def walked(database: Database, noted: str = FIRST):
    with database.reading() as session:
        return verify(session, noted)


def execute(database: Database, *statements: str) -> None:
    with database.writing() as session:
        for statement in statements:
            session.execute(text(statement))


def past_the_triggers(database: Database, *statements: str) -> None:
    """As somebody who owns the database could."""
    on = " on rastro" if not database.is_sqlite else ""
    dropped = [f"drop trigger {name}{on}" for name in TRIGGERS[database.engine.dialect.name]]
    execute(database, *dropped, *statements)


def test_an_empty_trail_holds(database):
    found = walked(database)
    assert (found.filas, found.huella, found.rotura, found.consta) == (0, FIRST, None, True)


def test_each_row_carries_the_hash_of_the_one_before(database):
    agente = written(database, 3)
    with database.reading() as session:
        rows = session.query(Rastro).order_by(Rastro.id).all()
    assert [row.id for row in rows] == [1, 2, 3]
    assert [row.anterior for row in rows] == [FIRST, rows[0].huella, rows[1].huella]
    assert [(row.que, row.cuenta_id, row.motivo, row.detalle) for row in rows][:1] == [
        ("ve_lote", agente, "llego", "2026-000000-7")
    ]
    assert [digest(row) for row in rows] == [row.huella for row in rows]
    found = walked(database)
    assert (found.filas, found.huella, found.rotura) == (3, rows[2].huella, None)


REFUSED = {
    "update": "update rastro set motivo = 'otra' where id = 2",
    "update that changes nothing": "update rastro set motivo = motivo",
    "delete": "delete from rastro where id = 3",
    "delete all": "delete from rastro",
}
REFUSED_BY = {
    "sqlite": {
        "replace": "replace into rastro select * from rastro where id = 2",
        "upsert": "insert into rastro select * from rastro where true on conflict (id) do update set motivo = 'otra'",
    },
    "postgresql": {
        "truncate": "truncate rastro",
        "upsert": "insert into rastro select * from rastro on conflict (id) do update set motivo = 'otra'",
    },
}


def test_the_database_refuses_whatever_is_not_a_new_row(database):
    written(database, 3)
    before = walked(database)
    for statement in (REFUSED | REFUSED_BY[database.engine.dialect.name]).values():
        with pytest.raises(DBAPIError, match="el rastro no se borra ni se cambia"):
            execute(database, statement)
        assert walked(database) == before, statement
    assert before.filas == 3 and before.rotura is None


def test_two_rows_cannot_follow_the_same_one(database):
    written(database, 3)
    copy = "insert into rastro select 4, en, que, cuenta_id, motivo, empleador_id, lote_id, llamada_id, detalle, "
    with pytest.raises(IntegrityError):
        execute(database, copy + "anterior, huella from rastro where id = 3")
    assert walked(database).filas == 3


# what is done past the triggers to five rows → the first row that does not hold, and why
BROKEN = {
    "update rastro set motivo = 'otra' where id = 3": (3, "su contenido no es el que se escribió"),
    "update rastro set en = '2026-11-22 15:42:08.123456' where id = 5": (5, "su contenido no es"),
    "update rastro set lote_id = null, detalle = '' where id = 1": (1, "su contenido no es"),
    "update rastro set cuenta_id = (select max(id) from cuenta) where id = 2": (2, "su contenido no es"),
    "delete from rastro where id = 3": (4, "falta la fila 3"),
    "delete from rastro where id in (2, 3)": (4, "faltan las filas 2 a 3"),
    "delete from rastro where id = 1": (2, "falta la fila 1"),
    "update rastro set id = 0 where id = 1": (0, "el rastro empieza en la fila 1"),
}


@pytest.mark.parametrize("statement", BROKEN)
def test_a_row_changed_or_taken_out_past_the_database_is_found(database, statement):
    written(database, 5)
    staff(database, "Agente 2")
    past_the_triggers(database, statement)
    found = walked(database)
    row, why = BROKEN[statement]
    assert found.rotura is not None and found.rotura.fila == row and why in found.rotura.porque
    assert found.filas < max(row, 1), "only rows before it are counted"


def test_a_changed_row_with_its_hash_made_anew_is_found_at_the_next(database):
    written(database, 5)
    with database.reading() as session:
        row = session.get_one(Rastro, 3)
    row.motivo = "otra"
    past_the_triggers(database, f"update rastro set motivo = 'otra', huella = '{digest(row)}' where id = 3")
    found = walked(database)
    assert found.filas == 3
    assert found.rotura is not None and found.rotura.fila == 4
    assert found.rotura.porque == "la fila 3 no es la que se escribió antes de ella"


def test_a_trail_cut_at_its_end_is_found_by_the_hash_noted_before(database):
    written(database, 5)
    noted = walked(database).huella
    assert walked(database, noted).consta
    past_the_triggers(database, "delete from rastro where id > 3")
    cut = walked(database, noted)
    assert (cut.filas, cut.rotura, cut.consta) == (3, None, False)
    assert walked(database, cut.huella).consta and not walked(database, "f" * 64).consta


def test_a_noted_hash_stands_though_the_trail_has_grown(database):
    agente = written(database, 2)
    noted = walked(database).huella
    with database.writing() as session:
        write(session, "cierra_llamada", agente, "", NOW)
    assert walked(database, noted).consta and walked(database, noted).filas == 3


def test_ten_who_write_at_once_make_one_chain(database):
    agentes = [staff(database, f"Agente {n}") for n in range(10)]
    start, failed = threading.Barrier(len(agentes)), []

    def look(agente: int) -> None:
        try:
            start.wait(30)
            for _ in range(10):
                with database.writing() as session:
                    write(session, "ve_lote", agente, "otra", NOW)
        except Exception as error:  # told below, in the thread that fails the test
            failed.append(error)

    threads = [threading.Thread(target=look, args=(agente,)) for agente in agentes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    found = walked(database)
    assert (found.filas, found.rotura) == (100, None)


def test_what_is_undone_leaves_no_hole(database):
    agente = written(database, 2)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        write(session, "ve_lote", agente, "otra", NOW)
        raise ZeroDivisionError
    with database.writing() as session:
        write(session, "ve_lote", agente, "otra", NOW)
        write(session, "senala", agente, "otra", NOW, detalle="SAL-02")
    found = walked(database)
    assert (found.filas, found.rotura) == (4, None)


@pytest.mark.parametrize(
    ("que", "motivo", "detalle"),
    [
        ("mira", "otra", ""),
        ("ve_lote", "porque sí", ""),
        ("ve_lote", "otra", "cédula 0912791803"),
        ("ve_lote", "otra", "912791803"),
        ("ve_lote", "otra", "RUC1799000004001"),
    ],
)
def test_what_nobody_could_read_or_nobody_may_is_refused(database, que, motivo, detalle):
    agente = staff(database)
    with database.writing() as session, pytest.raises(ValueError) as refused:
        write(session, que, agente, motivo, NOW, detalle=detalle)
    assert not detalle or detalle not in str(refused.value)
    assert walked(database).filas == 0


def test_every_kind_has_words_and_can_be_written(database):
    agente = staff(database)
    with database.writing() as session:
        for que in QUE:
            write(session, que, agente, "", NOW, detalle="2026-000123-7")
    assert walked(database).filas == len(QUE)
    assert all(words[0].isupper() and not words.endswith(".") for words in QUE.values())


def test_a_long_trail_is_walked_with_few_rows_in_memory(database):
    """Four batches; rows that are behind are let go."""
    agente = staff(database)
    with database.writing() as session:
        for n in range(3_500):
            write(session, "ve_lote", agente, "otra", NOW + timedelta(microseconds=n))
            session.expunge_all()
    most = 0
    with database.reading() as session:

        def count(_target: Rastro, _context: object) -> None:
            nonlocal most
            most = max(most, len(session.identity_map))

        event.listen(Rastro, "load", count)
        try:
            found = verify(session)
        finally:
            event.remove(Rastro, "load", count)
    assert (found.filas, found.rotura) == (3_500, None)
    assert 0 < most <= 2_100


@pytest.fixture(params=["sqlite", "postgres"])
def before_the_trail(request, tmp_path):
    """The address of a database as it was before there was a trail."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        cluster = request.getfixturevalue("postgres")
        cluster.execute("drop database if exists old with (force)")
        cluster.execute("create database old")
        url = cluster.url("old")
    upgrade(url, "0004")
    return url


def test_looks_that_were_written_elsewhere_come_into_the_chain(before_the_trail):
    engine = make_engine(before_the_trail)
    with engine.begin() as connection:
        for insert in (
            "insert into cuenta (id, identificacion, nombre, rol, clave_hash) values (7, '1', 'A', 'soporte', 'x')",
            "insert into bitacora (id, en, que, cuenta_id) values (1, '2026-11-01 10:00:00', 'soporte_ve_lote', 7)",
            "insert into bitacora (id, en, que, cuenta_id) values (2, '2026-11-01 10:05:00', 'pide_anulacion', 7)",
            "insert into bitacora (id, en, que, cuenta_id) values (3, '2026-11-02 11:00:00.25', 'soporte_ve_lote', 7)",
        ):
            connection.execute(text(insert))
    engine.dispose()
    upgrade(before_the_trail)
    database = Database(before_the_trail)
    with database.reading() as session:
        rows = session.query(Rastro).order_by(Rastro.id).all()
        rest = session.execute(text("select id, que from bitacora")).all()
    assert [(row.id, row.que, row.cuenta_id, row.motivo, row.en.isoformat()) for row in rows] == [
        (1, "ve_lote", 7, "otra", "2026-11-01T10:00:00"),
        (2, "ve_lote", 7, "otra", "2026-11-02T11:00:00.250000"),
    ]
    assert [tuple(one) for one in rest] == [(2, "pide_anulacion")]
    with database.writing() as session:
        write(session, "ve_lote", 7, "llego", NOW)
    found = walked(database)
    assert (found.filas, found.rotura) == (3, None)
    database.engine.dispose()
