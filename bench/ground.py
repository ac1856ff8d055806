"""The fixtures of measurements: fresh databases of both kinds, an empleador in them, and its files sent, checked and
registered by the portal's own functions, without web and queue."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psycopg
from sqlalchemy import select

from bench.inputs import HIRED, HOY, RUC, SUCURSALES, entries
from portal.clock import now
from portal.config import Config
from portal.db import Database
from portal.lotes.entrada import receive
from portal.lotes.entrada.receive import Envio
from portal.lotes.trabajo import check, decide, register
from portal.modelos import Cuenta, Empleador, Lote, Sucursal
from portal.running.leash import die_with_parent
from portal.running.migrate import upgrade
from tests.conftest import free_port, postgres_program

#: as docs/operations.md advises for a machine of 8 GiB and more; everything else by default, with fsync
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min", "wal_compression": "on"}


@dataclass(frozen=True)
class Ground:
    """A database with one empleador (and more, if asked for) that sends files."""

    database: Database
    config: Config
    empleador_id: int
    cuenta_id: int

    def send(self, movimiento: str, contenido: bytes, hoy: str = HOY) -> int:
        """The id of the new lote."""
        envio = Envio(self.empleador_id, self.cuenta_id, movimiento, "a.txt", contenido)
        return receive.receive(self.database, envio, date.fromisoformat(hoy), now(), self.config.max_bytes).lote_id

    def check(self, lote_id: int) -> Lote:
        check.check(self.database, self.config, lote_id, now)
        return self.lote(lote_id, "revisado")

    def register(self, lote_id: int) -> Lote:
        decide.decide(self.database, lote_id, "registrar", self.cuenta_id, now())
        register.register(self.database, self.config, lote_id, now)
        return self.lote(lote_id, "registrado")

    def lote(self, lote_id: int, estado: str) -> Lote:
        with closing(self.database.reading()) as session:
            lote = session.get_one(Lote, lote_id)
        if lote.estado != estado:
            raise AssertionError(f"lote {lote_id} is {lote.estado}, not {estado}")
        return lote

    def other(self, ruc: str) -> Ground:
        """Another empleador of the same database."""
        return replace(self, empleador_id=_empleador(self.database, ruc))

    def hire(self, who: object, day: str = HIRED) -> None:
        """These workers' hires, registered."""
        self.register(self.check(self.send("ENT", entries(who, day), f"{day[:4]}-{day[4:6]}-{day[6:]}")).id)


def ground(url: str, folder: Path, **settings: int) -> Ground:
    """An empty, migrated database at `url` with one empleador."""
    upgrade(url)
    return opened(url, folder, **settings)


def opened(url: str, folder: Path, **settings: int) -> Ground:
    """The ground of a database that is there; its empleador is made when it has none."""
    settings = {"max_bytes": 200_000_000} | settings  # a million hires are 104 MB
    config = Config(folder, False, "x", url, "", **settings)
    database = Database(url)
    with closing(database.reading()) as session:
        found = session.scalar(select(Empleador.id).where(Empleador.ruc == RUC))
        cuenta = session.scalar(select(Cuenta.id).limit(1))
    if found and cuenta:
        return Ground(database, config, found, cuenta)
    with database.writing() as session:
        person = Cuenta(identificacion="1712345674", nombre="Ana", rol="empleador", clave_hash="x")
        session.add(person)
        session.flush()
        cuenta = person.id
    return Ground(database, config, _empleador(database, RUC), cuenta)


def _empleador(database: Database, ruc: str) -> int:
    with database.writing() as session:
        empleador = Empleador(ruc=ruc, nombre="EMPLEADOR DE MEDIDA", tipo="privada")
        session.add(empleador)
        session.flush()
        session.add_all(Sucursal(empleador_id=empleador.id, codigo=n) for n in SUCURSALES)
        return empleador.id


@contextmanager
def postgres(folder: Path) -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server of its own in `folder`. Returns `url(name)`, which creates the database when it is
    missing."""
    data, port = folder / "data", free_port()
    as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    folder.mkdir(exist_ok=True)
    for place in (folder, folder.parent):
        place.chmod(0o755)
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    initdb = [postgres_program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **POSTGRES}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [postgres_program("postgres"), "-D", str(data), "-p", str(port), *options],
            stderr=log,
            cwd=folder,
            preexec_fn=die_with_parent,
            **as_user,
        )
    try:
        yield lambda name: _made(port, name, server)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _made(port: int, name: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        try:
            run_sql(port, f"select 'create database {name}' where not exists (select 1)")
            break
        except psycopg.OperationalError:
            if server.poll() is not None:
                raise
            time.sleep(0.1)
    with suppress(psycopg.errors.DuplicateDatabase):
        run_sql(port, f"create database {name}")
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/{name}"


def run_sql(port: int, statement: str) -> None:
    """One statement of an administrator."""
    with psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", autocommit=True) as conn:
        conn.execute(statement.encode())
