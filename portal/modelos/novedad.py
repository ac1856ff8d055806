from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id

VIVA = text("anulada_en is null")
CON_SUELDO = text("movimiento in ('ENT','MSU') and anulada_en is null")
EXTREMO = text("movimiento in ('ENT','SAL') and anulada_en is null")


class Novedad(Base):
    """One registered line. It is updated only to be annulled, once, and never deleted: triggers refuse anything else.

    `clave` distinguishes two novedades of one worker, movement and period ('' when nothing does); `datos` holds the
    other fields from 7 on as the file writes them; `valor` the number it adds up (cents, days or hours). A worker's
    sueldo is not stored again: it is the latest live MSU of the relación, or else its ENT, so annulling one restores
    the one before it.
    """

    __tablename__ = "novedad"
    __table_args__ = (
        CheckConstraint("periodo between 200001 and 299912", name="periodo"),
        CheckConstraint("linea > 0", name="linea"),
        CheckConstraint("(anulada_en is null) = (anulacion_id is null)", name="anulacion"),
        Index(
            "uq_novedad_viva",
            "empleador_id",
            "movimiento",
            "periodo",
            "cedula",
            "sucursal",
            "clave",
            unique=True,
            sqlite_where=VIVA,
            postgresql_where=VIVA,
        ),
        Index("uq_novedad_lote_id_linea", "lote_id", "linea", unique=True),
        Index(
            "uq_novedad_sueldo",
            "relacion_id",
            "movimiento",
            "periodo",
            unique=True,
            sqlite_where=CON_SUELDO,
            postgresql_where=CON_SUELDO,
        ),
        Index(
            "uq_novedad_extremo",
            "relacion_id",
            "movimiento",
            unique=True,
            sqlite_where=EXTREMO,
            postgresql_where=EXTREMO,
        ),
        Index("ix_novedad_relacion", "relacion_id", "periodo", "movimiento", "anulada_en"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lote_id: Mapped[int] = mapped_column(ForeignKey("lote.id"))
    linea: Mapped[int]
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    movimiento: Mapped[str]
    sucursal: Mapped[int]
    periodo: Mapped[int]
    cedula: Mapped[int] = mapped_column(BigInteger)
    clave: Mapped[str]
    relacion_id: Mapped[int] = mapped_column(ForeignKey("relacion.id"))
    valor: Mapped[int | None] = mapped_column(BigInteger)
    datos: Mapped[str]
    anulada_en: Mapped[datetime | None]
    anulacion_id: Mapped[int | None] = mapped_column(ForeignKey("anulacion.id"))
