"""Whether `make`, which started us, has been interrupted.

GNU make passes SIGTERM on to its children, but not SIGINT: it assumes that the terminal sent that to the whole process
group, and waits. Interrupted alone (`kill -INT` of its pid) it would wait for ever. The only sign is that it no longer
catches the signal, as /proc shows. Without /proc nobody is reported as interrupted.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

SIGINT_BIT = 1 << (signal.SIGINT - 1)


class Parent:
    """The process that started this one, sampled from time to time."""

    def __init__(self) -> None:
        self._status = Path(f"/proc/{os.getppid()}/status")
        self._caught = self._catches()

    def interrupted(self) -> bool:
        """True once it no longer catches SIGINT though it did when this object was made."""
        return self._caught and not self._catches()

    def _catches(self) -> bool:
        try:
            lines = self._status.read_text().splitlines()
        except OSError:
            return False
        mask = next((line.split()[1] for line in lines if line.startswith("SigCgt:")), "0")
        return bool(int(mask, 16) & SIGINT_BIT)
