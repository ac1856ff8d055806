"""The register in the portal's own table `afiliado`, which the command `personas importar` fills."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Connection, text

from portal import bulk


def registered_foreigners(conn: Connection, codigos: Sequence[int]) -> set[int]:
    """Of these codes, those of foreigners registered with the institute (dominio 4)."""
    among, params = bulk.among(conn, "codigos", pl.Series(codigos, dtype=pl.Int64))
    rows = conn.execute(text(f"select cedula from afiliado where extranjero and cedula {among}"), params)
    return {int(row[0]) for row in rows}
