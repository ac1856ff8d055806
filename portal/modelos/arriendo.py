from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column


class Arriendo:
    """The part of a row that says who works on it: the holder's token, until when, how often it was tried since it
    last got on, and when the queue was last rung for it."""

    arriendo_de: Mapped[str | None]
    arriendo_hasta: Mapped[datetime | None]
    intentos: Mapped[int] = mapped_column(default=0)
    llamado_en: Mapped[datetime | None]
