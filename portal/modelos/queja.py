from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id

SIN_RESPUESTA = text("respondida_en is null")


class Queja(Base):
    """A complaint that anyone may file: its text and where to answer are read by supervisors and by whoever has its
    `token`, nobody else. To be answered by the end of `vence`. Account and empleador only when it was filed signed in.
    """

    __tablename__ = "queja"
    __table_args__ = (
        Index("ix_queja_creada_en", "creada_en"),
        Index("ix_queja_vence", "vence", sqlite_where=SIN_RESPUESTA, postgresql_where=SIN_RESPUESTA),
        Index("ix_queja_cuenta_id", "cuenta_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    creada_en: Mapped[datetime]
    vence: Mapped[date]
    texto: Mapped[str]
    contacto: Mapped[str] = mapped_column(default="", server_default="")
    cuenta_id: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
    empleador_id: Mapped[int | None] = mapped_column(ForeignKey("empleador.id"))
    lote_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"))
    respuesta: Mapped[str | None]
    respondida_en: Mapped[datetime | None]
    respondida_por: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
