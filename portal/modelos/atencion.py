from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id

ESTADOS_ATENCION = ("en_curso", "abierta", "escalada", "resuelta")
SIN_RESOLVER = text("estado <> 'resuelta'")


class Atencion(Base):
    """One call to the support desk, in a few keys: why, about which lote or code, whether it is solved.

    `en_curso` while somebody is on the phone; `abierta` when there is more to do; `escalada` in the hands of the
    supervisors; `resuelta`. `colgada_en` ends the call, `resuelta_en` the matter. The note holds no personal data.
    """

    __tablename__ = "atencion"
    __table_args__ = (
        CheckConstraint(f"estado in {ESTADOS_ATENCION}", name="estado"),
        Index("ix_atencion_por_resolver", "estado", sqlite_where=SIN_RESOLVER, postgresql_where=SIN_RESOLVER),
        Index("ix_atencion_empezada_en", "empezada_en"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    empezada_en: Mapped[datetime]
    colgada_en: Mapped[datetime | None]
    resuelta_en: Mapped[datetime | None]
    resuelta_por: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
    estado: Mapped[str]
    motivo: Mapped[str | None]
    codigo: Mapped[str | None]
    nota: Mapped[str] = mapped_column(default="", server_default="")
    lote_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"))
    empleador_id: Mapped[int | None] = mapped_column(ForeignKey("empleador.id"))
    llamada_id: Mapped[int | None] = mapped_column(ForeignKey("llamada.id"), unique=True)
