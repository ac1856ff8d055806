from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Json


class Escrito(Base):
    """What a person typed into a form that was refused, kept for that account for an hour: `ruta` is the form's action,
    `pagina` the path of its page, `campos` name → values."""

    __tablename__ = "escrito"

    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"), primary_key=True, autoincrement=False)
    ruta: Mapped[str] = mapped_column(primary_key=True)
    pagina: Mapped[str]
    campos: Mapped[dict[str, Any]] = mapped_column(Json)
    en: Mapped[datetime]
