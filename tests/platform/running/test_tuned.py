"""The settings of the processes that work on files reach them, and mean something to what is installed."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from portal.config import Config
from portal.running import commands, tuned


def environment(tmp_path, monkeypatch, **given):
    for name in tuned.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return commands._environment(Config(tmp_path, False, "", "", ""))


def test_parts_are_started_with_them(tmp_path, monkeypatch):
    assert environment(tmp_path, monkeypatch).items() >= tuned.ENVIRONMENT.items()


def test_what_starts_them_does_not_import_polars():
    """Which puts its own settings into the environment: they would be taken for an operator's."""
    said = "import sys, portal.running.commands; print('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True).stdout == "False\n"


def test_an_operator_may_set_others(tmp_path, monkeypatch):
    own = {"_RJEM_MALLOC_CONF": "narenas:4"}
    assert environment(tmp_path, monkeypatch, **own)["_RJEM_MALLOC_CONF"] == "narenas:4"


@pytest.mark.skipif(sys.platform != "linux", reason="polars uses another allocator elsewhere")
def test_the_allocator_of_polars_reads_its_setting():
    libraries = [path for path in Path(pl.__file__).parents[1].glob("_polars_runtime*/*.so")]
    assert libraries
    assert all(b"_RJEM_MALLOC_CONF" in path.read_bytes() for path in libraries)


def test_a_thread_waits_less_for_the_lock():
    before = sys.getswitchinterval()
    try:
        tuned.switch_soon()
        assert sys.getswitchinterval() == pytest.approx(tuned.SWITCH_SECONDS)
    finally:
        sys.setswitchinterval(before)
