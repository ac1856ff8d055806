"""Each list page at 10 million novedades, and at fewer: milliseconds, queries, bytes.

Pages are requested of the application in this process, with their templates and without network; downloads up to their
first byte. SQLite and PostgreSQL. `python -m bench.pages [NOVEDADES]…`
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from bench.crowd import SECRET, sign
from bench.ground import postgres
from bench.grown import FIRST_CEDULA, FIRST_ID, Grown, grow
from portal import create_app
from portal.clock import now
from portal.config import INSTITUCION, Config
from portal.cuentas import segundo
from portal.cuentas.altas import save_cuenta
from portal.cuentas.sesiones import open_sesion
from portal.db import Database
from portal.modelos import Cuenta, Representacion
from tests.telefono import code_in

TIMES = 40
LIMIT = 100.0  # milliseconds
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True)
class Measured:
    """One page: milliseconds (median and p95), statements, bytes read."""

    median: float
    p95: float
    questions: int
    size: int


def addresses(there: Grown) -> dict[str, str]:
    """What is measured → its address."""
    lote, middle = f"/lotes/{there.grande}", FIRST_ID + there.trabajadores // 2
    last, wrong = -(-there.lineas // 50), -(-there.con_error // 50)
    return {
        "procesos": "/procesos",
        "lotes": "/lotes",
        "lotes, last page": f"/lotes?pagina={-(-there.lotes_grande // 50)}",
        "lotes, registered INS": "/lotes?movimiento=INS&estado=registrado",
        "lote": lote,
        "its errors": f"{lote}/lineas",
        "its errors, last page": f"{lote}/lineas?pagina={wrong}",
        "its errors of one code": f"{lote}/lineas?codigo=IDE-02&pagina={wrong}",
        "the page of its last error": f"{lote}/lineas?linea={there.lineas + there.con_error}",
        "its registered lines": f"{lote}/lineas?estado=registrada",
        "registered, last page": f"{lote}/lineas?estado=registrada&pagina={last}",
        "the page of its last line": f"{lote}/lineas?estado=registrada&linea={there.lineas}",
        "receipt": f"{lote}/comprobante",
        "annulment of three lines": f"{lote}/anulacion?lineas=3,7,{there.lineas}",
        "historia": "/historia",
        "search a worker": f"POST /historia {FIRST_CEDULA + middle}",
        "a worker": f"/historia/{middle}",
        "a worker, CSV": f"/historia/{middle}.csv",
        "sucursal in a month": "/historia/sucursal",
        "from its middle on": f"/historia/sucursal?desde={middle}",
        "sucursal, CSV, first byte": "/historia/sucursal.csv",
        "support, a lote": f"/soporte/lotes/{there.grande}",
    }


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Counts the statements sent in the block."""
    seen: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    yield seen
    event.remove(engine, "before_cursor_execute", see)


def fetch(client: FlaskClient, address: str) -> int:
    """Bytes of the page, or of the first part of a download."""
    if address.startswith("POST "):
        _, path, cedula = address.split()
        response = client.post(path, data={"cedula": cedula}, buffered=False)
    else:
        response = client.get(address, buffered=False)
    size = len(next(iter(response.response), b""))
    response.close()
    if response.status_code >= 400:
        raise AssertionError(f"{address}: {response.status}")
    return size


def measured(client: FlaskClient, engine: Engine, address: str) -> Measured:
    fetch(client, address)
    with counted(engine) as seen:
        size = fetch(client, address)
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        fetch(client, address)
        took.append((time.perf_counter() - begun) * 1000)
    return Measured(statistics.median(took), sorted(took)[int(TIMES * 0.95)], len(seen), size)


def clients(app: Flask, empleador_id: int) -> dict[str, FlaskClient]:
    """Somebody signed in for the empleador, and somebody of support."""
    database: Database = app.extensions["portal_database"]
    with database.writing() as session:
        cuenta = Cuenta(identificacion="8800000000", nombre="Ana", rol="empleador", clave_hash="x")
        session.add(cuenta)
        session.flush()
        session.add(Representacion(cuenta_id=cuenta.id, empleador_id=empleador_id))
        token = open_sesion(session, cuenta.id, now(), empleador_id)
    empleador = app.test_client()
    empleador.set_cookie("portal", sign(token))
    return {"empleador": empleador, "soporte": agent(app, database)}


def agent(app: Flask, database: Database) -> FlaskClient:
    """Somebody of support, who comes in as all staff do: by key and second step."""
    who, clave = "8800000001", "tres palabras largas"
    with database.writing() as session:
        cuenta_id = save_cuenta(session, who, "Ana", "soporte", clave).id
        segundo.activate(session, cuenta_id, segundo.new_seed(), 0, now())
    client = app.test_client()
    client.post("/ingresar", data={"identificacion": who, "clave": clave})
    came_in = client.post("/ingresar/segundo", data={"codigo": code_in(database, SECRET, cuenta_id)})
    if came_in.location != "/soporte/llamada":
        raise AssertionError(f"the agent did not come in: {came_in.status}")
    return client


def measure(name: str, url: str, folder: Path, size: int) -> dict[str, Measured]:
    """All pages on a database of that size."""
    begun = time.perf_counter()
    there = grow(url, folder, size)
    print(f"{name}, {there.novedades:,} novedades: made in {time.perf_counter() - begun:.0f} s", flush=True)
    config = Config(folder, False, SECRET, url, "unix:///nobody", date(2026, 10, 20), institucion=INSTITUCION)
    app = create_app(config)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # a line a page otherwise
    app.config["WTF_CSRF_ENABLED"] = False  # the form's page is measured on its own
    visitors, engine = clients(app, there.empleador_id), app.extensions["portal_database"].engine
    found = {}
    for what, address in addresses(there).items():
        found[what] = measured(visitors["soporte" if "/soporte" in address else "empleador"], engine, address)
    engine.dispose()
    return found


def show(sizes: tuple[int, ...], results: list[dict[str, Measured]]) -> None:
    """A line per page: median and p95 in ms and queries at each size, bytes at the largest."""
    print(f"{'':28}" + "".join(f"{size:>24,}" for size in sizes) + "     bytes")
    for what, largest in results[-1].items():
        cells = "".join(f"{r[what].median:9.1f} {r[what].p95:7.1f} ms {r[what].questions:3}" for r in results)
        told = "" if largest.p95 <= LIMIT else "  over 100 ms"
        told += "" if len({r[what].questions for r in results}) == 1 else "  questions differ"
        print(f"{what:28}{cells}{largest.size:10,}{told}", flush=True)


def main(sizes: tuple[int, ...]) -> None:
    """Measure and print."""
    print("Each column: median, p95 in ms, questions; at so many novedades")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = [measure("SQLite", f"sqlite:///{name}/{size}.db", folder, size) for size in sizes]
        show(sizes, results)
        with postgres(folder / "pg") as url:
            results = [measure("PostgreSQL", url(f"n{size}"), folder, size) for size in sizes]
            show(sizes, results)


if __name__ == "__main__":
    main(tuple(int(one) for one in sys.argv[1:]) or SIZES)
