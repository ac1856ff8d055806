"""Checked by a library and registered through SQLAlchemy, into the same table: by ORM objects, or by dictionaries.

Both query the history once for the whole file and store the good lines in one transaction. Neither stores the problems,
a restart position, or sums, as ours does in the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.orm import Session

from bench.rivals import with_frictionless, with_pydantic
from portal.db import make_engine
from portal.modelos import Lote, Novedad, Relacion

BATCH = 10_000  # rows
Key = tuple[int, int]


def frictionless_orm(url: str, file: str, lote: int) -> Callable[[], int]:
    """Frictionless, and an object for each line."""
    engine = make_engine(url)

    def work() -> int:
        ids, relaciones, registradas, empleador = history(engine, lote)
        good: dict[int, dict[str, Any]] = {}
        with_frictionless.check(file, with_frictionless.Rules(relaciones, registradas, good))
        rows = (_row(lote, empleador, ids, n, v, _cents(v["valor"])) for n, v in good.items())
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            for batch in _batches(rows):
                session.add_all(Novedad(**row) for row in batch)
                session.flush()
                session.expunge_all()
        return len(good)

    return work


def pydantic_core(url: str, file: str, lote: int) -> Callable[[], int]:
    """Pydantic, and SQLAlchemy Core with a dictionary for each line."""
    engine, data = make_engine(url), Path(file).read_bytes()

    def work() -> int:
        ids, relaciones, registradas, empleador = history(engine, lote)
        good = with_pydantic.check(data, (relaciones, registradas))[1]
        rows = (_row(lote, empleador, ids, n, dict(line), int(line.valor * 100)) for n, line in good.items())
        with engine.execution_options(writes=True).begin() as connection:
            for batch in _batches(rows):
                connection.execute(insert(Novedad), batch)
        return len(good)

    return work


def history(engine: Engine, lote: int) -> tuple[dict[Key, int], dict[Key, list], dict[tuple, int], int]:
    """Of the empleador of the lote: (sucursal, cédula) → id of the relación, → its days; what is registered; its id."""
    with engine.connect() as connection:
        empleador = connection.scalar(select(Lote.empleador_id).where(Lote.id == lote))
        found = connection.execute(
            select(Relacion.sucursal, Relacion.cedula, Relacion.id, Relacion.ingreso, Relacion.salida).where(
                Relacion.empleador_id == empleador, Relacion.anulada_en.is_(None)
            )
        ).all()
        ids = {(row.sucursal, row.cedula): row.id for row in found}
        relaciones = {(row.sucursal, row.cedula): [(row.ingreso, row.salida)] for row in found}
        return ids, relaciones, _registered(connection, empleador), empleador or 0


def _registered(connection: Connection, empleador: int | None) -> dict[tuple, int]:
    mine = (Novedad.empleador_id == empleador, Novedad.movimiento == "INS", Novedad.anulada_en.is_(None))
    columns = (Novedad.sucursal, Novedad.periodo, Novedad.cedula, Novedad.clave, Novedad.valor)
    return {tuple(row[:4]): row.valor or 0 for row in connection.execute(select(*columns).where(*mine))}


def _row(lote: int, empleador: int, ids: dict[Key, int], linea: int, v: dict[str, Any], cents: int) -> dict[str, Any]:
    sucursal, cedula = int(v["sucursal"]), int(v["cedula"])
    return {
        "lote_id": lote,
        "linea": linea,
        "empleador_id": empleador,
        "movimiento": v["movimiento"],
        "sucursal": sucursal,
        "periodo": v["anio"] * 100 + v["mes"],
        "cedula": cedula,
        "clave": v["causa"],
        "relacion_id": ids[sucursal, cedula],
        "valor": cents,
        "datos": f"{cents // 100}.{cents % 100:02d}",
    }


def _cents(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
