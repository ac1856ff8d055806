from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id


class SegundoFactor(Base):
    """The second factor of a member of the staff: TOTP (RFC 6238). The shared secret is not stored: it is derived from
    `semilla` and the portal's secret. Until `activado_en` it has not been proved once; `ultimo_paso` is the time step
    of the last accepted code: no code opens twice."""

    __tablename__ = "segundo_factor"

    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"), primary_key=True, autoincrement=False)
    semilla: Mapped[str]
    activado_en: Mapped[datetime | None]
    ultimo_paso: Mapped[int] = mapped_column(default=0, server_default="0")


class CodigoRecuperacion(Base):
    """A recovery code for whoever lost the telephone: one use; only its SHA-256 is stored."""

    __tablename__ = "codigo_recuperacion"
    __table_args__ = (Index("ix_codigo_recuperacion_cuenta_id", "cuenta_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    huella: Mapped[str]
    usado_en: Mapped[datetime | None]
