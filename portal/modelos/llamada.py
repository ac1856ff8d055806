from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id

SIN_TERMINAR = text("terminada_en is null")
TERMINOS = ("tiempo", "empleador", "agente", "otro_codigo", "salida")


class Llamada(Base):
    """A call that one visit of an empleador asked help for: first a code to say aloud, then a guided view.

    The code itself is not stored: it is derived from `semilla` and the portal's secret. `huella` finds it, and is
    deleted by the first use. `vence_en` is the end of the code, and from `atendida_en` on the end of the view. `pagina`
    is the endpoint of the page the caller looks at, `lote_id` the lote both look at; `permiso_en`: since when the agent
    may see ids and pay; `marca_linea`, `marca_campo`: what the agent points at. `version` counts every change that one
    of both must see. A visit knows its call by `Sesion.llamada_id`, which is cleared at the end.
    """

    __tablename__ = "llamada"
    __table_args__ = (
        CheckConstraint(f"termino in {TERMINOS}", name="termino"),
        CheckConstraint("(terminada_en is null) = (termino is null)", name="terminada"),
        Index("ix_llamada_vence_en", "vence_en", sqlite_where=SIN_TERMINAR, postgresql_where=SIN_TERMINAR),
        Index("ix_llamada_agente_id", "agente_id", sqlite_where=SIN_TERMINAR, postgresql_where=SIN_TERMINAR),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    semilla: Mapped[str]
    huella: Mapped[str | None] = mapped_column(unique=True)
    pedida_en: Mapped[datetime]
    vence_en: Mapped[datetime]
    agente_id: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
    atendida_en: Mapped[datetime | None]
    terminada_en: Mapped[datetime | None]
    termino: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    pagina: Mapped[str | None]
    lote_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"))
    permiso_en: Mapped[datetime | None]
    marca_linea: Mapped[int | None]
    marca_campo: Mapped[str | None]
