"""Demonstration data: made-up people and empleadores, and a history that went through the portal like any other.

Everything is dated from the business date, so it never grows old; filling twice changes nothing; keys are made once
and kept in the data folder. No number here belongs to the project's sample files.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from portal import clock
from portal.config import Config
from portal.cuentas import segundo
from portal.cuentas.altas import save_afiliados, save_cuenta, save_empleador, save_representacion
from portal.db import Database
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo.decide import decide
from portal.modelos import Cuenta, Empleador, Lote, SegundoFactor
from portal.novedades import todas
from portal.novedades.base import Ejemplo
from portal.novedades.ejemplos import good_line
from portal.soporte.cifras.cifras import fill_figures


@dataclass(frozen=True)
class Patrono:
    """A made-up empleador with the person who acts for it."""

    ruc: str
    nombre: str
    tipo: str
    sucursales: dict[int, str]
    identificacion: str
    persona: str
    trabajadores: dict[int, tuple[str, ...]]


_MAIN = "1799000004001"
PATRONOS = (
    Patrono(
        _MAIN,
        "EMPRESA DE DEMOSTRACIÓN S.A.",
        "privada",
        {1: "Matriz", 9: "Bodega"},
        "1710010024",
        "Lucía Demostración",
        {
            1: tuple(f"17000000{n}" for n in ("19", "27", "35", "43", "50", "68", "76", "84")),
            9: ("1700000092", "1700000100", "1700000118"),
        },
    ),
    Patrono(
        "1760000990001",
        "GOBIERNO DE DEMOSTRACIÓN",
        "publica",
        {1: "Matriz"},
        "1710010032",
        "Pablo Demostración",
        {1: ("1700000126", "1700000134")},
    ),
    Patrono(
        "1710010040001",
        "ROSA DEMOSTRACIÓN, ARTESANA",
        "natural_ecuatoriana",
        {1: "Taller"},
        "1710010040",
        "Rosa Demostración",
        {1: ("1700000142",)},
    ),
    Patrono(
        "1799777770001",
        "JEAN DÉMONSTRATION",
        "natural_extranjera",
        {1: "Local"},
        "6100000012",
        "Jean Démonstration",
        {1: ("1700000159",)},
    ),
)
DELEGADA = ("1710010057", "Marta Delegada")
PERSONAL = (("1710010065", "Agente 14", "soporte"), ("1710010073", "Supervisora 2", "supervisor"))
_KEYS = "demo-claves.json"


def fill(database: Database, config: Config) -> list[dict[str, object]]:
    """Fills what is missing and gives the accounts: rol, identificacion, clave, rucs; of staff also totp, the base32
    secret of the second factor."""
    claves = _keys(config.datos)
    _people(database, config.hoy(), claves)
    factors = _second_factors(database, config)
    for patrono in PATRONOS:
        _history(database, config, patrono)
    fill_figures(database, clock.now())
    return [account | factors.get(str(account["identificacion"]), {}) for account in _accounts(claves)]


def _everybody() -> list[str]:
    return [p.identificacion for p in PATRONOS] + [DELEGADA[0]] + [identificacion for identificacion, _, _ in PERSONAL]


def _keys(datos: Path) -> dict[str, str]:
    """Identification → key, made once and kept for the owner of the folder alone."""
    path = datos / _KEYS
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [who for who in _everybody() if who not in kept]
    if missing:
        kept |= {who: f"demo-{secrets.token_hex(4)}" for who in missing}
        written = path.with_suffix(".nuevo")
        with os.fdopen(os.open(written, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
        written.replace(path)
    return kept


def _accounts(claves: dict[str, str]) -> list[dict[str, object]]:
    """A RUC's own account before its delegates."""
    own = [("empleador", p.identificacion, [p.ruc]) for p in PATRONOS]
    delegate = [("empleador", DELEGADA[0], [PATRONOS[0].ruc, PATRONOS[2].ruc])]
    staff: list[tuple[str, str, list[str]]] = [(rol, identificacion, []) for identificacion, _, rol in PERSONAL]
    return [
        {"rol": rol, "identificacion": who, "clave": claves[who], "rucs": rucs}
        for rol, who, rucs in [*own, *delegate, *staff]
    ]


