from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Json


class Disposicion(Base):
    """What somebody said of an empleador's files of one movement and `forma` (files.tables.layout.shape): field →
    column, from 0."""

    __tablename__ = "disposicion"

    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"), primary_key=True, autoincrement=False)
    movimiento: Mapped[str] = mapped_column(primary_key=True)
    forma: Mapped[str] = mapped_column(primary_key=True)
    columnas: Mapped[dict[str, int]] = mapped_column(Json)
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    en: Mapped[datetime]
