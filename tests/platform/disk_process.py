"""What a test of the disk watches from outside: does what people are told of, one thing after the other, and says so on
stdout after each."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from sqlalchemy import select

from portal import clock
from portal.config import Config
from portal.cuentas.sesiones import open_sesion
from portal.db import Database
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.modelos import Cuenta, Empleador, Lote
from portal.soporte.rastro import rastro


def say(what: str) -> None:
    sys.stdout.write(what + "\n")  # one write(2) each, for the tracer to see
    sys.stdout.flush()


def main(url: str, datos: str, contenido: str, day: str) -> None:
    database = Database(url)
    config = Config(Path(datos), False, "x", url, "", tramo_registro=2)
    hoy = date.fromisoformat(day)
    with database.reading() as session:
        empleador_id = session.scalars(select(Empleador.id)).one()
        cuenta_id = session.scalars(select(Cuenta.id)).one()
    say("BEGIN")
    envio = Envio(empleador_id, cuenta_id, "ENT", "a.txt", Path(contenido).read_bytes())
    lote_id = receive(database, envio, hoy, clock.now(), config.max_bytes).lote_id
    say("TOLD recibido")
    say(f"TOLD {check(database, config, lote_id, clock.now)}")
    decide(database, lote_id, "registrar", cuenta_id, clock.now())
    say("TOLD decidido")
    say(f"TOLD {register(database, config, lote_id, clock.now)}")
    asked = ask(database, Pedido(lote_id, cuenta_id, "Se envió por error", None), hoy, clock.now()).id
    say("TOLD pedida")
    say(f"TOLD {annul(database, config, asked, clock.now)}")
    with database.writing() as session:
        session.get_one(Cuenta, cuenta_id).nombre = "Ana María"
    say("TOLD cuenta")
    with database.writing() as session:
        open_sesion(session, cuenta_id, clock.now(), empleador_id)
    say("TOLD sesion")
    with database.writing() as session:
        rastro.write(session, "ve_lote", cuenta_id, "otra", clock.now(), lote_id=lote_id)
    say("TOLD rastro")
    for _ in range(3):
        with database.writing(told=False) as session:
            session.get_one(Lote, lote_id).llamado_en = clock.now()
    say("UNTOLD")
    with database.writing() as session:
        session.get_one(Lote, lote_id).llamado_en = None
    say("TOLD llamado")


if __name__ == "__main__":
    main(*sys.argv[1:])
