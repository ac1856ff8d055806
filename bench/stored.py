"""Databases of both kinds, with workers hired. Lotes are sent to them from here, and other processes work on them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import make_url, text

from bench import inputs
from bench.ground import Ground, ground, opened, postgres, run_sql
from bench.measuring import in_a_process
from bench.rivals import plain
from bench.world import world
from portal.clock import now
from portal.lotes.trabajo import decide

WARM = 1_000  # lines
VARIED = count()


@dataclass
class Place:
    """A database of one kind, its workers hired. `at`: what a process needs to find it."""

    name: str
    url: str
    folder: Path
    who: np.ndarray

    @property
    def at(self) -> dict[str, Any]:
        return {"url": self.url, "folder": str(self.folder)}

    @cached_property
    def ground(self) -> Ground:
        return ground(self.url, self.folder)

    def hire(self) -> None:
        """In a process of its own; afterwards the database is as it is after a night: tidy and on the disk."""
        np.save(self.folder / "who.npy", self.who)
        self.ground  # noqa: B018  # migrated before another process opens it
        in_a_process("bench.stored:hire", self.at)
        self.rest()

    def rest(self) -> None:
        """Finishes deferred work before something is measured: a checkpoint, on PostgreSQL also vacuum and analyze."""
        engine = self.ground.database.engine
        sql = ("pragma wal_checkpoint(truncate)",) if self.sqlite else ("vacuum analyze", "checkpoint")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in sql:
                connection.execute(text(statement))
        engine.dispose()  # PostgreSQL copies no template database with open connections

    @property
    def sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def sent(self, contents: bytes, movimiento: str = "INS") -> int:
        return self.ground.send(movimiento, contents)

    def checked(self, contents: bytes, movimiento: str) -> int:
        """A lote that waits for its decision."""
        lote = self.sent(contents, movimiento)
        in_a_process("bench.ours:check", {**self.at, "lote": lote})
        return lote

    def fresh(self) -> Place:
        """This database as it is now, in the place of the copy that was made before."""
        self.rest()
        address = make_url(self.url)
        if self.sqlite:
            copy = Path(f"{address.database}.copy")
            for rest in ("-wal", "-shm"):
                Path(f"{copy}{rest}").unlink(missing_ok=True)
            shutil.copyfile(str(address.database), copy)
            with copy.open("rb") as file:
                os.fsync(file.fileno())
            return replace(self, url=f"sqlite:///{copy}")
        name, port = f"{address.database}_copy", address.port or 0
        run_sql(port, f"drop database if exists {name} with (force)")
        run_sql(port, f"create database {name} template {address.database} strategy file_copy")
        return replace(self, url=address.set(database=name).render_as_string(hide_password=False))

    def copies(self, **arguments: Any) -> Callable[[int], dict[str, Any]]:
        """Of each round the arguments to work on a fresh copy."""
        return lambda _: {"url": self.fresh().url, **arguments}

    def rows(self, sql: str) -> list[tuple]:
        with self.ground.database.engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(sql))]
        self.ground.database.engine.dispose()
        return found

    def sender(self, who: np.ndarray) -> Callable[[int], dict[str, Any]]:
        """Of each round the arguments to check a lote of the same lines, all but one, that was just sent; and a small
        one that goes first."""
        small, whole = inputs.extras(who[:WARM]), inputs.extras(who)
        return lambda _: {**self.at, "before": self.sent(varied(small)), "lote": self.sent(varied(whole))}

    def prove(self, lines: int) -> int:
        """How many problems are stored of a file; raises unless they are those that the plain program reports."""
        data = varied(inputs.extras(self.who[:lines]))
        file, kept = self.folder / "proof.txt", self.folder / "proof.npz"
        file.write_bytes(data)
        found = plain.prepare(str(file), str(world(self.who, None).save(kept)))()
        lote = self.ground.check(self.sent(data)).id
        with closing(self.ground.database.reading()) as session:
            rows = session.execute(text("select linea, campo, codigo from problema where lote_id = :l"), {"l": lote})
            said = {tuple(row) for row in rows}
        if said != {problem[:3] for problem in found}:
            raise AssertionError(sorted(said ^ {problem[:3] for problem in found})[:5])
        decide.decide(self.ground.database, lote, "desistir", self.ground.cuenta_id, now())
        return len(said)


def varied(contents: bytes) -> bytes:
    """The same lines but for one amount: the portal does not check the same bytes twice."""
    dollars, cents = divmod(next(VARIED), 100)
    return re.sub(rb";\d+\.\d\d;O\r\n", f";{dollars + 1}.{cents:02d};O\r\n".encode(), contents, count=1)


def hire(url: str, folder: str) -> Callable[[], int]:
    """Registers the hires of everybody in the folder's list."""
    who = np.load(Path(folder) / "who.npy")

    def work() -> int:
        opened(url, Path(folder)).hire(who)
        return len(who)

    return work


@contextmanager
def both(folder: Path, who: np.ndarray, base: str = "base") -> Iterator[list[Place]]:
    """SQLite and PostgreSQL, these workers hired in each."""
    with postgres(folder / "pg") as url:
        places = []
        for name, address in (("SQLite", f"sqlite:///{folder / base}.db"), ("PostgreSQL", url(base))):
            own = folder / name.lower()
            own.mkdir(exist_ok=True)
            places.append(Place(name, address, own, who))
            places[-1].hire()
        yield places
