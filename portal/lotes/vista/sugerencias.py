"""«¿Quiso decir…?»: workers of this empleador whose cédula is one digit or one swap away from the one that failed."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import bulk
from portal.files.columns import check_digit_holds


def near(cedula: str) -> set[str]:
    """The cédulas that one wrong digit or one swap of neighbours turns into `cedula` (9 digits: its zero was lost)."""
    given = cedula.zfill(10)
    if len(given) != 10 or not (given.isascii() and given.isdigit()):
        return set()
    slips = {given[:i] + d + given[i + 1 :] for i in range(10) for d in "0123456789"}
    swaps = {given[:i] + given[i + 1] + given[i] + given[i + 2 :] for i in range(9)}
    return {one for one in slips | swaps if one != cedula and check_digit_holds(one)}


def suggest(session: Session, empleador_id: int, cedulas: Iterable[str]) -> dict[str, str]:
    """Failed text → the one worker it may have meant; left out when there is none, or more than one."""
    candidates = {texto: near(texto.strip()) for texto in set(cedulas)}
    wanted = sorted({int(one) for near_ones in candidates.values() for one in near_ones})
    if not wanted:
        return {}
    conn = session.connection()
    among, params = bulk.among(conn, "cedulas", pl.Series(wanted, dtype=pl.Int64))
    mine = f"empleador_id = :empleador and anulada_en is null and cedula {among}"
    sql = f"select distinct cedula from relacion where {mine}"
    own = {f"{row[0]:010d}" for row in conn.execute(text(sql), {"empleador": empleador_id, **params})}
    found = {texto: near_ones & own for texto, near_ones in candidates.items()}
    return {texto: next(iter(ones)) for texto, ones in found.items() if len(ones) == 1}
