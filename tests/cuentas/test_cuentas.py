"""Keys, accounts, and which RUCs they act for, on both databases."""

from datetime import date, datetime, timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import func, select

from portal.cuentas import altas, keys, sesiones
from portal.cuentas.empleadores import may_send, representaciones
from portal.cuentas.signin import authenticate, confirm_key, input_problems
from portal.cuentas.usuario import usuario_of
from portal.db import Database
from portal.modelos import Afiliado, Cuenta, Empleador, Representacion, Sesion, Sucursal
from tests.cheap import REAL_HASHER

NOW = datetime.fromisoformat("2026-11-22T15:00")
HOY = date(2026, 11, 22)
IDLE = timedelta(minutes=60)


def one_of_each(database: Database, **representacion: object) -> tuple[int, int]:
    with database.writing() as session:
        cuenta = altas.save_cuenta(session, "0912791803", "PERSONA", "empleador", "clave")
        empleador = altas.save_empleador(session, "1799000004001", "EMPRESA", "privada", {1: "Matriz", 9: None})
        altas.save_representacion(session, cuenta.id, empleador.id, **representacion)  # type: ignore[arg-type]
        return cuenta.id, empleador.id


def test_a_key_matches_its_hash_and_no_other() -> None:
    kept = keys.hash_key("tres palabras largas")
    assert kept.startswith("$argon2id$") and "palabras" not in kept
    assert keys.key_matches(kept, "tres palabras largas")
    assert not keys.key_matches(kept, "tres palabras")
    assert not keys.key_matches("no es un hash", "x")
    assert keys.hash_key("tres palabras largas") != kept


def test_the_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    settings = [one.split("$")[3] for one in (keys.dummy_hash(), keys.hash_key("x"))]
    assert settings[0] == settings[1]


def test_saving_twice_changes_nothing(database: Database) -> None:
    first = one_of_each(database)
    with database.reading() as session:
        kept = session.scalar(select(Cuenta.clave_hash))
    assert one_of_each(database) == first
    with database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (Cuenta, Empleador, Representacion)]
        assert counts == [1, 1, 1]
        assert session.scalars(select(Sucursal.codigo).order_by(Sucursal.codigo)).all() == [1, 9]
        assert session.scalar(select(Cuenta.clave_hash)) == kept


def test_saving_again_brings_up_to_date(database: Database) -> None:
    cuenta_id, empleador_id = one_of_each(database)
    with database.writing() as session:
        altas.save_cuenta(session, "0912791803", "PERSONA CASADA", "supervisor", "otra")
        altas.save_empleador(session, "1799000004001", "EMPRESA NUEVA", "publica", {9: "Sur", 12: None})
        altas.save_representacion(
            session, cuenta_id, empleador_id, titular=False, movimientos=["SAL", "ENT"], hasta=HOY
        )
    with database.reading() as session:
        cuenta = session.get_one(Cuenta, cuenta_id)
        assert (cuenta.nombre, cuenta.rol) == ("PERSONA CASADA", "supervisor")
        assert keys.key_matches(cuenta.clave_hash, "otra")
        sucursales = session.execute(select(Sucursal.codigo, Sucursal.nombre).order_by(Sucursal.codigo)).all()
        assert [tuple(row) for row in sucursales] == [(1, "Matriz"), (9, "Sur"), (12, None)]
        row = session.scalars(select(Representacion)).one()
        assert (row.titular, row.movimientos, row.hasta) == (False, ["ENT", "SAL"], HOY)


def test_a_new_account_needs_a_key(database: Database) -> None:
    with pytest.raises(ValueError, match="clave"), database.writing() as session:
        altas.save_cuenta(session, "0912791803", "PERSONA", "empleador")


def test_persons_come_in_many_at_once_and_keep_the_name_they_have(database: Database) -> None:
    people = [(6_100_000_000 + number, f"PERSONA {number}", True) for number in range(12)]
    with database.writing() as session:
        assert altas.save_afiliados(session, iter(people), batch=5) == 12
        assert altas.save_afiliados(session, [(people[0][0], None, False), (1, "UNO", False)]) == 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Afiliado)) == 13
        first = session.get_one(Afiliado, people[0][0])
        assert (first.nombre, first.extranjero) == ("PERSONA 0", False)


