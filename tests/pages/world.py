"""The portal in this process, its queue away: pages are real requests, and the tests do the jobs' work themselves."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import clock
from portal.cuentas.altas import save_empleador, save_representacion
from portal.cuentas.keys import hash_key
from portal.db import Database
from portal.files.columns import check_digit_holds
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo.decide import decide
from portal.modelos import Cuenta, Empleador, Lote
from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from web import mundo
from web.portal_client import Navegador

#: a delegate who may send only INS, and one who may send only MSU and SAL
SOLO_INS, SOLO_MSU_SAL = "1802345672", "0603456784"
Contents = bytes | str | Iterable[str]


def worker(n: int) -> str:
    """The n-th made-up worker: a cédula with its right check digit, of none of the accounts."""
    return next(one for d in range(10) if check_digit_holds(one := f"17{n:07d}{d}"))


def wrong(cedula: str, by: int = 1) -> str:
    """The same number with another last digit: it fails its check."""
    return cedula[:-1] + str((int(cedula[-1]) + by) % 10)


def as_file(contents: Contents) -> bytes:
    if isinstance(contents, bytes):
        return contents
    lines = [contents] if isinstance(contents, str) else contents
    return "".join(line + "\r\n" for line in lines).encode()


class World:
    """What the tests ask of the portal beside its pages. Lotes go by their numbers."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: Database = app.extensions["portal_database"]
        self.config = app.config["PORTAL"]
        fill(self.database)

    def browser(self, who: str = mundo.DE_A) -> Navegador:
        return Navegador(self.app).sign_in(who, mundo.CLAVE)

    def line(
        self, movimiento: str, cedula: str, *, ruc: str = mundo.RUC_A, sucursal: str = "0001", **cambia: str
    ) -> str:
        """A good line of that movement, with some fields changed."""
        return ";".join(good_line(todas()[movimiento], mundo.HOY, ruc, sucursal, cedula, **cambia))

    def receive(
        self, movimiento: str, contents: Contents, nombre: str = "archivo.txt", *, ruc: str = mundo.RUC_A, **how: Any
    ) -> str:
        """A file received without its page; `hoy` and `auto` go by keyword."""
        hoy, auto = how.get("hoy", mundo.HOY), how.get("auto", False)
        who = mundo.DE_A if ruc == mundo.RUC_A else mundo.DE_B
        envio = Envio(self.empleador_id(ruc), self.cuenta_id(who), movimiento, nombre, as_file(contents), auto)
        return receive(self.database, envio, hoy, clock.now(), self.config.max_bytes).numero

    def check(self, numero: str) -> Lote:
        checking.check(self.database, self.config, self.lote(numero).id, clock.now)
        return self.lote(numero)

    def decide(self, numero: str, decision: str = "registrar") -> None:
        lote = self.lote(numero)
        assert decide(self.database, lote.id, decision, lote.cuenta_id, clock.now())

    def register(self, numero: str) -> Lote:
        """Works off a decided lote."""
        registering.register(self.database, self.config, self.lote(numero).id, clock.now)
        return self.lote(numero)

    def checked(self, movimiento: str, contents: Contents, **how: Any) -> str:
        numero = self.receive(movimiento, contents, **how)
        assert self.check(numero).estado in ("revisado", "rechazado")
        return numero

    def registered(self, movimiento: str, contents: Contents, **how: Any) -> str:
        numero = self.checked(movimiento, contents, **how)
        self.decide(numero)
        assert self.register(numero).estado == "registrado"
        return numero

    def hire(self, *cedulas: str, ruc: str = mundo.RUC_A, sueldo: str = "600.00", days_ago: int = 400) -> str:
        """Relaciones that began long ago, through the portal of that day."""
        then = mundo.HOY - timedelta(days=days_ago)
        lines = [";".join(good_line(todas()["ENT"], then, ruc, "0001", one, sueldo=sueldo)) for one in cedulas]
        numero = self.registered("ENT", lines, ruc=ruc, hoy=then)
        assert self.lote(numero).registradas == len(cedulas)
        return numero

    def lote(self, numero: str) -> Lote:
        with self.database.reading() as session:
            whole = select(Lote).where(Lote.numero == numero).options(joinedload(Lote.archivo))
            return session.scalars(whole).one()

    def alter(self, numero: str, **values: Any) -> None:
        """Writes into the lote's row: how the clock is moved."""
        with self.database.writing() as session:
            session.execute(update(Lote).where(Lote.numero == numero).values(**values))

    def rows(self, table: type, **where: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(table).filter_by(**where).order_by(table.id)))

    def empleador_id(self, ruc: str = mundo.RUC_A) -> int:
        return int(self.rows(Empleador, ruc=ruc)[0].id)

    def cuenta_id(self, identificacion: str = mundo.DE_A) -> int:
        return int(self.rows(Cuenta, identificacion=identificacion)[0].id)


def send(
    browser: Navegador, movimiento: str, *files: tuple[str, Contents], auto: bool = False, status: int = 303
) -> str:
    """Sends files through the form; gives the number of the lote it leads to, or the address, or ""."""
    browser.get("/cargas/nueva")
    data: dict[str, Any] = {"movimiento": movimiento}
    data["archivo"] = [(io.BytesIO(as_file(contents)), name) for name, contents in files]
    data |= {"registrar_automaticamente": "on"} if auto else {}
    response = browser.post("/cargas/nueva", data, status=status, content_type="multipart/form-data")
    return str(response.location or "").removeprefix("/lotes/")


def states_in(html: str) -> list[str]:
    """Every `data-estado` of a page or fragment."""
    return re.findall(r'data-estado="([^"]*)"', html)


def section_of(html: str) -> str:
    """The live section of a page or fragment, without its token (one for each visit, another text each time)."""
    start, end = html.index('<section id="avance"'), html.rindex("</section>") + len("</section>")
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html[start:end])


@lru_cache(maxsize=1)
def key() -> str:
    """One hash for all accounts: making it is meant to be slow."""
    return hash_key(mundo.CLAVE)


def fill(database: Database) -> None:
    """The empleadores and accounts of `mundo`, and two more delegates of the first empleador."""
    with database.writing() as session:
        a = save_empleador(session, mundo.RUC_A, "EMPRESA DE DEMOSTRACIÓN S.A.", "privada", {1: "Matriz", 9: "Sur"}).id
        b = save_empleador(session, mundo.RUC_B, "COMERCIAL DE PRUEBA CÍA. LTDA.", "privada", {1: None}).id
        people = {
            mundo.DE_A: ("PERSONA UNO", "empleador", a, None),
            mundo.DE_B: ("PERSONA DOS", "empleador", b, None),
            SOLO_INS: ("DELEGADA UNO", "empleador", a, {"INS"}),
            SOLO_MSU_SAL: ("DELEGADA DOS", "empleador", a, {"MSU", "SAL"}),
            mundo.SOPORTE: ("Agente 14", "soporte", None, None),
            mundo.SUPERVISOR: ("Agente 2", "supervisor", None, None),
        }
        for number, (nombre, rol, empleador, movimientos) in people.items():
            cuenta = Cuenta(identificacion=number, nombre=nombre, rol=rol, clave_hash=key())
            session.add(cuenta)
            session.flush()
            if empleador is not None:
                hasta: date | None = mundo.HOY if movimientos else None
                titular = movimientos is None
                save_representacion(
                    session, cuenta.id, empleador, titular=titular, movimientos=movimientos, hasta=hasta
                )
            else:
                mundo.set_up_factor(session, cuenta.id)
