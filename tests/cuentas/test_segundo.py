"""The second factor of the staff, on both databases: codes, their one use, recovery codes, reset."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from portal.cuentas import altas, segundo, sesiones
from portal.db import Database
from portal.modelos import Bitacora, CodigoRecuperacion, SegundoFactor

NOW = datetime.fromisoformat("2026-11-22T15:00:10")
SEMILLA, KEY = "00112233445566778899aabbccddeeff", "la del portal"
SECRET = segundo.secret_of(KEY, SEMILLA)


@pytest.fixture
def agente(database: Database) -> int:
    """An agent whose factor follows from SEMILLA; its first code has not been typed."""
    with database.writing() as session:
        cuenta_id = altas.save_cuenta(session, "1713175071", "Agente 14", "soporte", "clave").id
        assert segundo.activate(session, cuenta_id, SEMILLA, 0, NOW)
    return cuenta_id


def code(after: int = 0) -> str:
    """What a telephone shows so many seconds after NOW, by the library alone."""
    return pyotp.TOTP(SECRET).at(NOW.replace(tzinfo=UTC) + timedelta(seconds=after))


def take(database: Database, cuenta_id: int, typed: str, now: datetime = NOW) -> bool | None:
    """None: no code of this moment; else whether it was unused."""
    with database.writing() as session:
        factor = segundo.factor_of(session, cuenta_id)
        assert factor is not None
        paso = segundo.step_of(segundo.secret_of(KEY, factor.semilla), typed, now)
        return None if paso is None else segundo.take_step(session, factor, paso)


def test_the_secret_follows_from_both_halves_and_has_160_bits() -> None:
    assert re.fullmatch("[A-Z2-7]{32}", SECRET) and len(pyotp.TOTP(SECRET).byte_secret()) == 20
    others = {segundo.secret_of("otra", SEMILLA), segundo.secret_of(KEY, segundo.new_seed())}
    assert SECRET not in others and len(others) == 2
    assert SECRET == segundo.secret_of(KEY, SEMILLA) == segundo.in_fours(SECRET).replace(" ", "")


@pytest.mark.parametrize(("after", "taken"), [(-60, None), (-30, True), (0, True), (30, True), (60, None)])
def test_a_code_counts_one_step_before_and_after(
    database: Database, agente: int, after: int, taken: bool | None
) -> None:
    assert take(database, agente, code(after)) is taken


def test_no_code_is_taken_twice_nor_one_before_it(database: Database, agente: int) -> None:
    assert take(database, agente, code()) is True
    assert take(database, agente, code()) is False
    assert take(database, agente, code(-30)) is False
    assert take(database, agente, code(30)) is True
    assert take(database, agente, code()) is False


@pytest.mark.parametrize("typed", ["000000", "", "12345", "1234567", "٠٠٠٠٠٠", "abcdef"])
def test_what_is_no_code_of_this_moment_is_not_taken(database: Database, agente: int, typed: str) -> None:
    assert typed not in (code(-30), code(), code(30))
    assert take(database, agente, typed) is None


def test_of_many_at_once_one_gets_in(database: Database, agente: int) -> None:
    start, got = threading.Barrier(8), []

    def one() -> None:
        start.wait()
        got.append(take(database, agente, code()))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, got)) == [False] * 7 + [True]


def test_of_many_uses_of_a_recovery_code_one_counts(database: Database, agente: int) -> None:
    with database.writing() as session:
        mine = segundo.without_gaps(segundo.new_codes(session, agente)[3])
    start, got = threading.Barrier(8), []

    def one() -> None:
        start.wait()
        with database.writing() as session:
            got.append(segundo.use_recovery_code(session, agente, mine, NOW))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]
    with database.reading() as session:
        assert segundo.codes_left(session, agente) == 9


def test_recovery_codes_read_well_and_have_50_bits_at_least() -> None:
    assert not set("01ilo") & set(segundo.ALFABETO)
    assert len(set(segundo.ALFABETO)) == len(segundo.ALFABETO)
    assert len(segundo.ALFABETO) ** (segundo.GRUPOS * segundo.LARGO) >= 2**50


def test_recovery_codes_are_kept_as_hashes_and_new_ones_replace_them(database: Database, agente: int) -> None:
    with database.writing() as session:
        before, codes = segundo.new_codes(session, agente), segundo.new_codes(session, agente)
    assert len(set(codes)) == 10 and all(re.fullmatch(r"[2-9a-z]{4}(-[2-9a-z]{4}){2}", one) for one in codes)
    with database.writing() as session:
        kept = list(session.scalars(select(CodigoRecuperacion.huella)))
        assert len(kept) == 10 and all(re.fullmatch("[0-9a-f]{64}", one) for one in kept)
        assert not segundo.use_recovery_code(session, agente, segundo.without_gaps(before[0]), NOW)
        assert segundo.use_recovery_code(session, agente, segundo.without_gaps(codes[0].upper()), NOW)
        assert not segundo.use_recovery_code(session, agente + 1, segundo.without_gaps(codes[1]), NOW)


def test_an_active_factor_is_not_replaced_by_setting_up_another(database: Database, agente: int) -> None:
    with database.writing() as session:
        assert not segundo.activate(session, agente, segundo.new_seed(), 0, NOW)
    assert take(database, agente, code()) is True


def test_reset_ends_codes_recovery_codes_and_visits_and_is_written_down(database: Database, agente: int) -> None:
    with database.writing() as session:
        codes = segundo.new_codes(session, agente)
        token = sesiones.open_sesion(session, agente, NOW)
        read_before = segundo.factor_of(session, agente)
        assert read_before is not None
    with database.writing() as session:
        segundo.reset(session, agente)
    with database.writing() as session:
        assert segundo.factor_of(session, agente) is None and segundo.codes_left(session, agente) == 0
        assert not segundo.take_step(session, read_before, segundo.step_at(NOW))
        assert not segundo.use_recovery_code(session, agente, segundo.without_gaps(codes[0]), NOW)
        assert sesiones.find_sesion(session, token, NOW, timedelta(hours=1)) is None
        assert session.scalars(select(Bitacora.que).where(Bitacora.cuenta_id == agente)).all() == ["reinicia_segundo"]
        assert segundo.activate(session, agente, new := segundo.new_seed(), 5, NOW)
        factor = session.get_one(SegundoFactor, agente, populate_existing=True)
        assert (factor.semilla, factor.ultimo_paso, factor.activado_en) == (new, 5, NOW)


def test_a_code_of_a_factor_replaced_since_it_was_read_is_not_taken(database: Database, agente: int) -> None:
    with database.reading() as session:
        old = segundo.factor_of(session, agente)
        assert old is not None
    with database.writing() as session:
        segundo.reset(session, agente)
        assert segundo.activate(session, agente, segundo.new_seed(), 0, NOW)
    with database.writing() as session:
        assert not segundo.take_step(session, old, segundo.step_at(NOW))


@pytest.mark.parametrize("rol", ["supervisor", "empleador"])
def test_a_change_of_rol_ends_the_visits_and_the_same_rol_does_not(database: Database, agente: int, rol: str) -> None:
    with database.writing() as session:
        token = sesiones.open_sesion(session, agente, NOW)
        altas.save_cuenta(session, "1713175071", "Agente Catorce", "soporte")
        assert sesiones.find_sesion(session, token, NOW, timedelta(hours=1)) is not None
        altas.save_cuenta(session, "1713175071", "Agente Catorce", rol)
    with database.reading() as session:
        assert sesiones.find_sesion(session, token, NOW, timedelta(hours=1)) is None


def test_the_secret_is_in_no_table(database: Database, agente: int) -> None:
    with database.writing() as session:
        [shown, *_] = segundo.new_codes(session, agente)
    with database.reading() as session:
        rows = [row for table in ("segundo_factor", "codigo_recuperacion", "bitacora", "cuenta")
                for row in session.execute(text(f"select * from {table}"))]  # fmt: skip
    said = repr(rows)
    assert SEMILLA in said and SECRET not in said and shown not in said and segundo.without_gaps(shown) not in said
