from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class ResumenMes(Base):
    """The change in a sucursal from the month before to this one (AAAAMM): `personas` with an open relación at the end
    of the month, `planilla` their sueldos in cents. The sum over all months up to one is the state at its end.

    Updated by the same transaction that changes the history (historia/resumen.py), so that a page sums a few rows and
    never a million.
    """

    __tablename__ = "resumen_mes"

    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"), primary_key=True, autoincrement=False)
    sucursal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    periodo: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    personas: Mapped[int]
    planilla: Mapped[int] = mapped_column(BigInteger)
