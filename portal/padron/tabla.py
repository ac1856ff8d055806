"""The register in the portal's own table `afiliado`, which the command `personas importar` fills."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Connection, text

from portal import bulk


class Tabla:
    """The table as a `Padron`: one query for many, by primary key."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def extranjeros(self, codigos: Sequence[int]) -> set[int]:
        return registered_foreigners(self._conn, codigos)

    def nombres(self, cedulas: Sequence[int]) -> dict[int, str]:
        among, params = bulk.among(self._conn, "cedulas", pl.Series(cedulas, dtype=pl.Int64))
        sql = f"select cedula, nombre from afiliado where nombre is not null and cedula {among}"
        return {int(row[0]): str(row[1]) for row in self._conn.execute(text(sql), params)}


def registered_foreigners(conn: Connection, codigos: Sequence[int]) -> set[int]:
    """Of these codes, those of foreigners registered with the institute (dominio 4)."""
    among, params = bulk.among(conn, "codigos", pl.Series(codigos, dtype=pl.Int64))
    rows = conn.execute(text(f"select cedula from afiliado where extranjero and cedula {among}"), params)
    return {int(row[0]) for row in rows}