def _people(database: Database, hoy: date, claves: dict[str, str]) -> None:
    with database.writing() as session:
        for p in PATRONOS:
            empleador = save_empleador(session, p.ruc, p.nombre, p.tipo, p.sucursales)
            cuenta = save_cuenta(session, p.identificacion, p.persona, "empleador", claves[p.identificacion])
            save_representacion(session, cuenta.id, empleador.id)
        delegada = save_cuenta(session, *DELEGADA, "empleador", claves[DELEGADA[0]])
        for p in (PATRONOS[0], PATRONOS[2]):
            empleador = session.scalars(select(Empleador).where(Empleador.ruc == p.ruc)).one()
            ends = hoy + timedelta(days=90)
            save_representacion(
                session, delegada.id, empleador.id, titular=False, movimientos=["INS", "MSU"], hasta=ends
            )
        for identificacion, nombre, rol in PERSONAL:
            save_cuenta(session, identificacion, nombre, rol, claves[identificacion])
        save_afiliados(session, [(6100000012, "Jean Démonstration", True), (6112345678, None, True)])


def _second_factors(database: Database, config: Config) -> dict[str, dict[str, str]]:
    """The staff's second factors, set up for whoever tries the demonstration: identificacion → {totp: secret}."""
    found = {}
    with database.writing() as session:
        for identificacion, _, _ in PERSONAL:
            cuenta_id = session.scalars(select(Cuenta.id).where(Cuenta.identificacion == identificacion)).one()
            if segundo.activate(session, cuenta_id, segundo.new_seed(), 0, clock.now()):
                segundo.new_codes(session, cuenta_id)
            factor = session.get_one(SegundoFactor, cuenta_id, populate_existing=True)
            found[identificacion] = {"totp": segundo.secret_of(config.secret_key, factor.semilla)}
    return found


def _history(database: Database, config: Config, patrono: Patrono) -> None:
    """Hires more than a year ago, a raise, last month's extras; for the main one also a lote that waits."""
    hoy = config.hoy()
    with database.reading() as session:
        empleador = session.scalars(select(Empleador).where(Empleador.ruc == patrono.ruc)).one()
        if session.scalar(select(Lote.id).where(Lote.empleador_id == empleador.id).limit(1)):
            return
    office = _Office(database, config, patrono, empleador.id)
    tipo = {"privada": "2", "publica": "1"}.get(patrono.tipo, "3")
    office.register("ENT", "altas.txt", hoy - timedelta(days=420), tipo_empleador=tipo, sueldo="560.00")
    office.register("MSU", "sueldos.txt", hoy - timedelta(days=200), sueldo="640.00")
    office.register("INS", "extras.txt", hoy - timedelta(days=35), valor="85.50")
    if patrono.ruc == _MAIN:
        office.leave_waiting(hoy)


class _Office:
    """Sends files as the empleador would have on that day, and works them off in this process."""

    def __init__(self, database: Database, config: Config, patrono: Patrono, empleador_id: int) -> None:
        self._database, self._config, self._patrono, self._empleador_id = database, config, patrono, empleador_id
        with database.reading() as session:
            mine = select(Cuenta.id).where(Cuenta.identificacion == patrono.identificacion)
            self._cuenta_id = session.scalars(mine).one()

    def _send(self, movimiento: str, nombre: str, hoy: date, lines: list[str]) -> int:
        body = "".join(f"{line}\r\n" for line in lines).encode()
        envio = Envio(self._empleador_id, self._cuenta_id, movimiento, nombre, body)
        return receive(self._database, envio, hoy, clock.now(), self._config.max_bytes).lote_id

    def _lines(self, movimiento: str, hoy: date, **changes: Ejemplo) -> list[str]:
        workers = [(s, c) for s, cedulas in self._patrono.trabajadores.items() for c in cedulas]
        nov, ruc = todas()[movimiento], self._patrono.ruc
        return [";".join(good_line(nov, hoy, ruc, f"{s:04d}", c, **changes)) for s, c in workers]

    def register(self, movimiento: str, nombre: str, hoy: date, **changes: Ejemplo) -> None:
        lote_id = self._send(movimiento, nombre, hoy, self._lines(movimiento, hoy, **changes))
        self._work(lote_id, "revisado")
        decide(self._database, lote_id, "registrar", self._cuenta_id, clock.now())
        self._work(lote_id, "registrado")

    def leave_waiting(self, hoy: date) -> None:
        """A lote with one slip of a digit, to be decided by whoever looks at the demonstration."""
        lines = self._lines("INS", hoy, valor="120.00")
        lines[3] = lines[3].replace("1700000043", "1720000043")
        lines[5] = lines[5].replace("120.00", "120,5")
        self._work(self._send("INS", "extras-del-mes.txt", hoy, lines), "revisado")

    def _work(self, lote_id: int, until: str) -> None:
        """Does the work here unless a worker claims it first. Raises when the state is not reached in 30 s."""
        for _ in range(300):
            checking.check(self._database, self._config, lote_id, clock.now)
            registering.register(self._database, self._config, lote_id, clock.now)
            with self._database.reading() as session:
                if session.get_one(Lote, lote_id).estado == until:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"el lote de demostración {lote_id} no llegó a «{until}»")
