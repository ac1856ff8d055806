"""The names of workers, when the register of persons knows them. A history without names is complete."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from portal.config import Config
from portal.padron import PadronAway, open_padron

log = structlog.get_logger("portal.historia")


def names_of(config: Config, session: Session, cedulas: Sequence[int]) -> dict[int, str] | None:
    """Cédula → name, of those that are known; None when an institute's registry does not answer."""
    if not cedulas:
        return {}
    try:
        return open_padron(config, session.connection()).nombres(sorted(set(cedulas)))
    except PadronAway as away:
        log.warning("names not shown", error=str(away))  # its kind and place, no id
        return None
