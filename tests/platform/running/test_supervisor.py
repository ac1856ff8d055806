"""What the supervisor promises: parts come back, all of them end with it, however it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.config import ROOT
from portal.running.supervisor import Part, Supervisor

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
STUBBORN = ["/bin/sh", "-c", "trap '' TERM INT; sleep 1000 & echo $! > grandchild; while :; do sleep 1; done"]
PROGRAM = """
    import json, os, sys
    from pathlib import Path
    from portal.running.supervisor import Part, Supervisor
    parts = [Part("queue", ["sleep", "1000"], stage=0), Part("quiet", ["sleep", "1000"]),
             Part("stubborn", json.loads(sys.argv[2]), grace=0.3)]
    supervisor = Supervisor(parts, folder=Path(sys.argv[1]), environment=os.environ)
    supervisor.start()
    while not Path(sys.argv[1], "grandchild").exists() or not Path(sys.argv[1], "grandchild").read_text().strip():
        supervisor.step(0.05)
    print(json.dumps(supervisor.pids()), flush=True)
    while not supervisor.stopping:
        supervisor.step()
    supervisor.stop()
"""


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it comes true while a generous wait lasts."""
    for _ in range(600):
        if true():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    """Starts a supervisor inside the test; the signal handlers it set are put back."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    started: list[Supervisor] = []

    def start(*parts: Part) -> Supervisor:
        started.append(Supervisor(parts, folder=tmp_path, environment=os.environ))
        started[-1].start()
        return started[-1]

    yield start
    for supervisor in started:
        supervisor.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def replaced(supervisor: Supervisor, name: str, pid: int) -> bool:
    supervisor.step(0.05)
    return supervisor.pids().get(name, pid) != pid


def test_a_killed_part_is_started_again_and_the_others_are_left_alone(supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(Part("one", ["sleep", "1000"]), Part("other", ["sleep", "1000"]))
    before = supervisor.pids()
    os.kill(before["one"], signal.SIGKILL)
    assert eventually(lambda: replaced(supervisor, "one", before["one"]))
    assert alive(supervisor.pids()["one"])
    assert supervisor.pids()["other"] == before["other"]
    assert supervisor.deaths("one") == 1


def test_a_part_that_left_by_itself_is_started_again_without_blame(supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(Part("one", ["sleep", "0.8"]))
    first = supervisor.pids()["one"]
    assert eventually(lambda: replaced(supervisor, "one", first))
    assert supervisor.deaths("one") == 0


def test_a_part_that_cannot_live_is_tried_again_with_longer_and_longer_pauses(
    supervise: Callable[..., Supervisor], caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = supervise(Part("one", ["false"]))

    def died_three_times() -> bool:
        supervisor.step(0.05)
        return supervisor.deaths("one") == 3

    assert eventually(died_three_times)
    pauses = [float(record.getMessage().split()[-2]) for record in caplog.records]
    assert pauses == sorted(set(pauses))


def test_what_a_dead_part_leaves_behind_is_killed(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    supervisor = supervise(Part("one", ["/bin/sh", "-c", "sleep 1000 & echo $! > left; sleep 1000"]))
    assert eventually(lambda: (tmp_path / "left").exists() and bool((tmp_path / "left").read_text().strip()))
    left, first = int((tmp_path / "left").read_text()), supervisor.pids()["one"]
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: replaced(supervisor, "one", first))
    assert eventually(lambda: not alive(left))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A supervisor in a process of its own, and the pids of its parts."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(tmp_path), json.dumps(STUBBORN)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    pids = list(json.loads(process.stdout.readline()).values())
    yield process, pids
    process.kill()
    process.wait()
    process.stdout.close()
    with contextlib.suppress(ProcessLookupError):  # a part's own child is not on the leash: it is ours to end
        os.kill(int((tmp_path / "grandchild").read_text()), signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_part_even_one_that_will_not_leave(
    program: tuple[subprocess.Popen[bytes], list[int]], number: int, tmp_path: Path
) -> None:
    process, pids = program
    assert len(pids) == 3
    assert all(map(alive, pids))
    process.send_signal(number)
    assert process.wait(60) == 0
    assert not any(map(alive, [*pids, int((tmp_path / "grandchild").read_text())]))


def test_the_parts_die_with_a_supervisor_that_is_killed(program: tuple[subprocess.Popen[bytes], list[int]]) -> None:
    process, pids = program
    assert all(map(alive, pids))
    process.kill()
    process.wait(60)
    assert eventually(lambda: not any(map(alive, pids)))
