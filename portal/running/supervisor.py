"""Keeps a handful of processes alive, and ends them all (docs/adr/0002-running.md says why this is ours).

A part that ends is restarted: immediately after status 0, else after 0.5 s, doubling to `Part.longest_pause` while it
keeps failing early. SIGINT and SIGTERM end everything within `Part.grace` seconds per stage, then by SIGKILL. Each part
leads its own process group. So Ctrl-C reaches only the supervisor, which ends the parts in the reverse order of their
stages. Each part is on a leash: the kernel kills it when the supervisor dies.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

log = logging.getLogger(__name__)

LEASH = Path(__file__).with_name("leash.py")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
SETTLED_SECONDS = 10.0


@dataclass(frozen=True)
class Part:
    """One process to keep alive. Parts of a lower `stage` start first and end last; `grace` and `longest_pause` in
    seconds."""

    name: str
    command: Sequence[str]
    stage: int = 1
    grace: float = 4.0
    longest_pause: float = LONGEST_PAUSE


@dataclass
class _Life:
    """What is known about a part's present process: times of `time.monotonic()`, pause in seconds."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    due: float = 0.0
    pause: float = FIRST_PAUSE
    deaths: int = field(default=0)


class Supervisor:
    """`start()`, then `step()` until `stopping`, then `stop()`; `run()` does all of it. Main thread only."""

    def __init__(self, parts: Sequence[Part], *, folder: Path, environment: Mapping[str, str]) -> None:
        self._lives = [_Life(part) for part in sorted(parts, key=lambda part: part.stage)]
        self._folder = folder
        self._environment = dict(environment)
        self._wakeup, self._bell = os.pipe()
        self.stopping = False

    def run(self) -> None:
        """Keep the parts alive until SIGINT or SIGTERM, then end them."""
        self.start()
        try:
            while not self.stopping:
                self.step()
        finally:
            self.stop()

    def start(self) -> None:
        """Listen to signals and start all parts."""
        os.set_blocking(self._bell, False)
        os.set_blocking(self._wakeup, False)
        signal.set_wakeup_fd(self._bell, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # only so that the wait below ends
        for life in self._lives:
            self._bear(life)

    def step(self, seconds: float = 1.0) -> None:
        """Waits at most `seconds` for a signal or an exit, then reaps and restarts."""
        self._wait(seconds)
        now = time.monotonic()
        for life in self._lives:
            if life.process is not None and life.process.poll() is not None:
                self._bury(life, life.process, now)
            if life.process is None and now >= life.due and not self.stopping:
                self._bear(life)

    def stop(self) -> None:
        """End all parts, the last stage first. Returns when none is left."""
        self.stopping = True
        for stage in sorted({life.part.stage for life in self._lives}, reverse=True):
            self._end([life for life in self._lives if life.part.stage == stage])
        signal.set_wakeup_fd(-1)
        os.close(self._wakeup)
        os.close(self._bell)

    def pids(self) -> dict[str, int]:
        """The living processes by the name of their part."""
        return {life.part.name: life.process.pid for life in self._lives if life.process is not None}

    def deaths(self, name: str) -> int:
        """How often parts whose names begin so have ended with a fault."""
        return sum(life.deaths for life in self._lives if life.part.name.startswith(name))

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _wait(self, seconds: float) -> None:
        pauses = [life.due - time.monotonic() for life in self._lives if life.process is None]
        if select.select([self._wakeup], [], [], max(0.0, min([seconds, *pauses])))[0]:
            os.read(self._wakeup, 4096)

    def _bear(self, life: _Life) -> None:
        life.process = subprocess.Popen(  # noqa: S603 - commands come from parts.py
            leashed(life.part.command),
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        life.born = time.monotonic()

    def _bury(self, life: _Life, process: subprocess.Popen[bytes], now: float) -> None:
        status = process.returncode
        _signal_group(process, signal.SIGKILL)  # its orphaned children
        life.process = None
        life.due = now
        if self.stopping or (status == 0 and now - life.born > FIRST_PAUSE):
            return
        life.deaths += 1
        life.pause = FIRST_PAUSE if now - life.born > SETTLED_SECONDS else min(life.pause * 2, life.part.longest_pause)
        life.due = now + life.pause
        log.warning("%s ended (status %s); starting it again in %.1f s", life.part.name, status, life.pause)

    def _end(self, lives: list[_Life]) -> None:
        running = [(life.part, life.process) for life in lives if life.process is not None]
        for _part, process in running:
            process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        for part, process in running:
            try:
                process.wait(max(0.0, began + part.grace - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.info("%s did not leave within %.0f s and is killed", part.name, part.grace)
            _signal_group(process, signal.SIGKILL)
            process.wait()
        for life in lives:
            life.process = None


def leashed(command: Sequence[str]) -> list[str]:
    """`command` as a child of this process that dies with it (leash.py)."""
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command]


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Signals a part and its children: the group it leads has its pid."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
