from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id

ABIERTA = text("salida is null and anulada_en is null")


class Relacion(Base):
    """A worker's employment in one sucursal, from `ingreso` to `salida` (None while open), both days included.

    `lote_id`/`linea` opened it (ENT), `salida_lote_id`/`salida_linea` closed it (SAL). `jornada` and `sectorial` are
    what the rules ask about it; the rest of the ENT is in its novedad. An annulled one (its ENT was) stays, empty:
    the annulled novedades still say what they were about.
    """

    __tablename__ = "relacion"
    __table_args__ = (
        CheckConstraint("salida is null or salida >= ingreso", name="orden"),
        CheckConstraint("(salida is null) = (salida_lote_id is null)", name="salida"),
        CheckConstraint("anulada_en is null or salida is null", name="anulada"),
        Index(
            "uq_relacion_abierta",
            "empleador_id",
            "cedula",
            "sucursal",
            unique=True,
            sqlite_where=ABIERTA,
            postgresql_where=ABIERTA,
        ),
        Index("ix_relacion_trabajador", "empleador_id", "cedula", "sucursal", "ingreso", "salida", "anulada_en"),
        Index("uq_relacion_lote_id_linea", "lote_id", "linea", unique=True),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    sucursal: Mapped[int]
    cedula: Mapped[int] = mapped_column(BigInteger)
    ingreso: Mapped[date]
    salida: Mapped[date | None]
    jornada: Mapped[str]
    sectorial: Mapped[str]
    lote_id: Mapped[int] = mapped_column(ForeignKey("lote.id"))
    linea: Mapped[int]
    salida_lote_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"))
    salida_linea: Mapped[int | None]
    anulada_en: Mapped[datetime | None]
