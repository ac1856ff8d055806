"""A few accounts and empleadores for tests, made up."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal import clock
from portal.cuentas import segundo
from portal.cuentas.altas import save_cuenta, save_empleador, save_representacion
from portal.db import Database

HOY = date(2026, 11, 22)
CLAVE = "tres palabras largas"
RUC_A, RUC_B, RUC_C = "1799000004001", "1799000012001", "1799000020001"
DE_A, DE_B, DE_VARIOS, DELEGADO, SIN_RUC = "0912791803", "1710034065", "0102030405", "0703030303", "1103756134"
SOPORTE, SUPERVISOR = "1713175071", "0926687856"


def fill(database: Database) -> None:
    """Accounts of each kind: of one RUC, of three, a delegate for two movements, one whose delegation ended, staff."""
    with database.writing() as session:
        a = save_empleador(session, RUC_A, "EMPRESA DE DEMOSTRACIÓN S.A.", "privada", {1: "Matriz", 9: "Sur"}).id
        b = save_empleador(session, RUC_B, "COMERCIAL DE PRUEBA CÍA. LTDA.", "privada", {1: None}).id
        c = save_empleador(session, RUC_C, "AGRÍCOLA <ENSAYO> & HIJOS", "privada", {1: None}).id
        for number, empleadores in ((DE_A, [a]), (DE_B, [b]), (DE_VARIOS, [a, b, c])):
            cuenta = save_cuenta(session, number, "PERSONA DE PRUEBA", "empleador", CLAVE).id
            for empleador in empleadores:
                save_representacion(session, cuenta, empleador)
        delegado = save_cuenta(session, DELEGADO, "DELEGADA DE PRUEBA", "empleador", CLAVE).id
        save_representacion(session, delegado, a, titular=False, movimientos={"INS", "ENT"}, hasta=HOY)
        former = save_cuenta(session, SIN_RUC, "ANTES DELEGADO", "empleador", CLAVE).id
        save_representacion(session, former, a, titular=False, hasta=HOY - timedelta(days=1))
        for number, nombre, rol in ((SOPORTE, "Agente 14", "soporte"), (SUPERVISOR, "Agente 2", "supervisor")):
            staff(session, number, nombre, rol)


def staff(session: Session, identificacion: str, nombre: str, rol: str = "soporte") -> int:
    """An account of the staff whose second factor is set up; its id. Navegador.sign_in knows the codes."""
    cuenta_id = save_cuenta(session, identificacion, nombre, rol, CLAVE).id
    set_up_factor(session, cuenta_id)
    return cuenta_id


def set_up_factor(session: Session, cuenta_id: int) -> None:
    """The account's second factor, with ten recovery codes; nothing when it has one."""
    if segundo.activate(session, cuenta_id, segundo.new_seed(), 0, clock.now()):
        segundo.new_codes(session, cuenta_id)
