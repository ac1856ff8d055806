import builtins
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.modelos.types import Id


class Archivo(Base):
    """What was sent, byte for byte. `sha256` is of the bytes as the person has them; `sha256_contenido` of what a
    .gz or .zip holds (equal to `sha256` for anything else): duplicates are found by it."""

    __tablename__ = "archivo"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"), index=True)
    nombre: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    sha256_contenido: Mapped[str]
    creado_en: Mapped[datetime]


class ArchivoParte(Base):
    """One part of a file: zlib-compressed, `bytes` long before compression, in order of `n` from 0."""

    __tablename__ = "archivo_parte"

    archivo_id: Mapped[int] = mapped_column(ForeignKey("archivo.id"), primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bytes: Mapped[int]
    datos: Mapped[builtins.bytes] = mapped_column(LargeBinary)
