"""A running portal with many empleadores: their accounts, open visits and lotes that wait, put into its database."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import brotli
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from bench.clients import Answer, Client, below
from bench.inputs import HOY, SUCURSALES
from portal.clock import now
from portal.cuentas.sesiones import open_sesion
from portal.db import Database
from portal.lotes.numeros import write
from portal.modelos import Archivo, Cuenta, Empleador, Lote, LoteCambio, Representacion, Sucursal
from tests.e2e.conftest import running

SECRET = "only for measuring"
BOUNDARY = "measured"


@dataclass(frozen=True)
class Patron:
    """An empleador and one of its open visits."""

    id: int
    cuenta_id: int
    ruc: str
    cookie: str


@dataclass
class Crowd:
    """The portal that is measured."""

    port: int
    pid: int
    database: Database

    def processes(self) -> dict[int, str]:
        """The portal's processes → web, worker, queue or other."""
        return {pid: _part(command) for pid, command in below(self.pid).items()}

    def patrons(self, first: int, count: int) -> list[Patron]:
        """New empleadores with an account and a visit each."""
        with self.database.writing() as session:
            found = []
            for n in range(first, first + count):
                empleador = Empleador(ruc=f"1790{n:06d}001", nombre=f"EMPLEADOR {n}", tipo="privada")
                cuenta = Cuenta(identificacion=f"99{n:08d}", nombre="Ana", rol="empleador", clave_hash="x")
                session.add_all([empleador, cuenta])
                session.flush()
                session.add(Representacion(cuenta_id=cuenta.id, empleador_id=empleador.id))
                session.add_all(Sucursal(empleador_id=empleador.id, codigo=s) for s in SUCURSALES)
                token = open_sesion(session, cuenta.id, now(), empleador.id)
                found.append(Patron(empleador.id, cuenta.id, empleador.ruc, sign(token)))
        return found

    def another_visit(self, patron: Patron) -> str:
        """The cookie of one more visit of the same account."""
        with self.database.writing() as session:
            return sign(open_sesion(session, patron.cuenta_id, now(), patron.id))

    def lotes_at_work(self, patrons: list[Patron], each: int) -> list[tuple[Patron, str]]:
        """Lotes that somebody works on all day, so that their pages ask and nothing changes."""
        moved = now() - timedelta(hours=1)  # asks every 30 s: no change of pace falls into the measurement
        made = []
        with self.database.writing() as session:
            for n, patron in enumerate(one for one in patrons for _ in range(each)):
                sha = {"sha256_contenido": f"{n:064d}"}
                archivo = Archivo(
                    empleador_id=patron.id, nombre="a.txt", bytes=1, sha256=f"{n:064d}", creado_en=moved, **sha
                )
                session.add(archivo)
                session.flush()
                lote = Lote(
                    numero=write(2020, n), empleador_id=patron.id, cuenta_id=patron.cuenta_id, archivo_id=archivo.id,
                    movimiento="INS", fecha_negocio=moved.date(), recibido_en=moved, estado="revisando",
                    cambiado_en=moved, leidas=1000, revisadas=500, arriendo_de="measured:0:x",
                    arriendo_hasta=now() + timedelta(days=1), **sha,
                )  # fmt: skip
                session.add(lote)
                session.flush()
                for estado in ("recibido", "revisando"):
                    session.add(LoteCambio(lote_id=lote.id, a=estado, en=moved, quien="measured", motivo=""))
                made.append((patron, lote.numero))
        return made


@contextmanager
def crowd(folder: Path, url: str) -> Iterator[Crowd]:
    """`make run` on the database at `url`."""
    folder.mkdir(parents=True, exist_ok=True)
    with running(folder, PORTAL_HOY=HOY, SECRET_KEY=SECRET, DATABASE_URL=url, PORTAL_MAX_BYTES="200000000") as portal:
        pid = next(pid for pid, command in below(os.getpid()).items() if command.endswith("-m portal.running "))
        database = Database(url)
        yield Crowd(int(urlsplit(portal.base).port or 0), pid, database)
        database.engine.dispose()


def version_on(page: bytes) -> str:
    """The version of the lote that a page or its live part shows."""
    found = re.search(rb'data-version="([^"]+)"', page)
    return found[1].decode() if found else ""


def state_on(page: bytes) -> str:
    """The state of the lote that a page or its live part shows."""
    found = re.search(rb'data-estado="([^"]+)"', page)
    return found[1].decode() if found else ""


async def send(client: Client, movimiento: str, content: bytes) -> tuple[str, float]:
    """A file through the form, as a browser sends it; the number of its lote, and when its POST began."""
    form = await client.ask(client.request("GET", f"/cargas/nueva?movimiento={movimiento}"))
    _keep_cookie(client, form)
    found = re.search(rb'name="csrf_token" value="([^"]+)"', brotli.decompress(form.body))
    if found is None:
        raise AssertionError(f"no form: {form.status}")
    body = _multipart({"csrf_token": found[1].decode(), "movimiento": movimiento}, content)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    begun = time.perf_counter()
    answer = await client.ask(client.request("POST", "/cargas/nueva", body, Content_Type=kind))
    if answer.status != 303:
        raise AssertionError(f"not taken: {answer.status}")
    _keep_cookie(client, answer)
    return answer.headers["location"].rpartition("/")[2], begun


def _keep_cookie(client: Client, answer: Answer) -> None:
    found = re.match(r"portal=([^;]*)", answer.headers.get("set-cookie", ""))
    if found:
        client.cookie = found[1]


def _multipart(fields: dict[str, str], content: bytes) -> bytes:
    head = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="archivo"; filename="a.txt"\r\n'
    return f"{head}{file}Content-Type: text/plain\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def sign(token: str) -> str:
    """The cookie of a visit, as the portal signs it."""
    flask = Flask("measured")
    flask.secret_key = SECRET
    serializer = SecureCookieSessionInterface().get_signing_serializer(flask)
    return str(serializer.dumps({"_user_id": token}))


def _part(command: str) -> str:
    kinds = {"running.web": "web", "rq_worker": "worker", "valkey": "queue"}
    return next((kind for name, kind in kinds.items() if name in command), "other")
