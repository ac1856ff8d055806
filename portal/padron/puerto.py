"""The port where an institute's registry plugs in; without one, the table `afiliado` answers."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from portal.config import Config, named_factory
from portal.padron.tabla import Tabla

Answer = TypeVar("Answer")


class Padron(Protocol):
    """What the portal asks. Ids are numbers: a leading zero is not in them. A call that cannot be answered raises."""

    def extranjeros(self, codigos: Sequence[int]) -> set[int]:
        """Of these 10-digit codes, those of registered foreigners."""
        ...

    def nombres(self, cedulas: Sequence[int]) -> dict[int, str]:
        """The names that are known, by id; whoever has none is absent."""
        ...


Fabrica = Callable[[Connection], Padron]


class PadronAway(RuntimeError):
    """An institute's registry could not answer: what kind of failure, and where in its adapter."""


def open_padron(config: Config, conn: Connection) -> Padron:
    """The register that `PORTAL_PADRON` names, or the table, in the transaction of `conn`. Raises ConfigError."""
    if not config.padron:
        return Tabla(conn)
    return _Plugged(named_factory("PORTAL_PADRON", config.padron), conn)


class _Plugged:
    """An institute's registry. Whatever goes wrong in it is a PadronAway without its text: that often quotes the
    question, and no id may come into a log."""

    def __init__(self, fabrica: Fabrica, conn: Connection) -> None:
        self._fabrica, self._conn = fabrica, conn

    def extranjeros(self, codigos: Sequence[int]) -> set[int]:
        return self._ask(lambda padron: set(padron.extranjeros(codigos)))

    def nombres(self, cedulas: Sequence[int]) -> dict[int, str]:
        return self._ask(lambda padron: dict(padron.nombres(cedulas)))

    def _ask(self, question: Callable[[Padron], Answer]) -> Answer:
        try:
            return question(self._fabrica(self._conn))
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{type(error).__name__}, {place.filename}:{place.lineno}"
        raise PadronAway(told)
