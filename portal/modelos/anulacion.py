from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.modelos.arriendo import Arriendo
from portal.modelos.cuenta import Cuenta
from portal.modelos.lote import Lote
from portal.modelos.types import Id, Json

ESTADOS_ANULACION = ("pedida", "hecha", "negada", "fallida")
#: unfinished annulments; only queries with the same words use the partial index
POR_ANULAR = text("estado in ('pedida','fallida')")


class Anulacion(Arriendo, Base):
    """That a lote, or some of its lines, was annulled: who, when, why. A fact of its own: what was registered stays.

    `numero` is of the same kind as a lote's and never a lote's too. `lineas` are the chosen ones as spans
    `[[first, last], …]`, None the whole lote; `pedidas` how many live lines that was when it was asked for. `hasta` is
    the last line whose annulment is committed. `impide` says why nothing was annulled (state `negada`).
    """

    __tablename__ = "anulacion"
    __table_args__ = (
        CheckConstraint(f"estado in {ESTADOS_ANULACION}", name="estado"),
        Index("ix_anulacion_lote_id", "lote_id"),
        Index("uq_anulacion_por_hacer", "lote_id", unique=True, sqlite_where=POR_ANULAR, postgresql_where=POR_ANULAR),
        Index("ix_anulacion_turno", "empleador_id", "pedida_en", sqlite_where=POR_ANULAR, postgresql_where=POR_ANULAR),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    numero: Mapped[str] = mapped_column(unique=True)
    lote_id: Mapped[int] = mapped_column(ForeignKey("lote.id"))
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    motivo: Mapped[str]
    lineas: Mapped[list[list[int]] | None] = mapped_column(Json)
    pedidas: Mapped[int]
    pedida_en: Mapped[datetime]

    estado: Mapped[str] = mapped_column(default="pedida")
    version: Mapped[int] = mapped_column(default=1)
    cambiada_en: Mapped[datetime]
    hasta: Mapped[int] = mapped_column(default=0)
    anuladas: Mapped[int] = mapped_column(default=0)
    efectos: Mapped[dict[str, Any] | None] = mapped_column(Json)
    impide: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    hecha_en: Mapped[datetime | None]

    lote: Mapped[Lote] = relationship(lazy="raise")
    cuenta: Mapped[Cuenta] = relationship(lazy="raise")
