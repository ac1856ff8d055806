"""The size of lines in a database: bytes for each hire (relación, novedad, file) and for each other line. `python -m
bench.room [LINES]`"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.ground import Ground, ground, postgres
from bench.inputs import cedulas, extras


def size(there: Ground) -> int:
    """Bytes of the whole database."""
    with there.database.engine.connect() as connection:
        if not there.database.is_sqlite:
            return int(connection.exec_driver_sql("select pg_database_size(current_database())").scalar_one())
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        return Path(there.database.engine.url.database or "").stat().st_size


def measure(name: str, there: Ground, lines: int) -> None:
    """Hires of so many workers, then extras of all of them."""
    who = cedulas(lines)
    sizes = [size(there)]
    there.hire(who)
    sizes.append(size(there))
    there.register(there.check(there.send("INS", extras(who, bad=0))).id)
    sizes.append(size(there))
    hire, other = ((after - before) / lines for before, after in zip(sizes, sizes[1:], strict=False))
    print(f"{name}: {hire:.0f} bytes a hire, {other:.0f} bytes a line of extras ({lines:,} of each)", flush=True)


def main(lines: int = 100_000) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name, postgres(Path(name) / "pg") as url:
        measure("SQLite", ground(f"sqlite:///{name}/portal.db", Path(name)), lines)
        measure("PostgreSQL", ground(url("room"), Path(name)), lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
