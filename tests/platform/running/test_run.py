"""`make run`, as a stranger starts it and stops it."""

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.conftest import free_port

pytestmark = pytest.mark.slow


@dataclass
class Run:
    """A running `make run`: its process leads a group of its own, as in a terminal."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def page(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ingresar", timeout=5) as answer:
                return int(answer.status)
        except (urllib.error.URLError, OSError):
            return 0


def eventually(true: Callable[[], bool], tries: int = 1800) -> bool:
    for _ in range(tries):
        if true():
            return True
        time.sleep(0.1)
    return False


def make_run(datos: Path, port: int, log: Path, **environment: str) -> Run:
    inherited = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    env = {**inherited, "PORT": str(port), "PORTAL_DATOS": str(datos), **environment}
    with log.open("wb") as file:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    return Run(process, port, log)


def parts(datos: Path) -> dict[int, str]:
    """Every living process of the run on `datos`, with its command: found by its environment, or by its title (Valkey
    writes its title over its environment)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"PORTAL_DATOS={datos}\0".encode() in (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if command and (mine or str(datos) in command):
            found[int(folder.name)] = command
    return found


def part(datos: Path, word: str) -> set[int]:
    return {pid for pid, command in parts(datos).items() if word in command}


def lives(datos: Path, word: str) -> set[tuple[int, str]]:
    """Those processes, each with when it began: on a busy machine a number comes again within minutes."""
    found = set()
    for pid in part(datos, word):
        with suppress(OSError):
            found.add((pid, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]))
    return found


@pytest.fixture
def datos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("datos")


@pytest.fixture
def run(datos: Path, tmp_path: Path) -> Iterator[Run]:
    started = make_run(datos, free_port(), tmp_path / "log")
    try:
        assert eventually(lambda: started.page() == 200 or started.process.poll() is not None), started.said
        assert started.process.poll() is None, started.said
        yield started
    finally:
        for pid in [started.process.pid, *parts(datos)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        started.process.wait(60)


def test_ctrl_c_ends_everything_quietly_and_the_data_is_kept(run: Run, datos: Path, tmp_path: Path) -> None:
    assert eventually(lambda: f"http://127.0.0.1:{run.port}/" in run.said)
    assert len(parts(datos)) >= 6
    before = run.said
    os.killpg(run.process.pid, signal.SIGINT)
    run.process.wait(30)
    assert parts(datos) == {}
    assert run.said.removeprefix(before).strip() == ""
    size = (datos / "portal.db").stat().st_size

    again = make_run(datos, run.port, tmp_path / "again")
    assert eventually(lambda: again.page() == 200), again.said
    assert (datos / "portal.db").stat().st_size >= size
    again.process.terminate()
    again.process.wait(30)
    assert eventually(lambda: parts(datos) == {})


@pytest.mark.parametrize("word", ["valkey-server", "portal.running.web", "rq_worker lotes lotes", "sweeper"])
def test_a_part_that_is_killed_comes_back(run: Run, datos: Path, word: str) -> None:
    assert eventually(lambda: bool(part(datos, word)))
    victims = part(datos, word)
    os.kill(min(victims), signal.SIGKILL)
    assert eventually(lambda: bool(part(datos, word) - victims))
    assert eventually(lambda: run.page() == 200)


def test_web_processes_that_are_killed_again_and_again_are_never_waited_for_long(run: Run, datos: Path) -> None:
    killed: set[tuple[int, str]] = set()
    for _ in range(6):
        assert eventually(lambda: bool(lives(datos, "portal.running.web") - killed))
        for pid, begun in lives(datos, "portal.running.web") - killed:
            os.kill(pid, signal.SIGKILL)
            killed.add((pid, begun))
    assert eventually(lambda: run.page() == 200)
    pauses = [float(said) for said in re.findall(r"web-\d ended .* starting it again in ([0-9.]+) s", run.said)]
    assert len(pauses) >= 6 and max(pauses) <= 0.5, "each life begins soon, however often the one before was ended"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_make_alone_ends_everything(run: Run, datos: Path, number: int) -> None:
    run.process.send_signal(number)
    run.process.wait(30)
    assert parts(datos) == {}


def test_nothing_outlives_a_run_that_is_killed(run: Run, datos: Path) -> None:
    [supervisor] = [pid for pid, command in parts(datos).items() if command.rstrip().endswith("portal.running")]
    os.kill(supervisor, signal.SIGKILL)
    assert eventually(lambda: parts(datos) == {})


def test_a_second_run_on_the_same_data_or_port_says_so(run: Run, datos: Path, tmp_path: Path) -> None:
    same_data = make_run(datos, free_port(), tmp_path / "second")
    assert same_data.process.wait(120) != 0
    assert "ya está funcionando" in same_data.said
    same_port = make_run(tmp_path / "elsewhere", run.port, tmp_path / "third")
    assert same_port.process.wait(120) != 0
    assert f"El puerto {run.port} está ocupado" in same_port.said
    assert run.page() == 200


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("PORT", "ocho", "PORT"), ("PORTAL_HOY", "ayer", "PORTAL_HOY"), ("PORTAL_DATOS", "", "REDIS_URL")],
)
def test_a_setting_that_cannot_be_is_named(datos: Path, tmp_path: Path, name: str, value: str, word: str) -> None:
    value = str(tmp_path / (100 * "l")) if name == "PORTAL_DATOS" else value
    started = make_run(datos, free_port(), tmp_path / "log", **{name: value})
    assert started.process.wait(120) != 0
    assert word in started.said
    assert "Traceback" not in started.said
