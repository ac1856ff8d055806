"""One set of parts per data folder: a lock that the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.config import ConfigError

NAME = "portal.lock"


@contextmanager
def owned(datos: Path, what: str) -> Iterator[None]:
    """Locks the data folder for this process. `what` is the holder's name in the message to others.

    Raises ConfigError with that message when another process holds the lock.
    """
    with open(datos / NAME, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "otro proceso"
            raise ConfigError(
                f"El portal ya está funcionando sobre {datos} ({holder}): "
                "deténgalo, o use otra carpeta en PORTAL_DATOS."
            ) from error
        file.truncate(0)
        file.write(f"{what}, proceso {os.getpid()}\n")
        file.flush()
        yield
