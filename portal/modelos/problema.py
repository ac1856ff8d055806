from sqlalchemy import BigInteger, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id


class Problema(Base):
    """One problem of one line: an error, an aviso or a nota. `valor` is what was sent; `otra` is the other line of the
    file (repeats) or the number of fields (LIN-01); `novedad_id` the registered novedad that it is about (no foreign
    key: it would be checked for each row, and novedades are never deleted). Rows from before migration 0007 have the id
    of the other lote in `otra` instead. `cedula` is the worker of the line where it could be read. `al_registrar`: it
    was not so at the check."""

    __tablename__ = "problema"
    __table_args__ = (
        Index("ix_problema_lote_id_linea", "lote_id", "linea"),
        Index("ix_problema_lote_id_codigo_linea", "lote_id", "codigo", "linea"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lote_id: Mapped[int] = mapped_column(ForeignKey("lote.id"))
    linea: Mapped[int]
    campo: Mapped[str]
    codigo: Mapped[str]
    nivel: Mapped[str]
    valor: Mapped[str | None]
    otra: Mapped[int | None] = mapped_column(BigInteger)
    cedula: Mapped[int | None] = mapped_column(BigInteger)
    novedad_id: Mapped[int | None] = mapped_column(BigInteger)
    al_registrar: Mapped[bool] = mapped_column(default=False, server_default=false())
