"""How fast checked lines are registered, beside the bare insert of the same rows: `python -m bench.register [LINES]
[ROUNDS]`; and check and register together, beside what people would use instead.

Every run starts from a fresh copy of one database: a file copy on SQLite, `create database … template` on PostgreSQL.
So the floor finds the same rows, keys and indexes as ours. Only the work is timed, its commits included. Takes some 35
minutes for a million lines.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench import inputs, stored
from bench.measuring import Contender, goal, in_a_process, in_turns, table
from bench.rivals import bare

LINES, ROUNDS = 1_000_000, 5
RAISED = 0.7  # the second figure: the share of the workers whose sueldo changes
TOGETHER = 0.1  # share of the lines for check and register together, for the slowest there
FLOORS = {"SQLite": ("bare executemany", "bench.rivals.bare:executemany")}
FLOORS |= {"PostgreSQL": ("bare COPY", "bench.rivals.bare:copy_in")}
LEAST = 0.45  # of the floor's rows a second


def main(lines: int = LINES, rounds: int = ROUNDS) -> None:
    who = inputs.cedulas(lines)
    inputs.check_inputs(who)
    with _places(who) as places:
        print(f"{lines:,} INS lines of {lines:,} workers, {rounds} rounds in turns, medians\n")
        beside_the_floor(places, "INS", inputs.extras(who), rounds, and_keyless=True)
        raised = who[: int(lines * RAISED)]
        print(f"\n{len(raised):,} MSU lines (a new sueldo each), {lines:,} workers, {rounds} rounds\n")
        beside_the_floor(places, "MSU", inputs.raises(raised), rounds)
    some = who[: int(lines * TOGETHER)]
    with _places(some) as places:
        print(f"\n{len(some):,} INS lines of {len(some):,} workers: check and register together, {rounds} rounds\n")
        together(places, inputs.extras(some), rounds)


@contextmanager
def _places(who: np.ndarray) -> Iterator[list[stored.Place]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, stored.both(Path(folder), who) as places:
        yield places


def beside_the_floor(
    places: list[stored.Place], movimiento: str, contents: bytes, rounds: int, *, and_keyless: bool = False
) -> None:
    """`and_keyless`: PostgreSQL once more with no foreign keys, which are most of what a row costs there."""
    contenders: list[Contender] = []
    besides: list[Contender] = []
    for place in places:
        lote = place.checked(contents, movimiento)
        rows = bare.keep(registered_rows(place, lote), place.folder, movimiento)[place.name]
        name, floor = FLOORS[place.name]
        contenders += [
            Contender(f"{place.name}, {name}", floor, place.copies(rows=rows)),
            Contender(f"{place.name}, ours", "bench.ours:register", place.copies(folder=str(place.folder), lote=lote)),
        ]
        if and_keyless and not place.sqlite:
            copies = place.copies(rows=rows, keyless=True)
            besides.append(Contender(f"{place.name}, {name}, foreign keys dropped", floor, copies))
    in_turns(besides, 1)
    in_turns(contenders, rounds)
    shown(contenders + besides)
    for floor_of, ours in zip(contenders[::2], contenders[1::2], strict=True):
        if floor_of.given != ours.given:
            raise AssertionError(f"{floor_of.given} rows, {ours.given} registered")
        what = f"{movimiento}, {ours.name}, of the rows a second of the {floor_of.name.split(', ')[1]}"
        goal(what, floor_of.seconds / ours.seconds, least=LEAST)


def registered_rows(place: stored.Place, lote: int) -> list[tuple]:
    """The rows of the lote in the table, in the order of the file: registered once, in a copy that is thrown away."""
    copy = place.fresh()
    in_a_process("bench.ours:register", {**copy.at, "lote": lote})
    return copy.rows(f"select {bare.COLUMNS} from novedad where lote_id = {lote} order by linea")


def together(places: list[stored.Place], contents: bytes, rounds: int) -> None:
    """Ours stores every problem besides; the others only the good lines."""
    contenders: list[Contender] = []
    for place in places:
        lote, file = place.sent(contents), place.folder / "lines.txt"
        file.write_bytes(contents)
        ours = place.copies(folder=str(place.folder), lote=lote)
        theirs = place.copies(file=str(file), lote=lote)
        contenders += [
            Contender(f"{place.name}, ours", "bench.ours:check_and_register", ours),
            Contender(f"{place.name}, frictionless + ORM", "bench.rivals.registering:frictionless_orm", theirs),
            Contender(f"{place.name}, pydantic + Core", "bench.rivals.registering:pydantic_core", theirs),
        ]
    in_turns(contenders, rounds)
    shown(contenders)
    for mine, orm, core in zip(contenders[::3], contenders[1::3], contenders[2::3], strict=True):
        goal(f"{mine.name}, faster than frictionless + ORM", orm.seconds / mine.seconds, least=8)
        goal(f"{mine.name}, faster than pydantic + Core", core.seconds / mine.seconds, least=2)


def shown(contenders: list[Contender]) -> None:
    head = ("", "seconds", "rows a second", "MB at most", "registered")
    figures = [(c.name, c.seconds, c.given / c.seconds, c.mb, c.given) for c in contenders]
    table(head, [(name, f"{s:.2f}", f"{rate:,.0f}", f"{mb:.0f}", f"{n:,}") for name, s, rate, mb, n in figures])
    print()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
