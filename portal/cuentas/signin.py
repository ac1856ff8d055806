"""Signing in: a number and a key against an account."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cuentas.keys import dummy_hash, hash_key, key_mark, key_matches, needs_rehash
from portal.modelos import Cuenta

SEPARATORS = re.compile(r"[\s.\-]")
RUC_DIGITS = 13
DIGITS = 10


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: `short` for the summary, `long` beside the field (with what to do)."""

    field: str
    short: str
    long: str


def normal_identificacion(text: str | None) -> str:
    """The number as accounts keep it: people write a cédula as `091279180-3` or with spaces."""
    return SEPARATORS.sub("", text or "")


def input_problems(identificacion: str, clave: str) -> list[Problem]:
    """What can be told of both fields without looking at any account (`identificacion` already normal)."""
    found = [_identificacion_problem(identificacion)]
    if not clave:
        found.append(Problem("clave", "Escriba la clave de empleador", "Escriba la clave de empleador."))
    return [problem for problem in found if problem]


def _identificacion_problem(text: str) -> Problem | None:
    name = "identificacion"
    if not text:
        return Problem(name, "Escriba su cédula", "Escriba su cédula o su código de extranjero: 10 dígitos.")
    if not (text.isascii() and text.isdigit()):
        return Problem(name, "La cédula lleva solo números", "La cédula lleva solo números: 10 dígitos, sin letras.")
    if len(text) == RUC_DIGITS:
        return Problem(
            name, "Ese es un RUC: escriba la cédula", "Tiene 13 dígitos, como un RUC. Escriba su cédula: 10."
        )
    if len(text) != DIGITS:
        digits = "1 dígito" if len(text) == 1 else f"{len(text)} dígitos"
        short = f"La cédula tiene {digits} y debe tener 10"
        hint = " Si empieza con cero, escríbalo." if len(text) == DIGITS - 1 else ""
        return Problem(name, short, f"{short}.{hint}")
    return None


def authenticate(session: Session, identificacion: str, clave: str) -> Cuenta | None:
    """The account, or None: unknown, wrong key and blocked give the same answer after the same work. Only reads, so
    that no lock is held while a key is compared."""
    cuenta = session.scalar(select(Cuenta).where(Cuenta.identificacion == normal_identificacion(identificacion)))
    matches = key_matches(cuenta.clave_hash if cuenta else dummy_hash(), clave)
    return cuenta if cuenta and matches and cuenta.bloqueada_en is None else None


def why_refused(session: Session, identificacion: str) -> str:
    """Of whom `authenticate` let not in, for the log of security alone: `desconocida`, `bloqueada` or `clave`."""
    cuenta = session.scalar(select(Cuenta).where(Cuenta.identificacion == normal_identificacion(identificacion)))
    if cuenta is None:
        return "desconocida"
    return "clave" if cuenta.bloqueada_en is None else "bloqueada"


def confirm_key(session: Session, proved: Cuenta, clave: str) -> str | None:
    """Within the transaction that opens a visit: the mark of the key (`keys.key_mark`) that was proved for the account
    as it was read before. None when the account was blocked or its key changed since. A hash with older settings is
    replaced."""
    cuenta = session.get_one(Cuenta, proved.id, with_for_update=True)
    if cuenta.clave_hash != proved.clave_hash or cuenta.bloqueada_en is not None:
        return None
    if needs_rehash(cuenta.clave_hash):
        cuenta.clave_hash = hash_key(clave)
    return key_mark(cuenta.clave_hash)
