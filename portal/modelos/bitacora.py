from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id


class Bitacora(Base):
    """Who did or looked at what, and when. Never a cédula, a name or pay: accounts and lotes by their ids."""

    __tablename__ = "bitacora"
    __table_args__ = (Index("ix_bitacora_empleador_id_en", "empleador_id", "en"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    en: Mapped[datetime]
    que: Mapped[str]
    cuenta_id: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
    empleador_id: Mapped[int | None] = mapped_column(ForeignKey("empleador.id"))
    lote_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"))
    detalle: Mapped[str | None]
