from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Json


class CifraMensual(Base):
    """What the portal did in a month (AAAAMM), computed in the background, so that a public page reads a few rows."""

    __tablename__ = "cifra_mensual"

    periodo: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calculada_en: Mapped[datetime]
    datos: Mapped[dict[str, Any]] = mapped_column(Json)
