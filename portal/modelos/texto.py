from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id


class TextoDiccionario(Base):
    """A supervisor's wording of one part (`titulo`, `causa`, `arreglo`, `telefono`) of a code's explanation.

    The latest row of a code and part is in force; None restores the portal's own. Append-only.
    """

    __tablename__ = "texto_diccionario"
    __table_args__ = (Index("ix_texto_diccionario_codigo", "codigo", "parte", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    codigo: Mapped[str]
    parte: Mapped[str]
    texto: Mapped[str | None]
    en: Mapped[datetime]
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    motivo: Mapped[str]
