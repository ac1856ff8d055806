"""Where the parts' log lines go."""

import logging
import time


def to_stderr(level: int = logging.INFO) -> None:
    """Log lines of this process to stderr, one line each, with the time in UTC."""
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(level=level, format="%(asctime)sZ %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
