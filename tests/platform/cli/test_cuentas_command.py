"""`cuentas crear`, on both databases: accounts of staff, and of the people who act for an empleador."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from portal import clock
from portal.cuentas.altas import save_afiliados, save_empleador, save_representacion
from portal.cuentas.segundo import activate, codes_left, factor_of, new_codes, new_seed, secret_of
from portal.cuentas.sesiones import open_sesion
from portal.cuentas.signin import authenticate
from portal.modelos import Cuenta, Empleador, Representacion, SegundoFactor, Sesion
from tests.platform.desk import Desk

RUC, OTHER = "1799000004001", "1799000005001"
ANA, JEAN, OLGA = "0912791803", "6112345678", "1710034065"
ACTS = (
    "select c.identificacion, c.rol, e.ruc, r.titular from cuenta c left join representacion r on r.cuenta_id = c.id "
    "left join empleador e on e.id = r.empleador_id order by c.identificacion, e.ruc"
)


@pytest.fixture
def desk(database, database_url, tmp_path):
    with database.writing() as session:
        for ruc in (RUC, OTHER):
            save_empleador(session, ruc, "EMPRESA", "privada", {1: None})
    return Desk(database, database_url, tmp_path)


def acts(desk):
    return [(*row[:3], None if row[3] is None else bool(row[3])) for row in desk.rows(ACTS)]


def comes_in(desk, identificacion, clave):
    with desk.database.reading() as session:
        return authenticate(session, identificacion, clave) is not None


def for_empleador(*rucs):
    return ["--rol", "empleador", *(word for ruc in rucs for word in ("--ruc", ruc))]


def test_an_empleador_gets_its_account(desk):
    said = desk.run("cuentas", "crear", "091279180-3", "Ana Peña", *for_empleador(RUC, OTHER), input="clave\nclave\n")
    assert "La cuenta está lista." in said and "clave\n" not in said.replace("Clave", "")
    assert acts(desk) == [(ANA, "empleador", RUC, True), (ANA, "empleador", OTHER, True)]
    assert comes_in(desk, ANA, "clave")


def test_another_ruc_is_added_and_the_key_stays(desk):
    desk.run("cuentas", "crear", ANA, "Ana", *for_empleador(RUC), "--clave", "suya")
    said = desk.run("cuentas", "crear", ANA, "Ana", *for_empleador(OTHER))
    assert said == "La cuenta está lista; conserva su clave.\n"
    assert [ruc for _, _, ruc, _ in acts(desk)] == [RUC, OTHER]
    assert comes_in(desk, ANA, "suya")
    desk.run("cuentas", "crear", ANA, "Ana", *for_empleador(OTHER), "--clave", "nueva")
    assert comes_in(desk, ANA, "nueva") and len(acts(desk)) == 2


def test_a_delegate_becomes_titular(desk, database):
    desk.run("cuentas", "crear", ANA, "Ana", *for_empleador(OTHER), "--clave", "x")
    with database.writing() as session:
        cuenta, empleador = (
            session.scalars(select(table.id).where(where)).one()
            for table, where in ((Cuenta, Cuenta.identificacion == ANA), (Empleador, Empleador.ruc == RUC))
        )
        save_representacion(session, cuenta, empleador, titular=False, movimientos=["INS"])
    desk.run("cuentas", "crear", ANA, "Ana", *for_empleador(RUC))
    assert (ANA, "empleador", RUC, True) in acts(desk)
    with database.reading() as session:
        assert [row.movimientos for row in session.scalars(select(Representacion))] == [None, None]


def test_a_foreigner_gets_an_account_when_registered(desk, database):
    args = ["cuentas", "crear", JEAN, "Jean", *for_empleador(RUC), "--clave", "x"]
    assert "ni un código de extranjero registrado" in desk.refused(*args)
    with database.writing() as session:
        save_afiliados(session, [(int(JEAN), None, True)])
    desk.run(*args)
    assert acts(desk) == [(JEAN, "empleador", RUC, True)]


REFUSED = {
    (ANA, "--rol", "empleador"): "Con --rol empleador va al menos un --ruc.",
    (ANA, "--rol", "soporte", "--ruc", RUC): "--ruc va solo con --rol empleador.",
    (
        ANA,
        *for_empleador(RUC, "1799000009001"),
    ): "No hay un empleador con el RUC «1799000009001». Revíselo, o impórtelo",
    ("0912791804", *for_empleador(RUC)): "no es una cédula ni un código de extranjero registrado",
    ("91279180", "--rol", "soporte"): "La cédula tiene 8 dígitos y debe tener 10.",
    ("agente14", "--rol", "supervisor"): "La cédula lleva solo números",
}


@pytest.mark.parametrize("args", REFUSED)
def test_an_account_that_could_do_nothing_is_not_made(desk, args):
    identificacion, *options = args
    assert REFUSED[args] in desk.refused("cuentas", "crear", identificacion, "X", *options, "--clave", "x")
    assert acts(desk) == []


@pytest.mark.parametrize("rol", ["soporte", "supervisor"])
def test_staff_gets_an_account_and_later_another_key(desk, rol):
    for clave in ("una", "otra"):
        desk.run("cuentas", "crear", ANA, "Agente 14", "--rol", rol, input=f"{clave}\n{clave}\n")
        assert comes_in(desk, ANA, clave)
    assert acts(desk) == [(ANA, rol, None, None)] and not comes_in(desk, ANA, "una")


def test_staff_does_not_become_an_empleador_by_mistake(desk):
    desk.run("cuentas", "crear", ANA, "Agente 14", "--rol", "soporte", "--clave", "x")
    crear = ["cuentas", "crear", ANA, "Ana", *for_empleador(RUC), "--clave", "y"]
    desk.refused(*crear, input="n\n")
    assert acts(desk) == [(ANA, "soporte", None, None)] and comes_in(desk, ANA, "x")
    assert "Esa identificación ya tiene una cuenta de soporte. ¿Pasa a ser de empleador?" in desk.run(
        *crear, input="y\n"
    )
    assert acts(desk) == [(ANA, "empleador", RUC, True)]


def agent(desk, activated=True):
    """An agent with one open visit; its id."""
    desk.run("cuentas", "crear", ANA, "Agente 14", "--rol", "soporte", "--clave", "x")
    with desk.database.writing() as session:
        cuenta_id = session.scalars(select(Cuenta.id).where(Cuenta.identificacion == ANA)).one()
        if activated:
            assert activate(session, cuenta_id, new_seed(), 7, clock.now())
            new_codes(session, cuenta_id)
        open_sesion(session, cuenta_id, clock.now())
    return cuenta_id


def test_making_an_account_of_staff_says_how_its_second_step_stands(desk):
    said = desk.run("cuentas", "crear", ANA, "Agente 14", "--rol", "supervisor", "--clave", "x")
    assert "Al ingresar la próxima vez, con su clave, activa el segundo paso en su teléfono." in said
    agent(desk)
    said = desk.run("cuentas", "crear", ANA, "Agente 14", "--rol", "soporte", "--clave", "y")
    assert "Conserva el segundo paso que tiene en su teléfono." in said
    assert "segundo paso" not in desk.run("cuentas", "crear", OLGA, "Ana", *for_empleador(RUC), "--clave", "x")


def test_a_lost_second_factor_is_reset(desk):
    cuenta_id = agent(desk)
    assert "se reinició y sus visitas abiertas se cerraron" in desk.run("cuentas", "segundo-factor", "091279180-3")
    with desk.database.reading() as session:
        assert factor_of(session, cuenta_id) is None and codes_left(session, cuenta_id) == 0
        assert all(row.cerrada_en for row in session.scalars(select(Sesion)))
    assert desk.rows("select que, cuenta_id from bitacora") == [("reinicia_segundo", cuenta_id)]


@pytest.mark.parametrize("command", ["segundo-factor", "codigo"])
def test_only_staff_has_a_second_factor(desk, command):
    desk.run("cuentas", "crear", ANA, "Ana", *for_empleador(RUC), "--clave", "x")
    for who in (ANA, JEAN):
        said = desk.refused("cuentas", command, who)
        assert "No hay una cuenta de soporte o de supervisión con esa identificación." in said


def test_a_demonstration_tells_the_code_of_this_moment(desk):
    cuenta_id, before = agent(desk), datetime.now(UTC)
    said = desk.run("cuentas", "codigo", ANA).split()[-1]
    with desk.database.reading() as session:
        semilla = session.get_one(SegundoFactor, cuenta_id).semilla
    totp = pyotp.TOTP(secret_of("solo para pruebas", semilla))
    assert said in {totp.at(before), totp.at(before + timedelta(seconds=30))}


def test_in_production_only_the_telephone_tells_it(desk, database, database_url, tmp_path):
    agent(desk)
    real = Desk(database, database_url, tmp_path, produccion=True)
    assert "el código lo da solo el teléfono de la persona" in real.refused("cuentas", "codigo", ANA)


def test_the_code_of_a_factor_that_is_not_set_up_is_not_told(desk):
    agent(desk, activated=False)
    assert "todavía no activó su segundo paso" in desk.refused("cuentas", "codigo", ANA)
