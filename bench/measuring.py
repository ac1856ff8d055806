"""How a measurement is made: each contender in a process of its own, round after round; and how it is printed."""

from __future__ import annotations

import json
import math
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from portal.running import tuned

MB = 1_000_000


@dataclass(frozen=True)
class Run:
    """One run: seconds of the work alone, the most memory its process held (MB), how many things it gave."""

    seconds: float
    mb: float
    given: int


@dataclass
class Contender:
    """`work` is `module:function`; called with `arguments` in a process of its own it prepares and gives what is timed.
    `arguments` may be a function of the round, called in this process just before. With `first` for arguments it is
    done once before, untimed: what is loaded at first use belongs to the start of a program and not to its work."""

    name: str
    work: str
    arguments: dict[str, Any] | Callable[[int], dict[str, Any]]
    first: dict[str, Any] | None = None
    runs: list[Run] = field(default_factory=list)

    def run(self, number: int) -> Run:
        given = self.arguments(number) if callable(self.arguments) else self.arguments
        self.runs.append(in_a_process(self.work, given, self.first))
        return self.runs[-1]

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)

    @property
    def mb(self) -> float:
        return max(run.mb for run in self.runs)

    @property
    def given(self) -> int:
        return self.runs[-1].given


def in_turns(contenders: Sequence[Contender], rounds: int) -> None:
    """A, B, C, A, B, C…: other load on the machine affects all of them."""
    for number in range(rounds):
        for contender in contenders:
            contender.run(number)


def in_a_process(work: str, arguments: dict[str, Any], first: dict[str, Any] | None = None) -> Run:
    """Raises with what it said when the process fails. Its settings are those of a worker, whoever works in it."""
    command = [sys.executable, "-m", "bench.measuring", work, json.dumps(arguments), json.dumps(first)]
    environment = {**os.environ, **tuned.ENVIRONMENT}  # polars sets its own there when it is imported here
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"{work}: {done.stderr[-3000:]}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """The other process: prepare, then time the work."""
    tuned.switch_soon()
    module, _, function = sys.argv[1].partition(":")
    prepare = getattr(import_module(module), function)
    if first := json.loads(sys.argv[3]):
        prepare(**first)()
    work = prepare(**json.loads(sys.argv[2]))
    start = time.perf_counter()
    given = work()
    seconds = time.perf_counter() - start
    many = given if isinstance(given, int) else len(given)
    print(json.dumps({"seconds": seconds, "mb": most_memory(), "given": many}))


def most_memory() -> float:
    """The peak memory of this process, in MB. Not ru_maxrss: a child inherits that of its parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / MB if found else math.nan


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Printed with its columns in line, the first to the left."""
    lines = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
        print("  ".join(cells), flush=True)


def goal(what: str, figure: float, least: float | None = None, most: float | None = None, unit: str = "×") -> None:
    """A goal, its figure and whether it was reached."""
    if least is not None:
        _said(what, f"{figure:.2f} {unit}", f"at least {least:g}", figure >= least)
    if most is not None:
        _said(what, f"{figure:.2f} {unit}", f"at most {most:g}", figure <= most)


def _said(what: str, figure: str, limit: str, reached: bool) -> None:
    print(f"{'reached' if reached else 'MISSED '}  {what}: {figure} ({limit})", flush=True)


def slope(lines: Sequence[int], seconds: Sequence[float]) -> float:
    """Of the straight line nearest to the logarithms: 1 when twice the lines take twice the time."""
    fitted = statistics.linear_regression([math.log(n) for n in lines], [math.log(s) for s in seconds])
    return fitted.slope


if __name__ == "__main__":
    main()
