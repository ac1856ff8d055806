from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.modelos.empleador import Empleador
from portal.modelos.types import Id, Json

ROLES = ("empleador", "soporte", "supervisor")


class Cuenta(Base):
    """A person who signs in, by cédula or foreigner's code; `clave_hash` is argon2id."""

    __tablename__ = "cuenta"
    __table_args__ = (CheckConstraint(f"rol in {ROLES}", name="rol"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    identificacion: Mapped[str] = mapped_column(unique=True)
    nombre: Mapped[str]
    rol: Mapped[str]
    clave_hash: Mapped[str]
    bloqueada_en: Mapped[datetime | None]


class Representacion(Base):
    """Who may act for which RUC: its titular, or a delegate with some movements (None: all) until a day."""

    __tablename__ = "representacion"
    __table_args__ = (UniqueConstraint("cuenta_id", "empleador_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    titular: Mapped[bool] = mapped_column(default=True)
    movimientos: Mapped[list[str] | None] = mapped_column(Json)
    hasta: Mapped[date | None]

    empleador: Mapped[Empleador] = relationship(lazy="joined", innerjoin=True)


class Sesion(Base):
    """One visit. The cookie holds the token, the table only its SHA-256; a new row at each sign-in. `llamada_id` is the
    call for help that this visit has open."""

    __tablename__ = "sesion"
    __table_args__ = (Index("ix_sesion_cuenta_id", "cuenta_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    empleador_id: Mapped[int | None] = mapped_column(ForeignKey("empleador.id"))
    creada_en: Mapped[datetime]
    vista_en: Mapped[datetime]
    cerrada_en: Mapped[datetime | None]
    llamada_id: Mapped[int | None] = mapped_column(ForeignKey("llamada.id"), index=True)

    cuenta: Mapped[Cuenta] = relationship(lazy="joined", innerjoin=True)
    empleador: Mapped[Empleador | None] = relationship(lazy="joined")
