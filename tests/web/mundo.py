"""A few accounts and empleadores for tests, made up."""

from __future__ import annotations

from datetime import date, timedelta

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
        save_cuenta(session, SOPORTE, "Agente 14", "soporte", CLAVE)
        save_cuenta(session, SUPERVISOR, "Agente 2", "supervisor", CLAVE)