def test_only_the_right_key_of_an_account_that_is_not_blocked_comes_in(database: Database) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.reading() as session:
        found = authenticate(session, "091279180-3", "clave")
        assert found is not None and found.id == cuenta_id
        assert authenticate(session, "0912791803", "mala") is None
        assert authenticate(session, "0000000000", "clave") is None
        assert authenticate(session, "", "") is None
    with database.writing() as session:
        session.get_one(Cuenta, cuenta_id).bloqueada_en = NOW
    with database.reading() as session:
        assert authenticate(session, "0912791803", "clave") is None


def test_keys_are_kept_as_the_source_says() -> None:
    """OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane."""
    real = extract_parameters(REAL_HASHER.hash("clave"))
    assert (real.type, real.memory_cost, real.time_cost, real.parallelism) == (Type.ID, 19 * 1024, 2, 1)


def test_a_key_kept_under_older_settings_is_kept_anew(database: Database) -> None:
    cuenta_id, _ = one_of_each(database)
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("clave")
    with database.writing() as session:
        session.get_one(Cuenta, cuenta_id).clave_hash = old
    with database.reading() as session:
        proved = authenticate(session, "0912791803", "clave")
        assert proved is not None
    with database.writing() as session:
        assert confirm_key(session, proved, "clave")
    with database.reading() as session:
        kept = session.get_one(Cuenta, cuenta_id).clave_hash
    assert kept != old and keys.key_matches(kept, "clave") and not keys.needs_rehash(kept)


@pytest.mark.parametrize("change", ["key", "blocked"])
def test_what_changed_while_a_key_was_compared_opens_nothing(database: Database, change: str) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.reading() as session:
        proved = authenticate(session, "0912791803", "clave")
        assert proved is not None
    with database.writing() as session:
        cuenta = session.get_one(Cuenta, cuenta_id)
        if change == "key":
            keys.change_key(session, cuenta, "otra")
        else:
            cuenta.bloqueada_en = NOW
    with database.writing() as session:
        assert confirm_key(session, proved, "clave") is None


def test_another_key_ends_every_open_visit_and_the_same_key_none(database: Database) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.writing() as session:
        tokens = [sesiones.open_sesion(session, cuenta_id, NOW) for _ in range(3)]

    def alive() -> list[bool]:
        with database.reading() as session:
            return [sesiones.find_sesion(session, token, NOW, IDLE) is not None for token in tokens]

    with database.writing() as session:
        altas.save_cuenta(session, "0912791803", "OTRO NOMBRE", "empleador", "clave")
    assert alive() == [True] * 3
    with database.writing() as session:
        altas.save_cuenta(session, "0912791803", "OTRO NOMBRE", "empleador", "otra")
    assert alive() == [False] * 3


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=30)])
def test_a_clock_put_back_makes_no_visit_longer(database: Database, back: timedelta) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.writing() as session:
        token = sesiones.open_sesion(session, cuenta_id, NOW + back)

    def alive(at: datetime) -> bool:
        with database.reading() as session:
            return sesiones.find_sesion(session, token, at, IDLE) is not None

    with database.writing() as session:
        row = sesiones.sesion_of(session, token)
        assert row is not None and sesiones.is_ahead(row, NOW) and not sesiones.is_ahead(row, NOW + back)
        sesiones.set_back(session, row.id, NOW)
    assert alive(NOW + timedelta(minutes=59)) and not alive(NOW + timedelta(minutes=60))
    with database.writing() as session:
        sesiones.touch(session, row.id, NOW + timedelta(hours=11, minutes=59))
    assert not alive(NOW + timedelta(hours=12))


def test_all_problems_of_both_fields_are_told_at_once() -> None:
    assert [one.field for one in input_problems("", "")] == ["identificacion", "clave"]
    assert input_problems("0912791803", "x") == []
    assert "1 dígito y" in input_problems("1", "x")[0].short


