"""What a person is told of is on the disk before: a power cut takes nothing of it back. On both databases."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import config as settings
from portal.config import ROOT
from tests.conftest import Cluster
from tests.lotes.conftest import CEDULAS, HOY, Office, make_config

ACTS = ["recibido", "revisado", "decidido", "registrado", "pedida", "hecha", "cuenta", "sesion", "rastro", "llamado"]
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
def order(database, database_url, tmp_path):
    """The arguments of disk_process: an empleador is there, and a file of six hires."""
    office = Office(database, make_config(tmp_path))
    contenido = tmp_path / "sent.txt"
    contenido.write_text("".join(office.line("ENT", c) + "\r\n" for c in CEDULAS))
    database.engine.dispose()
    return [sys.executable, "-m", "tests.platform.disk_process", database_url, str(tmp_path), str(contenido), str(HOY)]


def traced(command, log):
    """What it wrote and waited for, one call a line, files by their path."""
    calls = "trace=write,pwrite64,fsync,fdatasync"
    strace = ["strace", "-f", "-y", "-s", "80", "-e", calls, "-o", str(log), *command]
    subprocess.run(strace, cwd=ROOT, check=True, capture_output=True, timeout=600)
    return log.read_text().splitlines()


def follow(lines, wal):
    """(what was said, how many pages of SQLite's log had not been waited for then, how often it was waited for
    since the last time)."""
    unsafe = waits = 0
    for line in lines:
        if "resumed" in line:
            continue
        if re.search(rf"pwrite64\(\d+<{re.escape(wal)}>", line):
            unsafe += 1
        elif re.search(rf"(fsync|fdatasync)\(\d+<{re.escape(wal)}>", line):
            unsafe, waits = 0, waits + 1
        elif said := re.search(r'write\(1<[^>]*>, "(\w+) ?(\w*)\\n"', line):
            yield said[1], said[2], unsafe, waits
            waits = 0


@sqlite_only
def test_what_is_told_has_been_waited_for(order, database, tmp_path):
    lines = traced(order, tmp_path / "strace.log")
    said = list(follow(lines, f"{database.engine.url.database}-wal"))
    told = [(what, unsafe) for kind, what, unsafe, _ in said if kind == "TOLD"]
    assert told == [(what, 0) for what in ACTS]
    untold = next(one for one in said if one[0] == "UNTOLD")
    assert untold[2] > 0 and untold[3] == 0  # what is done again by itself waits for nothing
    folder = str(Path(database.engine.url.database).parent)
    assert any(re.search(rf"fsync\(\d+<{re.escape(folder)}>", line) for line in lines)  # the log's name in its folder


@sqlite_only
def test_every_way_to_write_waits_but_the_one_that_says_so(database):
    def mode(**how):
        with database.writing(**how) as session:
            return session.scalar(text("pragma synchronous"))

    assert [mode(), mode(told=False), mode(piece=True), mode()] == [2, 1, 1, 2]  # 2 is FULL, 1 NORMAL
    with database.reading() as session:
        assert session.scalar(text("pragma synchronous")) == 2


@postgres_only
def test_a_server_that_answers_before_the_disk_waits_for_us(database, database_url, postgres: Cluster):
    name = database_url.rsplit("/", 1)[1]
    postgres.execute(f"alter database {name} set synchronous_commit = off")
    database.engine.dispose()
    for how in ({}, {"told": False}, {"piece": True}):
        with database.writing(**how) as session:
            assert session.scalar(text("show synchronous_commit")) == "on"
    postgres.execute(f"alter database {name} set synchronous_commit = remote_write")
    database.engine.dispose()
    with database.writing() as session:  # what waits for more than our disk is left as it is
        assert session.scalar(text("show synchronous_commit")) == "remote_write"


def test_a_new_folder_and_its_secret_are_on_the_disk(tmp_path):
    """Second factors follow from the secret: one that a power cut took away would lock all the staff out."""
    datos = tmp_path / "new" / "folder"
    code = "from portal import config; config.from_environment()"
    command = ["env", f"PORTAL_DATOS={datos}", sys.executable, "-c", code]
    lines = traced(command, tmp_path / "strace.log")
    for path in (tmp_path, tmp_path / "new", datos, datos / "secret_key"):
        assert any(re.search(rf"fsync\(\d+<{re.escape(str(path))}>", line) for line in lines), path
    assert settings.from_environment({"PORTAL_DATOS": str(datos)}).secret_key == (datos / "secret_key").read_text()
