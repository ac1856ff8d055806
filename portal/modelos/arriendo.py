from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column


class Arriendo:
    """The part of a row that says who works on it: the holder's token, since when (its last sign of life) and until
    when; how often it was tried since it last got on, how often a try ended without a word (`caidas`), when it may be
    tried again, and when the queue was last rung for it. A holder whose time is over is one that vanished."""

    arriendo_de: Mapped[str | None]
    arriendo_desde: Mapped[datetime | None]
    arriendo_hasta: Mapped[datetime | None]
    intentos: Mapped[int] = mapped_column(default=0)
    caidas: Mapped[int] = mapped_column(default=0, server_default="0")
    reintento_en: Mapped[datetime | None]
    llamado_en: Mapped[datetime | None]