@pytest.mark.parametrize(("days", "acts"), [(None, True), (1, True), (0, True), (-1, False)])
def test_a_delegate_acts_to_the_end_of_the_last_day(database: Database, days: int | None, acts: bool) -> None:
    hasta = None if days is None else HOY + timedelta(days=days)
    cuenta_id, empleador_id = one_of_each(database, titular=False, hasta=hasta)
    with database.reading() as session:
        found = [one.empleador_id for one in representaciones(session, cuenta_id, HOY)]
    assert found == ([empleador_id] if acts else [])


def test_a_delegate_sends_only_what_was_given_and_none_gives_all() -> None:
    assert may_send(Representacion(movimientos=None), "ENT")
    assert may_send(Representacion(movimientos=["ENT"]), "ENT")
    assert not may_send(Representacion(movimientos=["ENT"]), "SAL")
    assert not may_send(Representacion(movimientos=[]), "ENT")


def test_a_visit_lives_while_used_and_never_longer_than_twelve_hours(database: Database) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.writing() as session:
        token = sesiones.open_sesion(session, cuenta_id, NOW)

    def alive(at: datetime) -> bool:
        with database.reading() as session:
            return sesiones.find_sesion(session, token, at, IDLE) is not None

    assert alive(NOW + timedelta(minutes=59)) and not alive(NOW + timedelta(minutes=60))
    late = NOW + timedelta(hours=11, minutes=59)
    with database.writing() as session:
        row = sesiones.find_sesion(session, token, NOW, IDLE)
        assert row is not None
        sesiones.touch(session, row.id, late)
    assert alive(late) and not alive(NOW + timedelta(hours=12))


def test_a_closed_or_unknown_token_opens_nothing_and_each_sign_in_is_a_row(database: Database) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.writing() as session:
        first, second = (sesiones.open_sesion(session, cuenta_id, NOW) for _ in range(2))
        sesiones.close_sesion(session, first, NOW)
    with database.reading() as session:
        found = [sesiones.find_sesion(session, token, NOW, IDLE) for token in (first, second, "otro", "")]
        assert [one is not None for one in found] == [False, True, False, False]
        assert session.scalar(select(func.count()).select_from(Sesion)) == 2


def test_blocking_an_account_ends_its_visits(database: Database) -> None:
    cuenta_id, _ = one_of_each(database)
    with database.writing() as session:
        token = sesiones.open_sesion(session, cuenta_id, NOW)
        session.get_one(Cuenta, cuenta_id).bloqueada_en = NOW
    with database.reading() as session:
        assert sesiones.find_sesion(session, token, NOW, IDLE) is None


@pytest.mark.parametrize(("minutes", "idle", "due"), [(4, 60, False), (5, 60, True), (1, 4, True), (0.5, 4, False)])
def test_use_is_written_every_five_minutes_or_sooner_for_short_visits(minutes: float, idle: int, due: bool) -> None:
    seen = Sesion(vista_en=NOW - timedelta(minutes=minutes))
    assert sesiones.is_due(seen, NOW, timedelta(minutes=idle)) is due


def test_the_visitor_is_plain_values_masked_and_without_a_token_in_print(database: Database) -> None:
    cuenta_id, empleador_id = one_of_each(database, titular=False, movimientos=["INS"], hasta=HOY)
    with database.writing() as session:
        token = sesiones.open_sesion(session, cuenta_id, NOW, empleador_id)
    with database.reading() as session:
        sesion = sesiones.find_sesion(session, token, NOW, IDLE)
        assert sesion is not None
        who = usuario_of(session, sesion, token, HOY)
        after = usuario_of(session, sesion, token, HOY + timedelta(days=1))
    assert who.empleador is not None and who.empleador.ruc == "1799000004001"
    assert (who.movimientos, who.titular, who.varios_ruc) == (frozenset({"INS"}), False, False)
    assert who.identificacion == "09••••1803" and token not in repr(who) and who.get_id() == token
    assert after.empleador is None
