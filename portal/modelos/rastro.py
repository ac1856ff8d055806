from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id


class Rastro(Base):
    """One look or act of the staff: who, what, why, about whom. Never a cédula, a name or pay.

    Append-only: triggers refuse updates and deletes. Each row carries the hash of the one before (`anterior`) and its
    own (`huella`, over all other columns). A row removed or changed behind the database's back breaks the chain, and a
    unique index lets only one row follow another.
    """

    __tablename__ = "rastro"
    __table_args__ = (
        Index("ix_rastro_empleador_id", "empleador_id", "id"),
        Index("ix_rastro_cuenta_id", "cuenta_id", "en"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    en: Mapped[datetime]
    que: Mapped[str]
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    motivo: Mapped[str]
    empleador_id: Mapped[int | None] = mapped_column(ForeignKey("empleador.id"))
    lote_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"))
    llamada_id: Mapped[int | None] = mapped_column(ForeignKey("llamada.id"))
    detalle: Mapped[str]
    anterior: Mapped[str] = mapped_column(unique=True)
    huella: Mapped[str]
