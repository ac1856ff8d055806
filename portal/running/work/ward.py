"""Runs apart, one at a time and beside the workers, what may have killed its worker.

The sweeper starts a process for it (apart.py) and sees its exit status. So it knows whether the work itself was at
fault, which nobody knows of a worker that was killed. No worker waits for it (docs/adr/0017-apart.md).
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from datetime import datetime

from portal.config import ROOT, Config
from portal.db import Database
from portal.lotes.trabajo import leases, sweeper
from portal.lotes.trabajo.memoria import out_of_memory
from portal.running.supervisor import leashed
from portal.running.work.apart import NO_MEMORY

log = logging.getLogger(__name__)

#: how a process ends that was refused memory: in Python, in native code
REFUSED_MEMORY = (NO_MEMORY, -signal.SIGABRT)


class Ward:
    """One process apart at a time. `look()` every few seconds; it waits for nothing."""

    def __init__(self, database: Database, config: Config) -> None:
        self._database, self._config = database, config
        self._process: subprocess.Popen[bytes] | None = None
        self._job, self._row_id = "", 0

    def look(self, now: datetime) -> None:
        """Handles the process that ended; starts the next one."""
        if self._process is not None and self._process.poll() is not None:
            ended, self._process = self._process, None
            self._see_to(ended, now)
        if self._process is None:
            self._start_next(now)

    def stop(self) -> None:
        """Ends the running process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int | None:
        """The process that runs."""
        return self._process.pid if self._process is not None else None

    def _start_next(self, now: datetime) -> None:
        for job, row_id, _size in sweeper.waiting_apart(self._database, self._config, now)[:1]:
            sweeper.mark_rung(self._database, job, row_id, now)
            command = leashed([sys.executable, "-m", "portal.running.work.apart", job, str(row_id)])
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)  # noqa: S603 - our own
            self._job, self._row_id = job, row_id
            log.info("%s of %d is done apart, by process %d", job, row_id, self._process.pid)

    def _see_to(self, ended: subprocess.Popen[bytes], now: datetime) -> None:
        """Ends the lease of the dead process. Work that was refused memory is not retried by itself."""
        if ended.returncode:
            log.warning("%s of %d ended with status %s", self._job, self._row_id, ended.returncode)
        dead, tabla = leases.holder(ended.pid), sweeper.table_of(self._job)
        with self._database.writing() as session:
            row = leases.bury(session, tabla, self._row_id, dead)
            if row is None:
                return
            if ended.returncode in REFUSED_MEMORY:
                out_of_memory(session, row, self._config.memoria_aparte_mb, self._config.reintentos, now)
