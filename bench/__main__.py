"""`make bench`: every program of this folder in turn; what they print goes to bench/RESULTS.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = ("reading", "sending")


def main() -> int:
    """Runs the programs named on the command line, or all; gives 1 when one of them fails."""
    wanted = sys.argv[1:] or PROGRAMS
    commit = _said("git", "rev-parse", "--short", "HEAD")
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = [
        "# Results\n\nPrinted by `make bench`, in one run on one machine: compare the ratios, not the seconds.\n",
        f"- {when}, commit {commit}\n- {os.cpu_count()} cores, {_model()}, {platform.python_implementation()} "
        f"{platform.python_version()}, {platform.system()}\n",
    ]
    failed = False
    for name in wanted:
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], capture_output=True, text=True, check=False)
        failed |= done.returncode != 0
        print(done.stdout or done.stderr, flush=True)
        parts.append(f"\n## {name}\n\n```\n{(done.stdout or done.stderr).strip()}\n```\n")
    (HERE / "RESULTS.md").write_text("".join(parts))
    return int(failed)


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
