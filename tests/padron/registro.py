"""A small registry as an institute would plug it in: it is away as often as it is told, then it answers."""

from __future__ import annotations

FOREIGNER = 6_199_999_999  # known to this registry and not to the portal's table
AWAY: list[int] = [0]  # how many more calls fail
ASKED: list[list[int]] = []


class RegistryAway(ConnectionError):
    """As a registry that does not answer in its time."""


class Registro:
    def extranjeros(self, codigos):
        ASKED.append(sorted(codigos))
        if AWAY[0]:
            AWAY[0] -= 1
            raise RegistryAway("6199999999 timed out")  # a careless adapter: what it says must be kept nowhere
        return {codigo for codigo in codigos if codigo == FOREIGNER}

    def nombres(self, cedulas):
        return {cedula: "PERSONA DE PRUEBA" for cedula in cedulas if cedula == FOREIGNER}


def fabrica(conn):
    return Registro()


not_a_function = "x"
