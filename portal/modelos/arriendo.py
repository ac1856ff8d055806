from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column


class Arriendo:
    """The lease columns of a row: the holder's token, since when (its last sign of life) and until when; the tries
    since the last progress; how often a try ended without releasing the lease (`caidas`); when it may be tried again;
    and when the queue was last rung for it. A holder whose lease expired has vanished."""

    arriendo_de: Mapped[str | None]
    arriendo_desde: Mapped[datetime | None]
    arriendo_hasta: Mapped[datetime | None]
    intentos: Mapped[int] = mapped_column(default=0)
    caidas: Mapped[int] = mapped_column(default=0, server_default="0")
    reintento_en: Mapped[datetime | None]
    llamado_en: Mapped[datetime | None]
