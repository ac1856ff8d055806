import builtins
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id

EN_CURSO = text("terminada_en is null")


class Subida(Base):
    """A file in transfer in parts (tus 1.0): it becomes a lote with its last byte.

    `bytes` and `recibidos` count what is transferred: with `comprimida` that is gzip made for the transfer, undone on
    arrival. `sha256` is of the file as the person has it, when the sender gave it: the same file sent again to the same
    empleador continues. `destino` is the address of the lote (or of the list, when a ZIP held several), for whoever
    asks again. The row expires at `vence_en`; its parts are deleted at `terminada_en`.
    """

    __tablename__ = "subida"
    __table_args__ = (
        Index("ix_subida_empleador_id", "empleador_id"),
        Index("ix_subida_vence_en", "vence_en"),
        Index(
            "uq_subida_en_curso",
            "empleador_id",
            "movimiento",
            "sha256",
            "bytes",
            unique=True,
            sqlite_where=EN_CURSO,
            postgresql_where=EN_CURSO,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    movimiento: Mapped[str]
    nombre: Mapped[str]
    registrar_automaticamente: Mapped[bool] = mapped_column(default=False)
    comprimida: Mapped[bool] = mapped_column(default=False)
    bytes: Mapped[int] = mapped_column(BigInteger)
    recibidos: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None]
    creada_en: Mapped[datetime]
    movida_en: Mapped[datetime]
    vence_en: Mapped[datetime]
    destino: Mapped[str | None]
    terminada_en: Mapped[datetime | None]


class SubidaParte(Base):
    """One stored piece, as it was transferred; `desde` is the offset of its first byte."""

    __tablename__ = "subida_parte"

    subida_id: Mapped[int] = mapped_column(ForeignKey("subida.id"), primary_key=True, autoincrement=False)
    desde: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    datos: Mapped[builtins.bytes] = mapped_column(LargeBinary)
