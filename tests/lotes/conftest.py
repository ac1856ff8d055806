"""A small empleador with real databases; files are sent, checked and registered as the jobs do it, in this process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import clock
from portal.config import Config
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo import check as checking
from portal.lotes.trabajo import register as registering
from portal.lotes.trabajo.decide import decide
from portal.modelos import Afiliado, Cuenta, Empleador, Lote, Problema, Sucursal
from portal.novedades import todas
from portal.novedades.ejemplos import good_line

HOY = date(2026, 11, 20)
RUC = "1799000004001"
CEDULAS = ["0912791803", "1710034065", "0909139099", "0710435207", "0928887181", "0918014127"]


def make_config(tmp_path: Path, **changes) -> Config:
    return replace(
        Config(datos=tmp_path, produccion=False, secret_key="x", database_url="", redis_url="", hoy_fijo=HOY), **changes
    )


class Office:
    """What the tests ask of the portal below its pages."""

    def __init__(self, database, config):
        self.database, self.config = database, config
        with database.writing() as s:
            empleador = Empleador(ruc=RUC, nombre="EMPRESA DE PRUEBA S.A.", tipo="privada")
            cuenta = Cuenta(identificacion="1712345674", nombre="Ana", rol="empleador", clave_hash="x")
            s.add_all([empleador, cuenta])
            s.flush()
            s.add_all([Sucursal(empleador_id=empleador.id, codigo=c) for c in (1, 9)])
            s.add(Afiliado(cedula=6112345678, extranjero=True))
            self.empleador_id, self.cuenta_id = empleador.id, cuenta.id

    def send(self, movimiento, contenido, *, nombre="archivo.txt", hoy=HOY, auto=False, now=None):
        if isinstance(contenido, list):
            contenido = "".join(line + "\r\n" for line in contenido).encode()
        envio = Envio(self.empleador_id, self.cuenta_id, movimiento, nombre, contenido, auto)
        return receive(self.database, envio, hoy, now or clock.now(), self.config.max_bytes)

    def check(self, lote_id):
        checking.check(self.database, self.config, lote_id, clock.now)
        return self.lote(lote_id)

    def register(self, lote_id):
        decide(self.database, lote_id, "registrar", self.cuenta_id, clock.now())
        registering.register(self.database, self.config, lote_id, clock.now)
        return self.lote(lote_id)

    def all_the_way(self, movimiento, contenido, **how):
        recibo = self.send(movimiento, contenido, **how)
        self.check(recibo.lote_id)
        return self.register(recibo.lote_id)

    def lote(self, lote_id):
        with self.database.reading() as s:
            return s.get_one(Lote, lote_id)

    def problems(self, lote_id):
        with self.database.reading() as s:
            rows = s.scalars(
                select(Problema).where(Problema.lote_id == lote_id).order_by(Problema.linea, Problema.codigo)
            )
            return [(p.linea, p.codigo) for p in rows]

    def rows(self, table):
        with self.database.reading() as s:
            return list(s.scalars(select(table).order_by(table.id)))

    def line(self, movimiento, cedula=CEDULAS[0], sucursal="0001", **changes):
        """A good line of that movement, with some fields changed."""
        changes.setdefault("sectorial", "1507500000011") if movimiento == "ENT" else None
        return ";".join(good_line(todas()[movimiento], HOY, RUC, sucursal, cedula, **changes))

    def hire(self, *cedulas, days_ago=400, sueldo="600.00"):
        """Relaciones that began long ago, through the portal of that day."""
        then = HOY - timedelta(days=days_ago)
        lines = [";".join(good_line(todas()["ENT"], then, RUC, "0001", c, sueldo=sueldo)) for c in cedulas]
        lote = self.all_the_way("ENT", lines, hoy=then)
        assert lote.registradas == len(cedulas), self.problems(lote.id)
        return lote


@pytest.fixture
def config(tmp_path):
    return make_config(tmp_path)


@pytest.fixture
def office(database, config):
    return Office(database, config)
