from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from portal.modelos.lote import Lote
from portal.modelos.novedad import Novedad
from portal.modelos.subida import Subida


@dataclass(frozen=True)
class Ambito:
    """What a visit may read: everything of one empleador (`movimientos` None), or what is of some movements only.

    Every loader of lotes, uploads, annulments and facts takes one and gets its conditions from `de`. What is out of
    scope does not exist, like another empleador's.
    """

    empleador_id: int
    movimientos: frozenset[str] | None = None

    @property
    def entero(self) -> bool:
        """Whether it is all of the empleador's."""
        return self.movimientos is None

    def ve(self, *movimientos: str) -> bool:
        """Whether all of these movements are in it."""
        return self.movimientos is None or self.movimientos.issuperset(movimientos)

    def de(self, tabla: type[Lote] | type[Novedad] | type[Subida]) -> list[ColumnElement[bool]]:
        """The conditions for rows of that table to be in it."""
        return [tabla.empleador_id == self.empleador_id, *self.solo(tabla)]

    def solo(self, tabla: type[Lote] | type[Novedad] | type[Subida]) -> list[ColumnElement[bool]]:
        """The same for rows known to be the empleador's: a database looks for them by what else is known of them."""
        return [] if self.movimientos is None else [tabla.movimiento.in_(sorted(self.movimientos))]
