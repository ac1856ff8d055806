"""How fast a file is checked, beside what people would use instead: `python -m bench.check [LINES] [ROUNDS]`.

Every contender runs in a process of its own, in turns, on the same file and the same history; timed is the work alone,
after imports, reading the file's bytes, laying the history ready and one go at a thousand lines. The slowest are also
timed at a tenth of the lines, with ours beside them. Takes some 13 minutes for a million lines.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import inputs, ours, stored
from bench.measuring import Contender, goal, in_turns, slope, table
from bench.rivals import plain
from bench.world import world

LINES, ROUNDS = 1_000_000, 5
PROVED = 20_000
FEWER = 10  # times fewer lines, where the slowest are timed once more
RIVALS = ("with_pydantic", "with_pandera", "with_frictionless")
MEMORY = 500  # MB
STDNUM = {"stdnum": True}
STEPS = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Files:
    """The files of one run in `folder`, each with the history before it."""

    folder: Path

    def made(self, name: str, contents: bytes, who: Any, before: bytes | None) -> dict[str, Any]:
        """The arguments of a contender."""
        file, kept = self.folder / f"{name}.txt", self.folder / f"{name}.npz"
        file.write_bytes(contents)
        return {"file": str(file), "world": str(world(who, before).save(kept))}

    def warm(self) -> dict[str, Any]:
        """The arguments of what everybody does once, untimed."""
        who = inputs.cedulas(stored.WARM, seed=9)
        data = inputs.extras(who)
        return self.made("warm", data, who, data)


def main(lines: int = LINES, rounds: int = ROUNDS) -> None:
    with ExitStack() as stack:
        files = Files(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))))
        who = inputs.cedulas(lines)
        inputs.check_inputs(who)
        prove(files, who)
        places = stack.enter_context(stored.both(files.folder, who))
        for place in places:
            print(f"{place.name}: {place.prove(PROVED):,} problems, the same as the plain program's")
        print(f"\n{lines:,} INS lines, {lines:,} workers in the history; medians of {rounds} rounds in turns.")
        print("Where the history is in memory, one line in 200 is registered already.\n")
        million = race(files, who, places, rounds)
        print(f"\n{lines // FEWER:,} INS lines, history of {lines:,} workers in memory\n")
        fewer = race_of_the_slow(files, who, rounds)
        print()
        goals(million)
        told = fewer["frictionless"].seconds / fewer["ours without SQL"].seconds
        print(f"(faster than frictionless at {lines // FEWER:,} lines: {told:.2f} ×)")
        memory(files, who, places, million)
        linear(files, who, places, million, rounds)


def prove(files: Files, who: Any) -> None:
    """Raises unless ours and the plain program report exactly the same, and the others the same lines as far as they
    claim to."""
    data = inputs.extras(who[:PROVED])
    given = files.made("proof", data, who[:PROVED], data)
    truth = {problem[:3] for problem in plain.prepare(**given)()}
    said = set(ours.prepare(**given)().select("linea", "campo", "codigo").rows())
    if said != truth:
        raise AssertionError(sorted(said ^ truth)[:5])
    if {problem[:3] for problem in plain.prepare(**given, stdnum=True)()} != truth:
        raise AssertionError("stdnum")
    bad = len({line for line, _, _ in truth})
    print(f"{len(truth):,} problems in {bad:,} of {len(who[:PROVED]):,} lines: ours, the plain program and the one")
    print("with python-stdnum report the same lines, fields and codes")
    for name in RIVALS:
        rival = import_module(f"bench.rivals.{name}")
        _compare(name, truth, {problem[0] for problem in rival.prepare(**given)()}, rival.UNSEEN)


def _compare(name: str, truth: set[tuple], found: set[int], unseen: frozenset[str]) -> None:
    expected = {line for line, _, _ in truth}
    missing, extra = expected - found, found - expected
    codes = Counter(code for line, _, code in truth if line in missing)
    print(f"{name}: {len(found & expected):,} of these lines, misses {dict(codes)}, {len(extra)} without reason")
    if not codes.keys() <= unseen or len(extra) > len(expected) / 100:
        raise AssertionError(f"{name} does not find what it claims: {dict(codes)}, {sorted(extra)[:5]}")


def race(files: Files, who: Any, places: list[stored.Place], rounds: int) -> dict[str, Contender]:
    data = inputs.extras(who)
    given = files.made("million", data, who, data)
    floors = {"file": given["file"]}
    warm = files.warm()
    contenders = [
        Contender("csv module, only reading", "bench.rivals.floors:csv_module", floors),
        Contender("polars, only reading lines", "bench.rivals.floors:polars_lines", floors),
        Contender("ours without SQL", "bench.ours:prepare", given, warm),
        *(Contender(f"ours on {place.name}", "bench.ours:check", place.sender(who)) for place in places),
        Contender("pandera on polars", "bench.rivals.with_pandera:prepare", given, warm),
        Contender("plain line by line", "bench.rivals.plain:prepare", given, warm),
        Contender("plain with python-stdnum", "bench.rivals.plain:prepare", given | STDNUM, warm | STDNUM),
        Contender("pydantic", "bench.rivals.with_pydantic:prepare", given, warm),
        Contender("frictionless", "bench.rivals.with_frictionless:prepare", given, warm),
    ]
    return raced(contenders, rounds)


def race_of_the_slow(files: Files, who: Any, rounds: int) -> dict[str, Contender]:
    data = inputs.extras(who[: len(who) // FEWER])
    given = files.made("fewer", data, who, None)
    warm = files.warm()
    contenders = [
        Contender("csv module, only reading", "bench.rivals.floors:csv_module", {"file": given["file"]}),
        Contender("ours without SQL", "bench.ours:prepare", given, warm),
        Contender("plain with python-stdnum", "bench.rivals.plain:prepare", given | STDNUM, warm | STDNUM),
        Contender("frictionless", "bench.rivals.with_frictionless:prepare", given, warm),
    ]
    return raced(contenders, rounds)


def raced(contenders: list[Contender], rounds: int) -> dict[str, Contender]:
    """Runs them and prints their table."""
    in_turns(contenders, rounds)
    by_name = {contender.name: contender for contender in contenders}
    csv, mine = by_name["csv module, only reading"], by_name["ours without SQL"]
    rows = [
        (
            c.name,
            f"{c.seconds:.2f}",
            f"{c.seconds / csv.seconds:.2f}",
            f"{c.seconds / mine.seconds:.2f}",
            f"{c.mb:.0f}",
            "-" if "only" in c.name else f"{c.given:,}",
        )
        for c in contenders
    ]
    table(("", "seconds", "× csv", "× ours", "MB at most", "problems"), rows)
    return by_name


def goals(million: dict[str, Contender]) -> None:
    csv, mine = million["csv module, only reading"].seconds, million["ours without SQL"].seconds
    goal("faster than frictionless", million["frictionless"].seconds / mine, least=25)
    goal("faster than pydantic", million["pydantic"].seconds / mine, least=8)
    goal("faster than the plain program", million["plain line by line"].seconds / mine, least=7)
    goal("faster than pandera, which reports less", million["pandera on polars"].seconds / mine, least=1.5)
    goal("without SQL, of csv only reading", mine / csv, most=2)
    goal("history and results on SQLite, of csv only reading", million["ours on SQLite"].seconds / csv, most=6)
    goal("the same on PostgreSQL", million["ours on PostgreSQL"].seconds / csv, most=8)


def memory(files: Files, who: Any, places: list[stored.Place], million: dict[str, Contender]) -> None:
    """The most that a process held which only loads the file and checks it; the PostgreSQL server is not counted."""
    data = inputs.all_wrong(who)
    wrong = [
        Contender("ours without SQL", "bench.ours:counted", files.made("wrong", data, who, None)),
        *(Contender(f"ours on {p.name}", "bench.ours:check", {**p.at, "lote": p.sent(data)}) for p in places),
    ]
    in_turns(wrong, 1)
    for contender in wrong:
        goal(f"memory, {contender.name}", million[contender.name].mb, most=MEMORY, unit="MB")
        goal(f"memory, {contender.name}, three fields of every line wrong", contender.mb, most=MEMORY, unit="MB")


def linear(files: Files, who: Any, places: list[stored.Place], million: dict[str, Contender], rounds: int) -> None:
    """Seconds a line and the slope of seconds over lines, both as logarithms: 1 is linear."""
    steps = [n for n in STEPS if n < len(who)]
    print(
        f"\nseconds per million lines by the size of the file, history of {len(who):,} workers, medians of {rounds}\n"
    )
    shown = []
    for name in ("ours without SQL", "ours on SQLite"):
        place = next((p for p in places if p.name in name), None)
        contenders = [_of_size(files, who, place, n) for n in steps]
        in_turns(contenders, rounds)
        seconds = [*(c.seconds for c in contenders), million[name].seconds]
        shown.append((name, [*steps, len(who)], seconds))
    table(("", *(f"{n:,}" for n in [*steps, len(who)])), [(n, *_each(lines, s)) for n, lines, s in shown])
    print()
    for name, lines, seconds in shown:
        last = slope(lines[-2:], seconds[-2:])
        print(f"slope, {name}: {slope(lines, seconds):.2f} over all, {last:.2f} at the end")
        steepest = max(slope(pair_n, pair_s) for pair_n, pair_s in zip(pairwise(lines), pairwise(seconds), strict=True))
        goal(f"linear, {name}: the steepest step", steepest, most=1.1, unit="")


def _of_size(files: Files, who: Any, place: stored.Place | None, lines: int) -> Contender:
    if place:
        return Contender(f"{lines}", "bench.ours:check", place.sender(who[:lines]))
    data = inputs.extras(who[:lines])
    return Contender(f"{lines}", "bench.ours:prepare", files.made(f"{lines}", data, who, None), files.warm())


def _each(lines: list[int], seconds: list[float]) -> list[str]:
    return [f"{s / n * 1e6:.2f}" for n, s in zip(lines, seconds, strict=True)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
