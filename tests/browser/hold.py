"""Stops and continues the parts of a portal that the test started: each by its pid, found under its supervisor."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.conftest import Portal


def datos(portal: Portal) -> Path:
    return Path(portal.env["PORTAL_DATOS"])


def pids(portal: Portal, part: str) -> list[int]:
    """The children of the portal's own supervisor whose command names `part` (rq_worker, sweeper, web…)."""
    supervisor = int(re.findall(r"proceso (\d+)", (datos(portal) / "portal.lock").read_text())[0])
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return [int(pid) for pid in children if part.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]


@contextmanager
def held(portal: Portal, *parts: str) -> Iterator[None]:
    """These parts stand still inside the block, none of them in the middle of a write to the database."""
    stopped = [pid for part in parts for pid in pids(portal, part)]
    assert stopped, parts
    _stop(portal, stopped)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def _stop(portal: Portal, stopped: list[int]) -> None:
    for _ in range(50):
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        if _writable(portal):
            return
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)
    raise AssertionError("stopped fifty times in the middle of a write")


def _writable(portal: Portal) -> bool:
    with _connected(portal, 0.1) as connection:
        try:
            connection.execute("begin immediate")
            connection.rollback()
        except sqlite3.OperationalError:
            return False
    return True


@contextmanager
def _connected(portal: Portal, seconds: float = 5) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(datos(portal) / "portal.db", timeout=seconds, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def last_moved(portal: Portal, address: str, seconds_ago: int) -> None:
    """Makes the last move of the lote or annulment at that address that long ago: waiting for a slower pace would take
    as long."""
    folder, numero = address.split("?")[0].rsplit("/", 2)[1:]
    table, column = {"lotes": ("lote", "cambiado_en"), "anulaciones": ("anulacion", "cambiada_en")}[folder]
    with _connected(portal) as connection:
        changed = connection.execute(
            f"update {table} set {column} = strftime('%Y-%m-%d %H:%M:%f000', 'now', ?) where numero = ?",
            (f"-{seconds_ago} seconds", numero),
        )
        assert changed.rowcount == 1


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@contextmanager
def held_halfway(portal: Portal, numero: str) -> Iterator[None]:
    """The workers stand still once they have checked some and not all lines of this lote."""
    with _connected(portal) as connection:
        until(lambda: bool(_halfway(connection, numero)), 60)
    with held(portal, "rq_worker"), _connected(portal) as connection:
        assert _halfway(connection, numero), "the workers were faster"
        yield


def _halfway(connection: sqlite3.Connection, numero: str) -> tuple[int] | None:
    found = "select 1 from lote where numero = ? and estado = 'revisando' and revisadas between 1 and leidas - 1"
    return connection.execute(found, (numero,)).fetchone()
