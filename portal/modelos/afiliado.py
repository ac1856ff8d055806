from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Afiliado(Base):
    """A person the institute knows: foreigner's codes count only when they stand here (dominio 4)."""

    __tablename__ = "afiliado"

    cedula: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    extranjero: Mapped[bool] = mapped_column(default=False)
    nombre: Mapped[str | None]
