"""Keys of accounts: argon2id, and a comparison that takes as long for an account that does not exist."""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from portal import clock
from portal.cuentas.sesiones import close_all
from portal.modelos import Cuenta

# OWASP's first choice (19 MiB, 2 passes, 1 lane): argon2-cffi's default of 64 MiB would let eight sign-ins at the
# same moment take half a gigabyte. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_key(clave: str) -> str:
    """The argon2id hash of `clave`, as stored."""
    return HASHER.hash(clave)


def change_key(session: Session, cuenta: Cuenta, clave: str) -> None:
    """The only way to another key: every open visit of the account ends with the old one."""
    cuenta.clave_hash = hash_key(clave)
    close_all(session, cuenta.id, clock.now())


def key_mark(clave_hash: str) -> str:
    """16 letters that show later whether the key is still the same."""
    return hashlib.sha256(clave_hash.encode()).hexdigest()[:16]


def key_matches(clave_hash: str, clave: str) -> bool:
    """Whether `clave` is the key behind `clave_hash`; a hash that cannot be read matches nothing."""
    try:
        return HASHER.verify(clave_hash, clave)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(clave_hash: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return HASHER.check_needs_rehash(clave_hash)


@lru_cache(maxsize=1)
def dummy_hash() -> str:
    """A hash of a key nobody has. An unknown account is compared with it, so that it takes as long as a known one."""
    return hash_key(secrets.token_urlsafe(32))
