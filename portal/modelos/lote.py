import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.modelos.archivo import Archivo
from portal.modelos.arriendo import Arriendo
from portal.modelos.cuenta import Cuenta
from portal.modelos.empleador import Empleador
from portal.modelos.types import Id, Json

ESTADOS = (
    "recibido",
    "en_cola",
    "revisando",
    "revisado",
    "registrando",
    "registrado",
    "rechazado",
    "desistido",
    "fallido",
    "anulado",
)


#: unfinished lotes; only queries with the same words use the partial index
PENDIENTE = text("estado in ('recibido','en_cola','revisando','registrando','fallido')")


class Secuencia(Base):
    """The last lote number given out in a business year."""

    __tablename__ = "secuencia"

    anio: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ultimo: Mapped[int]


class Lote(Arriendo, Base):
    """One file of one movement on its way to the history. The row is the truth and the outbox; the queue is a bell.

    Counts are of lines. `leidas` is None until the file has been opened; `alcanzada` is how many lines the try of the
    check that got furthest has judged. `version` grows with everything a page shows. `hasta` is the last line whose
    registration is committed. `corrige_id` is the lote whose lines in error this one mends. `vigente` is true while the
    lote stands in the way of sending the same bytes again (dominio 7). `seguimiento` is 128 random bits: whoever has
    them may read the lote's counts without signing in. `cambiadas` lines were correct at the check and no longer when
    they were registered: the history had changed. `anuladas` of the registered lines were annulled since. `a_mano`: why
    it does not register by itself, or not at all (lotes/trabajo/a_mano.py). `lectura`: where its columns are not those
    of the format, the `columnas` (field → number from 0) and the `dados` (field → value of all lines) it is read by;
    `pregunta`: what its page asks about its columns (revision/columnas.py).
    """

    __tablename__ = "lote"
    __table_args__ = (
        CheckConstraint(f"estado in {ESTADOS}", name="estado"),
        Index("ix_lote_empleador_id_id", "empleador_id", "id"),
        Index("ix_lote_recibido_en", "recibido_en"),
        Index("uq_lote_seguimiento", "seguimiento", unique=True),
        Index("ix_lote_pendiente", "estado", sqlite_where=PENDIENTE, postgresql_where=PENDIENTE),
        Index("ix_lote_pendiente_empleador", "empleador_id", "id", sqlite_where=PENDIENTE, postgresql_where=PENDIENTE),
        Index(
            "uq_lote_vigente",
            "empleador_id",
            "movimiento",
            "sha256_contenido",
            unique=True,
            sqlite_where=text("vigente"),
            postgresql_where=text("vigente"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    numero: Mapped[str] = mapped_column(unique=True)
    empleador_id: Mapped[int] = mapped_column(ForeignKey("empleador.id"))
    cuenta_id: Mapped[int] = mapped_column(ForeignKey("cuenta.id"))
    archivo_id: Mapped[int] = mapped_column(ForeignKey("archivo.id"))
    movimiento: Mapped[str]
    sha256_contenido: Mapped[str]
    registrar_automaticamente: Mapped[bool] = mapped_column(default=False)
    fecha_negocio: Mapped[date]
    recibido_en: Mapped[datetime]
    corrige_id: Mapped[int | None] = mapped_column(ForeignKey("lote.id"), index=True)
    seguimiento: Mapped[str] = mapped_column(default=lambda: secrets.token_urlsafe(16), server_default="")

    estado: Mapped[str]
    vigente: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    cambiado_en: Mapped[datetime]

    # the check
    revisadas: Mapped[int] = mapped_column(default=0)
    alcanzada: Mapped[int] = mapped_column(default=0, server_default="0")
    leidas: Mapped[int | None]
    correctas: Mapped[int | None]
    con_error: Mapped[int] = mapped_column(default=0)
    repetidas: Mapped[int] = mapped_column(default=0)
    ya_registradas: Mapped[int] = mapped_column(default=0)
    entendido: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reparaciones: Mapped[list[Any] | None] = mapped_column(Json)
    por_codigo: Mapped[dict[str, int] | None] = mapped_column(Json)
    efectos: Mapped[dict[str, Any] | None] = mapped_column(Json)
    lectura: Mapped[dict[str, Any] | None] = mapped_column(Json)
    pregunta: Mapped[dict[str, Any] | None] = mapped_column(Json)
    a_mano: Mapped[list[Any] | None] = mapped_column(Json)
    falla: Mapped[dict[str, Any] | None] = mapped_column(Json)
    revisado_en: Mapped[datetime | None]

    # the decision
    decidido_por: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
    decidido_en: Mapped[datetime | None]

    # registering
    hasta: Mapped[int] = mapped_column(default=0)
    registradas: Mapped[int] = mapped_column(default=0)
    cambiadas: Mapped[int] = mapped_column(default=0, server_default="0")
    registrado_en: Mapped[datetime | None]

    # afterwards
    anuladas: Mapped[int] = mapped_column(default=0, server_default="0")

    empleador: Mapped[Empleador] = relationship(lazy="raise")
    archivo: Mapped[Archivo] = relationship(lazy="raise")
    cuenta: Mapped[Cuenta] = relationship(lazy="raise", foreign_keys=[cuenta_id])
    decisor: Mapped[Cuenta | None] = relationship(lazy="raise", foreign_keys=[decidido_por])

    @property
    def no_se_registra(self) -> bool:
        """Whether nothing of it may ever be registered."""
        return any(one.get("impide") for one in self.a_mano or ())


class LoteCambio(Base):
    """One move of a lote from a state to another: when, by whom, why."""

    __tablename__ = "lote_cambio"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lote_id: Mapped[int] = mapped_column(ForeignKey("lote.id"), index=True)
    de: Mapped[str | None]
    a: Mapped[str]
    en: Mapped[datetime]
    cuenta_id: Mapped[int | None] = mapped_column(ForeignKey("cuenta.id"))
    quien: Mapped[str]
    motivo: Mapped[str]
