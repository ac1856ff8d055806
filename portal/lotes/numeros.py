"""Lote numbers that people can say aloud: business year, sequence in it, Damm check digit over both."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import damm

from portal.modelos import Secuencia

_FORM = re.compile(r"([0-9]{4})-([0-9]{6,9})-([0-9])")


def write(anio: int, secuencia: int) -> str:
    """`(2026, 123)` → `2026-000123-d`, d the Damm digit of `2026000123`."""
    digits = f"{anio:04d}{secuencia:06d}"
    return f"{digits[:4]}-{digits[4:]}-{damm.calc_check_digit(digits)}"


def is_number(texto: str) -> bool:
    """Whether a text is a lote number with its right check digit, which detects all single slips and swaps."""
    found = _FORM.fullmatch(texto)
    return found is not None and bool(damm.is_valid("".join(found.groups())))


def tidy(texto: str) -> str | None:
    """What a person typed or dictated (`2026 123 7`, `20260001237`) as a number, or None."""
    digits = re.sub(r"[^0-9]", "", texto)
    parts = re.findall(r"[0-9]+", texto)
    if len(parts) == 3:
        digits = f"{parts[0]}{parts[1].zfill(6)}{parts[2]}"
    number = f"{digits[:4]}-{digits[4:-1]}-{digits[-1:]}"
    return number if is_number(number) else None


def next_number(session: Session, anio: int) -> str:
    """The next number of that year. The row stays locked until the transaction ends, so numbers have no gaps and no
    duplicates."""
    secuencia = session.scalar(select(Secuencia).where(Secuencia.anio == anio).with_for_update())
    if secuencia is None:
        secuencia = _first_of(session, anio)
    secuencia.ultimo += 1
    session.flush()
    return write(anio, secuencia.ultimo)


def _first_of(session: Session, anio: int) -> Secuencia:
    """Creates the year's row, even when two transactions are the first of the year at the same time."""
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Secuencia).values(anio=anio, ultimo=0).on_conflict_do_nothing())
    return session.scalars(select(Secuencia).where(Secuencia.anio == anio).with_for_update()).one()
