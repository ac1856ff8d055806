"""How the portal grows: the time of a check and of a registration by the number of novedades in the history. `python -m
bench.growth [MOST_ROWS]` (10,000,000 by default). By the number of workers: bench/workers.py.

`bench.grown` makes the histories (one empleador with a tenth of the novedades as workers, the others with 100 each).
All of them exist at the same time, and rounds go through all sizes in turn, so that other load on the machine affects
all of them. The portal itself adds to each an empleador with 100 workers and later one with 10,000.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import log10
from pathlib import Path

import numpy as np
from sqlalchemy import func, select, text

from bench.ground import Ground, opened, postgres
from bench.grown import FIRST_CEDULA, FIRST_ID, grow
from bench.inputs import RUC, cedulas, entries, extras
from bench.measuring import goal, slope
from portal.files.columns import check_digit_holds
from portal.modelos import Novedad

#: the size between one and ten million, and the one past the end, show whether a curve that rises keeps rising
SIZES = (10_000, 100_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000)
LARGEST = 10_000_000
SMALL, LARGE = 100, 10_000
#: months in which the grown history has no extras yet, one a round; the first is for warming up
SMALL_MONTHS = ("2026;12", *(f"2027;{month:02d}" for month in range(1, 12)))
LARGE_MONTHS = ("2026;02", "2026;03", "2026;11", "2027;12", *(f"2028;{month:02d}" for month in range(1, 9)))
Took = tuple[float, float]  # seconds of the check and of the registration
SEVERAL = 5  # times the rows; with fewer a tenth more of milliseconds would be a third more as of ten times the rows
Ratio = float | None
MOST = 1.3  # times as long with ten times the rows
HIRED = "20260203"


@dataclass
class Sender:
    """An empleador of a history, and those of its workers who are in its files."""

    ground: Ground
    ruc: str
    who: np.ndarray
    head_office: bool = False

    def file(self, content: bytes) -> bytes:
        """As its own: the grown history has all workers in the first sucursal."""
        content = content.replace(RUC.encode(), self.ruc.encode())
        return content.replace(b";0002;", b";0001;").replace(b";0009;", b";0001;") if self.head_office else content

    def hire(self, who: np.ndarray) -> None:
        there = self.ground
        day = f"{HIRED[:4]}-{HIRED[4:6]}-{HIRED[6:]}"
        there.register(there.check(there.send("ENT", self.file(entries(who, HIRED)), day)).id)

    def once(self, periodo: str) -> Took:
        """Seconds of the check and of the registration of one lote, a line a worker."""
        there = self.ground
        content = self.file(extras(self.who, bad=0, periodo=periodo))
        lote = there.send("INS", content, periodo.replace(";", "-") + "-20")
        start = time.perf_counter()
        there.check(lote)
        checked = time.perf_counter()
        done = there.register(lote).registradas
        end = time.perf_counter()
        if done != len(self.who):
            raise AssertionError(f"{done} of {len(self.who)} registered")
        return checked - start, end - checked


@dataclass
class History:
    """A database with about `size` novedades."""

    size: int
    ground: Ground
    seconds: float

    @property
    def rows(self) -> int:
        with self.ground.database.reading() as session:
            return int(session.scalar(select(func.count()).select_from(Novedad)) or 0)

    def giant(self, count: int) -> Sender | None:
        """Workers from all over the largest empleador; None when it has too few with a check digit that holds."""
        found = list(islice(_valid(self.size // 10), count))
        return Sender(self.ground, RUC, np.array(found), head_office=True) if len(found) == count else None

    def of(self, count: int) -> Sender:
        """An empleador of its own with so many workers."""
        ruc = f"1791{count:06d}001"
        sender = Sender(self.ground.other(ruc), ruc, cedulas(count, seed=count))
        sender.hire(sender.who)
        return sender

    def go_on_counting(self) -> None:
        """Rows that are made now are numbered after those that came with their numbers (SQLite does it by itself)."""
        with self.ground.database.writing() as session:
            if not self.ground.database.is_sqlite:
                for table in ("archivo", "empleador", "lote", "relacion"):
                    last = f"(select max(id) from {table})"
                    session.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), {last})"))

    def rest(self) -> None:
        """As after a night: a checkpoint, on PostgreSQL also vacuum and analyze."""
        engine = self.ground.database.engine
        lite = self.ground.database.is_sqlite
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            for sql in ("pragma wal_checkpoint(truncate)",) if lite else ("vacuum analyze", "checkpoint"):
                conn.execute(text(sql))


@dataclass
class Curve:
    """Seconds by rows, of one work on one database."""

    name: str
    rows: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[Ratio]:
        """Of each size to the last one with a fifth of its rows or fewer, as if it had ten times its rows exactly; None
        for those that have none: their ratio would be made of noise."""
        return [self._ratio(place) for place in range(len(self.rows))]

    def _ratio(self, place: int) -> Ratio:
        before = [n for n in range(place) if SEVERAL * self.rows[n] <= self.rows[place]]
        if not before:
            return None
        grew = log10(self.rows[place] / self.rows[before[-1]])
        return float((self.seconds[place] / self.seconds[before[-1]]) ** (1 / grew))

    @property
    def steepest(self) -> Ratio:
        return max((ratio for ratio in self.ratios if ratio), default=None)

    def show(self, columns: int) -> None:
        """Milliseconds at each size with its ratio, and the slope of all."""
        told = [
            f"{1000 * s:.0f}" + (f" (× {ratio:.2f})" if ratio else "")
            for s, ratio in zip(self.seconds, self.ratios, strict=True)
        ]
        told = [""] * (columns - len(told)) + told
        steep = f"   slope {slope(self.rows, self.seconds):.2f}" if len(self.rows) > 1 else ""
        print(f"  {self.name.partition(', ')[2]:44}" + "".join(f"{cell:>18}" for cell in told) + steep)


def _valid(workers: int) -> Iterator[int]:
    """Cédulas of the grown empleador whose check digit holds, from everywhere in it, each once."""
    places = np.random.default_rng(4).permutation(workers)
    every = (FIRST_CEDULA + FIRST_ID + int(n) for n in places)
    return (cedula for cedula in every if check_digit_holds(f"{cedula:010d}"))


def histories(name: str, url: Callable[[int], str], folder: Path, sizes: tuple[int, ...]) -> list[History]:
    found = []
    for size in sizes:
        begun = time.perf_counter()
        own = folder / f"{name}{size}"
        own.mkdir()
        grow(url(size), own, size)
        found.append(History(size, opened(url(size), own), time.perf_counter() - begun))
        found[-1].go_on_counting()
        found[-1].rest()
        print(f"{name}: {size:,} novedades made in {found[-1].seconds:.0f} s", flush=True)
    return found


def measured(name: str, places: list[History], lines: int, months: tuple[str, ...]) -> list[Curve]:
    """A lote of so many lines, of an empleador with as many workers and of the largest one."""
    whose: dict[str, list[Sender | None]] = {f"of {lines:,} workers": [place.of(lines) for place in places]}
    whose["largest empleador"] = [place.giant(lines) for place in places]
    for place in places:
        place.rest()
    before = [place.rows for place in places]
    runs = in_rounds(whose, months)
    rows = [(first + place.rows) // 2 for first, place in zip(before, places, strict=True)]
    curves = [
        curve_of(f"{name}, {lines:,} lines, {who}, {job}", part, rows, runs[who])
        for who in whose
        for part, job in enumerate(("check", "register"))
    ]
    return [curve for curve in curves if curve.rows]


def in_rounds(whose: dict[str, list[Sender | None]], months: tuple[str, ...]) -> dict[str, list[list[Took]]]:
    """Of each kind of empleador, for each history: what its rounds took."""
    runs: dict[str, list[list[Took]]] = {who: [[] for _ in senders] for who, senders in whose.items()}
    for periodo in months:
        for who, senders in whose.items():
            for sender, took in zip(senders, runs[who], strict=True):
                if sender:
                    took.append(sender.once(periodo))
    return runs


def curve_of(name: str, part: int, rows: list[int], runs: list[list[Took]]) -> Curve:
    """Medians without the first round; histories that had nobody to send such a file are left out."""
    curve = Curve(name)
    for many_rows, took in zip(rows, runs, strict=True):
        if took:
            curve.rows.append(many_rows)
            curve.seconds.append(statistics.median(one[part] for one in took[1:]))
    return curve


def show(curves: list[Curve], rounds: int) -> None:
    """A line each; histories that had nobody to send such a file are empty columns on the left."""
    longest = max(curves, key=lambda curve: len(curve.rows)).rows
    print(f"\n  ms, medians of {rounds} rounds; in brackets the ratio to the last size with a fifth of its rows or")
    print("  fewer, as if that had a tenth of them")
    print(f"  {'novedades, in the middle of the rounds':44}" + "".join(f"{rows:>18,}" for rows in longest))
    for curve in curves:
        curve.show(len(longest))


def history_grows(name: str, places: list[History]) -> None:
    """Everything on one kind of database, printed."""
    print(f"\n{name}", flush=True)
    curves = []
    for lines, months in ((SMALL, SMALL_MONTHS), (LARGE, LARGE_MONTHS)):
        found = measured(name, places, lines, months)
        show(found, len(months) - 1)
        curves += found
    print()
    for curve in curves:
        if curve.steepest:
            goal(f"{curve.name}: the steepest step to ten times the rows", curve.steepest, most=MOST)
    for place in places:
        place.ground.database.engine.dispose()


def main(most: int = LARGEST) -> None:
    """Measure and print."""
    sizes = tuple(size for size in SIZES if size <= most)
    print("A lote checked and registered by the jobs' own functions, beside the novedades that are there already:")
    with tempfile.TemporaryDirectory(prefix="b-") as name, postgres(Path(name) / "pg") as url:
        folder = Path(name)
        kinds: dict[str, Callable[[int], str]] = {
            "SQLite": lambda size: f"sqlite:///{folder}/{size}.db",
            "PostgreSQL": lambda size: url(f"n{size}"),
        }
        # one after the other: migrations in two threads of one process once crashed it silently
        for kind, at in kinds.items():
            history_grows(kind, histories(kind, at, folder, sizes))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
