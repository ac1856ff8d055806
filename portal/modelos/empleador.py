from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.modelos.types import Id

TIPOS = ("privada", "publica", "natural_ecuatoriana", "natural_extranjera")


class Empleador(Base):
    """Who employs: one RUC, of one of the four kinds of the official sheet."""

    __tablename__ = "empleador"
    __table_args__ = (CheckConstraint(f"tipo in {TIPOS}", name="tipo"), CheckConstraint("length(ruc) = 13", name="ruc"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ruc: Mapped[str] = mapped_column(unique=True)
    nombre: Mapped[str]
    tipo: Mapped[str]

    sucursales: Mapped[list["Sucursal"]] = relationship(order_by="Sucursal.codigo", lazy="raise")


class Sucursal(Base):
    """A branch: code `0001` is stored as the number 1, as in every other table."""

    __tablename__ = "sucursal"
    __table_args__ = (
        UniqueConstraint("empleador_id", "codigo"),
        CheckConstraint("codigo between 1 and 9999", name="codigo"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    codigo: Mapped[int]
    nombre: Mapped[str | None]
